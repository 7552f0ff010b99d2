/**
 * RFC 6455 §5.4: which data frames may follow each other, and how much of a message there may be.
 *
 *     unfragmented   [FIN Text|Binary]
 *     fragmented     [Text|Binary] [Continuation]* [FIN Continuation]
 */
import { WebSocketProtocolError } from "../errors.ts";
import { Opcode } from "./frame.ts";

export class Fragmentation {
  readonly #maxBytes: number;
  readonly #maxFragments: number;
  /** Text or Binary: of the message that is being received. */
  opcode: Opcode = Opcode.Text;
  /** Whether its first frame had RSV1: the message is compressed (RFC 7692 §6). */
  compressed = false;
  /** Frames of it that have begun; 0 between messages. */
  frames = 0;
  /** Payload bytes that these frames announced. */
  length = 0;

  constructor(maxBytes: number, maxFragments: number) {
    this.#maxBytes = maxBytes;
    this.#maxFragments = maxFragments;
  }

  /**
   * A data frame begins.
   *
   * @throws {WebSocketProtocolError} 1002 when it cannot stand here, 1009 and 1008 when the message gets too long
   */
  start(opcode: Opcode, rsv1: boolean, length: number): void {
    const midMessage = this.frames > 0;
    if (midMessage !== (opcode === Opcode.Continuation)) {
      throw new WebSocketProtocolError(1002, midMessage ? "expected a continuation" : "nothing to continue");
    }
    if (midMessage) {
      // RFC 7692 §6.1: "An endpoint MUST NOT set the "Per-Message Compressed" bit of control frames and non-first
      // fragments of a data message. An endpoint receiving such a frame MUST _Fail the WebSocket Connection_."
      if (rsv1) throw new WebSocketProtocolError(1002, "RSV1 on a continuation frame");
    } else {
      this.opcode = opcode;
      this.compressed = rsv1;
    }
    this.length += length;
    if (this.length > this.#maxBytes) {
      throw new WebSocketProtocolError(1009, `message exceeds ${this.#maxBytes} bytes`);
    }
    if (++this.frames > this.#maxFragments) {
      throw new WebSocketProtocolError(1008, `message exceeds ${this.#maxFragments} frames`);
    }
  }

  /** The message is complete. */
  finish(): void {
    this.frames = 0;
    this.length = 0;
  }
}
