import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Algorithm, algorithmNames } from "../../src/jwt/algorithms.ts";
import type { Claims } from "../../src/jwt/claims-set.ts";
import { decodeJwt } from "../../src/jwt/decode.ts";
import { JwtError } from "../../src/jwt/errors.ts";
import { signJws, verifyJws } from "../../src/jwt/jws.ts";
import { signJwt, verifyJwt } from "../../src/jwt/jwt.ts";
import { exportJwk, importKey } from "../../src/jwt/key.ts";
import {
  claims,
  flawlessBy,
  forge,
  lax,
  now,
  policy,
  refusal,
  secret,
  segment,
  signatureOf,
  typ,
  withSignature,
} from "./forge.ts";
import { hasMlDsa, keyOf } from "./hostile/pairs.ts";

const algorithms = algorithmNames.filter((alg) => hasMlDsa || !alg.startsWith("ML-DSA"));
/** Of these all there is to try is tried, of the others only some. */
const quick: ReadonlySet<Algorithm> = new Set([
  "HS256",
  "HS384",
  "HS512",
  "RS256",
  "PS256",
  "ES256",
  "EdDSA",
]);

const registered = new Set(["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "toJSON"]);
const anyClaims = fc
  .dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 }))
  .map((all): Claims => Object.fromEntries(Object.entries(all).filter(([name]) => !registered.has(name))));

describe("RFC 7519 §7 decode(encode(x)) = x", () => {
  it.each(algorithms)(
    "gives back any claims signed with %s, to either half of the key (seed 7519)",
    (alg) => {
      const key = keyOf(alg);
      const halves = key.type === "secret" ? [key] : [key, importKey(exportJwk(key), alg)];
      fc.assert(
        fc.property(anyClaims, (stated) => {
          const token = signJwt(stated, key, { typ });
          const written = JSON.parse(JSON.stringify(stated));
          for (const half of halves) {
            expect(verifyJwt(token, half, { ...lax, typ }, now).claims).toEqual(written);
          }
          expect(decodeJwt(token).claims).toEqual(written);
        }),
        { seed: 7519, numRuns: key.type === "secret" ? 200 : quick.has(alg) ? 40 : 10 },
      );
    },
  );

  it.each(algorithms)(
    "gives back any octets signed with %s, attached, detached or as they are (seed 7797)",
    (alg) => {
      const key = keyOf(alg);
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (octets, b64) => {
          const payload = Buffer.from(octets);
          expect(verifyJws(signJws(payload, key), key).payload).toEqual(payload);
          const detached = signJws(payload, key, { detached: true, b64 });
          expect(detached).toMatch(/^[\w-]+\.\.[\w-]+$/);
          expect(verifyJws(detached, key, { payload }).payload).toEqual(payload);
        }),
        { seed: 7797, numRuns: key.type === "secret" ? 200 : quick.has(alg) ? 20 : 5 },
      );
    },
  );
});

/** Every bit; or about so many, at places that are not all alike. */
function* bits(count: number, most: number): Generator<number> {
  const step = count <= most ? 1 : Math.ceil(count / most) | 1;
  for (let bit = step - 1; bit < count; bit += step) yield bit;
}

/** How many bits are tried. */
const most = (alg: Algorithm) => (quick.has(alg) ? Number.POSITIVE_INFINITY : 150);

describe("RFC 7515 §5.2 any single-bit change of a token is refused", () => {
  // Of every UTF-16 unit: so also the bits that only a careless conversion to octets would drop.
  it.each(algorithms)("of a token signed with %s", (alg) => {
    const key = keyOf(alg);
    const token = flawlessBy(key);
    expect(refusal(() => verifyJwt(token, key, policy, now))).toBe("accepted");
    const accepted: string[] = [];
    for (const bit of bits(token.length * 16, 3 * most(alg))) {
      const at = bit >> 4;
      const changed = String.fromCharCode(token.charCodeAt(at) ^ (1 << (bit & 15)));
      const verdict = refusal(() =>
        verifyJwt(token.slice(0, at) + changed + token.slice(at + 1), key, policy, now),
      );
      if (!verdict.startsWith("jws/")) accepted.push(`character ${at}, bit ${bit & 15}: ${verdict}`);
    }
    expect(accepted).toEqual([]);
  });

  it.each(algorithms)("of the octets of a signature with %s", (alg) => {
    const key = keyOf(alg);
    const token = flawlessBy(key);
    const signature = signatureOf(token);
    const verdicts = new Set<string>();
    for (const bit of bits(signature.length * 8, most(alg))) {
      const changed = Buffer.from(signature);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      verdicts.add(refusal(() => verifyJwt(withSignature(token, changed), key, policy, now)));
    }
    expect([...verdicts]).toEqual(["jws/bad-signature"]);
  });

  it.each(algorithms)("of the octets of header and claims under a signature with %s", (alg) => {
    const key = keyOf(alg);
    const [header, payload, signature] = flawlessBy(key).split(".") as [string, string, string];
    const verdicts = new Set<string>();
    for (const [index, part] of [header, payload].entries()) {
      const octets = Buffer.from(part, "base64url");
      for (const bit of bits(octets.length * 8, quick.has(alg) ? 500 : 50)) {
        const changed = Buffer.from(octets);
        changed[bit >> 3]! ^= 1 << (bit & 7);
        const parts = [header, payload].with(index, changed.toString("base64url"));
        verdicts.add(refusal(() => verifyJwt(`${parts.join(".")}.${signature}`, key, policy, now)));
      }
    }
    const expected = ["jws/algorithm-mismatch", "jws/bad-signature", "jws/malformed"];
    expect([...verdicts].filter((verdict) => !expected.includes(verdict))).toEqual([]);
  });
});

const base64ish = fc.string({ unit: fc.constantFrom(..."ABCDabcd0123-_=+/ .") });
const json = fc.json({ maxDepth: 4 });
const flawless: ReadonlyMap<Algorithm, string> = new Map(
  algorithms.map((alg) => [alg, flawlessBy(keyOf(alg))]),
);
/** What decoders of base64 forgive, and an empty text: something left out. */
const forgiven = fc.constantFrom("=", "==", " ", "\n", "\0", "A", "+", "\u200b", ".", "");
function respell(token: string, at: number, more: string): string {
  const place = at % (token.length + 1);
  return token.slice(0, place) + more + token.slice(more === "" ? place + 1 : place);
}
const respelt = fc
  .tuple(fc.constantFrom(...flawless.values()), fc.nat(), forgiven)
  .map(([token, at, more]) => respell(token, at, more));
/** A token with the last character of a part exchanged: the bits that are left over there. */
const leftOver = fc
  .tuple(
    json,
    json,
    fc.uint8Array({ maxLength: 70 }),
    fc.constantFrom(0, 1, 2),
    fc.constantFrom(..."AQgwBRhx048_-"),
  )
  .map(([header, payload, signature, index, last]) => {
    const parts = [segment(header), segment(payload), segment(Buffer.from(signature))];
    return parts.with(index, parts[index]!.slice(0, -1) + last).join(".");
  });

describe("RFC 7515 §2 and RFC 4648 §3.5 any text decodes to at most one token, and any token is one text", () => {
  const decoded = (text: string) => {
    try {
      return decodeJwt(text);
    } catch (error) {
      expect(error).toBeInstanceOf(JwtError);
      return undefined;
    }
  };
  const tokens = fc
    .tuple(fc.dictionary(fc.string(), fc.jsonValue()), anyClaims, fc.uint8Array({ maxLength: 70 }))
    .map(([header, stated, signature]) => {
      const { kid: _kid, typ: _typ, cty: _cty, b64: _b64, ...rest } = header;
      return `${segment({ ...rest, alg: "x" })}.${segment(stated)}.${segment(Buffer.from(signature))}`;
    });

  it.each([
    ["of tokens (seed 1)", tokens, 500],
    ["of tokens spelt otherwise (seed 2)", respelt, 500],
    ["of JSON with bits left over (seed 3)", leftOver, 1_000],
    ["of random text (seed 4)", fc.array(base64ish, { maxLength: 4 }).map((parts) => parts.join(".")), 1_000],
  ])("is the text again when what was decoded is encoded, %s", (name, texts, numRuns) => {
    fc.assert(
      fc.property(texts, (text) => {
        const first = decoded(text);
        if (first === undefined) return;
        const octets = text.split(".").map((part) => Buffer.from(part, "base64url"));
        expect(octets).toHaveLength(3);
        expect(octets.map((part) => part.toString("base64url")).join(".")).toBe(text);
        expect([first.header, first.claims]).toEqual(
          octets.slice(0, 2).map((part) => JSON.parse(part.toString())),
        );
        expect(decoded(text)).toEqual(first);
      }),
      { seed: Number(/\d/.exec(name)![0]), numRuns },
    );
  });

  it("is what makes a token its own name: no other spelling of it is accepted (seed 5)", () => {
    fc.assert(
      fc.property(fc.constantFrom(...algorithms), fc.nat(), forgiven, (alg, at, more) => {
        const text = respell(flawless.get(alg)!, at, more);
        const expected = text === flawless.get(alg) ? "accepted" : expect.stringMatching(/^jws\//);
        expect(refusal(() => verifyJwt(text, keyOf(alg), policy, now))).toEqual(expected);
      }),
      { seed: 5, numRuns: 500 },
    );
  });
});

describe("only a JwtError escapes", () => {
  // Input broken in more ways, and more of it: fuzz.test.ts.
  const onlyRefused = (token: string) => {
    for (const alg of ["HS256", "ES256", "RS256", "EdDSA"] as const) {
      expect(refusal(() => verifyJwt(token, keyOf(alg), policy, now))).not.toBe("accepted");
    }
    try {
      decodeJwt(token);
    } catch (error) {
      expect(error).toBeInstanceOf(JwtError);
    }
  };

  it("from random text (seed 6)", () => {
    const units = fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 200 });
    fc.assert(
      fc.property(
        units.map((codes) => String.fromCharCode(...codes)),
        onlyRefused,
      ),
      {
        seed: 6,
        numRuns: 500,
      },
    );
  });

  it("from random JSON in place of header and claims (seed 7)", () => {
    const tokens = fc
      .tuple(json, json, fc.uint8Array())
      .map(([a, b, c]) => `${segment(a)}.${segment(b)}.${segment(Buffer.from(c))}`);
    fc.assert(fc.property(tokens, onlyRefused), { seed: 7, numRuns: 500 });
  });

  it("from random octets, rightly signed (seed 8)", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (octets) => {
        const token = forge({ alg: "HS256", typ }, Buffer.from(octets));
        expect(refusal(() => verifyJwt(token, secret, policy, now))).toBe("claims/malformed");
      }),
      { seed: 8, numRuns: 500 },
    );
  });

  it("from random claims of registered names, rightly signed: a date is a finite number (seed 9)", () => {
    const dates = fc.oneof(
      fc.double(),
      fc.constantFrom("", null, true, [], {}, [now], `${now + 600}`, Number.MAX_VALUE, -0, now, now + 1),
    );
    fc.assert(
      fc.property(dates, dates, (exp, nbf) => {
        const token = forge({ alg: "HS256", typ }, { ...claims, exp, nbf });
        // As JSON writes it: neither NaN nor infinity.
        const [end, begin] = [exp, nbf].map((date) => JSON.parse(JSON.stringify(date) ?? "null"));
        const good = typeof end === "number" && typeof begin === "number" && now < end && now >= begin;
        expect(refusal(() => verifyJwt(token, secret, policy, now)) === "accepted").toBe(good);
      }),
      { seed: 9, numRuns: 1_000 },
    );
  });
});
