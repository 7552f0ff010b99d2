import { claims, flawlessBy, forge, now, policy, secret, typ } from "../forge.ts";
import type { TokenCase, TokenTheme } from "./theme.ts";

const header = { alg: "HS256", typ };
const flawless = flawlessBy(secret);

const crit = (value: unknown, more: object = {}) => forge({ ...header, ...more, crit: value }, claims);
const plain = (more: object) => forge({ ...header, ...more }, claims);

const nothingUnderstood: TokenTheme = {
  rule: "RFC 7515 §4.1.11 crit, where no extension is understood",
  key: secret,
  flawless,
  cases: [
    ["an unknown extension", crit(["x"], { x: 1 }), "jws/critical", plain({ x: 1 })],
    [
      "b64, RFC 7797, which is not for JWTs",
      crit(["b64"], { b64: true }),
      "jws/critical",
      plain({ b64: true }),
    ],
    ["a payload that is not encoded", crit(["b64"], { b64: false }), "jws/critical"],
    ["b64 that should have been critical", plain({ b64: false }), "jws/critical", plain({ b64: true })],
    ["b64 as a text", plain({ b64: "true" }), "jws/malformed", plain({ b64: true })],
    ["b64 as a number", plain({ b64: 0 }), "jws/malformed", plain({ b64: true })],
    ["b64 as null", plain({ b64: null }), "jws/malformed", plain({ b64: true })],
    ["an empty list", crit([]), "jws/critical"],
    ["a name that is not in the header", crit(["x"]), "jws/critical"],
    ["exp, the example of the RFC", crit(["exp"], { exp: now }), "jws/critical", plain({ exp: now })],
    ["a name twice", crit(["x", "x"], { x: 1 }), "jws/critical", plain({ x: 1 })],
    ["an empty name", crit([""], { "": 1 }), "jws/critical", plain({ "": 1 })],
    ["crit itself", crit(["crit"]), "jws/critical"],
    ["__proto__", crit(["__proto__"]), "jws/critical"],
    ["a name that every object has", crit(["constructor"]), "jws/critical"],
    ["a text in place of the list", crit("x", { x: 1 }), "jws/critical", plain({ x: 1 })],
    ["an empty text", crit(""), "jws/critical"],
    ["an object in place of the list", crit({}), "jws/critical"],
    ["an object that looks like a list", crit({ 0: "x", length: 1 }, { x: 1 }), "jws/critical"],
    ["null", crit(null), "jws/critical"],
    ["false", crit(false), "jws/critical"],
    ["zero", crit(0), "jws/critical"],
    ["a number in the list", crit([1], { 1: 1 }), "jws/critical", plain({ 1: 1 })],
    ["null in the list", crit([null], { null: 1 }), "jws/critical", plain({ null: 1 })],
    ["a list in the list", crit([["x"]], { x: 1 }), "jws/critical", plain({ x: 1 })],
  ],
};

const understanding = { ...policy, crit: ["x", "y"] };
const understood = (value: unknown, more: object): { token: string; policy: typeof understanding } => ({
  token: crit(value, more),
  policy: understanding,
});

/** RFC 7515 §4.1.11: "Producers MUST NOT include Header Parameter names defined by this specification". */
const registered = ["alg", "jku", "jwk", "kid", "x5u", "x5c", "x5t", "x5t#S256", "typ", "cty", "crit"];
const encryption = ["enc", "zip", "epk", "apu", "apv", "iv", "tag", "p2s", "p2c"];

const someUnderstood: TokenTheme = {
  rule: "RFC 7515 §4.1.11 crit, where two extensions are understood",
  key: secret,
  policy: understanding,
  flawless: crit(["x"], { x: 1 }),
  cases: [
    [
      "a third one",
      understood(["x", "z"], { x: 1, z: 1 }),
      "jws/critical",
      understood(["x", "y"], { x: 1, y: 1 }),
    ],
    [
      "a third one, first",
      understood(["z", "x"], { x: 1, z: 1 }),
      "jws/critical",
      understood(["y", "x"], { x: 1, y: 1 }),
    ],
    ["one that is not in the header", understood(["x", "y"], { x: 1 }), "jws/critical"],
    ["one that is there in capitals", understood(["X"], { X: 1 }), "jws/critical"],
    ["one named twice", understood(["x", "x"], { x: 1 }), "jws/critical"],
    ["one beside b64", understood(["x", "b64"], { x: 1, b64: true }), "jws/critical"],
    ["one beside a number", understood(["x", 1], { x: 1, 1: 1 }), "jws/critical"],
    ["one joined with another by a comma", understood(["x,y"], { x: 1, y: 1, "x,y": 1 }), "jws/critical"],
    ["one that is a text, not a list", understood("x", { x: 1 }), "jws/critical"],
    ["an empty list", understood([], { x: 1 }), "jws/critical"],
    ...[...registered, ...encryption].map(
      (name): TokenCase => [
        `the registered name ${name}`,
        understood(["x", name], { alg: "HS256", x: 1, [name]: name === "alg" ? "HS256" : "x" }),
        "jws/critical",
      ],
    ),
  ],
};

export const themes: readonly TokenTheme[] = [nothingUnderstood, someUnderstood];
