/** A connection that sends an exchange's messages, over and over, and checks the answers. */
import type { AnswerCheck, Exchange } from "./exchange.ts";
import { LoadConnection } from "./load-connection.ts";

/** Bytes that one read brings at most. */
export const READ_BUFFER: number = 256 * 1024;

export interface ExchangeConnectionOptions {
  readonly port: number;
  /** Where reads land; all connections may share it. */
  readonly buffer: Buffer;
  /** One read brought the rest of so many answers. */
  answered(answers: number): void;
  /** Called once: an answer is wrong, or the connection is gone. */
  failed(error: Error): void;
}

export class ExchangeConnection {
  /** Answers that are still to come. */
  outstanding = 0;
  readonly #exchange: Exchange;
  readonly #check: AnswerCheck;
  readonly #connection: LoadConnection;
  #next = 0;

  constructor(exchange: Exchange, { port, buffer, answered, failed }: ExchangeConnectionOptions) {
    this.#exchange = exchange;
    this.#check = exchange.startCheck();
    const received = (length: number): void => {
      const answers = this.#check.receive(buffer, length);
      this.outstanding -= answers;
      if (this.outstanding < 0) throw new Error("more came than was asked for");
      answered(answers);
    };
    this.#connection = new LoadConnection({ port, buffer, opening: exchange.opening, received, failed });
  }

  get opened(): Promise<void> {
    return this.#connection.opened;
  }

  /** Sends the next `count` messages in one write. */
  send(count: number): void {
    const { cycle } = this.#exchange;
    this.#connection.write(this.#exchange.frames(this.#next, count));
    this.#next = (this.#next + count) % cycle;
  }

  close(): void {
    this.#connection.reset();
  }
}
