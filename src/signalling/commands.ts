/**
 * The commands as a table: what {@link parseCommand} reads, what `docs/signalling.schema.json` says and what the
 * tables of `docs/signalling.md` show is all made of this.
 */
import { faultOfCandidate } from "./grammar/candidate.ts";
import { checkSessionDescription } from "./grammar/session-description.ts";
import { jsonObject } from "./json-object.ts";
import {
  type Candidate,
  type Command,
  type CommandId,
  type Description,
  limits,
  type PeerId,
  type Presence,
  type Resume,
  type RoomName,
} from "./protocol.ts";
import {
  boolean,
  constant,
  described,
  integer,
  leftOut,
  name,
  type ObjectShape,
  object,
  oneOf,
  optional,
  orNull,
  required,
  type Shape,
  text,
} from "./shapes.ts";

/** What answers are called by: the first that is read of a command, so that its refusal can carry it. */
export const commandId: Shape<CommandId> = described(name(limits.id), {
  title: "CommandId",
  description: "What its sender calls a command. Exactly one answer carries the same.",
});

export const peerId: Shape<PeerId> = described(text({ longest: limits.peer }), {
  title: "PeerId",
  description: "Names a peer for as long as it is in a room, over its reconnects too. Chosen by the server.",
});

export const roomName: Shape<RoomName> = described(
  text({
    longest: limits.room,
    // RFC 3986 §5.2.4: "." and ".." are gone from a path before anybody has seen them.
    pattern: /^(?!\.{1,2}$)[A-Za-z0-9._~-]{1,64}$/,
    inWords: "1 to 64 of the characters A-Z a-z 0-9 - . _ ~, and not . or ..",
  }),
  { title: "RoomName", description: "A segment of a path that needs no encoding in a URL (RFC 3986 §2.3)." },
);

export const presence: Shape<Presence> = described(
  jsonObject({ longest: limits.presence, deepest: limits.presenceDepth }),
  {
    title: "Presence",
    description:
      "What a peer tells about itself to all in the room, such as a raised hand: any JSON object of up to " +
      `${limits.presence} characters, ${limits.presenceDepth} levels deep.`,
  },
);

export const description: Shape<Description> = object<Description>(
  {
    // RFC 9429 §4.1.10 knows "pranswer" and "rollback" too: the first nobody sends here, and a rollback
    // takes back what one has said oneself, so it never crosses the wire.
    type: required(oneOf<Description["type"]>({ offer: "proposes a session", answer: "accepts an offer" })),
    sdp: required(
      text({ longest: limits.sdp, check: faultOfDescription }),
      "RFC 8866; checked by its grammar.",
    ),
  },
  { title: "Description", description: "A session description, offered or answered as RFC 3264 says." },
);

export const candidate: Shape<Candidate> = object<Candidate>(
  {
    candidate: required(
      text({ shortest: 0, longest: limits.candidate, check: refusalOfCandidate }),
      "The attribute of RFC 8839 §5.1, without `a=`; checked by its grammar. Empty: no more for this place.",
    ),
    sdpMid: orNull(text({ longest: limits.mid }), "RFC 5888 §4."),
    sdpMLineIndex: orNull(integer({ most: 0xffff }), "Which media section, from 0."),
    usernameFragment: { ...leftOut(text({ longest: limits.usernameFragment })), nullable: true },
  },
  {
    title: "Candidate",
    description: "An ICE candidate as browsers give and take it.",
    // W3C WebRTC, addIceCandidate: a TypeError when both are null. Only the empty candidate may go without.
    rule: {
      check: ({ candidate, sdpMid, sdpMLineIndex }) =>
        sdpMid === null && sdpMLineIndex === null && candidate !== ""
          ? "must have one of sdpMid and sdpMLineIndex"
          : undefined,
      schema: {
        anyOf: [
          { properties: { candidate: { const: "" } } },
          { properties: { sdpMid: { type: "string" } }, required: ["sdpMid"] },
          { properties: { sdpMLineIndex: { type: "integer" } }, required: ["sdpMLineIndex"] },
        ],
      },
    },
  },
);

const resume: Shape<Resume> = object<Resume>(
  {
    peer: required(peerId, "`self` of the `joined`."),
    secret: required(text({ longest: limits.secret }), "From `joined`."),
    ack: required(
      integer(),
      "The `seq` of the last notice that was heard; that of `joined`, when there was none.",
    ),
  },
  { title: "Resume", description: "Proof of having been that peer before the connection was lost." },
);

const answerable = { id: optional(commandId) };

const numbered = {
  ...answerable,
  seq: optional(
    integer({ least: 1 }),
    "Counts 1, 2, 3, … from the `joined`. One that was obeyed already is not obeyed again.",
  ),
};

const directed = { ...numbered, to: required(peerId, "A peer in the same room.") };

type CommandOf<Type extends Command["type"]> = Extract<Command, { readonly type: Type }>;

/** All commands, by their type. */
export const commands: { readonly [Type in Command["type"]]: ObjectShape<CommandOf<Type>> } = {
  join: object<CommandOf<"join">>(
    {
      type: required(constant("join")),
      ...answerable,
      room: required(roomName),
      presence: optional(presence),
      resume: optional(resume, "To be the peer that one was, and hear what one has missed."),
    },
    { title: "JoinCommand", description: "Enters a room, or comes back to it." },
  ),
  leave: object<CommandOf<"leave">>(
    { type: required(constant("leave")), ...answerable },
    { title: "LeaveCommand", description: "Leaves the room." },
  ),
  description: object<CommandOf<"description">>(
    { type: required(constant("description")), ...directed, description: required(description) },
    { title: "DescriptionCommand", description: "An offer or an answer for one peer." },
  ),
  candidate: object<CommandOf<"candidate">>(
    { type: required(constant("candidate")), ...directed, candidate: required(candidate) },
    {
      title: "CandidateCommand",
      description: "One more address at which one peer may try to reach the sender.",
    },
  ),
  "end-of-candidates": object<CommandOf<"end-of-candidates">>(
    { type: required(constant("end-of-candidates")), ...directed },
    { title: "EndOfCandidatesCommand", description: "There are no more of them (RFC 8838 §13)." },
  ),
  message: object<CommandOf<"message">>(
    {
      type: required(constant("message")),
      ...numbered,
      to: optional(peerId, "One peer; without it, all others in the room."),
      text: required(text({ longest: limits.text })),
    },
    { title: "MessageCommand", description: "Chat." },
  ),
  presence: object<CommandOf<"presence">>(
    { type: required(constant("presence")), ...numbered, presence: required(presence) },
    { title: "PresenceCommand", description: "In place of what was told before." },
  ),
  kick: object<CommandOf<"kick">>(
    {
      type: required(constant("kick")),
      ...answerable,
      peer: required(peerId),
      ban: optional(boolean, "Whether its user may not come back."),
    },
    { title: "KickCommand", description: "A host puts a peer out of the room." },
  ),
  unban: object<CommandOf<"unban">>(
    {
      type: required(constant("unban")),
      ...answerable,
      user: required(text({ longest: limits.user }), "`user` of a member that was banned."),
    },
    { title: "UnbanCommand", description: "A host lets a user come back who was banned." },
  ),
  lock: object<CommandOf<"lock">>(
    { type: required(constant("lock")), ...answerable, locked: required(boolean) },
    { title: "LockCommand", description: "A host lets nobody else in, or lets them in again." },
  ),
  ping: object<CommandOf<"ping">>(
    {
      type: required(constant("ping")),
      ...answerable,
      ack: optional(integer(), "The `seq` of the last notice that was heard."),
    },
    { title: "PingCommand", description: "Asks whether the server is there, and tells it what has arrived." },
  ),
};

function faultOfDescription(sdp: string): string | undefined {
  const view = checkSessionDescription(sdp);
  return "reason" in view ? `line ${view.line}: ${view.reason}` : undefined;
}

function refusalOfCandidate(text: string): string | undefined {
  const fault = faultOfCandidate(text);
  return fault === undefined ? undefined : `is no candidate: ${fault}`;
}
