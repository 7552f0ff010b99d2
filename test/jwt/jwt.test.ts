import { describe, expect, it, vi } from "vitest";
import { decodeJwt } from "../../src/jwt/decode.ts";
import { JwtError } from "../../src/jwt/errors.ts";
import { signJwt, verifyJwt } from "../../src/jwt/jwt.ts";
import { importKey, type Key } from "../../src/jwt/key.ts";
import type { ClaimsPolicy } from "../../src/jwt/policy.ts";
import { claims, forge, lax, now, pair, policy, refusal, secret, typ } from "./forge.ts";
import { a1, a3, exampleClaims } from "./vectors.ts";

const joe = { ...lax, issuer: "joe" };

describe("RFC 7519 §3.1 the example", () => {
  it("is accepted, signed either way, until it expires", () => {
    const examples: readonly (readonly [token: string, key: Key, policy: ClaimsPolicy])[] = [
      [a1.token, secret, { ...joe, typ: "JWT" }],
      [a3.token, pair, joe],
    ];
    for (const [token, key, policy] of examples) {
      expect(verifyJwt(token, key, policy, exampleClaims.exp - 1).claims).toEqual(exampleClaims);
      expect(refusal(() => verifyJwt(token, key, policy, exampleClaims.exp))).toBe("claims/expired");
      expect(refusal(() => verifyJwt(token, key, policy))).toBe("claims/expired");
    }
  });
});

describe("signing and verifying", () => {
  it.each([
    ["HS256", secret],
    ["ES256", pair],
  ] as const)("gives back what was signed with %s", (alg, key) => {
    const stated = { ...claims, "unicode: é€𝄞": ["\u0000", { deep: [null, 1.5, true] }] };
    const { header, claims: read } = verifyJwt(signJwt(stated, key, { typ }), key, policy, now);
    expect(read).toEqual(stated);
    expect(header).toEqual({ alg, typ });
  });

  it("writes the claims as they are, and nothing else, unless told to", () => {
    expect(decodeJwt(signJwt({}, secret, { typ })).claims).toEqual({});
    expect(decodeJwt(signJwt({ sub: "alice" }, secret, { typ, now })).claims).toEqual({ sub: "alice" });
  });

  it("writes exp and iat when told how long the token is good", () => {
    const token = signJwt({ sub: "alice" }, secret, { typ, expiresIn: 600, now });
    expect(decodeJwt(token).claims).toEqual({ sub: "alice", iat: now, exp: now + 600 });
    expect(refusal(() => verifyJwt(token, secret, { ...lax, typ }, now + 599))).toBe("accepted");
    expect(refusal(() => verifyJwt(token, secret, { ...lax, typ }, now + 600))).toBe("claims/expired");
  });

  it("keeps the caller's own iat", () => {
    const token = signJwt({ iat: now - 5 }, secret, { typ, expiresIn: 600, now });
    expect(decodeJwt(token).claims).toEqual({ iat: now - 5, exp: now + 600 });
  });

  it("leaves the caller's claims as they were", () => {
    const mine = Object.freeze({ sub: "alice" });
    signJwt(mine, secret, { typ, expiresIn: 600 });
    expect(mine).toEqual({ sub: "alice" });
  });

  it("writes further header parameters", () => {
    expect(decodeJwt(signJwt({}, secret, { typ, header: { cty: "x" } })).header).toEqual({
      alg: "HS256",
      typ,
      cty: "x",
    });
  });

  it("reads the clock where the caller gives no time", () => {
    vi.useFakeTimers({ now: now * 1000 + 999 });
    try {
      const token = signJwt(claims, secret, { typ });
      expect(decodeJwt(signJwt({}, secret, { typ, expiresIn: 1 })).claims).toEqual({
        iat: now,
        exp: now + 1,
      });
      expect(refusal(() => verifyJwt(token, secret, policy))).toBe("accepted");
      vi.setSystemTime(claims.exp * 1000 - 1);
      expect(refusal(() => verifyJwt(token, secret, policy))).toBe("accepted");
      vi.setSystemTime(claims.exp * 1000);
      expect(refusal(() => verifyJwt(token, secret, policy))).toBe("claims/expired");
    } finally {
      vi.useRealTimers();
    }
  });

  it("picks the key by the header", () => {
    const key = importKey(a3.key, "ES256", { kid: "k" });
    const choose = ({ kid }: { kid?: string }) => (kid === "k" ? key : undefined);
    expect(verifyJwt(signJwt(claims, key, { typ }), choose, policy, now).header).toEqual({
      alg: "ES256",
      typ,
      kid: "k",
    });
    expect(refusal(() => verifyJwt(signJwt(claims, pair, { typ }), choose, policy, now))).toBe(
      "jws/unknown-key",
    );
  });
});

describe("the order of the checks, RFC 7519 §7.2", () => {
  const other = importKey(Buffer.alloc(32, 9), "HS256");

  it("says bad signature before anything about the claims", () => {
    const header = { alg: "HS256", typ };
    for (const [wrongHeader, wrongClaims] of [
      [header, { ...claims, exp: 1 }],
      [header, { ...claims, aud: "other" }],
      [header, { ...claims, exp: "soon" }],
      [header, {}],
      [header, "not json"],
      [{ ...header, typ: "other" }, claims],
    ] as const) {
      const forged = forge(wrongHeader, wrongClaims, other);
      expect(refusal(() => verifyJwt(forged, secret, policy, now))).toBe("jws/bad-signature");
      expect(refusal(() => verifyJwt(forged, other, policy, now))).toMatch(/^claims\//);
    }
  });

  it("does not ask accept about a token that is not ours", () => {
    const accept = vi.fn(() => true);
    const forged = forge({ alg: "HS256", typ }, claims, other);
    expect(refusal(() => verifyJwt(forged, secret, { ...policy, accept }, now))).toBe("jws/bad-signature");
    expect(accept).not.toHaveBeenCalled();
    verifyJwt(forged, other, { ...policy, accept }, now);
    expect(accept).toHaveBeenCalledOnce();
  });

  it("checks the policy and the time before the token", () => {
    for (const token of ["rubbish", a1.token]) {
      expect(() => verifyJwt(token, secret, { ...policy, leeway: "60" } as never, now)).toThrow(TypeError);
      expect(() => verifyJwt(token, secret, undefined as never, now)).toThrow(TypeError);
      for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY, "1700000000", null, new Date(), 1n]) {
        expect(() => verifyJwt(token, secret, policy, wrong as never)).toThrow(TypeError);
      }
    }
  });
});

describe("what is not signed, because verifying would refuse it", () => {
  it.each([
    ["exp", "tomorrow"],
    ["exp", Number.NaN],
    ["exp", new Date()],
    ["nbf", Number.POSITIVE_INFINITY],
    ["iat", null],
    ["iss", 1],
    ["aud", [1]],
    ["sub", null],
    ["jti", 7],
    ["toJSON", () => ({})],
  ])("throws a TypeError for the claim %s: %o", (name, value) => {
    expect(() => signJwt({ ...claims, [name]: value }, secret, { typ })).toThrow(TypeError);
  });

  it("throws a TypeError for claims that are no plain object", () => {
    for (const wrong of [
      undefined,
      null,
      "claims",
      [],
      new Map(),
      new (class Session {})(),
      Object.create({ toJSON() {} }),
    ]) {
      expect(() => signJwt(wrong as never, secret, { typ })).toThrow(TypeError);
    }
    expect(decodeJwt(signJwt(Object.assign(Object.create(null), claims), secret, { typ })).claims).toEqual(
      claims,
    );
  });

  it("is not fooled by a getter with two faces", () => {
    let reads = 0;
    const twoFaced = Object.defineProperty({}, "exp", {
      enumerable: true,
      get: () => (reads++ ? "never" : now),
    });
    expect(decodeJwt(signJwt(twoFaced, secret, { typ })).claims).toEqual({ exp: now });
  });

  it("throws for options that are not of their type", () => {
    for (const wrong of [
      undefined,
      null,
      {},
      { typ: 1 },
      { typ: "" },
      { typ, expiresIn: "10m" },
      { typ, expiresIn: Number.NaN },
      { typ, expiresIn: null },
      { typ, expiresIn: 600, now: "now" },
      { typ, now: Number.NaN },
      { typ, expires: 600 },
      { typ, algorithm: "none" },
      { typ, header: { alg: "none" } },
    ]) {
      expect(() => signJwt({}, secret, wrong as never)).toThrow(TypeError);
    }
    for (const expiresIn of [0, -1])
      expect(() => signJwt({}, secret, { typ, expiresIn })).toThrow(RangeError);
    expect(() => signJwt({ exp: now }, secret, { typ, expiresIn: 1 })).toThrow(TypeError);
    expect(() => signJwt({}, secret, { typ, expiresIn: Number.MAX_VALUE, now: Number.MAX_VALUE })).toThrow(
      TypeError,
    );
  });
});

describe("messages", () => {
  it("hold neither the token nor what it claims", () => {
    const told = {
      iss: "iss-value",
      aud: "aud-value",
      sub: "sub-value",
      typ: "typ-value",
      kid: "kid-value",
      alg: "alg-value",
    };
    const tokens = [
      forge({ alg: told.alg }, claims),
      forge({ alg: "HS256", crit: [told.kid], kid: told.kid }, claims),
      forge({ alg: "HS256", typ: told.typ }, claims),
      forge({ alg: "HS256", typ }, { ...claims, iss: told.iss }),
      forge({ alg: "HS256", typ }, { ...claims, aud: told.aud }),
      forge({ alg: "HS256", typ }, { ...claims, sub: told.sub }),
      forge({ alg: "HS256", typ }, { ...claims, sub: [told.sub] }),
      forge({ alg: "HS256", typ }, told.sub),
      forge({ alg: "HS256", typ }, claims, importKey(Buffer.alloc(32), "HS256")),
      told.sub,
    ];
    for (const token of tokens) {
      try {
        verifyJwt(token, secret, { ...policy, subject: "alice" }, now);
        expect.unreachable();
      } catch (error) {
        expect(error).toBeInstanceOf(JwtError);
        const { name, message, stack } = error as JwtError;
        expect(name).toBe("JwtError");
        expect(message.length).toBeLessThan(100);
        for (const text of [...Object.values(told), token.slice(0, 12)]) {
          expect(message).not.toContain(text);
          expect(stack).not.toContain(text);
        }
      }
    }
  });
});
