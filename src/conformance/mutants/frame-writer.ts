/** Frames as they go out: as the sender's role wants them (RFC 6455 §5.1, §5.2), unless a fault says otherwise. */
import type { Random } from "../random.ts";
import { encodeFrame, type FrameToWrite, RSV1, RSV2, RSV3 } from "../wire/frame.ts";
import type { Broken } from "./faults.ts";

export interface FrameWriterOptions {
  readonly role: "server" | "client";
  readonly broken: Broken;
  /** Draws masking keys. */
  readonly random: Random;
}

export class FrameWriter {
  readonly #options: FrameWriterOptions;
  #lastKey: Buffer | undefined;
  #first: number | undefined;
  #count = 0;

  constructor(options: FrameWriterOptions) {
    this.#options = options;
  }

  /** The octets of a frame. */
  encode(frame: FrameToWrite): Buffer {
    const { broken } = this.#options;
    const length = Buffer.byteLength(frame.payload ?? "");
    const rsv =
      (frame.rsv ?? 0) |
      (broken("sets-rsv1") ? RSV1 : 0) |
      (broken("sets-rsv2") ? RSV2 : 0) |
      (broken("sets-rsv3") ? RSV3 : 0);
    return encodeFrame({ ...frame, rsv, maskingKey: this.#key(), ...this.#length(length) });
  }

  /** RFC 6455 §5.1: "a client MUST mask all frames that it sends to the server", a server none. */
  #key(): Buffer | undefined {
    const { role, broken, random } = this.#options;
    if (role === "server") return broken("masks-its-frames") ? random.octets(4) : undefined;
    if (broken("masks-nothing")) return undefined;
    if (broken("masks-with-zeros")) return Buffer.alloc(4);
    if (broken("draws-the-same-masking-keys-each-time"))
      return this.#counted((count) => Math.imul(count, 0x9e3779b1));
    if (broken("counts-masking-keys-up")) {
      this.#first ??= random.next();
      return this.#counted((count) => this.#first! + count);
    }
    // RFC 6455 §5.3: "The masking key is a 32-bit value chosen at random by the client."
    if (!broken("masks-with-one-key")) this.#lastKey = undefined;
    this.#lastKey ??= random.octets(4);
    return this.#lastKey;
  }

  #counted(key: (count: number) => number): Buffer {
    const octets = Buffer.alloc(4);
    octets.writeUInt32BE(key(this.#count++) >>> 0);
    return octets;
  }

  /** RFC 6455 §5.2: "the minimal number of bytes MUST be used to encode the length". */
  #length(length: number): Pick<FrameToWrite, "lengthBits" | "statedLength"> {
    const { broken } = this.#options;
    if (length < 126 && broken("writes-short-lengths-in-16-bits")) return { lengthBits: 16 };
    if (length >= 125 && length < 65_536 && broken("writes-medium-lengths-in-64-bits"))
      return { lengthBits: 64 };
    if (length >= 65_535 && broken("writes-long-lengths-in-16-bits"))
      return { lengthBits: 16, statedLength: length & 0xffff };
    return {};
  }
}
