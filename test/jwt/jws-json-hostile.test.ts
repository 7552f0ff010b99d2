/**
 * JSON serializations that must be refused, each beside a flawless twin that must be accepted, so that no
 * refusal is for another reason than the one in its name. Unless its name says otherwise, every signature here
 * is right: it was computed over exactly the protected header and payload that stand beside it.
 */
import { describe, expect, it } from "vitest";
import { type VerifyJwsJsonOptions, verifyJwsJson } from "../../src/jwt/jws-json.ts";
import type { Key } from "../../src/jwt/key.ts";
import { pair, refusal, seal, secret, segment } from "./forge.ts";

type Json = Record<string, unknown>;
const payload = segment("payload");
const alg = { alg: "HS256" };

/** One signature with these headers, over `body`. A protected header that is text stands as it is. */
function entry(protect: unknown, header?: unknown, body: string = payload, key: Key = secret): Json {
  const encoded = protect === undefined ? "" : typeof protect === "string" ? protect : segment(protect);
  const sealed = seal(`${encoded}.${body}`, key);
  return {
    ...(protect !== undefined && { protected: encoded }),
    ...(header !== undefined && { header }),
    signature: sealed.slice(sealed.lastIndexOf(".") + 1),
  };
}

const flat = (protect: unknown, header?: unknown, body: string = payload): Json => ({
  payload: body,
  ...entry(protect, header, body),
});
const general = (...signatures: unknown[]): Json => ({ payload, signatures });

const flawless = flat(alg, { note: "a" });
const flawlessPair = general(entry(alg), entry({ alg: "ES256" }, undefined, payload, pair));
const verdict = (jws: unknown, options?: VerifyJwsJsonOptions) =>
  refusal(() => verifyJwsJson(jws as object, secret, options));

type Case = readonly [why: string, jws: unknown, code: string, twin: unknown, options?: VerifyJwsJsonOptions];
function refuses(cases: readonly Case[]): void {
  for (const [why, jws, code, twin, options] of cases) {
    it(`refuses ${why}`, () => {
      expect(verdict(jws, options)).toBe(code);
      expect(verdict(twin, options)).toBe("accepted");
    });
  }
}

const without = (name: string, jws: Json = flawless): Json =>
  Object.fromEntries(Object.entries(jws).filter(([member]) => member !== name));

describe("RFC 7515 §7.2 what it must be", () => {
  refuses([
    ["null", null, "jws/malformed", flawless],
    ["a list", [flawless], "jws/malformed", flawless],
    ["an empty object", {}, "jws/malformed", flawless],
    ["a Map", new Map(Object.entries(flawless)), "jws/malformed", flawless],
    ["an instance of a class", Object.assign(new (class Jws {})(), flawless), "jws/malformed", flawless],
    ["members that are inherited", Object.create(flawless), "jws/malformed", { ...flawless }],
    [
      "a signature that is inherited",
      Object.setPrototypeOf(without("signature"), flawless),
      "jws/malformed",
      flawless,
    ],
    [
      "a prototype given in JSON",
      JSON.parse(`{"__proto__":${JSON.stringify(flawless)}}`),
      "jws/malformed",
      flawless,
    ],
    [
      "members that are not enumerable",
      Object.defineProperty({ ...flawless }, "signature", { enumerable: false }),
      "jws/malformed",
      Object.defineProperty({ ...flawless }, "note", { value: 1, enumerable: false }),
    ],
    ["no signature at all", without("signature"), "jws/malformed", flawless],
    ["no header at all", flat(undefined), "jws/malformed", flat(undefined, alg)],
    ["no payload", without("payload"), "jws/malformed", flawless],
    ["an unsecured JWS", { ...flat({ alg: "none" }), signature: "" }, "jws/algorithm-mismatch", flat(alg)],
    ["a signature that is empty", { ...flawless, signature: "" }, "jws/bad-signature", flawless],
  ]);
});

describe("RFC 7515 §7.2 as text", () => {
  const text = JSON.stringify(flawless);
  refuses([
    ["the empty text", "", "jws/malformed", text],
    ["a compact JWS", `${flawless.protected}.${payload}.${flawless.signature}`, "jws/malformed", text],
    ["a text behind it", `${text}x`, "jws/malformed", `${text}\n`],
    ["a byte order mark", `\ufeff${text}`, "jws/malformed", ` ${text}`],
    [
      "a member named twice",
      text.replace("{", `{"payload":"${payload}",`),
      "jws/malformed",
      text.replace("{", `{"payloads":"${payload}",`),
    ],
    [
      "an unprotected parameter named twice",
      text.replace(`"note":`, `"note":"b","note":`),
      "jws/malformed",
      text.replace(`"note":`, `"not":"b","note":`),
    ],
    [
      "a member ignored and named twice inside",
      text.replace("{", `{"x":{"a":1,"a":1},`),
      "jws/malformed",
      text.replace("{", `{"x":{"a":1,"b":1},`),
    ],
    [
      "half of a surrogate pair",
      text.replace(`"a"`, `"\ud800"`),
      "jws/malformed",
      text.replace(`"a"`, `"\u{10000}"`),
    ],
    [
      "33 levels of nesting",
      text.replace("{", `{"x":${"[".repeat(32)}${"]".repeat(32)},`),
      "jws/malformed",
      text.replace("{", `{"x":${"[".repeat(31)}${"]".repeat(31)},`),
    ],
    ["more than 262,144 characters", text.padEnd(262_145), "jws/too-large", text.padEnd(262_144)],
  ]);
});

describe("RFC 7515 §7.2.1, §7.2.2 members of other types", () => {
  const others: readonly unknown[] = [null, true, 1, {}, ["e"], Buffer.from("e")];
  for (const name of ["payload", "protected", "signature"]) {
    refuses(
      others.map((value) => [
        `${name}: ${JSON.stringify(value)}`,
        { ...flawless, [name]: value },
        "jws/malformed",
        flawless,
      ]),
    );
  }
  refuses(
    [null, true, 1, "e", segment(alg), [alg], new Map()].map((value) => [
      `header: ${JSON.stringify(value)}`,
      { ...flat(alg), header: value },
      "jws/malformed",
      { ...flat(alg), header: { value: "e" } },
    ]),
  );
  refuses(
    [null, true, {}, "e", { 0: entry(alg), length: 1 }].map((value) => [
      `signatures: ${JSON.stringify(value)}`,
      { payload, signatures: value },
      "jws/malformed",
      general(entry(alg)),
    ]),
  );
  refuses(
    [null, true, "e", [], [entry(alg)]].map((value) => [
      `signatures: [${JSON.stringify(value)}] beside one that is right`,
      general(entry(alg), value),
      "jws/malformed",
      general(entry(alg), entry({ alg: "HS512" })),
    ]),
  );
});

describe("RFC 7515 §7.2.1, §7.2.2 the two syntaxes", () => {
  refuses([
    ["an empty list of signatures", general(), "jws/malformed", general(entry(alg))],
    ["a hole in the list", general(entry(alg), ...Array(1)), "jws/malformed", general(entry(alg))],
    [
      "both, mixed",
      { ...flawless, signatures: [entry(alg)] },
      "jws/malformed",
      { ...flawless, signature_: [entry(alg)] },
    ],
    ["both, the list empty", { ...flawless, signatures: [] }, "jws/malformed", { ...flawless, extra: [] }],
    [
      "a protected header that belongs into the list",
      { ...general(entry(alg)), protected: segment(alg) },
      "jws/malformed",
      { ...general(entry(alg)), Protected: segment(alg) },
    ],
    [
      "an unprotected header that belongs into the list",
      { ...general(entry(alg)), header: { kid: "a" } },
      "jws/malformed",
      { ...general(entry(alg)), Header: { kid: "a" } },
    ],
    [
      "a protected header that is empty text",
      { ...flat(undefined, alg), protected: "" },
      "jws/malformed",
      flat(undefined, alg),
    ],
    ["a protected header without a member", flat({}, alg), "jws/malformed", flat({ a: 1 }, alg)],
    ["an unprotected header without a member", flat(alg, {}), "jws/malformed", flat(alg, { a: 1 })],
    [
      "17 signatures",
      general(...Array(17).fill(entry(alg))),
      "jws/too-large",
      general(...Array(16).fill(entry(alg))),
    ],
  ]);
});

describe("RFC 7515 §5.2 the two headers", () => {
  refuses([
    [
      "the same parameter in both",
      flat({ ...alg, a: 1 }, { a: 1 }),
      "jws/malformed",
      flat({ ...alg, a: 1 }, { b: 1 }),
    ],
    ["alg in both", flat(alg, alg), "jws/malformed", flat(alg, { Alg: "HS256" })],
    [
      "__proto__ in both",
      flat(segment(`{"alg":"HS256","__proto__":1}`), JSON.parse(`{"__proto__":1}`)),
      "jws/malformed",
      flat(segment(`{"alg":"HS256","__proto_":1}`), JSON.parse(`{"__proto__":1}`)),
    ],
    [
      "an alg that only the prototype of the header has",
      flat({ a: 1 }, JSON.parse(`{"__proto__":{"alg":"HS256"}}`)),
      "jws/malformed",
      flat({ a: 1 }, JSON.parse(`{"__proto__":{"alg":"HS256"},"alg":"HS256"}`)),
    ],
    ["an alg that is no text", flat(undefined, { alg: 1 }), "jws/malformed", flat(undefined, alg)],
    ["a kid that is no text", flat(alg, { kid: 1 }), "jws/malformed", flat(alg, { kid: "1" })],
    [
      "another algorithm, unprotected",
      flat(undefined, { alg: "ES256" }),
      "jws/algorithm-mismatch",
      flat(undefined, alg),
    ],
    [
      "alg none, unprotected",
      flat(undefined, { alg: "none" }),
      "jws/algorithm-mismatch",
      flat(undefined, alg),
    ],
    [
      "a protected parameter named twice",
      flat(segment(`{"alg":"HS256","a":1,"a":1}`)),
      "jws/malformed",
      flat(segment(`{"alg":"HS256","a":1,"b":1}`)),
    ],
    ["a protected header that is a list", flat([alg], alg), "jws/malformed", flat({ a: [alg] }, alg)],
    [
      "a protected header that is not UTF-8",
      flat(segment(Buffer.from(`{"alg":"HS256","a":"\xff"}`, "latin1"))),
      "jws/malformed",
      flat(segment(`{"alg":"HS256","a":"\xff"}`)),
    ],
    [
      "an unprotected header with a function",
      flat(alg, { toJSON: () => ({}) }),
      "jws/malformed",
      flat(alg, { toJSON: "a" }),
    ],
    [
      "an unprotected header with a Date",
      flat(alg, { a: new Date(0) }),
      "jws/malformed",
      flat(alg, { a: "1970" }),
    ],
    ["an unprotected header with a bigint", flat(alg, { a: 1n }), "jws/malformed", flat(alg, { a: 1 })],
    [
      "an unprotected header with undefined",
      flat(alg, { a: undefined }),
      "jws/malformed",
      flat(alg, { a: null }),
    ],
    [
      "an unprotected header with a hole",
      flat(alg, { a: Array(1) }),
      "jws/malformed",
      flat(alg, { a: [null] }),
    ],
  ]);
});

describe("RFC 7515 §2 strict base64url, RFC 7515 §5.2 the signature", () => {
  const { protected: h, signature: s } = flat(alg) as { protected: string; signature: string };
  const padded = segment({ ...alg, a: "a" });
  refuses([
    ["padding after the protected header", flat(`${padded}=`), "jws/malformed", flat(padded)],
    ["a space in the protected header", flat(` ${h}`), "jws/malformed", flat(h)],
    [
      "padding after the payload",
      flat(alg, undefined, `${segment("ab")}=`),
      "jws/malformed",
      flat(alg, undefined, segment("ab")),
    ],
    [
      "bits left over in the payload",
      flat(alg, undefined, "YWJ"),
      "jws/malformed",
      flat(alg, undefined, "YWI"),
    ],
    [
      "a line feed in the payload",
      flat(alg, undefined, "YW\nJi"),
      "jws/malformed",
      flat(alg, undefined, "YWJi"),
    ],
    ["padding after the signature", { ...flat(alg), signature: `${s}=` }, "jws/malformed", flat(alg)],
    [
      "a malformed signature beside a right one",
      general(entry(alg), { ...entry(alg), signature: "*" }),
      "jws/malformed",
      flawlessPair,
    ],
    [
      "the signature of another payload",
      { ...flat(alg), payload: segment("other") },
      "jws/bad-signature",
      flat(alg),
    ],
    [
      "the signature of another header",
      { ...flat(alg), protected: segment({ ...alg, a: 1 }) },
      "jws/bad-signature",
      flat(alg),
    ],
    [
      "a protected header made unprotected",
      { ...flat(undefined, alg), signature: s },
      "jws/bad-signature",
      flat(undefined, alg),
    ],
    [
      "a wrong signature beside a right one where all must be right",
      general(entry(alg), { ...entry(alg), signature: "AAAA" }),
      "jws/bad-signature",
      general(entry(alg), entry(alg)),
      { require: "all" },
    ],
    [
      "a signature by another key where all must be right",
      flawlessPair,
      "jws/algorithm-mismatch",
      general(entry(alg), entry(alg)),
      { require: "all" },
    ],
  ]);
});

describe("RFC 7515 §4.1.11 crit", () => {
  const crit = ["x"];
  refuses([
    [
      "an extension that nobody understands",
      flat({ ...alg, crit, x: 1 }),
      "jws/critical",
      flat({ ...alg, x: 1 }),
    ],
    [
      "crit that is not protected",
      flat(alg, { crit, x: 1 }),
      "jws/critical",
      flat({ ...alg, crit, x: 1 }),
      { crit },
    ],
    [
      "crit for b64 that is not protected",
      flat({ ...alg, b64: true }, { crit: ["b64"] }),
      "jws/critical",
      flat({ ...alg, b64: true, crit: ["b64"] }),
    ],
    [
      "crit for what is not protected",
      flat({ ...alg, crit }, { x: 1 }),
      "jws/critical",
      flat({ ...alg, crit, x: 1 }),
      { crit },
    ],
    [
      "crit for what is not there",
      flat({ ...alg, crit }),
      "jws/critical",
      flat({ ...alg, crit, x: 1 }),
      { crit },
    ],
    ["an empty crit", flat({ ...alg, crit: [] }), "jws/critical", flat(alg)],
    ["crit for kid", flat({ ...alg, crit: ["kid"], kid: "a" }), "jws/critical", flat({ ...alg, kid: "a" })],
    [
      "one crit where all must be right",
      general(entry(alg), entry({ ...alg, crit, x: 1 })),
      "jws/critical",
      general(entry(alg), entry({ ...alg, x: 1 })),
      { require: "all" },
    ],
  ]);
});

describe("RFC 7797 §3, §5.3, §6 unencoded payloads", () => {
  const raw = { ...alg, b64: false, crit: ["b64"] };
  const mixed = (first: unknown, second: unknown) => ({
    payload: "abcd",
    signatures: [entry(first, undefined, "abcd"), entry(second, undefined, "abcd")],
  });
  refuses([
    ["b64 that crit does not list", flat({ ...alg, b64: false }), "jws/critical", flat(raw)],
    ["b64 that is not protected", flat(alg, { b64: true }), "jws/malformed", flat({ ...alg, b64: true })],
    [
      "b64 false that is not protected",
      flat({ ...alg, crit: ["b64"] }, { b64: false }),
      "jws/malformed",
      flat(raw),
    ],
    ["b64 that is no boolean", flat({ ...raw, b64: "false" }), "jws/malformed", flat(raw)],
    ["b64 that differs from one signature to the other", mixed(raw, alg), "jws/malformed", mixed(raw, raw)],
    [
      "b64 that differs the other way",
      mixed({ ...alg, b64: true }, raw),
      "jws/malformed",
      mixed({ ...alg, b64: true }, alg),
    ],
    [
      "half of a surrogate pair",
      flat(raw, undefined, "\ud800"),
      "jws/malformed",
      flat(raw, undefined, "\ufffd"),
    ],
    [
      "half of a surrogate pair, escaped in the text",
      JSON.stringify(flat(raw, undefined, "\ud800")),
      "jws/malformed",
      JSON.stringify(flat(raw, undefined, "\ufffd")),
    ],
    [
      "the base64url of the payload in its place",
      { ...flat(raw, undefined, "abc"), payload: segment("abc") },
      "jws/bad-signature",
      flat(raw, undefined, "abc"),
    ],
    [
      "the payload where its base64url belongs",
      { ...flat(alg, undefined, segment("abc")), payload: "abc_" },
      "jws/bad-signature",
      flat(alg, undefined, segment("abc")),
    ],
  ]);
});

describe("RFC 7515 appendix F detached payloads", () => {
  const detached = entry(alg);
  const options = { payload: "payload" };
  refuses([
    ["a payload in both places", flat(alg), "jws/malformed", detached, options],
    [
      "an empty payload in place of the detached one",
      { ...detached, payload: "" },
      "jws/bad-signature",
      { ...detached, payload: segment("payload") },
    ],
    ["null beside the detached one", { ...detached, payload: null }, "jws/malformed", detached, options],
    ["another payload", entry(alg, undefined, segment("other")), "jws/bad-signature", detached, options],
  ]);
});

describe("limits", () => {
  const header = (length: number) => `{"alg":"HS256"}${" ".repeat(length - 15)}`;
  const deep = (levels: number) => JSON.parse(`{"a":${"[".repeat(levels - 1)}${"]".repeat(levels - 1)}}`);
  /** 2 to the power of `levels` objects, once it is written out. */
  const doubling = (levels: number) => {
    let value: unknown = 1;
    for (let level = 0; level < levels; level++) value = [value, value];
    return { value };
  };
  const loop: Json = {};
  loop.loop = loop;
  const text = flat(alg, undefined, segment("x".repeat(195_000)));
  refuses([
    [
      "a protected header over 16 KiB",
      flat(segment(header(16_385))),
      "jws/too-large",
      flat(segment(header(16_384))),
    ],
    [
      "an unprotected header over 16 KiB",
      flat(alg, { a: "x".repeat(16_384 - 7) }),
      "jws/too-large",
      flat(alg, { a: "x".repeat(16_384 - 8) }),
    ],
    [
      "one over 16 KiB in its octets only",
      flat(alg, { a: "é".repeat(8_189) }),
      "jws/too-large",
      flat(alg, { a: "é".repeat(8_188) }),
    ],
    [
      "a list that is long and holds nothing",
      flat(alg, { a: Array(2 ** 32 - 1) }),
      "jws/too-large",
      flat(alg, { a: [] }),
    ],
    [
      "a header deeper than 32 with the object it is in",
      flat(alg, deep(32)),
      "jws/malformed",
      flat(alg, deep(31)),
    ],
    [
      "one in a list, where it lies deeper",
      general(entry(alg, deep(30))),
      "jws/malformed",
      general(entry(alg, deep(29))),
    ],
    ["a header that holds itself", flat(alg, loop), "jws/malformed", flat(alg, { loop: {} })],
    [
      "a small object that is large when written out",
      flat(alg, doubling(28)),
      "jws/too-large",
      flat(alg, doubling(10)),
    ],
    [
      "members that are too long together",
      { ...text, payload: `${text.payload}${"A".repeat(3_000)}` },
      "jws/too-large",
      text,
    ],
    [
      "a list of signatures that is long",
      general(...Array(100_000).fill(entry(alg))),
      "jws/too-large",
      flawlessPair,
    ],
    [
      "what is longer than the caller allows",
      flat(alg),
      "jws/too-large",
      flat(alg, undefined, ""),
      { limits: { maxTokenLength: 63 } },
    ],
  ]);
});
