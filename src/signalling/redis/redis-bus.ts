/**
 * The {@link Bus} over Redis: connects, proves that Redis can do what is needed, and says when it no longer can.
 *
 *               proved                     error, silence, forgotten
 *     trying ───────────▶ shared ──────────────────────────────────────▶ trying, until closed
 *                         found()                  lost()
 */
import { randomUUID } from "node:crypto";
import type { Bus, BusSink } from "../bus.ts";
import type { Entry, ProcessId, RoomState } from "../entries.ts";
import type { RoomName } from "../protocol.ts";
import { Conversation } from "./conversation.ts";
import { maxProcesses, ProcessTable } from "./process-table.ts";
import { checkRedisBusOptions, type RedisBusOptions, type RedisBusSettings } from "./redis-bus-options.ts";
import { connectRedis } from "./redis-client.ts";
import { RedisBusError, redisErrorOf } from "./redis-error.ts";
import { RedisLink } from "./redis-link.ts";
import { proveRedis } from "./redis-proof.ts";
import { RoomLogs } from "./room-logs.ts";
import { runScript, type SharedKeys, sharedKeys } from "./scripts.ts";
import { SparingLog } from "./sparing-log.ts";

/** The longest pause between two attempts to connect, in milliseconds; the first is short. */
const maxPause = 2_000;
const firstPause = 50;

/** Milliseconds for a word of goodbye when a bus is closed. */
const farewellTime = 500;

/** A bus that can say what is wrong. */
export interface RedisBus extends Bus {
  /** Why Redis cannot be used now; undefined while it can. */
  readonly error: RedisBusError | undefined;
}

/**
 * A bus over Redis 6.2 or newer, or what speaks like it. Needs the package `redis`, version 6.
 *
 * Nothing happens before `start`, which is fulfilled whether Redis is there or not, and rejected with a
 * {@link RedisBusError} only when the package is missing. From then on the bus connects again and again until it is
 * closed. When the first attempt has failed, `found` tells of the first that has not.
 *
 * `failed(room, undefined)` also comes for a room that was open, when Redis has lost its log or was put back to an
 * earlier time. The room is no longer open then, and of entries that were on their way nobody hears, as after `lost`.
 *
 * @throws {TypeError | RangeError} when an option is not what it must be
 */
export function openRedisBus(options: RedisBusOptions): RedisBus {
  return new BusOverRedis(checkRedisBusOptions(options, randomUUID));
}

interface Parts {
  readonly sink: BusSink;
  readonly rooms: RoomLogs;
  readonly conversation: Conversation;
}

class BusOverRedis implements RedisBus {
  readonly process: ProcessId;
  readonly #settings: RedisBusSettings;
  readonly #keys: SharedKeys;
  readonly #processes: ProcessTable;
  readonly #log: SparingLog;
  #parts: Parts | undefined;
  #link: RedisLink | undefined;
  #shared = false;
  #closed = false;
  #error: RedisBusError | undefined = new RedisBusError("unreachable", "not connected yet");
  #ticker: NodeJS.Timeout | undefined;
  #pause: NodeJS.Timeout | undefined;
  #attempt: Promise<void> = Promise.resolve();
  /** Attempts since a connection has held. */
  #failures = 0;
  #sharedSince = 0;
  #beatAt = 0;
  #tickedAt = 0;

  constructor(settings: RedisBusSettings) {
    this.#settings = settings;
    this.process = settings.process;
    this.#log = new SparingLog(settings.log);
    this.#keys = sharedKeys(settings.prefix, settings.process);
    this.#processes = new ProcessTable(settings.process);
  }

  get shared(): boolean {
    return this.#shared;
  }

  get error(): RedisBusError | undefined {
    return this.#error;
  }

  async start(sink: BusSink): Promise<void> {
    if (this.#parts !== undefined || this.#closed) throw new Error("a bus is started once");
    const { process, prefix, roomTtl } = this.#settings;
    const common = { process, prefix, roomTtl, log: this.#log, processes: this.#processes };
    const rooms = new RoomLogs(common, sink);
    this.#parts = { sink, rooms, conversation: new Conversation({ ...common, keys: this.#keys }, sink) };
    this.#tickedAt = performance.now();
    this.#ticker = setInterval(() => this.#tick(), this.#interval);
    this.#attempt = this.#connect(true);
    await this.#attempt;
    if (this.#error?.code !== "not-installed") return;
    await this.close();
    throw this.#error;
  }

  open(room: RoomName): void {
    this.#started.rooms.open(room);
  }

  release(room: RoomName): void {
    this.#started.rooms.release(room);
  }

  append(room: RoomName, ref: number, entry: Entry): void {
    this.#started.rooms.append(room, ref, entry);
  }

  store(state: RoomState): void {
    this.#started.rooms.store(state);
  }

  announce(topic: string, text: string): void {
    this.#started.conversation.announce(topic, text);
  }

  ask(topic: string): Promise<readonly string[]> {
    return this.#started.conversation.ask(topic, performance.now());
  }

  async close(): Promise<void> {
    if (this.#closed) {
      await this.#attempt;
      return;
    }
    this.#closed = true;
    clearInterval(this.#ticker);
    clearTimeout(this.#pause);
    const [link, wasShared] = [this.#link, this.#shared];
    this.#shared = false;
    this.#parts?.rooms.disconnect();
    this.#parts?.conversation.disconnect();
    if (link !== undefined && wasShared) await this.#leave(link);
    link?.destroy();
    await this.#attempt;
  }

  /** Milliseconds between two ticks: a timeout is noticed, and a heartbeat sent, at most so much too late. */
  get #interval(): number {
    return Math.min(this.#settings.commandTimeout, this.#settings.heartbeat) / 4;
  }

  get #started(): Parts {
    if (this.#parts === undefined) throw new Error("start the bus first");
    return this.#parts;
  }

  async #connect(isFirst: boolean): Promise<void> {
    let link: RedisLink | undefined;
    try {
      const connection = await connectRedis(this.#settings.source, this.#settings.commandTimeout);
      if (this.#closed) return connection.destroy();
      const patience = Math.ceil(this.#settings.commandTimeout / this.#interval);
      const made = new RedisLink(connection, patience, {
        published: (channel, message) => this.#published(channel, message),
        failed: (error) => this.#lose(made, error),
        faulted: (error) => this.#fault(made, error),
      });
      link = made;
      this.#link = link;
      await this.#prove(link);
      if (this.#link === link && !this.#closed) this.#begin(link, isFirst);
    } catch (error) {
      if (link === undefined) this.#lose(link, redisErrorOf(error));
      else link.fail(redisErrorOf(error));
    }
  }

  async #prove(link: RedisLink): Promise<void> {
    const { prefix, roomTtl } = this.#settings;
    for (const channel of [this.#keys.announce, this.#keys.ask, this.#keys.answers]) {
      link.subscribe(channel, (error) => link.fail(error));
    }
    await proveRedis(link, { prefix, roomTtl, process: this.process });
    // Only now, so that nobody sees a process come and go that cannot do anything.
    this.#beatAt = performance.now();
    const [, alive] = (await link.ask(this.#beatCommand())) as [number, readonly ProcessId[]];
    this.#processes.update(alive, new Set());
  }

  #begin(link: RedisLink, isFirst: boolean): void {
    const { sink, rooms, conversation } = this.#started;
    this.#error = undefined;
    this.#shared = true;
    this.#sharedSince = performance.now();
    rooms.connect(link, this.#sharedSince);
    conversation.connect(link);
    this.#log.info("redis.connected", { process: this.process });
    if (!isFirst) sink.found();
  }

  #lose(link: RedisLink | undefined, error: RedisBusError): void {
    if (this.#closed || link !== this.#link) return;
    link?.destroy();
    this.#link = undefined;
    const { sink, rooms, conversation } = this.#started;
    const wasShared = this.#shared;
    const { code, message } = error;
    if (wasShared || this.#error?.code !== code) this.#log.warn("redis.lost", { code, message });
    this.#error = error;
    this.#shared = false;
    this.#processes.forget();
    rooms.disconnect();
    conversation.disconnect();
    // Who is lost as soon as it is found should not be looked for without a pause.
    if (wasShared && performance.now() - this.#sharedSince > this.#settings.goneAfter) this.#failures = 0;
    if (code !== "not-installed") this.#retry();
    if (wasShared) sink.lost();
  }

  #retry(): void {
    const pause = Math.min(maxPause, firstPause * 2 ** Math.min(this.#failures++, 10));
    clearTimeout(this.#pause);
    // All processes have lost the same Redis: they should not come back in one moment.
    const spread = pause * (0.5 + Math.random() / 2);
    this.#pause = setTimeout(() => {
      this.#attempt = this.#connect(false);
    }, spread);
  }

  /** The sink has thrown. Its rooms may be in any state, so they begin again. */
  #fault(link: RedisLink, error: unknown): void {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#log.error("redis.sink-threw", { message });
    link.fail(new RedisBusError("unreachable", "given up after a fault"));
  }

  #published(channel: string, message: string): void {
    if (this.#closed || !this.#shared) return;
    const { rooms, conversation } = this.#started;
    if (!rooms.published(channel, message)) conversation.published(channel, message);
  }

  #tick(): void {
    const now = performance.now();
    const { rooms, conversation } = this.#started;
    const stopped = now - this.#tickedAt;
    this.#tickedAt = now;
    conversation.handleTimeout(now);
    this.#link?.tick();
    const link = this.#link;
    if (!this.#shared || link === undefined) return;
    const { goneAfter, heartbeat } = this.#settings;
    // A process that was stopped is told before it hears what the others have made of that.
    if (stopped > goneAfter) {
      link.fail(forgotten());
      return;
    }
    if (now - this.#beatAt >= heartbeat) this.#beat(link, now);
    rooms.handleTimeout(now);
  }

  #beat(link: RedisLink, now: number): void {
    this.#beatAt = now;
    this.#log.renew();
    const mentioned = this.#processes.takeMentioned();
    link.send(
      this.#beatCommand(),
      (reply) => {
        const [wasAlive, alive] = reply as [number, readonly ProcessId[]];
        if (wasAlive === 0) return link.fail(forgotten());
        for (const process of this.#processes.update(alive, mentioned))
          this.#started.sink.processGone(process);
      },
      (error) => link.fail(error),
    );
  }

  #beatCommand(): readonly string[] {
    const { goneAfter } = this.#settings;
    return runScript("beat", [this.#keys.processes], [this.process, goneAfter, maxProcesses]);
  }

  /** Others need not wait to see that this process has gone. */
  async #leave(link: RedisLink): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, farewellTime);
    });
    const left = link.ask(["ZREM", this.#keys.processes, this.process]);
    await Promise.race([left, late]).catch(() => {});
    clearTimeout(timer);
  }
}

function forgotten(): RedisBusError {
  return new RedisBusError("forgotten", "this process was silent for so long that the others gave it up");
}
