/** What a message is answered with: the same once more, unless a fault says otherwise. */
import { type FrameToWrite, Opcode, RSV1 } from "../wire/frame.ts";
import { type Broken, chosen, type Fault } from "./faults.ts";
import type { MessageCodec } from "./message-codec.ts";

/** A whole message. */
export interface EchoedMessage {
  readonly opcode: number;
  readonly payload: Buffer;
}

/** What a mutant makes of a message. */
const changes: Readonly<Partial<Record<Fault, (message: EchoedMessage) => EchoedMessage>>> = {
  "echoes-text-as-binary": ({ payload }) => ({ opcode: Opcode.Binary, payload }),
  "echoes-binary-as-text": ({ payload }) => ({ opcode: Opcode.Text, payload }),
  "truncates-long-messages": ({ opcode, payload }) => ({ opcode, payload: payload.subarray(0, 65_535) }),
  "corrupts-long-messages": ({ opcode, payload }) => ({
    opcode,
    payload: payload.length > 1024 ? corrupted(payload) : payload,
  }),
  "takes-text-for-latin-1": (message) => ofText(message, ({ payload }) => payload.toString("latin1")),
  "knows-no-characters-beyond-the-first-plane": (message) =>
    ofText(message, ({ payload }) => payload.toString().replace(/[\u{10000}-\u{10ffff}]/gu, "\ufffd")),
  "composes-characters": (message) => ofText(message, ({ payload }) => payload.toString().normalize("NFC")),
  "changes-ends-of-lines": (message) =>
    ofText(message, ({ payload }) => payload.toString().replace(/\r\n?/g, "\n")),
  "removes-byte-order-marks": (message) =>
    ofText(message, ({ payload }) => payload.toString().replace(/^\ufeff/, "")),
  "ends-text-at-nul": (message) => ofText(message, ({ payload }) => payload.toString().split("\0", 1)[0]!),
};

/** The echo of a message, as messages that are still to be compressed and framed. */
export function echoOf(message: EchoedMessage, broken: Broken): readonly EchoedMessage[] {
  if (broken("echoes-nothing")) return [];
  if (broken("ignores-empty-messages") && message.payload.length === 0) return [];
  if (broken("echoes-twice")) return [message, message];
  const change = chosen(changes, broken);
  return [change === undefined ? message : change(message)];
}

function ofText(message: EchoedMessage, change: (message: EchoedMessage) => string): EchoedMessage {
  return message.opcode === Opcode.Text ? { ...message, payload: Buffer.from(change(message)) } : message;
}

/** One bit of the last octet is another. */
function corrupted(payload: Buffer): Buffer {
  const copy = Buffer.from(payload);
  copy[copy.length - 1]! ^= 0x01;
  return copy;
}

/** The frames that carry an echo: compressed where that was agreed on. */
export function framesOf(
  { opcode, payload }: EchoedMessage,
  codec: MessageCodec | undefined,
  broken: Broken,
): readonly FrameToWrite[] {
  if (codec === undefined) return [{ opcode, payload }];
  if (broken("compresses-without-saying-so")) return [{ opcode, payload: codec.compress(payload) }];
  if (broken("sets-rsv1-without-compressing")) return [{ opcode, payload, rsv: RSV1 }];
  return [{ opcode, payload: codec.compress(payload), rsv: RSV1 }];
}
