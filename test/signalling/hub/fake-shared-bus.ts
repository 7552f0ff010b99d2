/**
 * Logs that several processes share, on no network and no clock: what is asked for lies in a queue until the test
 * lets it go on, each direction of each process by itself. So any delay can be played, and any order but that of a log.
 *
 *     bus ── asked ──▶ `ask()` ──▶ logs ──▶ told ──▶ `hear()` ──▶ its sink
 */
import type { Bus, BusSink } from "../../../src/signalling/bus.ts";
import type { Entry, LogRecord, ProcessId, RoomState } from "../../../src/signalling/entries.ts";
import type { RoomName } from "../../../src/signalling/protocol.ts";

interface Log {
  readonly begin: number;
  readonly records: LogRecord[];
  /** The last two that were stored: whoever opens the log gets the older, so that enough of what was said follows. */
  readonly states: RoomState[];
}

/** What the buses have in common. */
export class SharedLogs {
  readonly buses: Set<FakeSharedBus> = new Set();
  /** Processes that whoever opens a room is told of. */
  readonly dead: Set<ProcessId> = new Set();
  /** Called with each record, in the turn in which it gets its place. */
  onAppend: (room: RoomName, record: LogRecord) => void = () => {};
  readonly #logs = new Map<RoomName, Log>();
  readonly #start: () => number;
  #last = 0;

  /** @param start where a new log begins, if that is more than any position before */
  constructor(start: () => number = () => 0) {
    this.#start = start;
  }

  logOf(room: RoomName): Log {
    let log = this.#logs.get(room);
    if (log === undefined) {
      log = { begin: Math.max(this.#last + 1, this.#start()), records: [], states: [] };
      this.#logs.set(room, log);
    }
    return log;
  }

  append(room: RoomName, from: Omit<LogRecord, "position">): void {
    const log = this.logOf(room);
    const record = { position: log.begin + log.records.length, ...from };
    this.#last = Math.max(this.#last, record.position);
    log.records.push(record);
    this.onAppend(room, record);
    for (const bus of this.buses) bus.published(room, record);
  }

  /** All logs are gone, as after a restart of what kept them. */
  empty(): void {
    this.#logs.clear();
  }

  /** A process is dead: what it had asked for and was told is void. */
  kill(bus: FakeSharedBus): void {
    this.buses.delete(bus);
    bus.cut();
  }

  /** The others are told that it is. */
  tellGone(process: ProcessId): void {
    this.dead.add(process);
    for (const bus of this.buses) bus.tell((sink) => sink.processGone(process));
  }
}

/** See the head of this file. */
export class FakeSharedBus implements Bus {
  readonly process: ProcessId;
  shared = true;
  readonly #logs: SharedLogs;
  #sink: BusSink | undefined;
  /** Which opening of a room counts: what was told of an earlier one is void. */
  readonly #openings = new Map<RoomName, number>();
  readonly #subscriptions = new Map<RoomName, number>();
  #lastOpening = 0;
  #asked: (() => void)[] = [];
  #told: ((sink: BusSink) => void)[] = [];
  /** How many of the next entries fail. */
  failures = 0;

  constructor(logs: SharedLogs, process: ProcessId) {
    this.#logs = logs;
    this.process = process;
    logs.buses.add(this);
  }

  start(sink: BusSink): Promise<void> {
    this.#sink = sink;
    return Promise.resolve();
  }

  open(room: RoomName): void {
    const opening = ++this.#lastOpening;
    this.#openings.set(room, opening);
    this.#asked.push(() => {
      const { begin, records, states } = this.#logs.logOf(room);
      const state = states.length < 2 ? undefined : states[0];
      const since = state === undefined ? records.slice() : records.slice(state.position - begin + 1);
      const next = begin + records.length;
      this.#subscriptions.set(room, opening);
      this.#tellOf(room, opening, (sink) => sink.opened(room, { state, records: since, next }));
      for (const process of this.#logs.dead) this.tell((sink) => sink.processGone(process));
    });
  }

  release(room: RoomName): void {
    this.#openings.delete(room);
    this.#asked.push(() => this.#subscriptions.delete(room));
  }

  append(room: RoomName, ref: number, entry: Entry): void {
    const opening = this.#openings.get(room);
    this.#asked.push(() => {
      if (this.failures > 0 || opening === undefined) {
        this.failures = Math.max(0, this.failures - 1);
        this.tell((sink) => sink.failed(room, ref));
      } else this.#logs.append(room, structuredClone({ process: this.process, ref, entry }));
    });
  }

  store(state: RoomState): void {
    this.#asked.push(() => {
      const { states } = this.#logs.logOf(state.room);
      if (states.push(state) > 2) states.shift();
    });
  }

  announce(topic: string, text: string): void {
    for (const bus of this.#logs.buses) if (bus !== this) bus.tell((sink) => sink.announced(topic, text));
  }

  ask(topic: string): Promise<readonly string[]> {
    return Promise.resolve(Array.from(this.#logs.buses, (bus) => bus.#sink!.asked(topic)));
  }

  close(): Promise<void> {
    this.#logs.kill(this);
    return Promise.resolve();
  }

  /** The room cannot be opened, or its log is lost. */
  fail(room: RoomName): void {
    this.#openings.delete(room);
    this.#subscriptions.delete(room);
    this.tell((sink) => sink.failed(room, undefined));
  }

  /** Whether nothing is under way. */
  get isQuiet(): boolean {
    return this.#asked.length + this.#told.length === 0;
  }

  /** The oldest request arrives; false when there is none. */
  askNext(): boolean {
    const next = this.#asked.shift();
    next?.();
    return next !== undefined;
  }

  /** What was told first arrives; false when there is nothing. */
  hearNext(): boolean {
    const next = this.#told.shift();
    next?.(this.#sink!);
    return next !== undefined;
  }

  tell(news: (sink: BusSink) => void): void {
    this.#told.push(news);
  }

  published(room: RoomName, record: LogRecord): void {
    const opening = this.#subscriptions.get(room);
    if (opening !== undefined)
      this.#tellOf(room, opening, (sink) => sink.appended(room, structuredClone(record)));
  }

  /** The logs cannot be reached. What was asked has arrived or not, as the test has let it; no answer comes. */
  lose(): void {
    this.cut();
    this.#logs.buses.delete(this);
    this.shared = false;
    this.#sink!.lost();
  }

  find(): void {
    this.#logs.buses.add(this);
    this.shared = true;
    this.#sink!.found();
  }

  cut(): void {
    this.#asked = [];
    this.#told = [];
    this.#openings.clear();
    this.#subscriptions.clear();
  }

  #tellOf(room: RoomName, opening: number, news: (sink: BusSink) => void): void {
    this.tell((sink) => {
      if (this.#openings.get(room) === opening) news(sink);
    });
  }
}
