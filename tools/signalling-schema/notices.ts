/** The notices as a table, by the same shapes as the commands; the types of `protocol.ts` hold it complete. */
import {
  candidate,
  commandId,
  description,
  peerId,
  presence,
  roomName,
} from "../../src/signalling/commands.ts";
import {
  type IceServer,
  type LeaveReason,
  limits,
  type Member,
  type Notice,
  type RefusalCode,
  type Role,
} from "../../src/signalling/protocol.ts";
import {
  boolean,
  constant,
  described,
  integer,
  leftOut,
  list,
  type ObjectShape,
  object,
  oneOf,
  optional,
  required,
  type Shape,
  text,
} from "../../src/signalling/shapes.ts";

/** What a server says of users is not bounded by the protocol. */
const anyText: Shape<string> = {
  ...text({ shortest: 0, longest: Number.MAX_SAFE_INTEGER }),
  schema: { type: "string" },
};
const milliseconds: Shape<number> = integer();

/** What to make of each refusal. */
export const refusalCodes: Readonly<Record<RefusalCode, string>> = {
  malformed: "the text is no command; `message` says where",
  "unknown-type": "there is no such command in this version",
  "not-in-room": "join one first",
  "already-in-room": "leave it first",
  "unknown-peer": "nobody of this id is in the room, or it has just left",
  unreachable: "the peer is on another server process that cannot be reached now",
  "room-full": "as many are in it as may be",
  "room-locked": "a host has locked it",
  banned: "a host has banned this user from the room",
  forbidden: "neither the role nor the grant allows it",
  "rate-limited": "over a budget; obeyed again after `retryAfter` milliseconds",
  "too-many-rooms": "the server has no place for another room",
  unavailable: "what is behind the server does not answer; try again later",
};

/** Why a peer is out of a room. */
export const leaveReasons: Readonly<Record<LeaveReason, string>> = {
  left: "by itself",
  lost: "its connection was lost for too long",
  kicked: "put out by a host",
  banned: "put out by a host, and its user may not come back",
  expired: "its grant has ended",
  closed: "the room has ended",
};

const refusalCode: Shape<RefusalCode> = described(oneOf<RefusalCode>(refusalCodes), { title: "RefusalCode" });
const leaveReason: Shape<LeaveReason> = described(oneOf<LeaveReason>(leaveReasons), { title: "LeaveReason" });
const role: Shape<Role> = described(
  oneOf<Role>({
    host: "may kick, ban and lock",
    member: "may send and receive",
    viewer: "may receive, unless its grant says otherwise",
  }),
  { title: "Role" },
);

const iceServer: Shape<IceServer> = object<IceServer>(
  {
    urls: required(list(anyText), "`stun:`, `turn:` and `turns:` (RFC 7064, RFC 7065)."),
    username: leftOut(anyText, "Of TURN."),
    credential: leftOut(anyText, "Of TURN: a password."),
  },
  {
    title: "IceServer",
    description: "An RTCIceServer (W3C WebRTC §4.2.2): give it to `RTCPeerConnection` as it is.",
  },
);

const rights = {
  role: required(role),
  publish: required(boolean, "May send media, and chat."),
  subscribe: required(boolean, "May receive media, and what is said to all."),
};

const member = {
  peer: required(peerId),
  user: required(anyText, "The account, the same on each of a user's devices."),
  name: required(anyText, "For people."),
  ...rights,
  polite: required(
    boolean,
    "Whether the reader is the polite side of this pair: takes its own offer back in a collision.",
  ),
  presence: optional(presence),
  reconnecting: optional(constant(true), "Its connection is lost, and it has not left yet."),
};

const answer = { id: optional(commandId) };

/** Of what happens in a room. */
const happening = { seq: required(integer({ least: 1 }), "Grows from one notice to the next, with gaps.") };

const iceServers = {
  iceServers: required(list(iceServer)),
  iceServersLifetime: optional(
    milliseconds,
    "Milliseconds for which the credentials are good; newer ones come in time.",
  ),
};

const entered = {
  ...answer,
  room: required(roomName),
  self: required(peerId, "Who the reader is in this room."),
  ...rights,
  ...iceServers,
};

type NoticeOf<Type extends Notice["type"]> = Extract<Notice, { readonly type: Type }>;

/** All notices, by their type. */
export const notices: { readonly [Type in Notice["type"]]: ObjectShape<NoticeOf<Type>> } = {
  welcome: object<NoticeOf<"welcome">>(
    {
      type: required(constant("welcome")),
      version: required(constant(1)),
      self: required(peerId, "The peer id that a `join` will get; a peer that resumes keeps the one it had."),
      user: required(anyText),
      name: required(anyText),
    },
    { title: "WelcomeNotice", description: "The first that is heard: who the server takes the reader for." },
  ),
  joined: object<NoticeOf<"joined">>(
    {
      type: required(constant("joined")),
      ...entered,
      seq: required(integer(), "Where the numbers of the notices begin for this peer."),
      locked: required(boolean),
      peers: required(
        list(object<Member>(member, { title: "Member", description: "Another one in the room." })),
      ),
      secret: required(
        text({ longest: limits.secret }),
        "To be shown in `join.resume.secret` after a reconnect.",
      ),
      resumeWithin: required(milliseconds, "Milliseconds for which a lost connection keeps its place."),
      resumed: optional(
        constant(false),
        "Resuming was asked for and is no longer possible: all of before is void.",
      ),
    },
    { title: "JoinedNotice", description: "Answers `join`: the reader is in, and these are there." },
  ),
  resumed: object<NoticeOf<"resumed">>(
    {
      type: required(constant("resumed")),
      ...entered,
      ack: required(
        integer(),
        "The highest `seq` of the reader's commands that was obeyed: say those above it again.",
      ),
    },
    {
      title: "ResumedNotice",
      description: "Answers `join`: the reader is who it was. What it has missed follows, in order.",
    },
  ),
  "peer-joined": object<NoticeOf<"peer-joined">>(
    { type: required(constant("peer-joined")), ...happening, ...member },
    { title: "PeerJoinedNotice", description: "Somebody has come." },
  ),
  "peer-left": object<NoticeOf<"peer-left">>(
    {
      type: required(constant("peer-left")),
      ...happening,
      peer: required(peerId),
      reason: required(leaveReason),
    },
    { title: "PeerLeftNotice", description: "Somebody has gone, and will not be the same peer again." },
  ),
  "peer-reconnecting": object<NoticeOf<"peer-reconnecting">>(
    { type: required(constant("peer-reconnecting")), ...happening, peer: required(peerId) },
    {
      title: "PeerReconnectingNotice",
      description:
        "Its connection to the server is lost: it comes back, or will have left. What is said to it waits.",
    },
  ),
  "peer-reconnected": object<NoticeOf<"peer-reconnected">>(
    { type: required(constant("peer-reconnected")), ...happening, peer: required(peerId) },
    { title: "PeerReconnectedNotice", description: "It is back, and has missed nothing." },
  ),
  "peer-role": object<NoticeOf<"peer-role">>(
    { type: required(constant("peer-role")), ...happening, peer: required(peerId), ...rights },
    {
      title: "PeerRoleNotice",
      description:
        "What a peer may do has changed, perhaps the reader: by a newer grant, or because the last host has gone.",
    },
  ),
  description: object<NoticeOf<"description">>(
    {
      type: required(constant("description")),
      ...happening,
      from: required(peerId),
      description: required(description),
    },
    { title: "DescriptionNotice", description: "An offer or an answer of one peer." },
  ),
  candidate: object<NoticeOf<"candidate">>(
    {
      type: required(constant("candidate")),
      ...happening,
      from: required(peerId),
      candidate: required(candidate),
    },
    { title: "CandidateNotice", description: "An address at which one peer may be reached." },
  ),
  "end-of-candidates": object<NoticeOf<"end-of-candidates">>(
    { type: required(constant("end-of-candidates")), ...happening, from: required(peerId) },
    { title: "EndOfCandidatesNotice", description: "That peer has no more of them." },
  ),
  message: object<NoticeOf<"message">>(
    {
      type: required(constant("message")),
      ...happening,
      from: required(peerId),
      user: required(anyText),
      name: required(anyText),
      to: optional(peerId, "The reader, when it was said to the reader alone."),
      text: required(text({ longest: limits.text })),
    },
    { title: "MessageNotice", description: "Chat." },
  ),
  presence: object<NoticeOf<"presence">>(
    {
      type: required(constant("presence")),
      ...happening,
      peer: required(peerId),
      presence: required(presence),
    },
    {
      title: "PresenceNotice",
      description: "What a peer tells about itself, in place of what it told before.",
    },
  ),
  locked: object<NoticeOf<"locked">>(
    {
      type: required(constant("locked")),
      ...happening,
      locked: required(boolean),
      by: optional(peerId, "The host; without it, the server's own API."),
    },
    { title: "LockedNotice", description: "Nobody else can enter any more, or somebody can again." },
  ),
  left: object<NoticeOf<"left">>(
    { type: required(constant("left")), room: required(roomName), reason: required(leaveReason) },
    { title: "LeftNotice", description: "The reader is out of its room without having asked for it." },
  ),
  "ice-servers": object<NoticeOf<"ice-servers">>(
    { type: required(constant("ice-servers")), ...iceServers },
    { title: "IceServersNotice", description: "Newer credentials, in time before those of before end." },
  ),
  service: object<NoticeOf<"service">>(
    {
      type: required(constant("service")),
      rooms: required(
        oneOf<NoticeOf<"service">["rooms"]>({
          local: "peers of other server processes cannot be reached for now",
          shared: "they can again",
        }),
      ),
    },
    { title: "ServiceNotice", description: "How much of the service there is." },
  ),
  ok: object<NoticeOf<"ok">>(
    { type: required(constant("ok")), id: required(commandId) },
    {
      title: "OkNotice",
      description: "Answers a command that was obeyed and has no other answer; only when it had an `id`.",
    },
  ),
  pong: object<NoticeOf<"pong">>(
    {
      type: required(constant("pong")),
      ...answer,
      ack: required(
        integer(),
        "The highest `seq` of the reader's commands that was obeyed; 0, when there was none.",
      ),
    },
    { title: "PongNotice", description: "Answers `ping`." },
  ),
  error: object<NoticeOf<"error">>(
    {
      type: required(constant("error")),
      ...answer,
      code: required(refusalCode),
      message: required(anyText, "For people who look for the fault; may change at any time."),
      retryAfter: optional(milliseconds, "Milliseconds after which the same would be obeyed."),
    },
    { title: "ErrorNotice", description: "Answers a command that was refused. It has changed nothing." },
  ),
};
