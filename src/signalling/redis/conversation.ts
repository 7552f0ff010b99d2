/** What processes tell and ask each other besides the rooms: by Pub/Sub, kept nowhere. */
import type { Log } from "../../log.ts";
import type { BusSink } from "../bus.ts";
import type { ProcessId } from "../entries.ts";
import type { ProcessTable } from "./process-table.ts";
import { Questions } from "./questions.ts";
import type { RedisLink } from "./redis-link.ts";
import type { SharedKeys } from "./scripts.ts";

/** The longest announcement or answer, in UTF-16 code units. */
export const maxMessageLength = 1_048_576;

/** Milliseconds that answers are waited for. */
const answerTime = 1_000;

export interface ConversationSettings {
  readonly process: ProcessId;
  readonly keys: SharedKeys;
  readonly processes: ProcessTable;
  readonly log: Log;
}

/** One message; which fields it has depends on its channel. */
interface Message {
  readonly process: ProcessId;
  readonly topic: string;
  readonly text: string;
  readonly question: number;
}

/** See the head of this file. */
export class Conversation {
  readonly #settings: ConversationSettings;
  readonly #sink: BusSink;
  readonly #questions = new Questions();
  #link: RedisLink | undefined;

  constructor(settings: ConversationSettings, sink: BusSink) {
    this.#settings = settings;
    this.#sink = sink;
  }

  connect(link: RedisLink): void {
    this.#link = link;
  }

  /** Questions are answered with what there is. */
  disconnect(): void {
    this.#link = undefined;
    this.#questions.end();
  }

  announce(topic: string, text: string): void {
    this.#publish(this.#settings.keys.announce, { topic, text });
  }

  /** @param now milliseconds, on the clock of {@link handleTimeout} */
  ask(topic: string, now: number): Promise<readonly string[]> {
    const own = this.#sink.asked(topic);
    const { keys, processes } = this.#settings;
    if (this.#link === undefined) return Promise.resolve([own]);
    return new Promise((resolve) => {
      const question = this.#questions.ask(own, now + answerTime, resolve);
      // Redis tells how many hear it, this process included; in a cluster only of those that are where we are.
      this.#publish(keys.ask, { topic, question }, (heard) =>
        this.#questions.expect(question, Math.max(heard - 1, processes.others)),
      );
    });
  }

  /** A publication; false when it is not of this kind. */
  published(channel: string, text: string): boolean {
    const { keys, process, log } = this.#settings;
    if (channel !== keys.announce && channel !== keys.ask && channel !== keys.answers) return false;
    const message = read(text);
    if (typeof message?.process !== "string") {
      log.warn("redis.malformed-publication", { channel });
      return true;
    }
    if (channel === keys.answers) {
      if (typeof message.text === "string" && typeof message.question === "number") {
        this.#questions.receiveAnswer(message.question, message.text);
      }
    } else if (message.process !== process && typeof message.topic === "string") {
      if (channel === keys.ask) this.#answer(message.topic, message);
      else if (typeof message.text === "string") this.#sink.announced(message.topic, message.text);
    }
    return true;
  }

  handleTimeout(now: number): void {
    this.#questions.handleTimeout(now);
  }

  #answer(topic: string, { process, question }: Partial<Message>): void {
    if (process === undefined || typeof question !== "number") return;
    this.#publish(this.#settings.keys.answersOf(process), { question, text: this.#sink.asked(topic) });
  }

  #publish(channel: string, message: Partial<Message>, heard: (count: number) => void = () => {}): void {
    const { process, log } = this.#settings;
    const text = JSON.stringify({ process, ...message });
    const refused = (reason: string): void =>
      log.warn("redis.publication-refused", { channel, message: reason });
    if (this.#link === undefined) return;
    if (text.length > maxMessageLength) {
      refused("it is too long");
      return;
    }
    this.#link.send(
      ["PUBLISH", channel, text],
      (count) => heard(typeof count === "number" ? count : 0),
      (error) => refused(error.message),
    );
  }
}

function read(text: string): Partial<Message> | undefined {
  try {
    return (JSON.parse(text) ?? undefined) as Partial<Message> | undefined;
  } catch {
    return undefined;
  }
}
