/** Buses on one Redis, with what their sinks have heard. */
import type { Bus, BusSink, OpenedLog } from "../../src/signalling/bus.ts";
import type { Entry, LogRecord, RoomState } from "../../src/signalling/entries.ts";
import { openRedisBus, type RedisBus, type RedisBusOptions } from "../../src/signalling/redis/index.ts";
import type { RedisServer } from "./redis-server.ts";

/** What a sink was told, in order. */
export type Heard =
  | { readonly type: "opened"; readonly room: string; readonly log: OpenedLog }
  | { readonly type: "failed"; readonly room: string; readonly ref: number | undefined }
  | { readonly type: "appended"; readonly room: string; readonly record: LogRecord }
  | { readonly type: "lost" }
  | { readonly type: "found" }
  | { readonly type: "process-gone"; readonly process: string }
  | { readonly type: "announced"; readonly topic: string; readonly text: string };

type Kind = Heard["type"];
type Of<Type extends Kind> = Extract<Heard, { type: Type }>;

/** Short times, so that tests are; each still several times what a busy machine needs for an answer. */
export const quick = { commandTimeout: 600, heartbeat: 250, goneAfter: 1_500, roomTtl: 4_000 } as const;

/** A bus, and all that its sink has heard. */
export class Member {
  readonly bus: RedisBus;
  readonly heard: Heard[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #answer: string;

  constructor(options: RedisBusOptions, answer = "") {
    this.bus = openRedisBus({ ...quick, ...options });
    this.#answer = answer;
  }

  start(): Promise<void> {
    const hear = (one: Heard): void => {
      this.heard.push(one);
      for (const check of [...this.#waiting]) check();
    };
    const sink: BusSink = {
      opened: (room, log) => hear({ type: "opened", room, log }),
      failed: (room, ref) => hear({ type: "failed", room, ref }),
      appended: (room, record) => hear({ type: "appended", room, record }),
      lost: () => hear({ type: "lost" }),
      found: () => hear({ type: "found" }),
      processGone: (process) => hear({ type: "process-gone", process }),
      announced: (topic, text) => hear({ type: "announced", topic, text }),
      asked: (topic) => `${this.#answer}:${topic}`,
    };
    return this.bus.start(sink);
  }

  /** What it has heard of one kind. */
  all<Type extends Kind>(type: Type): readonly Of<Type>[] {
    return this.heard.filter((one): one is Of<Type> => one.type === type);
  }

  /** Waits until it has heard `count` of a kind, and returns the last of them. */
  async hears<Type extends Kind>(type: Type, count = 1): Promise<Of<Type>> {
    await this.until(() => this.all(type).length >= count);
    return this.all(type)[count - 1]!;
  }

  async until(condition: () => boolean): Promise<void> {
    if (condition()) return;
    await new Promise<void>((resolve) => {
      const check = (): void => {
        if (!condition()) return;
        this.#waiting.delete(check);
        resolve();
      };
      this.#waiting.add(check);
    });
  }

  /** Opens a room and waits until it is open. */
  async open(room: string): Promise<OpenedLog> {
    const count = this.all("opened").length + 1;
    this.bus.open(room);
    return (await this.hears("opened", count)).log;
  }

  /** Everything in a room since it was opened for the last time, oldest first. */
  records(room: string): readonly LogRecord[] {
    const from = this.heard.findLastIndex((one) => one.type === "opened" && one.room === room);
    const opened = this.heard[from] as Of<"opened">;
    const later = this.heard.slice(from + 1).filter((one) => one.type === "appended" && one.room === room);
    return [...opened.log.records, ...later.map((one) => (one as Of<"appended">).record)];
  }
}

/** Waits for what nobody tells. */
export async function eventually(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** Writes to the log of the room `r` what is never published, in one piece; its position. */
export async function writeSilently(redis: RedisServer, prefix: string, text: string): Promise<number> {
  const script = `local at = string.format('%.0f', redis.call('HINCRBY', KEYS[1], 'last', 1))
    redis.call('XADD', KEYS[2], at .. '-0', 'record', ARGV[1])
    return at`;
  const keys = [`${prefix}room:{r}`, `${prefix}room:{r}:log`];
  return Number(await redis.command("EVAL", script, "2", ...keys, text));
}

/** Something to be said in a room. */
export function saying(text: string): Entry {
  return { type: "say", from: "ann", saying: { type: "message", text } };
}

/** What was said in records. */
export function textsOf(records: readonly LogRecord[]): readonly string[] {
  return records.map(({ entry }) =>
    entry.type === "say" && entry.saying.type === "message" ? entry.saying.text : entry.type,
  );
}

/** A state of a room in which the members of some processes are connected. */
export function stateOf(room: string, position: number, processes: readonly string[] = []): RoomState {
  const members = processes.map((process, at) => ({
    ...{ peer: `peer-${at}`, user: "u", name: "n", process, secretHash: "h" },
    ...{ role: "member" as const, publish: true, subscribe: true },
    ...{ connected: true, incarnation: 0, order: at + 1, ack: 0 },
  }));
  const rest = { seq: 0, capacity: undefined, locked: false, keepEmpty: 0, succession: false };
  return { room, position, ...rest, members, banned: [] };
}

/** Appends, and waits until everybody has it. */
export async function say(
  by: Member,
  room: string,
  text: string,
  others: readonly Member[] = [],
): Promise<void> {
  by.bus.append(room, 1, saying(text));
  const has = (member: Member): boolean => textsOf(member.records(room)).includes(text);
  await Promise.all([by, ...others].map((member) => member.until(() => has(member))));
}

/** Closes all. */
export async function closeAll(buses: readonly { readonly bus: Bus }[]): Promise<void> {
  await Promise.all(buses.map(({ bus }) => bus.close()));
}
