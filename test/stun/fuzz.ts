/** What holds of every message, and of all that looks like one. */
import { expect } from "vitest";
import { Random } from "../../src/conformance/random.ts";
import { decodeMappedAddress, decodeXorMappedAddress } from "../../src/stun/address.ts";
import { BindingServer } from "../../src/stun/binding.ts";
import { ClientTransaction } from "../../src/stun/client-transaction.ts";
import { encodeMessage } from "../../src/stun/encode.ts";
import { decodeErrorCode, decodeUnknownAttributes } from "../../src/stun/error-code.ts";
import { checkFingerprint } from "../../src/stun/fingerprint.ts";
import { decodePriority, decodeTiebreaker } from "../../src/stun/ice-attributes.ts";
import { checkIntegrity, checkIntegritySha256 } from "../../src/stun/integrity.ts";
import { MessageClass, parseMessage, StunMessage } from "../../src/stun/message.ts";
import { MessageStream } from "../../src/stun/message-stream.ts";
import { decodePasswordAlgorithm, decodePasswordAlgorithms } from "../../src/stun/password-algorithms.ts";
import { scheduleOf } from "../../src/stun/retransmission.ts";
import { decodeText } from "../../src/stun/text.ts";
import { sampleRequest, vectors } from "./vectors.ts";

const faults = [undefined, "length", "attribute-overrun", "attribute-length", "after-fingerprint"];
const key = Buffer.from("key");
const source = { address: "2001:db8::1", port: 3478 };

/** decode(encode(x)) = x. */
export function checkMessage(seed: number): void {
  const random = new Random(seed);
  const protectors = [0x0008, 0x001c, 0x8028];
  const attributes = Array.from({ length: random.below(12) }, () => ({
    type: random.below(0x10000),
    value: new Uint8Array(random.octets(random.below(40))),
  })).filter(({ type }) => !protectors.includes(type));
  const messageClass = random.below(4) as MessageClass;
  const parts = {
    method: random.below(0x1000),
    class: messageClass,
    transactionId: new Uint8Array(random.octets(12)),
    attributes,
    integrity: random.below(2) === 0 ? key : undefined,
    integritySha256: random.below(2) === 0 ? key : undefined,
    fingerprint: random.below(2) === 0,
  };
  const message = parseMessage(encodeMessage(parts));
  if (!(message instanceof StunMessage)) throw new Error(`seed ${seed}: ${message}`);
  expect([message.method, message.class, message.transactionId]).toEqual([
    parts.method,
    messageClass,
    parts.transactionId,
  ]);
  expect(message.attributes.filter(({ type }) => !protectors.includes(type))).toEqual(attributes);
  expect(checkIntegrity(message, key)).toBe(parts.integrity !== undefined);
  expect(checkIntegritySha256(message, key)).toBe(parts.integritySha256 !== undefined);
  expect(checkFingerprint(message)).toBe(parts.fingerprint);
}

/** Only documented outcomes, from whatever bytes. */
export function checkMutation(seed: number): void {
  const bytes = mutate(new Random(seed));
  const message = parseMessage(bytes);
  if (message instanceof StunMessage) readAll(message);
  else expect(faults).toContain(message);

  const server = new BindingServer({ authenticate: () => (seed % 2 === 0 ? key : undefined) });
  for (const each of [server, new BindingServer()]) {
    const answer = each.receive(bytes, source, 0);
    if (answer === undefined) continue;
    // Only a request is answered, by what can be read and is bounded.
    expect(message).toMatchObject({ class: MessageClass.Request });
    expect(parseMessage(answer)).toBeInstanceOf(StunMessage);
    expect(answer.length).toBeLessThanOrEqual(bytes.length + 32);
  }
  const schedule = scheduleOf("udp", {});
  const asked = { request: sampleRequest, server: source, transport: "udp", schedule } as const;
  const transaction = new ClientTransaction(asked);
  transaction.start(0);
  expect(["succeeded", "failed", undefined]).toContain(transaction.receive(bytes, source, 1)[0]?.type);
  const fault = new MessageStream(1500).push(bytes, (each) => expect(each.length).toBeGreaterThanOrEqual(20));
  expect([undefined, "not-stun", "too-long"]).toContain(fault);
}

/** Every decoder on every value: undefined or a value, and never an error. */
function readAll(message: StunMessage): void {
  for (const { value } of message.attributes) {
    decodeMappedAddress(value);
    decodeXorMappedAddress(value, message.transactionId);
    decodeErrorCode(value);
    decodeUnknownAttributes(value);
    decodePasswordAlgorithm(value);
    decodePasswordAlgorithms(value);
    decodePriority(value);
    decodeTiebreaker(value);
    decodeText(value);
  }
  checkIntegrity(message, key);
  checkIntegritySha256(message, key, 16);
  checkFingerprint(message);
}

/** A vector with some of its octets, its length or its end changed; the Length field made right again in half of them. */
function mutate(random: Random): Uint8Array {
  const originals = [...vectors.values()];
  let bytes = Buffer.from(originals[random.below(originals.length)]!);
  for (let change = random.below(4); change >= 0; change--) {
    switch (random.below(4)) {
      case 0:
        bytes[random.below(bytes.length)] = random.below(256);
        break;
      case 1:
        bytes = bytes.subarray(0, 1 + random.below(bytes.length));
        break;
      case 2:
        bytes = Buffer.concat([bytes, random.octets(4 * random.below(5))]);
        break;
      case 3: {
        const at = random.below(bytes.length);
        bytes = Buffer.concat([bytes.subarray(0, at), random.octets(4), bytes.subarray(at)]);
      }
    }
  }
  if (random.below(2) === 0 && bytes.length >= 20) bytes.writeUInt16BE((bytes.length - 20) & 0xfffc, 2);
  return bytes;
}
