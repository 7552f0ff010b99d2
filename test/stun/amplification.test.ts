import { describe, expect, it } from "vitest";
import { encodeMappedAddress, type TransportAddress } from "../../src/stun/address.ts";
import type { Attribute } from "../../src/stun/attributes.ts";
import { type BindingOptions, BindingServer } from "../../src/stun/binding.ts";
import { encodeBindingRequest } from "../../src/stun/binding-request.ts";
import { encodeMessage, type MessageParts } from "../../src/stun/encode.ts";
import { MessageClass, Method } from "../../src/stun/message.ts";

const transactionId = new Uint8Array(12);
const ipv4: TransportAddress = { address: "192.0.2.1", port: 32853 };
const ipv6: TransportAddress = { address: "2001:db8::1", port: 32853 };
const bare = encodeBindingRequest(transactionId);

function request(change: Partial<MessageParts>): Uint8Array {
  return encodeMessage({ method: Method.Binding, class: MessageClass.Request, transactionId, ...change });
}

/** By how many octets the answer is longer than the request. */
function growth(options: BindingOptions, bytes: Uint8Array, source: TransportAddress): number {
  return new BindingServer(options).receive(bytes, source, 0)!.length - bytes.length;
}

describe("RFC 8489 §16.1.2 no amplification", () => {
  const odd = (count: number): readonly Attribute[] =>
    Array.from({ length: count }, (_, at) => ({ type: 0x4000 + at, value: new Uint8Array(0) }));
  const requests = [
    bare,
    encodeBindingRequest(transactionId, { fingerprint: true }),
    ...[1, 2, 3, 4, 50, 370].map((count) => request({ attributes: odd(count) })),
    ...[1, 2, 300].map((count) => request({ attributes: odd(count), fingerprint: true })),
    request({ attributes: [encodeMappedAddress(ipv4)] }),
  ];

  it.each([ipv4, ipv6])("an answer to $address is at most 32 octets longer than what was asked", (source) => {
    const options: readonly BindingOptions[] = [{}, { authenticate: () => undefined }];
    const all = requests.flatMap((bytes) => options.map((each) => growth(each, bytes, source)));
    expect(Math.max(...all)).toBe(32);
  });

  it("a success response is longer by its address alone", () => {
    expect(growth({}, bare, ipv4)).toBe(12);
    expect(growth({}, bare, ipv6)).toBe(24);
  });

  it("a hundred requests in the name of one address bring it one answer, where the burst is one", () => {
    const server = new BindingServer({ rateBurst: 1, ratePerSecond: 1 });
    const answers = Array.from({ length: 100 }, () => server.receive(bare, ipv4, 0)).filter(Boolean);
    expect(answers.length).toBe(1);
    expect(server.counts.dropped["rate-limited"]).toBe(99);
  });
});
