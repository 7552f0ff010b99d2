import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PasswordError, type PasswordErrorCode } from "../../src/password/errors.ts";
import { formatPhc, parsePhc } from "../../src/password/phc.ts";

/** From the documentation of passlib, which writes the same format. The password is "password". */
const passlib = "$scrypt$ln=16,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E";
const salt = "aM15713r3Xsvxbi31lqr1Q";
const hash = "nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E";

function refusal(phc: string): PasswordErrorCode | undefined {
  try {
    parsePhc(phc);
  } catch (error) {
    if (error instanceof PasswordError) return error.code;
    throw error;
  }
  return undefined;
}

describe("PHC string format, scrypt", () => {
  it("parses what passlib wrote and writes it again", () => {
    const parsed = parsePhc(passlib);
    expect(parsed.cost).toEqual({ ln: 16, r: 8, p: 1 });
    expect(Buffer.from(parsed.salt)).toEqual(Buffer.from(salt, "base64"));
    expect(Buffer.from(parsed.hash)).toEqual(Buffer.from(hash, "base64"));
    expect(formatPhc(parsed)).toBe(passlib);
  });

  it("names a pepper as Argon2 does: keyid, in base64, after the cost", () => {
    const peppered = `$scrypt$ln=16,r=8,p=1,keyid=MjAyNg$${salt}$${hash}`;
    expect(parsePhc(peppered).keyid).toBe("2026");
    expect(formatPhc(parsePhc(peppered))).toBe(peppered);
    expect(parsePhc(passlib).keyid).toBeUndefined();
  });

  it.each([
    ["nothing at all", ""],
    ["another function", `$argon2id$ln=16,r=8,p=1$${salt}$${hash}`],
    ["a version, which scrypt has none of", `$scrypt$v=1$ln=16,r=8,p=1$${salt}$${hash}`],
    ["the parameters in another order", `$scrypt$r=8,ln=16,p=1$${salt}$${hash}`],
    ["a missing parameter", `$scrypt$ln=16,r=8$${salt}$${hash}`],
    ["a parameter too many", `$scrypt$ln=16,r=8,p=1,x=1$${salt}$${hash}`],
    ["a leading zero", `$scrypt$ln=016,r=8,p=1$${salt}$${hash}`],
    ["a sign", `$scrypt$ln=+16,r=8,p=1$${salt}$${hash}`],
    ["a zero", `$scrypt$ln=16,r=8,p=0$${salt}$${hash}`],
    ["a number no integer can hold", `$scrypt$ln=16,r=8,p=99999999999999999999$${salt}$${hash}`],
    ["an N not below 2^(16 * r)", `$scrypt$ln=16,r=1,p=1$${salt}$${hash}`],
    ["an empty keyid", `$scrypt$ln=16,r=8,p=1,keyid=$${salt}$${hash}`],
    ["a keyid before the cost", `$scrypt$keyid=MjAyNg,ln=16,r=8,p=1$${salt}$${hash}`],
    ["two keyids", `$scrypt$ln=16,r=8,p=1,keyid=MjAyNg,keyid=MjAyNg$${salt}$${hash}`],
    ["bits left over in the keyid", `$scrypt$ln=16,r=8,p=1,keyid=MjAyNh$${salt}$${hash}`],
    ["a keyid of nine bytes", `$scrypt$ln=16,r=8,p=1,keyid=MjAyNi0xMS0y$${salt}$${hash}`],
    ["a keyid with a line feed", `$scrypt$ln=16,r=8,p=1,keyid=MjAyCg$${salt}$${hash}`],
    ["a keyid that is not ASCII", `$scrypt$ln=16,r=8,p=1,keyid=w6k$${salt}$${hash}`],
    ["no hash", `$scrypt$ln=16,r=8,p=1$${salt}`],
    ["an empty hash", `$scrypt$ln=16,r=8,p=1$${salt}$`],
    ["an empty salt", `$scrypt$ln=16,r=8,p=1$$${hash}`],
    ["padding", `$scrypt$ln=16,r=8,p=1$${salt}==$${hash}`],
    ["base64url", `$scrypt$ln=16,r=8,p=1$${salt}$${hash.replace("+", "-")}`],
    ["a line feed at the end", `${passlib}\n`],
    ["something before", ` ${passlib}`],
    ["bits left over in the salt", `$scrypt$ln=16,r=8,p=1$${salt.slice(0, -1)}R$${hash}`],
    ["bits left over in the hash", `$scrypt$ln=16,r=8,p=1$${salt}$${hash.slice(0, -1)}F`],
    ["a base64 length of 1 modulo 4", `$scrypt$ln=16,r=8,p=1$${salt}$${hash}AA`],
    ["a salt of 7 bytes", `$scrypt$ln=16,r=8,p=1$AAAAAAAAAA$${hash}`],
    ["a salt of 65 bytes", `$scrypt$ln=16,r=8,p=1$${"A".repeat(87)}$${hash}`],
    ["a hash of 15 bytes", `$scrypt$ln=16,r=8,p=1$${salt}$${"A".repeat(20)}`],
    ["a hash of 65 bytes", `$scrypt$ln=16,r=8,p=1$${salt}$${"A".repeat(87)}`],
    ["a string of a megabyte", `$scrypt$ln=16,r=8,p=1$${salt}$${"A".repeat(2 ** 20)}`],
  ])("refuses %s as malformed", (_what, phc) => {
    expect(refusal(phc)).toBe("password/malformed-hash");
  });

  it("repeats neither salt nor hash in its message", () => {
    expect(() => parsePhc(`${passlib}=`)).toThrow(
      "The stored password hash is unusable: it is not $scrypt$ln=…,r=…,p=…$salt$hash.",
    );
  });

  it("reads back whatever it writes (seed 7914)", () => {
    const bytes = (min: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: min, maxLength: 64 });
    const cost = fc.record({
      ln: fc.integer({ min: 1, max: 63 }),
      r: fc.integer({ min: 4, max: 64 }),
      p: fc.integer({ min: 1, max: 2 ** 20 }),
    });
    const keyid = fc.option(fc.stringMatching(/^[!-~]{1,8}$/), { nil: undefined });
    fc.assert(
      fc.property(cost, bytes(8), bytes(16), keyid, (cost, salt, hash, keyid) => {
        const parsed = parsePhc(formatPhc({ cost, salt, hash, keyid }));
        expect(parsed.cost).toEqual(cost);
        expect(parsed.keyid).toBe(keyid);
        expect(new Uint8Array(parsed.salt)).toEqual(salt);
        expect(new Uint8Array(parsed.hash)).toEqual(hash);
      }),
      { seed: 7914 },
    );
  });

  it("refuses a damaged string or reads the one value it spells, and throws nothing else (seed 7914)", () => {
    const damage = fc.record({
      at: fc.nat(passlib.length + 13),
      drop: fc.nat(3),
      insert: fc.string({ unit: "grapheme", maxLength: 3 }),
    });
    const peppered = passlib.replace("p=1", "p=1,keyid=MjAyNg");
    fc.assert(
      fc.property(damage, fc.constantFrom(passlib, peppered), ({ at, drop, insert }, phc) => {
        const damaged = phc.slice(0, at) + insert + phc.slice(at + drop);
        if (refusal(damaged) === undefined) expect(formatPhc(parsePhc(damaged))).toBe(damaged);
      }),
      { seed: 7914, numRuns: 1000 },
    );
  });
});
