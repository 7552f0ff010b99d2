/** An example or more of everything that is said; a test reads each by its shape, and by the schema that is made of it. */
import type { Command, Member, Notice } from "../../src/signalling/protocol.ts";

type ExamplesOf<Message extends { readonly type: string }> = {
  readonly [Type in Message["type"]]: readonly Extract<Message, { readonly type: Type }>[];
};

const ann = "q0dqFh1ZTvGIxKxmZ3nG4A";
const bob = "Yk3PSdw2Qb6nPLr1sX0a9Q";
const secret = "vN8wF2yq7LJm5aTzRbC3dEe1HgKiOpUx";

const sdp = [
  "v=0",
  "o=- 4611731400430051336 2 IN IP4 127.0.0.1",
  "s=-",
  "t=0 0",
  "a=group:BUNDLE 0",
  "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
  "c=IN IP4 0.0.0.0",
  "a=ice-ufrag:EsAw",
  "a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1",
  "a=fingerprint:sha-256 D2:FA:0E:C3:22:59:5E:14:95:69:92:3D:13:B4:84:24:2C:C2:A2:C0:3E:FD:34:8E:5E:EA:6F:AF:52:CE:E6:0F",
  "a=setup:actpass",
  "a=mid:0",
  "a=sctp-port:5000",
  "",
].join("\r\n");

const candidate = {
  candidate: "candidate:1 1 udp 2122260223 192.0.2.1 54400 typ host",
  sdpMid: "0",
  sdpMLineIndex: 0,
  usernameFragment: "EsAw",
};

const iceServers = [
  { urls: ["stun:example.org:3478"] },
  {
    urls: ["turn:turn.example.org:3478?transport=udp"],
    username: "1800003600:q0dqFh1ZTvGIxKxmZ3nG4A",
    credential: "jhbxoOFbWUDlzzYTTa3KAgZqyXk=",
  },
];

const listener = { role: "member", publish: false, subscribe: true } as const;
const member: Member = { peer: bob, user: "43", name: "Bob", ...listener, polite: false };

/** What a peer says. */
export const commandExamples: ExamplesOf<Command> = {
  join: [
    { type: "join", id: 1, room: "lobby" },
    { type: "join", id: 1, room: "lobby", presence: { hand: "raised" } },
    { type: "join", id: 9, room: "lobby", resume: { peer: ann, secret, ack: 1_700_000_000_000_017 } },
  ],
  leave: [{ type: "leave", id: 2 }],
  description: [{ type: "description", id: 3, seq: 1, to: bob, description: { type: "offer", sdp } }],
  candidate: [{ type: "candidate", seq: 2, to: bob, candidate }],
  "end-of-candidates": [{ type: "end-of-candidates", seq: 3, to: bob }],
  message: [
    { type: "message", id: "m-4", seq: 4, text: "hello, all" },
    { type: "message", seq: 5, to: bob, text: "hello, Bob" },
  ],
  presence: [{ type: "presence", seq: 6, presence: { hand: "raised", muted: true } }],
  kick: [{ type: "kick", id: 5, peer: bob, ban: true }],
  unban: [{ type: "unban", id: 6, user: "42" }],
  lock: [{ type: "lock", id: 6, locked: true }],
  ping: [{ type: "ping", id: 7, ack: 1_700_000_000_000_017 }, { type: "ping" }],
};

const entered = {
  id: 1,
  room: "lobby",
  self: ann,
  role: "member",
  publish: true,
  subscribe: true,
  iceServers,
  iceServersLifetime: 3_600_000,
} as const;

const seq = 1_700_000_000_000_017;

/** What a peer hears. */
export const noticeExamples: ExamplesOf<Notice> = {
  welcome: [{ type: "welcome", version: 1, self: ann, user: "42", name: "Ann" }],
  joined: [
    { type: "joined", ...entered, seq, locked: false, peers: [member], secret, resumeWithin: 30_000 },
    {
      type: "joined",
      ...entered,
      seq,
      locked: false,
      peers: [{ ...member, presence: { hand: "raised" }, reconnecting: true }],
      secret,
      resumeWithin: 30_000,
      resumed: false,
    },
  ],
  resumed: [{ type: "resumed", ...entered, id: 9, ack: 6 }],
  "peer-joined": [{ type: "peer-joined", seq, ...member }],
  "peer-left": [{ type: "peer-left", seq, peer: bob, reason: "lost" }],
  "peer-reconnecting": [{ type: "peer-reconnecting", seq, peer: bob }],
  "peer-reconnected": [{ type: "peer-reconnected", seq, peer: bob }],
  "peer-role": [{ type: "peer-role", seq, peer: bob, ...listener, publish: true }],
  description: [{ type: "description", seq, from: bob, description: { type: "answer", sdp } }],
  candidate: [{ type: "candidate", seq, from: bob, candidate }],
  "end-of-candidates": [{ type: "end-of-candidates", seq, from: bob }],
  message: [
    { type: "message", seq, from: bob, user: "43", name: "Bob", text: "hello, all" },
    { type: "message", seq, from: bob, user: "43", name: "Bob", to: ann, text: "hello, Ann" },
  ],
  presence: [{ type: "presence", seq, peer: bob, presence: { hand: "raised" } }],
  locked: [{ type: "locked", seq, locked: true, by: bob }],
  left: [{ type: "left", room: "lobby", reason: "kicked" }],
  "ice-servers": [{ type: "ice-servers", iceServers, iceServersLifetime: 3_600_000 }],
  service: [{ type: "service", rooms: "local" }],
  ok: [{ type: "ok", id: 3 }],
  pong: [{ type: "pong", id: 7, ack: 6 }],
  error: [
    { type: "error", id: 3, code: "unknown-peer", message: "there is no such peer in your room" },
    { type: "error", id: 4, code: "rate-limited", message: "too many messages", retryAfter: 20 },
  ],
};

/** What is said and heard about logins, by the title of its shape. */
export const loginExamples: Readonly<Record<string, readonly object[]>> = {
  TokenLogin: [{ type: "auth", id: 8, token: "eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9.…" }],
  TicketLogin: [{ type: "auth", id: 8, ticket: "bwt_…" }],
  LoginAccepted: [{ type: "auth", event: "accepted", expires_at: 1_800_000_600, id: 8 }],
  LoginRefused: [{ type: "auth", event: "refused", code: "token/expired", id: 8 }],
  SessionEnded: [
    { type: "auth", event: "session-ended", reason: "reused", session: "Zc1K", device: "Mozilla/5.0" },
  ],
};
