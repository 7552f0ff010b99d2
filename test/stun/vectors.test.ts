import { describe, expect, it } from "vitest";
import { decodeXorMappedAddress } from "../../src/stun/address.ts";
import { AttributeType } from "../../src/stun/attributes.ts";
import { encodeUserHash, longTermKey, shortTermKey } from "../../src/stun/credentials.ts";
import { encodeMessage } from "../../src/stun/encode.ts";
import { checkFingerprint } from "../../src/stun/fingerprint.ts";
import { decodePriority, decodeTiebreaker } from "../../src/stun/ice-attributes.ts";
import { checkIntegrity, checkIntegritySha256 } from "../../src/stun/integrity.ts";
import { MessageClass, Method, parseMessage, StunMessage } from "../../src/stun/message.ts";
import { decodeNonceCookie } from "../../src/stun/nonce-cookie.ts";
import { decodePasswordAlgorithm, PasswordAlgorithm } from "../../src/stun/password-algorithms.ts";
import { decodeText } from "../../src/stun/text.ts";
import {
  longTermCredential,
  sampleIPv4Response,
  sampleIPv6Response,
  sampleLongTermRequest,
  sampleRequest,
  sampleSha256Request,
  shortTermPassword,
  vectors,
} from "./vectors.ts";

function read(bytes: Uint8Array): StunMessage {
  const message = parseMessage(bytes);
  if (!(message instanceof StunMessage)) throw new Error(`not a message: ${message}`);
  return message;
}

function text(message: StunMessage, type: number): string | undefined {
  const value = message.value(type);
  return value && decodeText(value);
}

const shortTerm = shortTermKey(shortTermPassword);

describe("RFC 5769 §2.1 sample request", () => {
  const message = read(sampleRequest);

  it("is a Binding request with the attributes of an ICE check", () => {
    expect([message.method, message.class]).toEqual([Method.Binding, MessageClass.Request]);
    expect(text(message, AttributeType.Software)).toBe("STUN test client");
    expect(text(message, AttributeType.Username)).toBe("evtj:h6vY");
    expect(decodePriority(message.value(AttributeType.Priority)!)).toBe(0x6e0001ff);
    expect(decodeTiebreaker(message.value(AttributeType.IceControlled)!)).toBe(0x932ff9b151263b36n);
  });

  it("is authentic with its password and no other, and its fingerprint is right", () => {
    expect(checkIntegrity(message, shortTerm)).toBe(true);
    expect(checkIntegrity(message, shortTermKey("VOkJxbRl1RmTxUk/WvJxBT"))).toBe(false);
    expect(checkFingerprint(message)).toBe(true);
  });
});

describe("RFC 5769 §2.2 and §2.3 sample responses", () => {
  it.each([
    ["IPv4", sampleIPv4Response, "192.0.2.1"],
    ["IPv6", sampleIPv6Response, "2001:db8:1234:5678:11:2233:4455:6677"],
  ])("of %s tells an address, authentic and with a right fingerprint", (_name, bytes, address) => {
    const message = read(bytes);
    const value = message.value(AttributeType.XorMappedAddress)!;
    expect([message.method, message.class]).toEqual([Method.Binding, MessageClass.SuccessResponse]);
    expect(text(message, AttributeType.Software)).toBe("test vector");
    expect(decodeXorMappedAddress(value, message.transactionId)).toEqual({ address, port: 32853 });
    expect(checkIntegrity(message, shortTerm)).toBe(true);
    expect(checkFingerprint(message)).toBe(true);
  });
});

describe("RFC 5769 §2.4 sample request with long-term authentication", () => {
  const message = read(sampleLongTermRequest);

  it("is authentic with the MD5 key of its account", () => {
    expect(text(message, AttributeType.Username)).toBe(longTermCredential.username);
    expect(text(message, AttributeType.Realm)).toBe("example.org");
    expect(text(message, AttributeType.Nonce)).toBe("f//499k954d6OL34oL9FSTvy64sA");
    expect(checkIntegrity(message, longTermKey(longTermCredential))).toBe(true);
    expect(checkIntegrity(message, longTermKey({ ...longTermCredential, realm: "example.net" }))).toBe(false);
  });
});

// The RFC says that "The<U+00AD>M<U+00AA>tr<U+2168>" becomes "TheMatrIX" by OpaqueString. It does by SASLprep;
// OpaqueString does not allow U+00AD and leaves the other two as they are. The key is that of "TheMatrIX".
describe("RFC 8489 §B.1 sample request with MESSAGE-INTEGRITY-SHA256 and USERHASH", () => {
  const message = read(sampleSha256Request);
  const key = longTermKey(longTermCredential, PasswordAlgorithm.Sha256);

  it("is authentic with the SHA-256 key of its account, and not with the MD5 one", () => {
    expect(checkIntegritySha256(message, key)).toBe(true);
    expect(checkIntegritySha256(message, longTermKey(longTermCredential))).toBe(false);
    expect(checkIntegrity(message, key)).toBe(false);
  });

  it("names its account by USERHASH and its features by the nonce cookie", () => {
    const { username, realm } = longTermCredential;
    expect(message.value(AttributeType.UserHash)).toEqual(
      new Uint8Array(encodeUserHash(username, realm).value),
    );
    expect(decodeNonceCookie(text(message, AttributeType.Nonce)!)).toEqual({
      passwordAlgorithms: false,
      usernameAnonymity: true,
    });
    const algorithm = decodePasswordAlgorithm(message.value(AttributeType.PasswordAlgorithm)!);
    expect(algorithm?.algorithm).toBe(PasswordAlgorithm.Sha256);
  });

  it("is refused as it is printed, where the length counts the header too (erratum 6268)", () => {
    const printed = Uint8Array.from(sampleSha256Request.filter((_, at) => at < 108 || at >= 116));
    printed[3] = 0x9c;
    expect(parseMessage(printed)).toBe("length");
  });

  it("is encoded octet by octet from its parts", () => {
    const attributes = message.attributes.filter(({ type }) => type !== AttributeType.MessageIntegritySha256);
    const { method, class: messageClass, transactionId } = message;
    const parts = { method, class: messageClass, transactionId, attributes, integritySha256: key };
    expect(encodeMessage(parts)).toEqual(sampleSha256Request);
  });
});

describe("RFC 5769 §2 attributes", () => {
  it.each([...vectors])("%s: ends with its last attribute", (_name, bytes) => {
    const { attributes } = read(bytes);
    const size = attributes.reduce((sum, { value }) => sum + 4 + Math.ceil(value.length / 4) * 4, 20);
    expect(size).toBe(bytes.length);
  });
});
