/**
 * One connection to Redis, from when it is made until anything is wrong with it. It is never mended: a new one is
 * made in its place, so nobody has to ask what became of half a conversation.
 */
import type { RedisConnection, RedisListener } from "./redis-client.ts";
import { isOfOneCommand, RedisBusError, redisErrorOf } from "./redis-error.ts";

export interface RedisLinkSink {
  published(channel: string, message: string): void;
  /** Once, and nothing after it. */
  failed(error: RedisBusError): void;
  /** A callback has thrown: a fault of this program, not of Redis. */
  faulted(error: unknown): void;
}

/** See the head of this file. */
export class RedisLink {
  readonly #connection: RedisConnection;
  readonly #sink: RedisLinkSink;
  readonly #listener: RedisListener;
  readonly #patience: number;
  #ended = false;
  #unanswered = 0;
  /** Ticks since Redis was last heard. */
  #silence = 0;

  /** @param patience calls of {@link tick} without a word, while one is awaited, after which Redis is lost */
  constructor(connection: RedisConnection, patience: number, sink: RedisLinkSink) {
    this.#patience = patience;
    this.#connection = connection;
    this.#sink = sink;
    this.#listener = (message, channel) => {
      this.#silence = 0;
      this.#call(() => sink.published(channel, message));
    };
    connection.on("error", (error) => this.fail(redisErrorOf(error)));
    connection.on("end", () =>
      this.fail(new RedisBusError("unreachable", "the connection to Redis has ended")),
    );
  }

  /** Sends a command. `refused` hears of an error that is of this command alone; any other ends the link. */
  send(
    args: readonly string[],
    answered: (reply: unknown) => void,
    refused: (error: RedisBusError) => void,
  ): void {
    this.#await(this.#connection.sendCommand(args), answered, refused);
  }

  /** The same, for who can wait. Every error is thrown. @throws {RedisBusError} */
  async ask(args: readonly string[]): Promise<unknown> {
    try {
      this.#unanswered++;
      return await this.#connection.sendCommand(args);
    } catch (error) {
      throw redisErrorOf(error);
    } finally {
      this.#answer();
    }
  }

  /** Hears what is published on `channel`. */
  subscribe(channel: string, refused: (error: RedisBusError) => void): void {
    this.#await(this.#connection.subscribe(channel, this.#listener), () => {}, refused);
  }

  unsubscribe(channel: string): void {
    this.#await(
      this.#connection.unsubscribe(channel, this.#listener),
      () => {},
      () => {},
    );
  }

  /**
   * To be called at even intervals. Who answers slowly is there; and ticks only pass while this process runs, so that
   * one that was stopped finds what has come meanwhile before it complains of silence.
   */
  tick(): void {
    this.#silence = this.#unanswered === 0 ? 0 : this.#silence + 1;
    if (this.#silence > this.#patience) this.fail(new RedisBusError("timeout", "Redis does not answer"));
  }

  fail(error: RedisBusError): void {
    if (this.#ended) return;
    this.destroy();
    this.#sink.failed(error);
  }

  /** Ends it, without a word to the sink. */
  destroy(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#connection.destroy();
  }

  #await(
    reply: Promise<unknown>,
    answered: (reply: unknown) => void,
    refused: (error: RedisBusError) => void,
  ): void {
    this.#unanswered++;
    reply.then(
      (value) => {
        this.#answer();
        this.#call(() => answered(value));
      },
      (error) => {
        this.#answer();
        const reason = redisErrorOf(error);
        if (isOfOneCommand(reason)) this.#call(() => refused(reason));
        else this.fail(reason);
      },
    );
  }

  #answer(): void {
    this.#unanswered--;
    this.#silence = 0;
  }

  #call(callback: () => void): void {
    if (this.#ended) return;
    try {
      callback();
    } catch (error) {
      this.#sink.faulted(error);
    }
  }
}
