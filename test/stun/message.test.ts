import { describe, expect, it } from "vitest";
import { AttributeType } from "../../src/stun/attributes.ts";
import { encodeMessage } from "../../src/stun/encode.ts";
import {
  classOf,
  encodeMessageType,
  looksLikeStun,
  MessageClass,
  Method,
  methodOf,
  parseMessage,
  StunMessage,
} from "../../src/stun/message.ts";
import { encodeSoftware, encodeUsername } from "../../src/stun/text.ts";
import { sampleRequest } from "./vectors.ts";

const header = "2112a442000102030405060708090a0b";
const bytes = (hex: string): Uint8Array => Buffer.from(hex.replaceAll(" ", ""), "hex");
const message = (attributes: string, type = "0001"): Uint8Array => {
  const body = bytes(attributes);
  return Buffer.concat([
    bytes(type),
    Buffer.from([body.length >> 8, body.length & 0xff]),
    bytes(header),
    body,
  ]);
};
const read = (whole: Uint8Array): StunMessage => {
  const parsed = parseMessage(whole);
  if (!(parsed instanceof StunMessage)) throw new Error(`no message: ${parsed}`);
  return parsed;
};

describe("RFC 8489 §5 message type", () => {
  it.each([
    [0x0001, Method.Binding, MessageClass.Request],
    [0x0011, Method.Binding, MessageClass.Indication],
    [0x0101, Method.Binding, MessageClass.SuccessResponse],
    [0x0111, Method.Binding, MessageClass.ErrorResponse],
    [0x3eef, 0xfff, MessageClass.Request],
    [0x3fff, 0xfff, MessageClass.ErrorResponse],
  ])("0x%s is its method and its class", (type, method, messageClass) => {
    expect([methodOf(type), classOf(type)]).toEqual([method, messageClass]);
    expect(encodeMessageType(method, messageClass)).toBe(type);
  });

  it("is taken apart and put together again, for all of its 14 bits", () => {
    const all = Array.from({ length: 1 << 14 }, (_, type) => type);
    expect(all.map((type) => encodeMessageType(methodOf(type), classOf(type)))).toEqual(all);
  });
});

describe("RFC 8489 §5, §6.3 what is not STUN", () => {
  it.each([
    ["nothing", ""],
    ["19 octets", `0001 0000 ${header.slice(0, -2)}`],
    ["a first bit, as RTP has it", `8001 0000 ${header}`],
    ["a second bit, as TURN's channels have it", `4001 0000 ${header}`],
    ["another magic cookie", `0001 0000 2112a443 ${header.slice(8)}`],
    ["a length that is no multiple of four", `0001 0002 ${header} 0000`],
  ])("is undefined: %s", (_what, hex) => {
    expect(parseMessage(bytes(hex))).toBeUndefined();
    expect(looksLikeStun(bytes(hex))).toBe(false);
  });
});

describe("RFC 8489 §5, §14 malformed messages", () => {
  it.each([
    ["length", "shorter than it says", bytes(`0001 0004 ${header}`)],
    ["length", "longer than it says", bytes(`0001 0000 ${header} 80220000`)],
    ["attribute-overrun", "an attribute of five octets in four", message("8022 0005 00000000")],
    ["attribute-overrun", "a value that is not there", message("8022 0001")],
    ["attribute-overrun", "the longest length", message("8022 ffff 00000000")],
    ["attribute-length", "a MESSAGE-INTEGRITY of 16 octets", message(`0008 0010 ${"00".repeat(16)}`)],
    ["attribute-length", "a SHA-256 of 12 octets", message(`001c 000c ${"00".repeat(12)}`)],
    ["attribute-length", "a SHA-256 of 18 octets", message(`001c 0012 ${"00".repeat(20)}`)],
    ["attribute-length", "a SHA-256 of 36 octets", message(`001c 0024 ${"00".repeat(36)}`)],
    ["attribute-length", "a FINGERPRINT of 8 octets", message(`8028 0008 ${"00".repeat(8)}`)],
    ["after-fingerprint", "SOFTWARE after FINGERPRINT", message("8028 0004 00000000 8022 0000")],
    ["after-fingerprint", "two FINGERPRINTs", message("8028 0004 00000000 8028 0004 00000000")],
  ])("%s: %s", (fault, _what, whole) => {
    expect(parseMessage(whole)).toBe(fault);
  });
});

describe("RFC 8489 §14 attributes", () => {
  it("come in their order, without padding, whatever the padding is", () => {
    const { attributes } = read(message("8022 0001 41ffffff 0006 0004 42434445"));
    expect(attributes.map(({ type, value }) => [type, Buffer.from(value).toString()])).toEqual([
      [AttributeType.Software, "A"],
      [AttributeType.Username, "BCDE"],
    ]);
  });

  it("are found by their type, of several the first", () => {
    const found = read(message("8022 0001 41000000 8022 0001 42000000")).value(AttributeType.Software);
    expect(Buffer.from(found!).toString()).toBe("A");
  });

  it("are undefined where there are none", () => {
    const empty = read(message(""));
    expect(empty.value(AttributeType.Software)).toBeUndefined();
    expect(empty.value(AttributeType.Fingerprint)).toBeUndefined();
    expect(empty.attributes).toEqual([]);
  });

  it("are views of the bytes, and so is the transaction ID", () => {
    const whole = Uint8Array.from(sampleRequest);
    const { transactionId } = read(whole);
    whole[8] = 0xaa;
    expect(transactionId[0]).toBe(0xaa);
  });
});

describe("RFC 8489 §9 attributes after those that protect the message", () => {
  const integrity = `0008 0014 ${"00".repeat(20)}`;
  const sha256 = `001c 0020 ${"00".repeat(32)}`;
  const software = "8022 0001 41000000";
  const fingerprint = "8028 0004 00000000";
  const found = (attributes: string): readonly number[] =>
    read(message(attributes)).attributes.map(({ type }) => type);

  it.each([
    ["MESSAGE-INTEGRITY", `${integrity} ${software}`, [0x0008]],
    ["MESSAGE-INTEGRITY-SHA256", `${sha256} ${software}`, [0x001c]],
    ["both", `${integrity} ${sha256} ${software}`, [0x0008, 0x001c]],
    ["one of both, before the other", `${integrity} ${software} ${sha256}`, [0x0008, 0x001c]],
    ["the other of both, before the one", `${sha256} ${software} ${integrity}`, [0x001c, 0x0008]],
  ])("are ignored after %s", (_what, attributes, types) => {
    expect(found(attributes)).toEqual(types);
    expect(read(message(attributes)).value(AttributeType.Software)).toBeUndefined();
    expect(found(`${attributes} ${fingerprint}`)).toEqual([...types, 0x8028]);
  });

  it.each([
    ["MESSAGE-INTEGRITY", AttributeType.MessageIntegrity, "0008 0014", 20],
    ["MESSAGE-INTEGRITY-SHA256", AttributeType.MessageIntegritySha256, "001c 0020", 32],
  ])("are ignored even if they are a second %s", (_name, type, start, length) => {
    const [first, second] = ["11".repeat(length), "22".repeat(length)];
    expect(read(message(`${start} ${first} ${start} ${second}`)).value(type)).toEqual(bytes(first));
  });

  it("count before them", () => {
    expect(found(`${software} ${integrity} ${sha256} ${fingerprint}`)).toEqual([0x8022, 8, 0x1c, 0x8028]);
  });
});

describe("RFC 8489 §14 encoding", () => {
  const parts = { method: Method.Binding, class: MessageClass.Request, transactionId: new Uint8Array(12) };

  it("pads with zeros to a multiple of four", () => {
    const encoded = encodeMessage({ ...parts, attributes: [encodeSoftware("A"), encodeUsername("BC")] });
    expect(Buffer.from(encoded.subarray(20)).toString("hex")).toBe("80220001410000000006000242430000");
    expect(encoded[3]).toBe(16);
  });

  it.each([
    ["a transaction ID of 11 octets", { transactionId: new Uint8Array(11) }],
    ["a method of 13 bits", { method: 0x1000 }],
    ["no method", { method: -1 }],
    ["too much", { attributes: [{ type: 0x8022, value: new Uint8Array(0xfffc) }] }],
  ])("refuses %s", (_what, change) => {
    expect(() => encodeMessage({ ...parts, ...change })).toThrow(RangeError);
  });

  it.each([0x0008, 0x001c, 0x8028])("refuses 0x%s among the attributes, which is calculated", (type) => {
    const attributes = [{ type, value: new Uint8Array(20) }];
    expect(() => encodeMessage({ ...parts, attributes })).toThrow(TypeError);
  });
});
