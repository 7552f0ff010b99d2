/** The hub as those hear it who speak to it, word for word, on a virtual clock. */
import { describe, expect, it } from "vitest";
import type { RoomGrant } from "../../../src/signalling/grants.ts";
import { Hub } from "../../../src/signalling/hub/hub.ts";
import type { Command } from "../../../src/signalling/protocol.ts";
import { Stage } from "./stage.ts";

const head = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n";
const audio = (direction: string): string =>
  `${head}m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=${direction}\r\n`;
const data = `${head}m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\n`;
const offer = (sdp: string): Command => ({
  type: "description",
  id: 1,
  to: "a",
  description: { type: "offer", sdp },
});
const join = { type: "join", id: 1, room: "r" } as const;

function grant(rights: Partial<RoomGrant> = {}): RoomGrant {
  return { room: "r", role: "member", publish: true, subscribe: true, expiresAt: 0, ...rights };
}

function refused(code: string): object {
  return { type: "error", id: 1, code };
}

describe("who is let in", () => {
  it("as many as there may be; one more is closed with 1013, until there is a place", () => {
    const stage = new Stage({ maxPeers: 1 });
    stage.connect("a");
    expect(stage.connect("b")).toEqual([
      { type: "close", connection: "b", code: 1013, reason: "the server is full" },
    ]);
    stage.close("a");
    expect(stage.connect("b")).toMatchObject([["b", { type: "welcome", version: 1, self: "b" }]]);
  });

  it("into one room at a time, that has a place and is not locked", () => {
    const stage = new Stage({ maxPeersPerRoom: 2, maxRooms: 1 });
    stage.join("r", "a", "b");
    stage.connect("c");
    expect(stage.say("a", join)).toMatchObject([["a", refused("already-in-room")]]);
    expect(stage.say("c", join)).toMatchObject([["c", refused("room-full")]]);
    expect(stage.say("c", { ...join, room: "s" })).toMatchObject([["c", refused("too-many-rooms")]]);
    stage.say("b", { type: "leave" });
    stage.say("a", { type: "lock", locked: true });
    expect(stage.say("c", join)).toMatchObject([["c", refused("room-locked")]]);
  });

  it("past a lock, who is host by its grant", () => {
    const stage = new Stage();
    stage.join("r", "a");
    stage.say("a", { type: "lock", locked: true });
    stage.connect("b", { grant: grant({ role: "host" }) });
    expect(stage.say("b", join)[0]).toMatchObject(["b", { type: "joined", role: "host", locked: true }]);
  });

  it("into the room of the grant and no other; without one, where rooms are open", () => {
    const stage = new Stage({ access: "granted" });
    stage.connect("a");
    expect(stage.say("a", join)).toMatchObject([["a", refused("forbidden")]]);
    stage.connect("b", { grant: grant({ role: "viewer", publish: false }) });
    expect(stage.say("b", { ...join, room: "s" })).toMatchObject([["b", refused("forbidden")]]);
    expect(stage.say("b", join)[0]).toMatchObject(["b", { role: "viewer", publish: false, subscribe: true }]);
  });

  it("until the grant ends, and not after that", () => {
    const stage = new Stage();
    stage.join("r", "a");
    stage.connect("b", { grant: grant(), grantEnds: stage.now + 1_000 });
    stage.say("b", join);
    expect(stage.later(999)).toEqual([]);
    const heard = stage.later(1);
    expect(heard).toContainEqual(["b", { type: "left", room: "r", reason: "expired" }]);
    expect(heard).toMatchObject([
      ["b", {}],
      [["a"], { type: "peer-left", peer: "b", reason: "expired" }],
    ]);
    expect(stage.say("b", join)).toMatchObject([["b", refused("forbidden")]]);
  });
});

describe("a grant", () => {
  const heard = [
    ["b", { type: "ok", id: 1 }],
    ["a", { type: "description", from: "b" }],
  ];

  it.each([
    ["sendrecv", "sends", false, true],
    ["sendonly", "sends", false, true],
    ["sendrecv", "receives", true, false],
    ["recvonly", "receives", true, false],
  ])("keeps out media that are %s, of one that %s and may not", (direction, _, publish, subscribe) => {
    const stage = new Stage();
    stage.join("r", "a");
    stage.connect("b", { grant: grant({ publish, subscribe }) });
    stage.say("b", join);
    expect(stage.say("b", offer(audio(direction)))).toMatchObject([["b", refused("forbidden")]]);
    const other = publish ? "sendonly" : "recvonly";
    for (const sdp of [audio(other), audio("inactive"), data])
      expect(stage.say("b", offer(sdp))).toMatchObject(heard);
  });

  it("without publish keeps what one writes from the others, and without subscribe what all write from oneself", () => {
    const stage = new Stage();
    stage.join("r", "a");
    for (const [name, rights] of [
      ["b", { publish: false }],
      ["c", { subscribe: false }],
    ] as const) {
      stage.connect(name, { grant: grant(rights) });
      stage.say(name, join);
    }
    expect(stage.say("b", { type: "message", id: 1, text: "x" })).toMatchObject([
      ["b", refused("forbidden")],
    ]);
    expect(stage.say("a", { type: "message", text: "x" })).toMatchObject([[["b"], { text: "x", from: "a" }]]);
    expect(stage.say("c", { type: "message", text: "x" })).toMatchObject([[["a", "b"], { from: "c" }]]);
  });
});

describe("where addresses of private networks are stripped", () => {
  const candidate = (text: string): Command => ({
    type: "candidate",
    id: 1,
    to: "a",
    candidate: { candidate: text, sdpMid: "0", sdpMLineIndex: 0 },
  });
  const reflexive = "candidate:1 1 udp 1 198.51.100.7 9 typ srflx raddr";

  it("they reach nobody, and who has said them hears no difference", () => {
    const stage = new Stage({ privateAddresses: "strip" });
    stage.join("r", "a", "b");
    const ok = ["b", { type: "ok", id: 1 }];
    expect(stage.say("b", candidate("candidate:1 1 udp 1 10.0.0.7 9 typ host"))).toEqual([ok]);
    expect(stage.say("b", candidate(""))).toMatchObject([ok, ["a", { candidate: { candidate: "" } }]]);
    expect(stage.say("b", candidate(`${reflexive} 10.0.0.7 rport 9`))).toMatchObject([
      ok,
      ["a", { candidate: { candidate: `${reflexive} 0.0.0.0 rport 9` } }],
    ]);
    const [, heard] = stage.say("b", offer(data.replace("c=IN IP4 0.0.0.0", "c=IN IP4 192.168.0.7")));
    expect(heard).toMatchObject(["a", { description: { sdp: expect.not.stringContaining("192.168") } }]);
  });
});

describe("refusals", () => {
  it("are for their sender alone: nobody of that id, oneself, somebody in another room, in no room", () => {
    const stage = new Stage();
    stage.join("r", "a", "b");
    stage.join("s", "c");
    stage.connect("d");
    for (const to of ["nobody", "b", "c", "d"])
      expect(stage.say("b", { type: "message", id: 1, text: "x", to })).toMatchObject([
        ["b", refused("unknown-peer")],
      ]);
    for (const command of [{ type: "leave" }, { type: "lock", locked: true }, { type: "message", text: "x" }])
      expect(stage.say("d", { ...command, id: 1 } as Command)).toMatchObject([["d", refused("not-in-room")]]);
    for (const command of [
      { type: "lock", locked: true },
      { type: "kick", peer: "a" },
    ])
      expect(stage.say("b", { ...command, id: 1 } as Command)).toMatchObject([["b", refused("forbidden")]]);
  });
});

describe("a connection", () => {
  it("is closed with 1003 for a binary message, and those who stay hear that it has left", () => {
    const stage = new Stage();
    stage.join("r", "a", "b");
    expect(stage.do(() => stage.hub.receiveBinary("b", stage.now))).toMatchObject([
      { type: "close", connection: "b", code: 1003 },
      [["a"], { type: "peer-left", peer: "b", reason: "left" }],
    ]);
  });

  it("is closed with 4408 after two silent minutes in no room, each by itself, and never in one", () => {
    const stage = new Stage();
    stage.join("r", "a");
    stage.connect("b");
    stage.later(60_000);
    stage.connect("c");
    stage.later(30_000);
    stage.say("b", { type: "ping" });
    const closed = (connection: string): object => ({ type: "close", connection, code: 4408 });
    expect(stage.later(89_999)).toEqual([]);
    expect(stage.later(1)).toMatchObject([closed("c")]);
    expect(stage.later(29_999)).toEqual([]);
    expect(stage.later(1)).toMatchObject([closed("b")]);
    expect(stage.say("a", { type: "ping", id: 1 })).toMatchObject([["a", { type: "pong", id: 1 }]]);
  });
});

describe("the options", () => {
  it.each([
    { maxPeers: 0 },
    { maxRooms: -1 },
    { maxPeersPerRoom: Number.NaN },
    { idleTimeout: 0 },
    { resumeWithin: 0 },
    { ring: { notices: 0, size: 1 } },
    { peerRates: { joins: { perSecond: 0, burst: 1 } } },
    { roomRates: { deliveries: { perSecond: 1, burst: 0 } } },
    { roomRates: { joins: { perSecond: 1, burst: -1 } } },
  ])("are checked at once: %j", (options) => expect(() => new Hub(options)).toThrow(RangeError));

  it("that are not given, or undefined, have their defaults", () => {
    const stage = new Stage({ maxPeersPerRoom: undefined, access: undefined });
    const members = Array.from({ length: 16 }, (_, at) => `p${at}`);
    stage.join("r", ...members);
    stage.connect("one more");
    expect(stage.say("one more", join)).toMatchObject([["one more", refused("room-full")]]);
  });
});
