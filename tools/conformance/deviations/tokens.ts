/** JSON Web Tokens that have to be refused, and are not. */
import type { Explanation } from "../explanation.ts";

export const tokens: readonly Explanation[] = [
  {
    family: "Keys that are too weak",
    text: 'RFC 7518 §3.2: "A key of the same size as the hash output … or larger MUST be used with this algorithm", and §3.3 and §3.5 want RSA keys of 2048 bits. Libraries leave that to whoever chooses the key; `jsonwebtoken` checks RSA keys when it signs.',
    cases: {
      "jose (verifier)": ["rfc7518/3.2/7-9", "rfc8725/3.5/1"],
      "jsonwebtoken (verifier)": ["rfc7518/3.2/7-10", "rfc7518/3.3/7", "rfc7518/3.5/7", "rfc8725/3.5/1"],
      "fast-jwt (verifier)": ["rfc7518/3.2/7-9", "rfc7518/3.3/7", "rfc7518/3.5/7", "rfc8725/3.5/1"],
      "PyJWT (verifier)": ["rfc7518/3.2/7-9", "rfc7518/3.3/7", "rfc7518/3.5/7", "rfc8725/3.5/1"],
    },
  },
  {
    family: "Keys for something else",
    text: "`fast-jwt` does not hold the curve of a key against ES256, and PyJWT not `use` and `key_ops` of a JWK against what it is used for.",
    cases: { "fast-jwt (verifier)": ["rfc7518/3.4/18"], "PyJWT (verifier)": ["rfc8812/3.2/4-5"] },
  },
  {
    family: "`crit`",
    text: "RFC 7515 §4.1.11: a token with a critical extension that is not understood is invalid. `jsonwebtoken` does not look at `crit`; `fast-jwt` looks at it where it is not null; PyJWT takes `b64` for understood, whatever its value.",
    cases: {
      "jsonwebtoken (verifier)": [
        "rfc7515/4/5",
        "rfc7515/4.1.11/1-2, 6-12",
        "rfc7515/5.2/51",
        "rfc7519/7.2/25",
        "rfc7797/7/2",
      ],
      "fast-jwt (verifier)": ["rfc7515/4.1.11/9"],
      "PyJWT (verifier)": ["rfc7515/5.2/51"],
    },
  },
  {
    family: "Encodings read generously",
    text: "RFC 7515 §2 has base64url without padding, line breaks, whitespace and other characters. jose decodes as `atob` does; PyJWT takes padding; Node's `Buffer`, which `jsonwebtoken` and `fast-jwt` decode with, drops what is left over. Two texts are then the same token, which matters to whoever keeps a list of them.",
    cases: {
      "jose (verifier)": ["rfc7515/5.2/2-4, 6, 8"],
      "jsonwebtoken (verifier)": ["rfc7515/5.2/15"],
      "fast-jwt (verifier)": ["rfc7515/5.2/15"],
      "PyJWT (verifier)": ["rfc7515/5.2/2-3"],
    },
  },
  {
    family: "Encodings read generously",
    text: "Header and claims are JSON in UTF-8. `Buffer.toString` puts U+FFFD in the place of what is none. Python's `json.loads` finds out by itself whether octets are UTF-16 or UTF-32, and takes `NaN`.",
    cases: {
      "jsonwebtoken (verifier)": ["rfc7515/5.2/25", "rfc7519/7.2/10"],
      "fast-jwt (verifier)": ["rfc7515/5.2/25", "rfc7519/7.2/10"],
      "PyJWT (verifier)": ["rfc8725/3.7/1-3", "rfc7515/10.12/6", "rfc7519/7.2/9"],
    },
  },
  {
    family: "Claims",
    text: 'RFC 7519 §4.1.3: where there is an `aud`, and the application "does not identify itself" with it, the token must be rejected. These check the audience where they are given one.',
    cases: {
      "jose (verifier)": ["rfc7519/4.1.3/12"],
      "jsonwebtoken (verifier)": ["rfc7519/4.1.3/12"],
      "fast-jwt (verifier)": ["rfc7519/4.1.3/12"],
    },
  },
  {
    family: "Claims",
    text: "`jsonwebtoken` verifies any payload, and gives one that is no JSON object as it is: its documentation says that it may be text.",
    cases: { "jsonwebtoken (verifier)": ["rfc7515/A.4/1", "rfc7519/7.2/1-2, 4"] },
  },
  {
    family: "Claims",
    text: 'Times: `jsonwebtoken` and `fast-jwt` look at `iat` only when there is a `maxAge`; PyJWT makes a number of a text; `fast-jwt` takes a token at the second of its `exp`, "on or after which" it must not be (RFC 7519 §4.1.4).',
    cases: {
      "jsonwebtoken (verifier)": ["rfc7519/4.1.6/1-2"],
      "fast-jwt (verifier)": ["rfc7519/4.1.6/1-2", "rfc7519/4.1.4/3"],
      "PyJWT (verifier)": ["rfc7519/4.1.4/6", "rfc7519/4.1.5/5"],
    },
  },
];
