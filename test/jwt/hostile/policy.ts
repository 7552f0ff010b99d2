import { type ClaimsPolicy, unchecked } from "../../../src/jwt/policy.ts";
import { claims, flawlessBy, forge, now, policy, secret, typ } from "../forge.ts";
import type { Attempt, TokenTheme } from "./theme.ts";

const header = { alg: "HS256", typ };
const flawless = flawlessBy(secret);
const stating = (more: object) => forge(header, { ...claims, ...more });
const typed = (value: unknown) => forge({ alg: "HS256", typ: value }, claims);
/** A token under a policy that asks for more. */
const under = (wanted: Partial<ClaimsPolicy>, token = flawless): Attempt => ({
  token,
  policy: { ...policy, ...wanted },
});

const times: TokenTheme = {
  rule: "RFC 7519 §4.1.4 to RFC 7519 §4.1.6 times",
  key: secret,
  flawless,
  cases: [
    [
      "a token that expired a second ago",
      stating({ exp: now - 1 }),
      "claims/expired",
      stating({ exp: now + 1 }),
    ],
    ["a token that expires now", stating({ exp: now }), "claims/expired", stating({ exp: now + 0.001 })],
    ["a token that never expires", stating({ exp: undefined }), "claims/missing"],
    [
      "an expired token where none need expire",
      under({ exp: unchecked }, stating({ exp: now })),
      "claims/expired",
      under({ exp: unchecked }, stating({ exp: undefined })),
    ],
    [
      "a token expired for as long as the leeway",
      under({ leeway: 60 }, stating({ exp: now - 60 })),
      "claims/expired",
      under({ leeway: 60 }, stating({ exp: now - 59 })),
    ],
    ["a token for later", stating({ nbf: now + 1 }), "claims/not-yet-valid", stating({ nbf: now })],
    [
      "a token for later than the leeway",
      under({ leeway: 60 }, stating({ nbf: now + 61 })),
      "claims/not-yet-valid",
      under({ leeway: 60 }, stating({ nbf: now + 60 })),
    ],
    [
      "a token too old",
      under({ maxAge: 60 }, stating({ iat: now - 61 })),
      "claims/too-old",
      under({ maxAge: 60 }, stating({ iat: now - 60 })),
    ],
    [
      "a token too old by more than the leeway",
      under({ maxAge: 60, leeway: 5 }, stating({ iat: now - 66 })),
      "claims/too-old",
      under({ maxAge: 60, leeway: 5 }, stating({ iat: now - 65 })),
    ],
    [
      "a token of unknown age where age matters",
      under({ maxAge: 60 }, stating({ iat: undefined })),
      "claims/missing",
      stating({ iat: undefined }),
    ],
    [
      "a token from the future where age matters",
      under({ maxAge: 60 }, stating({ iat: now + 1 })),
      "claims/not-yet-valid",
      stating({ iat: now + 1 }),
    ],
    ["a token that begins after its end", stating({ nbf: now + 700 }), "claims/not-yet-valid"],
  ],
};

const parties: TokenTheme = {
  rule: "RFC 7519 §4.1.1 to RFC 7519 §4.1.3, RFC 8725 §3.8 and RFC 8725 §3.9 issuer, subject and audience",
  key: secret,
  flawless,
  cases: [
    ["another issuer", stating({ iss: "https://evil.example" }), "claims/wrong-issuer"],
    ["no issuer", stating({ iss: undefined }), "claims/missing"],
    ["an empty issuer", stating({ iss: "" }), "claims/wrong-issuer"],
    ["an issuer with a slash more", stating({ iss: `${claims.iss}/` }), "claims/wrong-issuer"],
    ["an issuer in capitals", stating({ iss: claims.iss.toUpperCase() }), "claims/wrong-issuer"],
    [
      "an issuer that begins like ours",
      stating({ iss: `${claims.iss}.evil.example` }),
      "claims/wrong-issuer",
    ],
    ["a part of our issuer", stating({ iss: "issuer" }), "claims/wrong-issuer"],
    [
      "an issuer that is none of several",
      under({ issuer: ["a", "b"] }, stating({ iss: "ab" })),
      "claims/wrong-issuer",
      under({ issuer: ["a", "b"] }, stating({ iss: "b" })),
    ],
    ["another audience", stating({ aud: "https://evil.example" }), "claims/wrong-audience"],
    ["no audience", stating({ aud: undefined }), "claims/missing"],
    ["an empty audience", stating({ aud: "" }), "claims/wrong-audience"],
    [
      "an empty list of audiences",
      stating({ aud: [] }),
      "claims/wrong-audience",
      stating({ aud: [claims.aud] }),
    ],
    ["an audience that begins like ours", stating({ aud: `${claims.aud}.evil` }), "claims/wrong-audience"],
    [
      "audiences joined by a space",
      stating({ aud: `${claims.aud} https://b.example` }),
      "claims/wrong-audience",
    ],
    [
      "audiences none of which is ours",
      stating({ aud: ["https://a.example", "https://b.example"] }),
      "claims/wrong-audience",
      stating({ aud: ["https://a.example", claims.aud] }),
    ],
    [
      "a token that is addressed, to one who has no name",
      under({ audience: unchecked }),
      "claims/wrong-audience",
      under({ audience: unchecked }, stating({ aud: undefined })),
    ],
    [
      "a token that is addressed to nobody, to one who has no name",
      under({ audience: unchecked }, stating({ aud: [] })),
      "claims/wrong-audience",
      under({ audience: unchecked }, stating({ aud: undefined })),
    ],
    ["another subject", under({ subject: "bob" }), "claims/wrong-subject", under({ subject: "alice" })],
    [
      "no subject",
      under({ subject: "alice" }, stating({ sub: undefined })),
      "claims/missing",
      stating({ sub: undefined }),
    ],
    [
      "a subject in capitals",
      under({ subject: "Alice" }),
      "claims/wrong-subject",
      under({ subject: "alice" }),
    ],
    [
      "claims hidden in __proto__",
      forge(header, `{"__proto__":${JSON.stringify(claims)}}`),
      "claims/missing",
      forge(header, `{"__proto__":{},${JSON.stringify(claims).slice(1)}`),
    ],
    ["names in capitals", forge(header, { ...claims, iss: undefined, ISS: claims.iss }), "claims/missing"],
    ["claims in the header", forge({ ...header, ...claims }, { exp: claims.exp }), "claims/missing"],
  ],
};

const kinds: TokenTheme = {
  rule: "RFC 8725 §3.11 and RFC 7515 §4.1.9 the kind of token",
  key: secret,
  flawless,
  cases: [
    ["another kind", typed("JWT"), "claims/wrong-type", typed("AT+JWT")],
    ["no kind", forge({ alg: "HS256" }, claims), "claims/missing", typed(typ)],
    ["an empty kind", typed(""), "claims/wrong-type", typed(typ)],
    ["another kind of media", typed("text/at+jwt"), "claims/wrong-type", typed("application/at+jwt")],
    ["a kind with application/ twice", typed("application/application/at+jwt"), "claims/wrong-type"],
    ["a kind with a slash in front", typed("/at+jwt"), "claims/wrong-type"],
    ["a kind with a parameter", typed("at+jwt;x=1"), "claims/wrong-type"],
    ["a kind and a space", typed("at+jwt "), "claims/wrong-type"],
    ["a part of the kind", typed("jwt"), "claims/wrong-type"],
    ["the kind in the claims", forge({ alg: "HS256" }, { ...claims, typ }), "claims/missing"],
    [
      "a kind whose letter is another in lower case alone",
      under({ typ: "token+jwt" }, typed("to\u212aen+jwt")),
      "claims/wrong-type",
      under({ typ: "token+jwt" }, typed("toKen+jwt")),
    ],
  ],
};

const more: TokenTheme = {
  rule: "RFC 7519 §4 claims that the policy requires, and its last word",
  key: secret,
  flawless,
  cases: [
    [
      "no jti",
      under({ required: ["jti"] }),
      "claims/missing",
      under({ required: ["jti"] }, stating({ jti: "" })),
    ],
    ["one of two", under({ required: ["sub", "x"] }), "claims/missing", under({ required: ["sub", "iat"] })],
    [
      "toString, which every object has",
      under({ required: ["toString"] }),
      "claims/missing",
      under({ required: [] }),
    ],
    [
      "__proto__, which every object has",
      under({ required: ["__proto__"] }),
      "claims/missing",
      under({ required: ["__proto__"] }, forge(header, `{"__proto__":1,${JSON.stringify(claims).slice(1)}`)),
    ],
    [
      "a claim that is there in capitals",
      under({ required: ["scope"] }, stating({ Scope: "a" })),
      "claims/missing",
      under({ required: ["scope"] }, stating({ scope: null })),
    ],
    [
      "what accept does not accept",
      under({ accept: () => false }),
      "claims/refused",
      under({ accept: () => true }),
    ],
    [
      "a revoked jti",
      under({ accept: ({ jti }) => jti !== "1" }, stating({ jti: "1" })),
      "claims/refused",
      under({ accept: ({ jti }) => jti !== "1" }, stating({ jti: "2" })),
    ],
  ],
};

export const themes: readonly TokenTheme[] = [times, parties, kinds, more];
