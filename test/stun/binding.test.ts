import { describe, expect, it } from "vitest";
import {
  decodeMappedAddress,
  decodeXorMappedAddress,
  type TransportAddress,
} from "../../src/stun/address.ts";
import { type Attribute, AttributeType } from "../../src/stun/attributes.ts";
import { type BindingOptions, BindingServer } from "../../src/stun/binding.ts";
import { encodeBindingRequest } from "../../src/stun/binding-request.ts";
import { shortTermKey } from "../../src/stun/credentials.ts";
import { encodeMessage, type MessageParts } from "../../src/stun/encode.ts";
import { decodeErrorCode, decodeUnknownAttributes } from "../../src/stun/error-code.ts";
import { checkFingerprint } from "../../src/stun/fingerprint.ts";
import { checkIntegrity, checkIntegritySha256 } from "../../src/stun/integrity.ts";
import { MessageClass, Method, parseMessage, StunMessage } from "../../src/stun/message.ts";
import { decodeText, encodeSoftware } from "../../src/stun/text.ts";
import { sampleIPv4Response, sampleRequest, shortTermPassword } from "./vectors.ts";

const transactionId = Uint8Array.from({ length: 12 }, (_, at) => 0xf0 | at);
const ipv4: TransportAddress = { address: "192.0.2.1", port: 32853 };
const ipv6: TransportAddress = { address: "2001:db8::1", port: 32853 };
const bare = encodeBindingRequest(transactionId);

function request(change: Partial<MessageParts> = {}): Uint8Array {
  return encodeMessage({ method: Method.Binding, class: MessageClass.Request, transactionId, ...change });
}

function ask(options: BindingOptions, bytes: Uint8Array, source = ipv4): StunMessage | undefined {
  const answer = new BindingServer(options).receive(bytes, source, 0);
  if (answer === undefined) return undefined;
  const message = parseMessage(answer);
  if (!(message instanceof StunMessage)) throw new Error(`the answer is no message: ${message}`);
  return message;
}

const types = (message: StunMessage | undefined): readonly number[] | undefined =>
  message?.attributes.map(({ type }) => type);
const status = (message: StunMessage | undefined): number | undefined =>
  decodeErrorCode(message!.value(AttributeType.ErrorCode)!)?.code;
const mapped = (message: StunMessage | undefined): TransportAddress | undefined =>
  decodeXorMappedAddress(message!.value(AttributeType.XorMappedAddress)!, message!.transactionId);

describe("RFC 8489 §6.3.1.1 success response", () => {
  it.each([ipv4, ipv6])("tells where the request came from: $address", (source) => {
    const answer = ask({}, bare, source);
    expect([answer?.class, answer?.method]).toEqual([MessageClass.SuccessResponse, Method.Binding]);
    expect(answer?.transactionId).toEqual(Buffer.from(transactionId));
    expect(types(answer)).toEqual([AttributeType.XorMappedAddress]);
    expect(mapped(answer)).toEqual(source);
  });

  it("tells an IPv4 peer of a socket for both kinds its IPv4 address", () => {
    expect(mapped(ask({}, bare, { address: "::ffff:192.0.2.1", port: 1 }))).toEqual({
      address: "192.0.2.1",
      port: 1,
    });
  });

  it("has a FINGERPRINT when the request has one, or always", () => {
    const asked = ask({}, encodeBindingRequest(transactionId, { fingerprint: true }));
    expect(types(asked)).toEqual([AttributeType.XorMappedAddress, AttributeType.Fingerprint]);
    expect(checkFingerprint(asked!)).toBe(true);
    expect(checkFingerprint(ask({ fingerprint: "always" }, bare)!)).toBe(true);
  });

  it("has SOFTWARE only when told so", () => {
    const answer = ask({ software: "Barewire" }, bare, ipv6);
    expect(types(answer)).toEqual([AttributeType.Software, AttributeType.XorMappedAddress]);
    expect(decodeText(answer!.value(AttributeType.Software)!)).toBe("Barewire");
    expect(mapped(answer)).toEqual(ipv6);
  });

  it("ignores what it need not understand", () => {
    const attributes = [encodeSoftware("x"), { type: 0xc057, value: new Uint8Array(3) }];
    expect(mapped(ask({}, request({ attributes })))).toEqual(ipv4);
  });

  it("is the same for a retransmission", () => {
    const server = new BindingServer();
    expect(server.receive(bare, ipv4, 500)).toEqual(server.receive(bare, ipv4, 0));
    expect(server.counts).toMatchObject({ requests: 2, answered: 2, refused: 0 });
  });
});

describe("RFC 8489 §6.3.1 unknown comprehension-required attributes", () => {
  const unknown = (...types: readonly number[]): readonly Attribute[] =>
    types.map((type) => ({ type, value: new Uint8Array(0) }));

  it("are refused with 420 and named, each once", () => {
    const answer = ask({}, request({ attributes: unknown(0x7fff, 0x0003, 0x7fff, 0x8fff) }));
    expect(answer?.class).toBe(MessageClass.ErrorResponse);
    expect(status(answer)).toBe(420);
    expect(decodeUnknownAttributes(answer!.value(AttributeType.UnknownAttributes)!)).toEqual([0x7fff, 3]);
  });

  it("are those of an ICE check too", () => {
    expect(status(ask({}, sampleRequest))).toBe(420);
  });

  it("are not seen after MESSAGE-INTEGRITY", () => {
    const key = shortTermKey("k");
    const whole = request({ integrity: key });
    const longer = Buffer.concat([whole, Buffer.from("7fff0000", "hex")]);
    longer[3] = longer[3]! + 4;
    expect(mapped(ask({}, longer))).toEqual(ipv4);
  });
});

describe("RFC 8489 §6.3 what gets no answer", () => {
  const badFingerprint = Uint8Array.from(encodeBindingRequest(transactionId, { fingerprint: true }));
  badFingerprint[badFingerprint.length - 1]! ^= 1;
  const long = request({ attributes: [{ type: 0x8022, value: new Uint8Array(1500) }] });

  it.each([
    ["not-stun", "noise", Buffer.from("GET / HTTP/1.1\r\nHost: example.org\r\n\r\n"), ipv4],
    ["not-stun", "nothing", new Uint8Array(0), ipv4],
    [
      "malformed",
      "a message that is cut",
      bare.subarray(0, 20).map((octet, at) => (at === 3 ? 4 : octet)),
      ipv4,
    ],
    ["too-long", "a message over the limit", long, ipv4],
    ["fingerprint", "a wrong FINGERPRINT", badFingerprint, ipv4],
    ["method", "an Allocate request of TURN", request({ method: 0x003 }), ipv4],
    ["response", "a response", sampleIPv4Response, ipv4],
    ["response", "an error response", request({ class: MessageClass.ErrorResponse }), ipv4],
    ["source", "a request from port 0", bare, { ...ipv4, port: 0 }],
    ["source", "a request from no address", bare, { address: "nowhere", port: 1 }],
  ] as const)("counts as %s: %s", (drop, _what, bytes, source) => {
    const server = new BindingServer();
    expect(server.receive(bytes, source, 0)).toBeUndefined();
    const dropped = Object.entries(server.counts.dropped).filter(([, count]) => count > 0);
    expect(dropped).toEqual([[drop, 1]]);
    expect(server.counts).toMatchObject({ answered: 0, refused: 0 });
  });

  it.each([
    ["a plain one", request({ class: MessageClass.Indication })],
    [
      "one with something unknown",
      request({ class: MessageClass.Indication, attributes: [{ type: 0x7fff, value: new Uint8Array(0) }] }),
    ],
  ])("RFC 8489 §6.3.2 an indication: %s", (_what, bytes) => {
    const server = new BindingServer({ authenticate: () => undefined });
    expect(server.receive(bytes, ipv4, 0)).toBeUndefined();
    expect(server.counts).toMatchObject({ indications: 1, requests: 0 });
  });
});

describe("RFC 8489 §9.1.3 short-term credentials", () => {
  const authenticate = (username: string): Uint8Array | undefined =>
    username === "evtj:h6vY" ? shortTermKey(shortTermPassword) : undefined;
  const asked = (change: object = {}): Uint8Array =>
    encodeBindingRequest(transactionId, {
      credentials: { username: "evtj:h6vY", password: shortTermPassword, ...change },
    });
  const key = shortTermKey(shortTermPassword);

  it.each([
    ["both", "sha256", AttributeType.MessageIntegritySha256],
    ["sha256", "sha256", AttributeType.MessageIntegritySha256],
    ["sha1", "sha1", AttributeType.MessageIntegrity],
  ])("answers %s with %s alone, and without USERNAME", (integrity, _answer, type) => {
    const answer = ask({ authenticate }, asked({ integrity }));
    expect(types(answer)).toEqual([AttributeType.XorMappedAddress, type]);
    expect(checkIntegrity(answer!, key) || checkIntegritySha256(answer!, key)).toBe(true);
  });

  it.each([
    [400, "no credentials", bare],
    [400, "a username alone", request({ attributes: [{ type: 6, value: Buffer.from("evtj:h6vY") }] })],
    [400, "integrity alone", request({ integrity: key })],
    [401, "another username", asked({ username: "somebody" })],
    [401, "another password", asked({ password: "guess" })],
    [401, "another password, for SHA-1", asked({ password: "guess", integrity: "sha1" })],
    [
      401,
      "a username that is no text",
      request({ attributes: [{ type: 6, value: Uint8Array.of(0xff) }], integrity: key }),
    ],
    [
      401,
      "a right SHA-1 beside a wrong SHA-256",
      request({
        attributes: [{ type: 6, value: Buffer.from("evtj:h6vY") }],
        integrity: key,
        integritySha256: shortTermKey("guess"),
      }),
    ],
  ])("refuses with %d, without integrity: %s", (code, _what, bytes) => {
    const answer = ask({ authenticate }, bytes);
    expect(status(answer)).toBe(code);
    expect(types(answer)).toEqual([AttributeType.ErrorCode]);
  });

  it("are checked before attributes, and protect the refusal of those", () => {
    const answer = ask({ authenticate }, sampleRequest);
    expect(status(answer)).toBe(420);
    expect(checkIntegrity(answer!, key)).toBe(true);
    expect(checkFingerprint(answer!)).toBe(true);
    const stranger = request({ attributes: [{ type: 0x7fff, value: new Uint8Array(0) }] });
    expect(status(ask({ authenticate }, stranger))).toBe(400);
  });

  describe("RFC 8489 §10 ALTERNATE-SERVER", () => {
    const alternateServer = {
      ipv4: { address: "198.51.100.1", port: 3478 },
      ipv6: { address: "2001:db8:1::1", port: 3479 },
    };
    const alternates = (answer: StunMessage | undefined): unknown =>
      answer?.attributes
        .filter(({ type }) => type === AttributeType.AlternateServer)
        .map(({ value }) => decodeMappedAddress(value));

    it.each([
      ["IPv4", ipv4, [alternateServer.ipv4, alternateServer.ipv6]],
      ["IPv6", ipv6, [alternateServer.ipv6, alternateServer.ipv4]],
    ])("names first the one of the family asked with: %s", (_family, source, servers) => {
      const answer = ask({ authenticate, alternateServer }, asked(), source);
      expect(status(answer)).toBe(300);
      expect(alternates(answer)).toEqual(servers);
      expect(checkIntegritySha256(answer!, key)).toBe(true);
    });

    it("is not for strangers, nor for a family without one", () => {
      expect(status(ask({ authenticate, alternateServer }, bare))).toBe(400);
      const { ipv6: _, ...only } = alternateServer;
      expect(mapped(ask({ authenticate, alternateServer: only }, asked(), ipv6))).toEqual(ipv6);
    });

    it("is not for a server without authentication, and each has an address of its family", () => {
      expect(() => new BindingServer({ alternateServer })).toThrow(TypeError);
      const swapped = { ipv4: alternateServer.ipv6 };
      expect(() => new BindingServer({ authenticate, alternateServer: swapped })).toThrow(TypeError);
    });
  });
});

describe("rates of clients", () => {
  const options = { ratePerSecond: 10, rateBurst: 3 };
  const answered = (server: BindingServer, address: string, now: number): boolean =>
    server.receive(bare, { address, port: 1 }, now) !== undefined;

  it("are bursts, and then what comes in", () => {
    const server = new BindingServer(options);
    const times = [0, 0, 0, 0, 99, 100, 100, 250, 300, 300, 10_000, 10_000, 10_000, 10_000];
    expect(times.map((now) => answered(server, "192.0.2.1", now))).toEqual([
      ...[true, true, true, false, false, true, false, true, true, false],
      ...[true, true, true, false],
    ]);
    expect(server.counts.dropped["rate-limited"]).toBe(5);
    expect(server.counts.requests).toBe(times.length);
  });

  it("are counted by IPv4 address, and by /64 of IPv6, whatever the port", () => {
    const server = new BindingServer({ ...options, rateBurst: 1 });
    expect(answered(server, "192.0.2.1", 0)).toBe(true);
    expect(answered(server, "192.0.2.2", 0)).toBe(true);
    expect(answered(server, "2001:db8::1", 0)).toBe(true);
    expect(answered(server, "2001:db8::ffff:2", 0)).toBe(false);
    expect(answered(server, "2001:db8:0:1::1", 0)).toBe(true);
    expect(server.receive(bare, { address: "192.0.2.1", port: 2 }, 0)).toBeUndefined();
  });

  it("are not touched by what would not be answered", () => {
    const server = new BindingServer({ ...options, rateBurst: 1 });
    for (const bytes of [
      Buffer.from("noise"),
      sampleIPv4Response,
      request({ class: MessageClass.Indication }),
    ]) {
      server.receive(bytes, ipv4, 0);
    }
    expect(answered(server, ipv4.address, 0)).toBe(true);
  });

  it("refuses options that cannot be", () => {
    for (const bad of [
      { maxMessage: 19 },
      { ratePerSecond: 0 },
      { rateBurst: -1 },
      { maxClients: Number.NaN },
    ]) {
      expect(() => new BindingServer(bad)).toThrow(RangeError);
    }
  });
});
