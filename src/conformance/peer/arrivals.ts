/** The frames of a peer as they arrive: cut out of the octets, held against what all frames must observe, Pings answered. */

import { decodeFrame, type Frame, frameSize, Opcode } from "../wire/frame.ts";
import { checkFrameSize, checkPings } from "./bounds.ts";
import type { Connection } from "./connection.ts";
import { Deadline } from "./deadline.ts";
import type { Observance } from "./observance.ts";
import type { Received } from "./received.ts";

/** The longest header: opcode, length in 64 bits, masking key (RFC 6455 §5.2). */
const LONGEST_HEADER = 14;

export interface ArrivalsOptions {
  readonly connection: Connection;
  readonly observance: Observance;
  /** Answers a Ping; says whether it was its to answer. */
  readonly answer: (ping: Frame) => boolean;
}

export class Arrivals {
  readonly #options: ArrivalsOptions;
  #pings = 0;

  constructor(options: ArrivalsOptions) {
    this.#options = options;
  }

  /**
   * The next frame that is no Ping answered here, or what came in its place.
   *
   * @throws {Deviation} when the frame breaks a rule that holds for all frames, or there is no end of it
   */
  async next(patience: number): Promise<Received> {
    const { connection, observance, answer } = this.#options;
    let deadline = new Deadline(patience);
    for (;;) {
      const frame = this.#take();
      if (frame === undefined) {
        // A long frame may take its time while more of it comes; Pings leave no more time for what is waited for.
        if (connection.unreadLength > 0) deadline = new Deadline(patience);
        const state = await connection.more(deadline.left);
        if (state !== "octets") return { kind: state };
        continue;
      }
      observance.check(frame);
      if (frame.opcode !== Opcode.Ping || !answer(frame)) return { kind: "frame", frame };
      checkPings(++this.#pings);
    }
  }

  #take(): Frame | undefined {
    const { connection } = this.#options;
    const start = connection.peekStart(LONGEST_HEADER);
    const size = frameSize(start);
    if (size === undefined || connection.unreadLength < size) {
      if (size !== undefined) this.#checkSize(size, start);
      return undefined;
    }
    const octets = connection.take(size);
    const { frame } = decodeFrame(octets)!;
    connection.log.frame(connection.number, "received", frame, octets);
    return frame;
  }

  #checkSize(size: number, start: Buffer): void {
    const { connection } = this.#options;
    try {
      checkFrameSize(size);
    } catch (error) {
      connection.log.octets(connection.number, "received", "the beginning of a frame", start);
      throw error;
    }
  }
}
