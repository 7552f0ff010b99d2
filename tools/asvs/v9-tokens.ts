/** ASVS 5.0 V9: self-contained tokens. Ours are JWTs: the access tokens of RFC 9068. */
import type { AsvsSection } from "./requirement.ts";

export const tokens: readonly AsvsSection[] = [
  {
    id: "9.1",
    title: "Where tokens come from",
    count: 3,
    requirements: [
      {
        id: "9.1.1",
        level: 1,
        asks: "the signature is checked before anything in a token is believed",
        verdict: "met",
        test: [
          { file: "jwt/jwt.test.ts", title: "says bad signature before anything about the claims" },
          { file: "auth/access-token.test.ts", title: "a token of another key by the same name" },
        ],
      },
      {
        id: "9.1.2",
        level: 1,
        asks: "a list of algorithms, without none, and no way to take a public key for a secret",
        verdict: "met",
        test: [
          { file: "jwt/key.test.ts", title: "RFC 8725 §3.1 a key is bound to one algorithm" },
          {
            file: "jwt/hostile.test.ts",
            title: "is accepted for %s by its own alone, and under its own names alone",
          },
          { file: "auth/access-token.test.ts", title: "an unsigned token" },
        ],
        reason:
          "A key knows its one algorithm; the one that a token names is compared with it and never obeyed.",
      },
      {
        id: "9.1.3",
        level: 1,
        asks: "keys come from where it was configured, never from where a token says",
        verdict: "met",
        test: [
          { file: "jwt/hostile/foreign-keys.ts", title: "a key in the header proves nothing" },
          { file: "auth/access-token.test.ts", title: "a token of another key by the same name" },
        ],
        reason: "The server knows its own keys and no others. No header of a token leads to a key.",
      },
    ],
  },
  {
    id: "9.2",
    title: "What tokens say",
    count: 4,
    requirements: [
      {
        id: "9.2.1",
        level: 1,
        asks: "a token is taken within its time alone",
        verdict: "met",
        test: [
          { file: "jwt/claims.test.ts", title: "is over at exp, not after it" },
          { file: "jwt/claims.test.ts", title: "is valid from nbf on" },
          {
            file: "auth/access-token.test.ts",
            title: "accepts until the last moment, and refuses from the expiry on as token/expired",
          },
        ],
      },
      {
        id: "9.2.2",
        level: 2,
        asks: "a token of another type or for another purpose is refused",
        verdict: "met",
        test: [
          { file: "auth/access-token.test.ts", title: "a token of another type" },
          { file: "http/auth/session-routes.test.ts", title: "needs the scope account (RFC 6750 §3.1)" },
        ],
      },
      {
        id: "9.2.3",
        level: 2,
        asks: "a token for another service is refused",
        verdict: "met",
        test: [
          { file: "auth/access-token.test.ts", title: "a token for another audience" },
          { file: "jwt/claims.test.ts", title: "refuses a token for others" },
        ],
      },
      {
        id: "9.2.4",
        level: 2,
        asks: "a key that signs for several services says in each token which one it is for",
        verdict: "met",
        test: {
          file: "auth/access-token.test.ts",
          title: "has the seven claims that are required, the scope, the session and the username",
        },
        reason: "Every token names one audience, fixed in the configuration: no client can ask for another.",
      },
    ],
  },
];
