import { describe, expect, it } from "vitest";
import { checkClaims, checkTyp } from "../../src/jwt/claims.ts";
import { type Claims, mistypedClaim } from "../../src/jwt/claims-set.ts";
import { type ClaimsPolicy, readPolicy, unchecked } from "../../src/jwt/policy.ts";
import { claims, now, policy, refusal } from "./forge.ts";

const check = (over: Partial<Claims>, with_: Partial<ClaimsPolicy> = {}, at = now) =>
  refusal(() => checkClaims({ ...claims, ...over }, readPolicy({ ...policy, ...with_ }), at));
const without = (name: keyof typeof claims, with_: Partial<ClaimsPolicy> = {}) =>
  check({ [name]: undefined }, with_);

describe("RFC 7519 §4.1.1 and RFC 8725 §3.8 issuer", () => {
  it("accepts the policy's issuer alone, letter for letter", () => {
    expect(check({})).toBe("accepted");
    for (const iss of [
      "",
      "https://issuer.example/",
      "HTTPS://issuer.example",
      "https://issuer.example.evil",
    ]) {
      expect(check({ iss })).toBe("claims/wrong-issuer");
    }
  });

  it("accepts any of several", () => {
    const issuer = ["https://a.example", "https://b.example"];
    expect(check({ iss: "https://b.example" }, { issuer })).toBe("accepted");
    expect(check({ iss: "https://c.example" }, { issuer })).toBe("claims/wrong-issuer");
  });

  it("refuses a token without one, unless unchecked", () => {
    expect(without("iss")).toBe("claims/missing");
    expect(without("iss", { issuer: unchecked })).toBe("accepted");
    expect(check({ iss: "anybody" }, { issuer: unchecked })).toBe("accepted");
  });
});

describe("RFC 7519 §4.1.3 audience", () => {
  it("accepts a token that names us, alone or among others", () => {
    expect(check({ aud: claims.aud })).toBe("accepted");
    expect(check({ aud: ["https://other.example", claims.aud] })).toBe("accepted");
  });

  it("refuses a token for others", () => {
    for (const aud of ["https://other.example", ["https://other.example"], [], "", `${claims.aud}/`]) {
      expect(check({ aud })).toBe("claims/wrong-audience");
    }
  });

  it("accepts any of the names we go by", () => {
    const audience = ["https://x.example", claims.aud];
    expect(check({}, { audience })).toBe("accepted");
    expect(check({ aud: ["https://y.example", "https://x.example"] }, { audience })).toBe("accepted");
    expect(check({ aud: "https://y.example" }, { audience })).toBe("claims/wrong-audience");
  });

  it("refuses a token without one, unless unchecked", () => {
    expect(without("aud")).toBe("claims/missing");
    expect(without("aud", { audience: unchecked })).toBe("accepted");
  });

  it("refuses a token that is addressed when we have no name", () => {
    for (const aud of [claims.aud, [claims.aud], []]) {
      expect(check({ aud }, { audience: unchecked })).toBe("claims/wrong-audience");
    }
  });
});

describe("RFC 7519 §4.1.4 expiration", () => {
  it("is over at exp, not after it", () => {
    expect(check({ exp: now + 1 })).toBe("accepted");
    expect(check({ exp: now + 0.5 })).toBe("accepted");
    expect(check({ exp: now })).toBe("claims/expired");
    expect(check({ exp: now - 1 })).toBe("claims/expired");
    expect(check({ exp: 0 })).toBe("claims/expired");
    expect(check({ exp: -1 })).toBe("claims/expired");
  });

  it("allows the leeway, and not a moment more", () => {
    expect(check({ exp: now - 59 }, { leeway: 60 })).toBe("accepted");
    expect(check({ exp: now - 60 }, { leeway: 60 })).toBe("claims/expired");
  });

  it("refuses a token that never expires, unless unchecked", () => {
    expect(without("exp")).toBe("claims/missing");
    expect(without("exp", { exp: unchecked })).toBe("accepted");
  });

  it("counts even when it need not be there", () => {
    expect(check({ exp: now }, { exp: unchecked })).toBe("claims/expired");
  });
});

describe("RFC 7519 §4.1.5 not before", () => {
  it("is valid from nbf on", () => {
    expect(check({ nbf: now })).toBe("accepted");
    expect(check({ nbf: now - 1 })).toBe("accepted");
    expect(check({ nbf: now + 1 })).toBe("claims/not-yet-valid");
  });

  it("allows the leeway, and not a moment more", () => {
    expect(check({ nbf: now + 60 }, { leeway: 60 })).toBe("accepted");
    expect(check({ nbf: now + 61 }, { leeway: 60 })).toBe("claims/not-yet-valid");
  });
});

describe("RFC 7519 §4.1.6 age", () => {
  it("accepts a token up to maxAge and refuses it beyond", () => {
    expect(check({ iat: now - 60 }, { maxAge: 60 })).toBe("accepted");
    expect(check({ iat: now - 61 }, { maxAge: 60 })).toBe("claims/too-old");
    expect(check({ iat: now - 61 }, { maxAge: 60, leeway: 1 })).toBe("accepted");
    expect(check({ iat: now - 62 }, { maxAge: 60, leeway: 1 })).toBe("claims/too-old");
  });

  it("takes maxAge 0 for what it says", () => {
    expect(check({ iat: now }, { maxAge: 0 })).toBe("accepted");
    expect(check({ iat: now - 1 }, { maxAge: 0 })).toBe("claims/too-old");
  });

  it("refuses a token whose age nobody can tell", () => {
    expect(without("iat", { maxAge: 60 })).toBe("claims/missing");
    expect(without("iat")).toBe("accepted");
    expect(check({ iat: now + 1 }, { maxAge: 60 })).toBe("claims/not-yet-valid");
    expect(check({ iat: now + 1 }, { maxAge: 60, leeway: 1 })).toBe("accepted");
    expect(check({ iat: now + 1 })).toBe("accepted");
  });
});

describe("RFC 7519 §4.1.2 subject and what else a policy demands", () => {
  it("accepts the policy's subject alone", () => {
    expect(check({}, { subject: "alice" })).toBe("accepted");
    expect(check({}, { subject: "Alice" })).toBe("claims/wrong-subject");
    expect(without("sub", { subject: "alice" })).toBe("claims/missing");
    expect(without("sub")).toBe("accepted");
  });

  it("demands the required claims, whatever they say", () => {
    for (const value of ["reader", null, false, 0, ""]) {
      expect(check({ role: value }, { required: ["jti", "role"] })).toBe("claims/missing");
      expect(check({ role: value, jti: "1" }, { required: ["jti", "role"] })).toBe("accepted");
    }
  });

  it("does not take what every object has for a claim", () => {
    for (const name of ["constructor", "toString", "__proto__", "hasOwnProperty"]) {
      expect(check({}, { required: [name] })).toBe("claims/missing");
    }
  });

  it("asks accept last, with the claims", () => {
    const seen: Claims[] = [];
    const accept = (given: Claims) => {
      seen.push(given);
      return given.sub === "alice";
    };
    expect(check({}, { accept })).toBe("accepted");
    expect(check({ sub: "bob" }, { accept })).toBe("claims/refused");
    expect(check({ exp: now }, { accept })).toBe("claims/expired");
    expect(seen.map(({ sub }) => sub)).toEqual(["alice", "bob"]);
  });

  it("throws a TypeError when accept does not answer true or false at once", () => {
    for (const answer of [undefined, 1, "yes", null, Promise.resolve(false)]) {
      expect(() =>
        checkClaims(claims, readPolicy({ ...policy, accept: () => answer as never }), now),
      ).toThrow(TypeError);
    }
  });
});

describe("what is said of a token with several faults", () => {
  it("calls it expired only when nothing else is wrong with it", () => {
    const expired = { exp: now - 1 };
    expect(check(expired)).toBe("claims/expired");
    expect(check({ ...expired, iss: "evil" })).toBe("claims/wrong-issuer");
    expect(check({ ...expired, aud: "other" })).toBe("claims/wrong-audience");
    expect(check({ ...expired, sub: "bob" }, { subject: "alice" })).toBe("claims/wrong-subject");
    expect(check(expired, { required: ["jti"] })).toBe("claims/missing");
    expect(check({ ...expired, nbf: now + 1 })).toBe("claims/not-yet-valid");
  });
});

describe("RFC 7515 §4.1.9 and RFC 8725 §3.11 typ", () => {
  const check = (typ: string | undefined, expected: ClaimsPolicy["typ"]) =>
    refusal(() =>
      checkTyp({ alg: "HS256", ...(typ !== undefined && { typ }) }, readPolicy({ ...policy, typ: expected })),
    );

  it.each([
    ["at+jwt", "at+jwt"],
    ["application/at+jwt", "at+jwt"],
    ["at+jwt", "application/at+jwt"],
    ["AT+JWT", "at+jwt"],
    ["Application/at+JWT", "at+jwt"],
    ["jwt", "JWT"],
  ])("takes %j for %j", (typ, expected) => {
    expect(check(typ, expected)).toBe("accepted");
  });

  it.each([
    ["JWT", "at+jwt"],
    ["", "at+jwt"],
    ["text/at+jwt", "at+jwt"],
    ["at+jwt ", "at+jwt"],
    ["application/application/at+jwt", "at+jwt"],
  ])("does not take %j for %j", (typ, expected) => {
    expect(check(typ, expected)).toBe("claims/wrong-type");
  });

  it("refuses a token without one, unless unchecked", () => {
    expect(check(undefined, "at+jwt")).toBe("claims/missing");
    expect(check(undefined, unchecked)).toBe("accepted");
    expect(check("anything", unchecked)).toBe("accepted");
  });
});

describe("RFC 7519 §4.1 the types of claims", () => {
  const wrong: Readonly<Record<string, readonly unknown[]>> = {
    iss: [null, 1, true, {}, ["a"]],
    sub: [null, 1, {}, ["a"]],
    jti: [null, 1, {}],
    aud: [null, 1, {}, [1], ["a", null], [["a"]]],
    exp: [
      null,
      "1700000000",
      "",
      true,
      [],
      [1],
      {},
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      Number.NaN,
    ],
    nbf: [null, "1700000000", true, [], Number.POSITIVE_INFINITY],
    iat: [null, "1700000000", true, [], Number.POSITIVE_INFINITY],
  };
  it.each(Object.entries(wrong))("names %s when it is not of its type", (name, values) => {
    for (const value of values) expect(mistypedClaim({ ...claims, [name]: value })).toBe(name);
  });

  it("takes texts, lists of texts and any finite number", () => {
    expect(mistypedClaim({})).toBeUndefined();
    expect(mistypedClaim({ ...claims, jti: "", aud: [], nbf: -1.5, iat: 0, exp: 1e300 })).toBeUndefined();
    expect(mistypedClaim({ other: null, Exp: "later" })).toBeUndefined();
  });
});

describe("an accept that answers later", () => {
  it("is refused at once, and its failure heard by nobody", async () => {
    const unheard: unknown[] = [];
    const listen = (reason: unknown) => unheard.push(reason);
    process.on("unhandledRejection", listen);
    const late = readPolicy({ ...policy, accept: (async () => Promise.reject(new Error("late"))) as never });
    expect(() => checkClaims(claims, late, now)).toThrow(TypeError);
    await new Promise((resolve) => setTimeout(resolve, 10));
    process.off("unhandledRejection", listen);
    expect(unheard).toEqual([]);
  });
});

describe("RFC 2045 §5.1 the case of a media type", () => {
  it("is that of ASCII letters: the sign of Kelvin is no k", () => {
    const verdict = (typ: string) =>
      refusal(() => checkTyp({ alg: "HS256", typ }, readPolicy({ ...policy, typ: "kb+jwt" })));
    expect(verdict("KB+JWT")).toBe("accepted");
    expect(verdict("\u212ab+jwt")).toBe("claims/wrong-type");
  });
});
