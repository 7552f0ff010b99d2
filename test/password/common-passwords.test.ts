import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { commonPasswords } from "../../src/password/common-passwords.ts";
import { foldPassword } from "../../src/password/normalise.ts";
import { renderModule, selectCommonPasswords } from "../../tools/common-passwords-module.ts";

const origin = "node_modules/@zxcvbn-ts/language-common";
const passwords = JSON.parse(readFileSync(`${origin}/src/passwords.json`, "utf8")) as readonly string[];

describe("OWASP ASVS 5, 6.2.4 the list of common passwords", () => {
  it("has the 10,000 most common of eight characters and more, the most common first, folded", () => {
    const list = [...commonPasswords];
    expect(list).toEqual(selectCommonPasswords(passwords));
    expect(list).toHaveLength(10_000);
    expect(list.slice(0, 3)).toEqual(["password", "12345678", "123456789"]);
    expect(list.filter((word) => [...word].length < 8 || foldPassword(word) !== word)).toEqual([]);
  });
});

describe("the generator of the list", () => {
  const source = { name: "a-list", version: "1.2.3", licence: "Copyright A\n\nFree */ for all\n" };
  const many = Array.from({ length: 10_001 }, (_, at) => `password-${at}`);

  it("leaves out what is too short, and what is there already in other capitals", () => {
    expect(selectCommonPasswords(["short", "PASSWORD-0", ...many])).toEqual(many.slice(0, 10_000));
  });

  it("refuses a list that is too short or does not fit on lines", () => {
    expect(() => selectCommonPasswords(many.slice(2))).toThrow("9999 passwords are too few");
    expect(() => selectCommonPasswords(["pass word", ...many])).toThrow("printable ASCII");
  });

  it("writes a module that gives the words back, states source and licence, and stays inside its comment", async () => {
    const words = ["back\\slash", "back`tick", "money$".concat("{1}"), "money$money"];
    const text = renderModule(words, source);
    expect(text).toContain("from a-list 1.2.3");
    expect(text).toContain(" * Copyright A\n *\n * Free * / for all\n */");
    const script = text.replace(": ReadonlySet<string>", "");
    const module = await import(`data:text/javascript,${encodeURIComponent(script)}`);
    expect([...module.commonPasswords]).toEqual(words);
  });
});
