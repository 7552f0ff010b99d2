/** Records and states as the text that Redis keeps. */
import type { Entry, LogRecord, ProcessId, RoomState } from "../entries.ts";
import { traitsOf } from "../parse-command.ts";
import type { RoomName } from "../protocol.ts";
import { isEntry, isRoomState } from "./entry-check.ts";

/** The longest that a record or a state may be, in UTF-16 code units. A state of a thousand members has its place. */
export const maxTextLength = 8_388_608;

/** The record of an entry without its position, which it has not yet. */
export function encodeRecord(process: ProcessId, ref: number, entry: Entry): string {
  return JSON.stringify({ process, ref, entry });
}

/** Undefined when it is no record. */
export function decodeRecord(position: number, text: string): LogRecord | undefined {
  const value = parse(text) as Partial<LogRecord> | null | undefined;
  if (typeof value !== "object" || value === null) return undefined;
  const { process, ref, entry } = value;
  if (typeof process !== "string" || !Number.isSafeInteger(ref) || !isEntry(entry)) return undefined;
  // What the text says of itself is not believed: others hear it as it stands.
  const judged = entry.type === "say" ? { ...entry, plain: traitsOf(text).plain } : entry;
  return { position, process, ref: ref as number, entry: judged };
}

/** Stands where something is that is no record: nobody is on the process without a name. */
export function emptyRecord(position: number): LogRecord {
  return { position, process: "", ref: 0, entry: { type: "process-gone", process: "" } };
}

/** A record as it is published: its position, a space, its text. Undefined when it is none. */
export function decodePublished(message: string): LogRecord | undefined {
  const space = message.indexOf(" ");
  const position = Number(message.slice(0, space));
  if (space < 1 || space > 16 || !Number.isSafeInteger(position)) return undefined;
  return decodeRecord(position, message.slice(space + 1));
}

/** Whether this was published because a new log begins: the position before its first, and nothing else. */
export function isBeginning(message: string): boolean {
  return /^[0-9]{1,16}$/.test(message);
}

/** The state of a room as it is kept: its position, a space, itself. Undefined when it is none. */
export function decodeState(room: RoomName, text: string): RoomState | undefined {
  const state = parse(text.slice(text.indexOf(" ") + 1));
  if (!isRoomState(state) || state.room !== room) return undefined;
  return text.startsWith(`${state.position} `) ? state : undefined;
}

/** Records of one reply. */
export interface Chunk {
  /** The log has the positions after this one. */
  readonly begin: number;
  readonly last: number;
  readonly records: readonly LogRecord[];
  /** The positions at which there was something else. */
  readonly malformed: readonly number[];
}

/** What `read` and `open` reply about records: `[["POSITION-0", ["record", text]], …]`. */
export function decodeChunk(begin: unknown, last: unknown, entries: unknown): Chunk {
  const records: LogRecord[] = [];
  const malformed: number[] = [];
  for (const entry of entries as readonly (readonly [string, readonly string[]])[]) {
    const [id, fields] = entry;
    const position = /^[0-9]{1,16}-0$/.test(id) ? Number.parseInt(id, 10) : Number.NaN;
    const record = fields[0] === "record" ? decodeRecord(position, fields[1] ?? "") : undefined;
    if (record === undefined || Number.isNaN(position)) malformed.push(position);
    if (!Number.isNaN(position)) records.push(record ?? emptyRecord(position));
  }
  return { begin: begin as number, last: last as number, records, malformed };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
