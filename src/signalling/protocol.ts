/**
 * The protocol `barewire.signal.v1`: what peers say to the server (commands) and hear from it (notices).
 *
 * Each WebSocket text message is one JSON object (RFC 8259) with a `type`. A command may carry an `id`;
 * then exactly one answer carries the same: `joined`, `pong`, `ok` or `error`. Unknown fields are ignored
 * and unknown types refused, so that later versions can add fields without harm.
 *
 * What a peer sends is hostile until {@link parseCommand} has passed it: the command it returns is built
 * anew from the fields that were checked, and holds nothing else of what came in.
 */
import { Fields } from "./fields.ts";

/** The WebSocket subprotocol (RFC 6455 §1.9) that names this protocol and its version. */
export const subprotocol = "barewire.signal.v1";

/** The longest that each part of a command may be, in UTF-16 code units. */
export const limits = {
  command: 65_536,
  id: 64,
  room: 64,
  peer: 64,
  sdp: 32_768,
  candidate: 1024,
  /** `a=mid` (RFC 5888 §4) is a token of a few characters everywhere. */
  mid: 64,
  /** RFC 8839 §5.4: an ice-ufrag has 4 to 256 characters. */
  usernameFragment: 256,
  text: 4096,
} as const;

/** Names a peer for as long as it is connected. Chosen by the server, nobody can take another's. */
export type PeerId = string;

/** 1 to 64 of the characters that a URL leaves as they are: `A–Z a–z 0–9 - . _ ~` (RFC 3986 §2.3). */
export type RoomName = string;

/** What a command was called by its sender, so that the answer can be told apart. */
export type CommandId = string | number;

/** A session description (RFC 8866), offered or answered as RFC 3264 says. */
export interface Description {
  readonly type: "offer" | "answer";
  readonly sdp: string;
}

/** An ICE candidate as browsers give and take it; `candidate` is the attribute of RFC 8839 §5.1. */
export interface Candidate {
  readonly candidate: string;
  readonly sdpMid: string | null;
  readonly sdpMLineIndex: number | null;
  readonly usernameFragment?: string;
}

interface Answerable {
  readonly id?: CommandId | undefined;
}

/** What a peer asks of the server. A null candidate says that there are no more (RFC 8838 §13). */
export type Command =
  | (Answerable & { readonly type: "join"; readonly room: RoomName })
  | (Answerable & { readonly type: "leave" })
  | (Answerable & { readonly type: "description"; readonly to: PeerId; readonly description: Description })
  | (Answerable & { readonly type: "candidate"; readonly to: PeerId; readonly candidate: Candidate | null })
  | (Answerable & { readonly type: "message"; readonly to?: PeerId | undefined; readonly text: string })
  | (Answerable & { readonly type: "ping" });

/** Why a command was not obeyed. */
export type RefusalCode =
  | "malformed"
  | "unknown-type"
  | "not-in-room"
  | "already-in-room"
  | "unknown-peer"
  | "room-full"
  | "rate-limited"
  | "forbidden"
  | "too-many-rooms";

/** In place of a command that is none, or in place of its effects when the hub refuses it. */
export interface Refusal extends Answerable {
  readonly type: "refusal";
  readonly code: RefusalCode;
  readonly message: string;
}

/**
 * Another member of the room, as one member sees it. `polite` is about the reader: whether it is the
 * polite side of this pair, the one that takes its own offer back when two collide.
 */
export interface Member {
  readonly peer: PeerId;
  readonly user: string;
  readonly name: string;
  readonly polite: boolean;
}

/** What the server tells a peer. */
export type Notice =
  | { readonly type: "welcome"; readonly self: PeerId; readonly user: string; readonly name: string }
  | (Answerable & {
      readonly type: "joined";
      readonly room: RoomName;
      readonly self: PeerId;
      readonly peers: readonly Member[];
    })
  | ({ readonly type: "peer-joined" } & Member)
  | { readonly type: "peer-left"; readonly peer: PeerId }
  | { readonly type: "description"; readonly from: PeerId; readonly description: Description }
  | { readonly type: "candidate"; readonly from: PeerId; readonly candidate: Candidate | null }
  | {
      readonly type: "message";
      readonly from: PeerId;
      readonly user: string;
      readonly name: string;
      readonly text: string;
      readonly to?: PeerId | undefined;
    }
  | { readonly type: "ok"; readonly id: CommandId }
  | (Answerable & { readonly type: "pong" })
  | (Answerable & { readonly type: "error"; readonly code: RefusalCode; readonly message: string });

/** Returns the command, or why the text is not one. Never throws, whatever the text. */
export function parseCommand(text: string): Command | Refusal {
  if (text.length > limits.command)
    return refuse("malformed", `a command has at most ${limits.command} characters`);
  const value = parseJson(text);
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return refuse("malformed", "a command is one JSON object");

  const fields = new Fields(value);
  const id = fields.id("id", limits.id);
  if (fields.fault !== undefined) return refuse("malformed", fields.fault);
  const type = fields.string("type", limits.command);
  if (fields.fault !== undefined) return refuse("malformed", fields.fault, id);
  const parse = parsers.get(type);
  if (parse === undefined) return refuse("unknown-type", "there is no command of this type", id);
  const command = parse(fields, id);
  return fields.fault === undefined ? command : refuse("malformed", fields.fault, id);
}

/** Builds a {@link Refusal}. The message is ours alone: nothing of what the peer sent is repeated in it. */
export function refuse(code: RefusalCode, message: string, id?: CommandId): Refusal {
  return { type: "refusal", code, message, ...(id === undefined ? {} : { id }) };
}

/** JSON's own `undefined`: not a value that JSON can hold, so it can stand for "not JSON". */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

type Parser = (fields: Fields, id: CommandId | undefined) => Command;

// A Map and not an object, which would know the types "constructor" and "__proto__".
const parsers: ReadonlyMap<string, Parser> = new Map<Command["type"], Parser>([
  ["join", (fields, id) => ({ type: "join", room: fields.match("room", roomName, roomNameInWords), id })],
  ["leave", (_fields, id) => ({ type: "leave", id })],
  [
    "description",
    (fields, id) => ({ type: "description", to: peer(fields), description: description(fields), id }),
  ],
  ["candidate", (fields, id) => ({ type: "candidate", to: peer(fields), candidate: candidate(fields), id })],
  ["message", message],
  ["ping", (_fields, id) => ({ type: "ping", id })],
]);

const roomName = /^[A-Za-z0-9._~-]{1,64}$/;
const roomNameInWords = "1 to 64 of the characters A-Z a-z 0-9 - . _ ~";

function message(fields: Fields, id: CommandId | undefined): Command {
  const text = fields.string("text", limits.text);
  if (fields.missing("to")) return { type: "message", text, id };
  return { type: "message", to: peer(fields), text, id };
}

function peer(fields: Fields): PeerId {
  return fields.string("to", limits.peer);
}

function description(fields: Fields): Description {
  const inner = fields.object("description");
  // RFC 9429 §4.1.10 knows "pranswer" and "rollback" too: the first nobody sends here, and a rollback
  // takes back what one has said oneself, so it never crosses the wire.
  const type = inner.oneOf("type", ["offer", "answer"]);
  return { type, sdp: inner.string("sdp", limits.sdp) };
}

function candidate(fields: Fields): Candidate | null {
  if (fields.isNull("candidate")) return null;
  const inner = fields.object("candidate");
  const text = inner.stringOrEmpty("candidate", limits.candidate);
  const sdpMid = inner.stringOrNull("sdpMid", limits.mid);
  const sdpMLineIndex = inner.uint16OrNull("sdpMLineIndex");
  const usernameFragment = inner.stringOrNull("usernameFragment", limits.usernameFragment);
  // W3C WebRTC, addIceCandidate: a TypeError when both are null. Only the empty candidate may go without.
  if (sdpMid === null && sdpMLineIndex === null && text !== "")
    inner.reject("one of sdpMid and sdpMLineIndex must be given");
  const common = { candidate: text, sdpMid, sdpMLineIndex };
  return usernameFragment === null ? common : { ...common, usernameFragment };
}
