import { createHash, createHmac, randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  formatRefreshToken,
  hashOf,
  isHashOf,
  openSuccessor,
  parseRefreshToken,
  sealSuccessor,
} from "../../src/auth/refresh-token.ts";

const family = new Uint8Array(16).fill(0xfb);
const secret = new Uint8Array(32).fill(0xff);

describe("a refresh token", () => {
  it("is a prefix and 48 bytes in base64url, the family first", () => {
    expect(formatRefreshToken({ family, secret })).toBe(`bwr_${"-_v7".repeat(5)}-_${"_".repeat(42)}`);
  });

  it("is read back as what it was made from", () => {
    const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
    fc.assert(
      fc.property(bytes(16), bytes(32), (family, secret) => {
        const parsed = parseRefreshToken(formatRefreshToken({ family, secret }))!;
        expect([...parsed.family]).toEqual([...family]);
        expect([...parsed.secret]).toEqual([...secret]);
      }),
      { seed: 6, numRuns: 200 },
    );
  });

  it.each([
    ["nothing", ""],
    ["the prefix alone", "bwr_"],
    ["a character less", `bwr_${"A".repeat(63)}`],
    ["a character more", `bwr_${"A".repeat(65)}`],
    ["a line feed at the end", `bwr_${"A".repeat(64)}\n`],
    ["a space before it", ` bwr_${"A".repeat(64)}`],
    ["the prefix in capitals", `BWR_${"A".repeat(64)}`],
    ["the prefix of a ticket", `bwt_${"A".repeat(64)}`],
    ["padding", `bwr_${"A".repeat(63)}=`],
    ["base64 that is not for URLs", `bwr_${"A".repeat(63)}+`],
    ["a letter that is not ASCII", `bwr_${"A".repeat(63)}ä`],
    ["no prefix", "A".repeat(68)],
    ["a JWT", "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIxIn0.AAAA"],
  ])("is not %s", (_what, text) => {
    expect(parseRefreshToken(text)).toBeUndefined();
  });
});

describe("the hash of a part", () => {
  it("is its SHA-256 in base64url", () => {
    expect(hashOf(secret)).toBe(createHash("sha256").update(secret).digest("base64url"));
  });

  it("is that of this part alone", () => {
    expect(isHashOf(hashOf(secret), secret)).toBe(true);
    expect(isHashOf(hashOf(secret), secret.with(31, 0))).toBe(false);
    for (const other of ["", hashOf(secret).slice(1), `${hashOf(secret)}A`]) {
      expect(isHashOf(other, secret)).toBe(false);
    }
  });
});

describe("a sealed successor", () => {
  const spent = new Uint8Array(randomBytes(32));
  const successor = new Uint8Array(randomBytes(32));

  it("opens with the token that was spent for it", () => {
    expect([...openSuccessor(sealSuccessor(successor, spent), spent)]).toEqual([...successor]);
  });

  it("opens to something else with any other, its hash included", () => {
    const sealed = sealSuccessor(successor, spent);
    for (const other of [spent.with(0, spent[0]! ^ 1), Buffer.from(hashOf(spent), "base64url"), successor]) {
      expect([...openSuccessor(sealed, other)]).not.toEqual([...successor]);
    }
  });

  it("is the successor under a pad that is an HMAC by the spent token: no part of either stands in it", () => {
    const pad = createHmac("sha256", spent).update("barewire refresh successor").digest();
    const sealed = Buffer.from(sealSuccessor(successor, spent), "base64url");
    expect([...sealed]).toEqual(Array.from(successor, (byte, i) => byte ^ pad[i]!));
  });
});
