/** One message, framed once, for many receivers: the same bytes go to each (RFC 6455 §5.1: a server does not mask). */
import { FIN, headerSize, Opcode, writeHeader } from "./frame.ts";

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

/** Encodes one unfragmented, unmasked message, to be sent by `Connection.sendFrames` on a server. */
export function encodeMessage(data: MessageData): Buffer {
  const text = typeof data === "string";
  const payload = text ? Buffer.from(data) : bytesOf(data);
  const frame = Buffer.allocUnsafe(headerSize(payload.length, false) + payload.length);
  const at = writeHeader(frame, 0, FIN | (text ? Opcode.Text : Opcode.Binary), payload.length);
  frame.set(payload, at);
  return frame;
}
