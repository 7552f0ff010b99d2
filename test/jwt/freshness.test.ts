import { describe, expect, it } from "vitest";
import { freshFor, parseCacheControl } from "../../src/jwt/freshness.ts";

const bounds = { minFreshness: 60_000, maxFreshness: 86_400_000, defaultFreshness: 600_000 };
const lifetime = (cacheControl?: string, age?: string) => freshFor({ cacheControl, age }, bounds) / 1000;
/** The default, and both bounds out of the way. */
const unbounded = (cacheControl?: string, age?: string) =>
  freshFor({ cacheControl, age }, { minFreshness: 0, maxFreshness: Infinity, defaultFreshness: 7000 }) / 1000;

describe("RFC 9111 §4.2.1 freshness lifetime", () => {
  it.each([
    ["max-age=300", 300],
    ["public, max-age=300, must-revalidate, no-transform", 300],
    ["MAX-AGE=300", 300],
    [`max-age="300"`, 300],
    [`max-age="\\3\\00"`, 300],
    [",, max-age=300 ,\t, public,", 300],
    ["max-age=300\t,public", 300],
    [`ext="a, max-age=1, b", max-age=300`, 300],
    [`ext="quote \\", max-age=1", max-age=300`, 300],
    ["s-maxage=1, max-age=300", 300],
    ["max-age=300, max-age=1", 300],
    ["private, max-age=300, stale-while-revalidate=9", 300],
    ["max-age=0", 0],
    ["max-age=007", 7],
  ])("reads %s", (field, seconds) => {
    expect(unbounded(field)).toBe(seconds);
  });

  it.each([
    "",
    "public",
    "private, must-revalidate",
    "s-maxage=300",
    "max-agex=300",
    "x-max-age=300",
    `ext="max-age=300"`,
  ])("has none, and so the default, in %j", (field) => {
    expect(unbounded(field)).toBe(7);
    expect(unbounded()).toBe(7);
  });

  it.each([
    ["a max-age without number", "max-age"],
    ["an empty one", "max-age="],
    ["an empty one in quotes", `max-age=""`],
    ["a negative one", "max-age=-1"],
    ["a fraction", "max-age=1.5"],
    ["an exponent", "max-age=1e9"],
    ["a hexadecimal one", "max-age=0x10"],
    ["white space inside", "max-age = 300"],
    ["white space in the quotes", `max-age=" 300"`],
    ["digits that are not ASCII", "max-age=\u0663\u0660"],
    ["quotes left open", `public, max-age="300`],
    ["something behind the quotes", `max-age="300"x`],
    ["semicolons", "max-age=300; public"],
    ["no comma", "max-age=300 public"],
    ["an argument without a name", "=300, max-age=300"],
    ["a control character", "max-age=300, a\u0000"],
    ["a first one that is wrong", "max-age=x, max-age=300"],
  ])("takes %s for stale", (_what, field) => {
    expect(unbounded(field)).toBe(0);
    expect(lifetime(field)).toBe(60);
  });

  it.each([
    "no-store",
    "no-cache",
    "max-age=300, no-store",
    "NO-CACHE, max-age=300",
    `no-cache="set-cookie", max-age=300`,
  ])("takes %s for the least", (field) => {
    expect(unbounded(field)).toBe(0);
    expect(lifetime(field)).toBe(60);
  });

  it("keeps to the bounds, also with the default and with what is next to infinite", () => {
    expect(lifetime("max-age=59")).toBe(60);
    expect(lifetime("max-age=61")).toBe(61);
    expect(lifetime("max-age=86399")).toBe(86_399);
    expect(lifetime("max-age=86401")).toBe(86_400);
    expect(lifetime(`max-age=${"9".repeat(400)}`)).toBe(86_400);
    expect(lifetime()).toBe(600);
    expect(freshFor({ cacheControl: undefined, age: undefined }, { ...bounds, defaultFreshness: 1 })).toBe(
      60_000,
    );
  });

  it("stands for RFC 9111 §1.2.2 infinity where the number is too great", () => {
    for (const digits of ["2147483648", "2147483649", "9".repeat(30), "9".repeat(400)]) {
      expect(unbounded(`max-age=${digits}`)).toBe(2_147_483_648);
    }
  });
});

describe("RFC 9111 §5.1 age", () => {
  it.each([
    ["100", 200],
    ["100, 200", 200],
    [" 100 ", 200],
    ["300", 0],
    ["301", 0],
    ["9".repeat(400), 0],
    ["0", 300],
    ["-100", 300],
    ["1.5", 300],
    ["old", 300],
    ["", 300],
    [", 100", 300],
  ])("subtracts %j where it is a number", (age, seconds) => {
    expect(Math.max(0, unbounded("max-age=300", age))).toBe(seconds);
  });

  it("counts for the default too, and not against the least", () => {
    expect(lifetime(undefined, "100")).toBe(500);
    expect(lifetime("max-age=300", "299")).toBe(60);
    expect(lifetime("no-store", "100")).toBe(60);
  });
});

describe("RFC 9111 §5.2 directives", () => {
  it("are told apart as the grammar has it", () => {
    expect([...parseCacheControl(` a , B=c,d="e, \\"f\\"" ,, g=""`)!]).toEqual([
      ["a", undefined],
      ["b", "c"],
      ["d", `e, "f"`],
      ["g", ""],
    ]);
  });

  it("are read in linear time: 16 KiB of anything come back at once", () => {
    for (const piece of [`"`, "\\", `a="`, ",", " ", `a="\\`, "a,", `"\\"`, "a ="]) {
      const field = piece.repeat(16_384 / piece.length);
      parseCacheControl(field);
      parseCacheControl(`a="${field}`);
      parseCacheControl(`${field}\n`);
    }
    expect(parseCacheControl(`${"a,".repeat(8192)}b`)).toEqual(
      new Map([
        ["a", undefined],
        ["b", undefined],
      ]),
    );
  });
});
