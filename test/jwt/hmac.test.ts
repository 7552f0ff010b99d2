import { createHash, createHmac, createSecretKey } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hmac } from "../../src/jwt/hmac.ts";
import { importKey } from "../../src/jwt/key.ts";

const algorithms = [
  ["HS256", "sha256", 32, 64],
  ["HS384", "sha384", 48, 128],
  ["HS512", "sha512", 64, 128],
] as const;

describe("RFC 4231 §4 test cases of HMAC with SHA-2", () => {
  // Keys shorter than the hash are refused at import, as RFC 7518 §3.2 wants: here the bare computation is asked.
  it.each([
    [
      "case 1",
      Buffer.alloc(20, 0x0b),
      "Hi There",
      "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
    ],
    [
      "case 2",
      Buffer.from("Jefe"),
      "what do ya want for nothing?",
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    ],
    [
      "case 6, a key longer than the block",
      Buffer.alloc(131, 0xaa),
      "Test Using Larger Than Block-Size Key - Hash Key First",
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
    ],
  ])("computes %s", (_case, key, text, expected) => {
    const bound = hmac({ hash: "sha256", length: 32, block: 64 }).bind(createSecretKey(key));
    expect(Buffer.from(bound.sign(text), "base64url").toString("hex")).toBe(expected);
    expect(bound.verify(text, bound.sign(text))).toBe(true);
  });
});

describe.each(algorithms)("RFC 7518 §3.2 %s", (alg, hash, length, block) => {
  const expected = (key: Uint8Array, text: string | Uint8Array) =>
    createHmac(hash, key).update(text).digest("base64url");

  it("agrees with node:crypto about keys around the length of a block", () => {
    for (const size of [length, block - 1, block, block + 1, 2 * block, 1_000]) {
      const bytes = Buffer.alloc(size, "key");
      expect(importKey(bytes, alg).sign("a.b"), `${size} octets`).toBe(expected(bytes, "a.b"));
    }
  });

  it("agrees with node:crypto about texts around the length that takes the ordinary road", () => {
    const bytes = Buffer.alloc(length, 7);
    const key = importKey(bytes, alg);
    for (const size of [0, 1, block - 1, block, 8_191, 8_192, 8_193, 100_000]) {
      const text = "x".repeat(size);
      expect(key.sign(text), `${size} characters`).toBe(expected(bytes, text));
      expect(key.sign(Buffer.from(text)), `${size} octets`).toBe(expected(bytes, text));
      expect(key.verify(text, key.sign(text))).toBe(true);
    }
  });

  it("treats a key longer than a block as its hash", () => {
    const long = Buffer.alloc(block + 1, 9);
    const hashed = createHash(hash).update(long).digest();
    expect(importKey(long, alg).sign("a.b")).toBe(importKey(hashed, alg).sign("a.b"));
  });

  it("agrees with node:crypto about any key and text, one after the other with two keys (seed 2104)", () => {
    const bytes = fc.uint8Array({ minLength: length, maxLength: 300 });
    const text = fc.string({ unit: "grapheme-ascii", maxLength: 300 });
    fc.assert(
      fc.property(bytes, bytes, text, text, (first, second, a, b) => {
        const keys = [importKey(first, alg), importKey(second, alg)] as const;
        expect([keys[0].sign(a), keys[1].sign(b), keys[0].sign(b)]).toEqual([
          expected(first, a),
          expected(second, b),
          expected(first, b),
        ]);
      }),
      { seed: 2104, numRuns: 200 },
    );
  });

  it("refuses a signature in which any one character is another, or that has more or fewer", () => {
    const key = importKey(Buffer.alloc(length, 7), alg);
    const signature = key.sign("a.b");
    expect(key.verify("a.b", signature)).toBe(true);
    for (let at = 0; at < signature.length; at++) {
      const other = signature[at] === "A" ? "B" : "A";
      expect(key.verify("a.b", signature.slice(0, at) + other + signature.slice(at + 1))).toBe(false);
      expect(key.verify("a.b", signature.slice(0, at))).toBe(false);
    }
    for (const wrong of [`${signature}A`, `${signature}=`, ` ${signature}`, signature + signature]) {
      expect(key.verify("a.b", wrong)).toBe(false);
    }
  });

  it("refuses characters whose low octet alone would fit", () => {
    const key = importKey(Buffer.alloc(length, 7), alg);
    const signature = key.sign("a.b");
    for (const beyond of [0x100, 0x2000, 0xff00]) {
      const wrong = String.fromCharCode(signature.charCodeAt(0) + beyond) + signature.slice(1);
      expect(key.verify("a.b", wrong)).toBe(false);
    }
  });
});
