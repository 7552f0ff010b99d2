/** One message, framed once, for many receivers: the same bytes go to each (RFC 6455 §5.1: a server does not mask). */
import { MessageDeflater } from "../deflate/deflate.ts";
import { FIN, headerSize, Opcode, RSV1, writeHeader } from "../wire/frame.ts";

/** A message as an application gives it: text, or bytes that belong to the connection from then on. */
export type MessageData = string | Uint8Array | ArrayBuffer | DataView;

/** The bytes of a message, without a copy. */
export function bytesOf(data: Exclude<MessageData, string>): Uint8Array {
  if (data instanceof Uint8Array) return data;
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  throw new TypeError("a message is a string, a Uint8Array, an ArrayBuffer or a DataView");
}

/** A binary message as browsers deliver it: in memory of its own. */
export function arrayBufferOf(message: Uint8Array): ArrayBuffer {
  return Uint8Array.from(message).buffer;
}

/** A message for many receivers: encoded when the first of its kind asks for it, once for all of them. */
export class SharedMessage {
  /** Text or Binary. */
  readonly opcode: Opcode;
  readonly payload: Uint8Array;
  #plain: Buffer | undefined;
  #compressed: Map<string, Buffer | undefined> | undefined;

  constructor(data: MessageData) {
    const text = typeof data === "string";
    this.opcode = text ? Opcode.Text : Opcode.Binary;
    this.payload = text ? Buffer.from(data) : bytesOf(data);
  }

  /** Its frame as everybody understands it. */
  get plain(): Buffer {
    this.#plain ??= frameOf(FIN | this.opcode, this.payload);
    return this.#plain;
  }

  /**
   * Its frame compressed by itself, for who agreed to such a window; undefined when it is too long to be compressed
   * at once.
   */
  compressed(windowBits: number, level: number): Buffer | undefined {
    this.#compressed ??= new Map();
    const kind = `${windowBits} ${level}`;
    if (!this.#compressed.has(kind)) {
      const deflater = new MessageDeflater({ windowBits, contextTakeover: false, level });
      const deflated = deflater.deflateNow(this.payload);
      this.#compressed.set(kind, deflated && frameOf(FIN | RSV1 | this.opcode, deflated));
    }
    return this.#compressed.get(kind);
  }
}

function frameOf(first: number, payload: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(headerSize(payload.length, false) + payload.length);
  frame.set(payload, writeHeader(frame, 0, first, payload.length));
  return frame;
}
