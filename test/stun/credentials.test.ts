import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { longTermKey, opaqueString, shortTermKey } from "../../src/stun/credentials.ts";
import { encodeMessage } from "../../src/stun/encode.ts";
import { checkFingerprint } from "../../src/stun/fingerprint.ts";
import { checkIntegrity, checkIntegritySha256 } from "../../src/stun/integrity.ts";
import { MessageClass, Method, parseMessage, StunMessage } from "../../src/stun/message.ts";
import { PasswordAlgorithm } from "../../src/stun/password-algorithms.ts";
import { encodeUsername } from "../../src/stun/text.ts";

const hex = (value: Uint8Array): string => Buffer.from(value).toString("hex");

describe("RFC 8489 §9.1.1, §9.2.2, §18.5.1 keys", () => {
  it("is for short-term credentials the password", () => {
    expect(Buffer.from(shortTermKey("pässword")).toString("utf8")).toBe("pässword");
  });

  it("is for long-term credentials the hash of 'user:realm:pass'", () => {
    const credential = { username: "user", realm: "realm", password: "pass" };
    expect(hex(longTermKey(credential))).toBe("8493fbc53ba582fb4c044c456bdc40eb");
    expect(longTermKey(credential, PasswordAlgorithm.Sha256).length).toBe(32);
  });

  it("is made without enclosing quotes and trailing nulls", () => {
    const credential = { username: '"user"\0', realm: '"realm"', password: "pass\0\0" };
    expect(hex(longTermKey(credential))).toBe("8493fbc53ba582fb4c044c456bdc40eb");
    expect(longTermKey({ ...credential, password: '"pass"' })).not.toEqual(longTermKey(credential));
  });
});

describe("RFC 8265 §4.2 OpaqueString", () => {
  it.each([
    ["composed", "e\u0301", "\u00e9"],
    ["of Hangul letters", "\u1112\u1161\u11ab", "\ud55c"],
    ["with all spaces as one", "a\u00a0b\u2003c\u3000d", "a b c d"],
    ["with its case and width kept", "Aa\uff21", "Aa\uff21"],
    ["with symbols and compatibility characters kept", "\u00aa\u2168\u2665😀", "\u00aa\u2168\u2665😀"],
    ["RFC 8265 §4.3 correct horse", "correct horse battery staple", "correct horse battery staple"],
    ["RFC 8265 §4.3 Jack of diamonds", "Jack of \u2666s", "Jack of \u2666s"],
  ])("%s", (_what, text, opaque) => {
    expect(opaqueString(text)).toBe(opaque);
  });

  it.each([
    ["nothing", ""],
    ["a tab (RFC 8265 §4.3)", "my cat is a \u0009by"],
    ["NUL", "a\0"],
    ["DEL", "a\u007f"],
    ["a soft hyphen", "The\u00adMatrix"],
    ["a joiner", "a\u200db"],
    ["a line separator", "a\u2028b"],
    ["a private character", "a\ue000"],
    ["a noncharacter", "a\uffff"],
    ["half of a character", "a\ud800"],
    ["a character nobody has assigned", "a\u0378"],
    ["a letter of old Hangul", "a\u1113"],
    ["a tatweel", "a\u0640"],
  ])("refuses %s, and does not repeat it", (_what, text) => {
    expect(() => opaqueString(text)).toThrow(RangeError);
    expect(() => opaqueString(`secret${text}`)).not.toThrow(/secret/);
  });
});

describe("RFC 8489 §14.5, §14.6, §14.7 integrity and fingerprint", () => {
  const key = shortTermKey("password");
  const parts = {
    method: Method.Binding,
    class: MessageClass.Request,
    transactionId: Uint8Array.from({ length: 12 }, (_, at) => at),
    attributes: [encodeUsername("anna")],
  };
  const read = (bytes: Uint8Array): StunMessage => {
    const message = parseMessage(bytes);
    if (!(message instanceof StunMessage)) throw new Error(`no message: ${message}`);
    return message;
  };
  const both = encodeMessage({ ...parts, integrity: key, integritySha256: key, fingerprint: true });

  it("hold each for itself, whatever comes after", () => {
    expect(checkIntegrity(read(both), key)).toBe(true);
    expect(checkIntegritySha256(read(both), key)).toBe(true);
    expect(checkFingerprint(read(both))).toBe(true);
    const one = encodeMessage({ ...parts, integrity: key });
    expect(checkIntegrity(read(one), key)).toBe(true);
    expect([checkIntegritySha256(read(one), key), checkFingerprint(read(one))]).toEqual([false, false]);
  });

  it("break with every bit of what they cover", () => {
    for (let at = 20; at < both.length - 8; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const changed = Uint8Array.from(both);
        changed[at] = changed[at]! ^ (1 << bit);
        const message = parseMessage(changed);
        const intact = message instanceof StunMessage && checkIntegritySha256(message, key);
        expect([at, intact, message instanceof StunMessage && checkFingerprint(message)]).toEqual([
          at,
          false,
          false,
        ]);
      }
    }
  });

  it("of SHA-256 may be truncated only where that is allowed, and never below 16 octets", () => {
    const whole = encodeMessage({ ...parts, integritySha256: key });
    const truncated = (length: number): StunMessage => {
      // The HMAC covers the Length field, which says what is left: so one is made over a message of that length.
      const end = whole.length - 36;
      const short = whole.slice(0, end + 4 + length);
      short[3] = short.length - 20;
      short[end + 3] = length;
      const hmac = createHmac("sha256", key).update(short.subarray(0, end)).digest();
      short.set(hmac.subarray(0, length), end + 4);
      return read(short);
    };
    expect(checkIntegritySha256(truncated(32), key)).toBe(true);
    for (const length of [16, 20, 24, 28]) {
      expect(checkIntegritySha256(truncated(length), key)).toBe(false);
      expect(checkIntegritySha256(truncated(length), key, length)).toBe(true);
      expect(checkIntegritySha256(truncated(length), key, length + 4)).toBe(false);
    }
    expect(checkIntegritySha256(truncated(16), key, 0)).toBe(true);
  });
});
