/** Options misspelt or of another type: see misuse-policy.test.ts. */
import { describe, expect, it } from "vitest";
import { decodeJwt } from "../../src/jwt/decode.ts";
import { generateKey } from "../../src/jwt/generate.ts";
import { signJws, verifyJws } from "../../src/jwt/jws.ts";
import { signJwt } from "../../src/jwt/jwt.ts";
import { exportJwk, importKey } from "../../src/jwt/key.ts";
import { JwtVerifier } from "../../src/jwt/verifier.ts";
import { claims, flawlessBy, now, policy, secret, typ } from "./forge.ts";
import { isMisuse, values } from "./misuse.ts";

const flawless = flawlessBy(secret);
const detached = signJws("payload", secret, { detached: true });
const lists = ["an empty list", "a list of a text"];
const durations = ["zero", "a fraction", "a number"];
const bits = ["true", "false"];
const limits = ["an object"];
const header = { header: ["an object"], crit: ["an empty list"], limits };
const words = ["a text", "a number as text"];

interface Tried {
  readonly name: string;
  readonly call: (options: never) => unknown;
  /** What is right for each of its options. */
  readonly options: Readonly<Record<string, readonly string[]>>;
  /** The options without which it is not called here. */
  readonly needed: object;
}

const functions: readonly Tried[] = [
  {
    name: "signJwt",
    call: (o) => signJwt(claims, secret, o),
    options: { ...header, typ: words, expiresIn: [], now: [...durations, "minus one"] },
    needed: { typ },
  },
  {
    name: "signJws",
    call: (o) => signJws("payload", secret, o),
    options: { ...header, typ: words, detached: bits, b64: bits },
    needed: {},
  },
  {
    name: "verifyJws",
    call: (o) => verifyJws(detached, secret, o),
    options: { payload: [...words, "an empty text"], crit: lists, limits },
    needed: { payload: "payload" },
  },
  { name: "decodeJwt", call: (o) => decodeJwt(flawless, o), options: { limits }, needed: {} },
  {
    name: "importKey",
    call: (o) => importKey(Buffer.alloc(32, 7), "HS256", o),
    options: { kid: words, use: [] },
    needed: {},
  },
  {
    name: "exportJwk",
    call: (o) => exportJwk(secret, o),
    options: { private: bits },
    needed: { private: true },
  },
  {
    name: "JwtVerifier",
    call: (o) => new JwtVerifier(secret, policy, o),
    options: { cache: ["a number"] },
    needed: {},
  },
];

describe.each(functions)("the options of $name", ({ call, options, needed }) => {
  it("may be the ones that are needed", () => {
    expect(() => call(needed as never)).not.toThrow();
  });

  it("are an object", () => {
    for (const [name, value] of Object.entries(values)) {
      // An object of another kind is one without options.
      if (typeof value === "object" && value !== null && !Array.isArray(value)) continue;
      expect(() => call(value as never), name).toThrow(TypeError);
    }
  });

  it("are all known", () => {
    for (const name of ["", "x", "Typ", "algorithm", "alg", "algorithms", "constructor", "toString"]) {
      expect(() => call({ ...needed, [name]: undefined } as never), name).toThrow(TypeError);
    }
  });

  it.each(Object.entries(options))("are of their types: %s", (option, right) => {
    for (const [name, value] of Object.entries(values)) {
      if (right.includes(name)) continue;
      expect(() => call({ ...needed, [option]: value } as never), name).toThrow(isMisuse);
    }
  });
});

describe("what a signer is told", () => {
  it("never makes a header that is a lie, nor claims that this library refuses", () => {
    for (const wrong of [null, [], "claims", 1, new Date(), new Map([["iss", "x"]]), () => ({})]) {
      expect(() => signJwt(wrong as never, secret, { typ })).toThrow(TypeError);
    }
    for (const name of ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"]) {
      for (const value of [null, {}, [1], true, Number.NaN]) {
        expect(() => signJwt({ [name]: value } as never, secret, { typ }), name).toThrow(TypeError);
      }
    }
    expect(() => signJwt({ exp: now }, secret, { typ, expiresIn: 60 })).toThrow(TypeError);
    expect(() => signJwt({}, secret, { typ: undefined as never })).toThrow(TypeError);
    expect(() => signJwt({}, secret, undefined as never)).toThrow(TypeError);
  });

  it("has a key that is a Key", () => {
    for (const wrong of [
      undefined,
      null,
      "secret",
      Buffer.alloc(32),
      secret.material,
      { ...secret },
      () => secret,
    ]) {
      expect(() => signJwt({}, wrong as never, { typ })).toThrow(TypeError);
      expect(() => signJws("", wrong as never)).toThrow(TypeError);
    }
  });

  it("has a payload that is text or octets", () => {
    for (const wrong of [undefined, null, 1, {}, [1], new ArrayBuffer(1), new Uint16Array(1), true]) {
      expect(() => signJws(wrong as never, secret)).toThrow(TypeError);
      expect(() => signJws(wrong as never, secret, { detached: true })).toThrow(TypeError);
    }
  });
});

describe("generateKey", () => {
  it.each([
    [{ modulusLength: 2_048 }, "HS256"],
    [{ modulusLength: "2048" }, "RS256"],
    [{ modulusLength: 2_047 }, "RS256"],
    [{ modulusLength: 16_385 }, "RS256"],
    [{ modulusLength: Number.NaN }, "RS256"],
    [{ modulusLength: null }, "RS256"],
    [{ crv: "Ed25519" }, "Ed25519"],
    [{ crv: "X25519" }, "EdDSA"],
    [{ crv: null }, "EdDSA"],
    [{ kid: "" }, "HS256"],
    [{ use: "enc" }, "HS256"],
    [{ bits: 256 }, "HS256"],
    [null, "HS256"],
    [[], "HS256"],
    ["kid", "HS256"],
  ])("is never told %j for %s", async (options, alg) => {
    await expect(generateKey(alg as "HS256", options as never)).rejects.toThrow(isMisuse);
  });
});

it("says in no message what it was given", () => {
  const given = "a-value-that-may-be-a-secret";
  for (const { call, options, needed } of functions) {
    for (const option of Object.keys(options)) {
      try {
        call({ ...needed, [option]: [{ given }] } as never);
      } catch (error) {
        expect((error as Error).message).not.toContain(given);
      }
    }
  }
});
