/** The rooms that a process has open, over one connection to Redis after the other. */
import type { Log } from "../../log.ts";
import type { BusSink } from "../bus.ts";
import type { Entry, LogRecord, ProcessId, RoomState } from "../entries.ts";
import type { RoomName } from "../protocol.ts";
import { LogReader } from "./log-reader.ts";
import type { ProcessTable } from "./process-table.ts";
import {
  type Chunk,
  decodeChunk,
  decodePublished,
  decodeState,
  encodeRecord,
  isBeginning,
  maxTextLength,
} from "./records.ts";
import type { RedisLink } from "./redis-link.ts";
import { chunkLength, logLength, type RoomKeys, roomKeys, runScript } from "./scripts.ts";

/** Entries that are on their way at once, and UTF-16 code units in them. More are refused. */
export const inFlightLimits = { entries: 10_000, length: 67_108_864 } as const;

/** How often it is tried to open a log that changes while it is read. */
const maxAttempts = 3;

/** Positions that are remembered of rooms while Redis is lost; of more, the oldest are forgotten. */
const maxSeen = 100_000;

/** What the rooms of a bus have in common. */
export interface RoomLogsSettings {
  readonly process: ProcessId;
  readonly prefix: string;
  /** Milliseconds for which Redis keeps a room that nobody has open. */
  readonly roomTtl: number;
  readonly processes: ProcessTable;
  readonly log: Log;
}

interface OpenRoom {
  readonly name: RoomName;
  readonly keys: RoomKeys;
  reader: LogReader;
  /** The stored state, until the sink has it. */
  state: RoomState | undefined;
  isOpened: boolean;
  attempts: number;
  /** When its keys are kept alive again, and it is asked whether more was written than was published. */
  touchAt: number;
}

/** See the head of this file. What is wrong with a room alone is told to the sink as `failed`. */
export class RoomLogs {
  readonly #settings: RoomLogsSettings;
  readonly #sink: BusSink;
  readonly #rooms = new Map<RoomName, OpenRoom>();
  readonly #byChannel = new Map<string, OpenRoom>();
  /** The last position that was seen of each room that was open when Redis was lost. */
  readonly #seen = new Map<RoomName, number>();
  #link: RedisLink | undefined;
  #now = 0;
  #inFlight = 0;
  #inFlightLength = 0;

  constructor(settings: RoomLogsSettings, sink: BusSink) {
    this.#settings = settings;
    this.#sink = sink;
  }

  /** Rooms can be opened from here on. @param now as in {@link handleTimeout} */
  connect(link: RedisLink, now: number): void {
    this.#link = link;
    this.#now = now;
    this.#inFlight = 0;
    this.#inFlightLength = 0;
  }

  /** No room is open any more. */
  disconnect(): void {
    this.#link = undefined;
    for (const room of this.#rooms.values()) this.#remember(room);
    this.#rooms.clear();
    this.#byChannel.clear();
  }

  open(name: RoomName): void {
    if (this.#link === undefined) {
      this.#sink.failed(name, undefined);
      return;
    }
    if (this.#rooms.has(name)) return;
    const keys = roomKeys(this.#settings.prefix, name);
    const rest = { state: undefined, isOpened: false, attempts: 0, touchAt: 0 };
    const room: OpenRoom = { name, keys, reader: this.#readerOf(() => room), ...rest };
    this.#rooms.set(name, room);
    this.#byChannel.set(keys.room, room);
    // First, so that nothing is written that is neither read nor heard.
    this.#link.subscribe(keys.room, ({ message }) => this.#fail(room, message));
    this.#begin(room, false);
  }

  release(name: RoomName): void {
    this.#seen.delete(name);
    const room = this.#rooms.get(name);
    if (room !== undefined) this.#forget(room);
  }

  append(name: RoomName, ref: number, entry: Entry): void {
    const room = this.#rooms.get(name);
    const { process, roomTtl } = this.#settings;
    const text = encodeRecord(process, ref, entry);
    if (this.#link === undefined || !room?.reader.isOpen) {
      this.#sink.failed(name, ref);
      return;
    }
    if (text.length > maxTextLength || !this.#hasRoomFor(text)) {
      this.#settings.log.warn("redis.entry-refused", { room: name, length: text.length });
      this.#sink.failed(name, ref);
      return;
    }
    const { reader, keys } = room;
    const landed = this.#depart(text);
    this.#link.send(
      runScript("append", [keys.room, keys.log], [text, reader.log, reader.next! - 1, roomTtl, logLength]),
      (position) => {
        landed();
        if (position === 0 && room.reader === reader) this.#fail(room, "its log is gone");
      },
      ({ message }) => {
        landed();
        this.#settings.log.warn("redis.entry-refused", { room: name, message });
        if (this.#rooms.get(name) === room) this.#sink.failed(name, ref);
      },
    );
  }

  store(state: RoomState): void {
    const room = this.#rooms.get(state.room);
    const text = JSON.stringify(state);
    const refused = (message: string): void =>
      this.#settings.log.warn("redis.state-refused", { room: state.room, message });
    if (this.#link === undefined || room === undefined) return;
    if (text.length > maxTextLength) {
      refused("it is too long");
      return;
    }
    this.#link.send(
      runScript("store", [room.keys.room, room.keys.log], [state.position, text]),
      () => {},
      ({ message }) => refused(message),
    );
  }

  /** A publication; false when it is about no room. */
  published(channel: string, message: string): boolean {
    const room = this.#byChannel.get(channel);
    if (room === undefined) return false;
    const record = decodePublished(message);
    if (record !== undefined) room.reader.receivePublished(record);
    else {
      if (!isBeginning(message)) this.#settings.log.warn("redis.malformed-publication", { room: room.name });
      room.reader.doubt();
    }
    return true;
  }

  /** @param now milliseconds on any clock */
  handleTimeout(now: number): void {
    this.#now = now;
    for (const room of this.#rooms.values()) {
      if (room.touchAt > now || !room.reader.isOpen) continue;
      room.touchAt = this.#nextTouch();
      room.reader.doubt();
    }
  }

  /** Often enough that several may fail before Redis drops the room. */
  #nextTouch(): number {
    return this.#now + this.#settings.roomTtl / 8;
  }

  #readerOf(room: () => OpenRoom): LogReader {
    return new LogReader({
      opened: (records, next) => this.#opened(room(), records, next),
      appended: (record) => {
        this.#settings.processes.mention(record);
        this.#sink.appended(room().name, record);
      },
      read: (position) => this.#read(room(), position),
      broken: () => this.#restart(room()),
    });
  }

  #opened(room: OpenRoom, records: readonly LogRecord[], next: number): void {
    const { name, state } = room;
    const { processes } = this.#settings;
    room.isOpened = true;
    room.state = undefined;
    if (state !== undefined) processes.mentionMembers(state);
    for (const record of records) processes.mention(record);
    this.#sink.opened(name, { state, records, next });
  }

  /** Asks for state and records. `anew`: what is there is of no use. */
  #begin(room: OpenRoom, anew: boolean): void {
    const { name, keys, reader } = room;
    room.attempts++;
    room.touchAt = this.#nextTouch();
    const parameters = [this.#seen.get(name) ?? 0, this.#settings.roomTtl, chunkLength, anew ? 1 : 0];
    this.#link?.send(
      runScript("open", [keys.room, keys.log], parameters),
      (reply) => {
        if (room.reader !== reader) return;
        const [begin, last, from, text, records] = reply as [number, number, number, string, unknown];
        room.state = text === "" ? undefined : decodeState(name, text);
        if (text !== "" && room.state === undefined) {
          this.#settings.log.warn("redis.malformed-state", { room: name });
          return this.#restart(room, true);
        }
        this.#seen.delete(name);
        reader.begin(from, this.#check(name, decodeChunk(begin, last, records)));
      },
      ({ message }) => this.#fail(room, message),
    );
  }

  #read(room: OpenRoom, position: number): void {
    const { name, keys, reader } = room;
    this.#link?.send(
      runScript("read", [keys.room, keys.log], [position, this.#settings.roomTtl, chunkLength]),
      (reply) => {
        const [begin, last, records] = reply as [number, number, unknown];
        reader.receiveChunk(this.#check(name, decodeChunk(begin, last, records)));
      },
      ({ message }) => this.#fail(room, message),
    );
  }

  /** A log that has changed while it was read is read again, as long as nobody has been told of it. */
  #restart(room: OpenRoom, anew = false): void {
    if (room.isOpened || room.attempts >= maxAttempts) {
      this.#fail(room, "its log has lost records, or is another one");
      return;
    }
    room.reader.end();
    room.reader = this.#readerOf(() => room);
    this.#begin(room, anew);
  }

  #check(name: RoomName, chunk: Chunk): Chunk {
    for (const position of chunk.malformed) {
      this.#settings.log.warn("redis.malformed-record", { room: name, position });
    }
    return chunk;
  }

  #fail(room: OpenRoom, message: string): void {
    if (this.#rooms.get(room.name) !== room) return;
    this.#settings.log.warn("redis.room-failed", { room: room.name, message });
    this.#remember(room);
    this.#forget(room);
    this.#sink.failed(room.name, undefined);
  }

  #remember({ name, reader }: OpenRoom): void {
    const { next } = reader;
    reader.end();
    if (next === undefined) return;
    this.#seen.delete(name);
    this.#seen.set(name, next - 1);
    if (this.#seen.size > maxSeen) this.#seen.delete(this.#seen.keys().next().value!);
  }

  #forget(room: OpenRoom): void {
    room.reader.end();
    this.#rooms.delete(room.name);
    this.#byChannel.delete(room.keys.room);
    this.#link?.unsubscribe(room.keys.room);
  }

  #hasRoomFor({ length }: string): boolean {
    return this.#inFlight < inFlightLimits.entries && this.#inFlightLength + length <= inFlightLimits.length;
  }

  /** Counts an entry as being on its way, until what is returned is called. */
  #depart({ length }: string): () => void {
    this.#inFlight++;
    this.#inFlightLength += length;
    return () => {
      this.#inFlight--;
      this.#inFlightLength -= length;
    };
  }
}
