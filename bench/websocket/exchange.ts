/** What a client and a server say to each other under load: prepared, so that the client has little to do. */
import type { Opening } from "./openings.ts";

export interface Exchange {
  readonly opening: Opening;
  /** How many messages differ from each other; after them the first follows again. */
  readonly cycle: number;
  /** The client's frames from the `first` of the cycle on, as one slice. */
  frames(first: number, count: number): Buffer;
  /** For one connection, before its first answer. */
  startCheck(): AnswerCheck;
}

/** Compares the answers that come over one connection with what they must be, wherever the stream is cut. */
export interface AnswerCheck {
  /**
   * Takes the first `length` bytes of `chunk`; returns how many answers they complete.
   *
   * @throws {Error} when they are not what they must be
   */
  receive(chunk: Buffer, length: number): number;
}
