/**
 * What lies between server processes: the logs of rooms, and announcements to all.
 *
 * A bus knows no rules. It puts the entries of each room in one order, gives each its position, and hands them to
 * every process that has the room open, the proposer included. `local-bus.ts` is the bus of a process that is alone.
 */
import type { Entry, LogRecord, ProcessId, RoomState } from "./entries.ts";
import type { RoomName } from "./protocol.ts";

/** What a bus hands over; called in the turn in which it becomes known, and never after {@link Bus.close}. */
export interface BusSink {
  /**
   * A room is open from here on: its state at some time, if one was stored, and all records since, oldest first.
   * What comes after goes to {@link appended}, without a gap.
   */
  opened(room: RoomName, log: OpenedLog): void;
  /** The room could not be opened, or an entry not appended: nobody will hear of it. */
  failed(room: RoomName, ref: number | undefined): void;
  /** The next record of a room that is open. */
  appended(room: RoomName, record: LogRecord): void;
  /** Other processes cannot be reached any more. Every room that was open is no longer, on this bus. */
  lost(): void;
  /** They can be reached again. Rooms may be opened anew. */
  found(): void;
  /** A process has not been heard of for too long. */
  processGone(process: ProcessId): void;
  /** Somebody has called {@link Bus.announce}; not this process. */
  announced(topic: string, text: string): void;
  /** Somebody asks; this process included. The answer goes back as text. */
  asked(topic: string): string;
}

/** The log of a room from some record on. */
export interface OpenedLog {
  readonly state: RoomState | undefined;
  readonly records: readonly LogRecord[];
  /** The position of the next record. */
  readonly next: number;
}

/** See the head of this file. No method throws for what the network does: that is told to the sink. */
export interface Bus {
  /** How this process is called in entries. */
  readonly process: ProcessId;
  /** False while other processes cannot be reached, though there should be some. */
  readonly shared: boolean;
  /** Begins; called once, before anything else. Fulfilled when the first attempt to reach the others has ended. */
  start(sink: BusSink): Promise<void>;
  /** Asks for the log of a room; answered by `opened` or `failed`, perhaps before this returns. */
  open(room: RoomName): void;
  /** Wants no more of a room. */
  release(room: RoomName): void;
  /**
   * Proposes an entry for a room that is open; comes back by `appended`, perhaps before this returns, or `failed`.
   */
  append(room: RoomName, ref: number, entry: Entry): void;
  /** The state of a room is worth keeping, so that whoever opens it need not read all records. */
  store(state: RoomState): void;
  /** Tells all other processes something that is no room's, such as the end of a login. */
  announce(topic: string, text: string): void;
  /** Asks all processes, this one included; fulfilled with the answers that came within a second. */
  ask(topic: string): Promise<readonly string[]>;
  close(): Promise<void>;
}
