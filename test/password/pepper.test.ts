import { createHmac, scryptSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { PasswordHasher, type PasswordHasherOptions } from "../../src/password/hasher.ts";
import type { Pepper } from "../../src/password/pepper.ts";
import { parsePhc } from "../../src/password/phc.ts";

const cost = { ln: 4, r: 8, p: 1 };
const code = (value: string) => expect.objectContaining({ code: value });
const pepper = (id: string, byte: number): Pepper => ({ id, key: new Uint8Array(32).fill(byte) });
const [old, young] = [pepper("2026", 1), pepper("2027", 2)];

function hasher(peppers: readonly Pepper[], options: PasswordHasherOptions = {}): PasswordHasher {
  return new PasswordHasher({ cost, peppers, ...options });
}

describe("RFC 2104 a peppered hash", () => {
  it("is scrypt of the HMAC-SHA-256 of the normalised password, and names its pepper", async () => {
    const phc = await hasher([old]).hash("cafe\u0301 au lait");
    const { salt, hash, keyid } = parsePhc(phc);
    const mixed = createHmac("sha256", old.key).update("caf\u00e9 au lait", "utf8").digest();
    expect(Buffer.from(hash)).toEqual(scryptSync(mixed, salt, 32, { N: 2 ** cost.ln, r: cost.r, p: cost.p }));
    expect(keyid).toBe("2026");
    expect(phc).toMatch(/^\$scrypt\$ln=4,r=8,p=1,keyid=MjAyNg\$/);
  });

  it("is verified with the pepper it names, wherever that stands in the list", async () => {
    const phc = await hasher([old]).hash("secret");
    for (const peppers of [[old], [young, old], [old, young]]) {
      await expect(hasher(peppers).verify("secret", phc)).resolves.toBe(true);
      await expect(hasher(peppers).verify("Secret", phc)).resolves.toBe(false);
    }
  });

  it("matches nothing under another key of the same name", async () => {
    const phc = await hasher([old]).hash("secret");
    await expect(hasher([pepper("2026", 3)]).verify("secret", phc)).resolves.toBe(false);
  });

  it("is refused as unknown where its pepper is not in the list", async () => {
    const phc = await hasher([old]).hash("secret");
    for (const peppers of [[], [young]]) {
      await expect(hasher(peppers).verify("secret", phc)).rejects.toEqual(code("password/unknown-pepper"));
    }
  });

  it("needs the key: the hash alone without it is another", async () => {
    const phc = await hasher([old]).hash("secret");
    const stripped = phc.replace(",keyid=MjAyNg", "");
    await expect(hasher([old]).verify("secret", stripped)).resolves.toBe(false);
  });

  it("keeps to the ceiling of cost whatever it names", async () => {
    const costly = (await hasher([old]).hash("secret")).replace("ln=4", "ln=23");
    await expect(hasher([old]).verify("secret", costly)).rejects.toEqual(code("password/too-costly"));
  });
});

describe("a hash without a pepper", () => {
  it("is written as ever where there are no peppers", async () => {
    expect(await hasher([]).hash("secret")).toMatch(/^\$scrypt\$ln=4,r=8,p=1\$[^$,]+\$[^$,]+$/);
  });

  it("still matches once there are some", async () => {
    const phc = await hasher([]).hash("secret");
    await expect(hasher([old]).verify("secret", phc)).resolves.toBe(true);
  });
});

describe("needsRehash with peppers", () => {
  it("asks for one under every other pepper than the first, and under none", async () => {
    const [none, first, second] = await Promise.all([
      hasher([]).hash("secret"),
      hasher([young]).hash("secret"),
      hasher([old]).hash("secret"),
    ]);
    const rotated = hasher([young, old]);
    expect([none, first, second].map((phc) => rotated.needsRehash(phc))).toEqual([true, false, true]);
    expect(hasher([]).needsRehash(none)).toBe(false);
    expect(hasher([]).needsRehash(first)).toBe(true);
  });

  it("asks once in a rotation: what login writes then needs none", async () => {
    const rotated = hasher([young, old]);
    expect(rotated.needsRehash(await rotated.hash("secret"))).toBe(false);
  });
});

describe("the decoy with peppers", () => {
  it("names the first, so that it costs what a real hash costs, and matches nothing", async () => {
    const peppered = hasher([young, old]);
    expect(parsePhc(peppered.decoy).keyid).toBe("2027");
    await expect(peppered.verify("secret", peppered.decoy)).resolves.toBe(false);
  });
});

describe("the list of peppers", () => {
  it.each([
    ["a key of 31 bytes", [{ id: "2026", key: new Uint8Array(31) }]],
    ["no id", [pepper("", 1)]],
    ["an id of nine characters", [pepper("2026-11-2", 1)]],
    ["an id with a space", [pepper("20 26", 1)]],
    ["an id that is not ASCII", [pepper("é", 1)]],
    ["the same id twice", [old, pepper("2026", 2)]],
  ])("is refused with %s, and nothing of a key is said", (_what, peppers) => {
    let thrown: unknown;
    try {
      hasher(peppers);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(RangeError);
    expect(String(thrown)).not.toMatch(/[01],[01]|AAAA|AQEB/);
  });

  it("is copied: a key that is wiped afterwards stays as it was", async () => {
    const wiped = pepper("2026", 1);
    const peppered = hasher([wiped]);
    const phc = await peppered.hash("secret");
    wiped.key.fill(0);
    await expect(peppered.verify("secret", phc)).resolves.toBe(true);
    await expect(hasher([old]).verify("secret", phc)).resolves.toBe(true);
  });
});
