/** RFC 7515 §A: the examples, as they stand there. Those with claims expired in 2011. */
import type { Case } from "../../case.ts";
import { publicHalf, signingKeys } from "../keys.ts";
import type { Question } from "../protocol.ts";
import { bitChanged } from "../question.ts";
import type { JwtTrial } from "../trial.ts";
import { accepted, clause, refused } from "./judging.ts";

/** `{"iss":"joe","exp":1300819380,"http://example.com/is_root":true}`, with the line ends of that text. */
const payload =
  "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

/** `{"typ":"JWT",\r\n "alg":"HS256"}`. */
const a1 = `eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.${payload}.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk`;

const a2 =
  `eyJhbGciOiJSUzI1NiJ9.${payload}.` +
  "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5" +
  "jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb" +
  "1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QO" +
  "YEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";

const a3 =
  `eyJhbGciOiJFUzI1NiJ9.${payload}.` +
  "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

/** Over the text `Payload`. */
const a4 =
  "eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA." +
  "AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_7XdtAG8G" +
  "aSwFKdCAPZgoXD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn";

const a5 = `eyJhbGciOiJub25lIn0.${payload}.`;

/** When the examples were good: a minute before they expired. */
const THEN = 1_300_819_320;

function then(token: string, alg: string, now = THEN): Question {
  return { token, key: publicHalf(signingKeys[alg]!), policy: { algorithms: [alg], now } };
}

const validate =
  "Validate the JWS Signature against the JWS Signing Input ASCII(BASE64URL(UTF8(JWS Protected Header)) || '.' || BASE64URL(JWS Payload)) in the manner defined for the algorithm being used, which MUST be accurately represented by the value of the \"alg\" (algorithm) Header Parameter, which MUST be present.";
const atLeastOne =
  "However, in all cases, at least one JWS Signature value MUST successfully validate, or the JWS MUST be considered invalid.";

export const examples: readonly Case<JwtTrial>[] = [
  ...clause("rfc7515/A.1", [
    {
      number: 1,
      title: "the example with HMAC SHA-256",
      requirement: validate,
      level: "MUST",
      run: accepted(() => then(a1, "HS256")),
    },
    {
      number: 2,
      title: "the example with HMAC SHA-256, a bit of its signature changed",
      requirement: atLeastOne,
      level: "MUST",
      run: refused(() => bitChanged(then(a1, "HS256"))),
    },
  ]),
  ...clause("rfc7515/A.2", [
    {
      number: 1,
      title: "the example with RSASSA-PKCS1-v1_5 SHA-256",
      requirement: validate,
      level: "MUST",
      run: accepted(() => then(a2, "RS256")),
    },
    {
      number: 2,
      title: "the example with RSASSA-PKCS1-v1_5 SHA-256, a bit of its signature changed",
      requirement: atLeastOne,
      level: "MUST",
      run: refused(() => bitChanged(then(a2, "RS256"))),
    },
  ]),
  ...clause("rfc7515/A.3", [
    {
      number: 1,
      title: "the example with ECDSA P-256 SHA-256",
      requirement: validate,
      level: "MUST",
      run: accepted(() => then(a3, "ES256")),
    },
    {
      number: 2,
      title: "the example with ECDSA P-256 SHA-256, a bit of its signature changed",
      requirement: atLeastOne,
      level: "MUST",
      run: refused(() => bitChanged(then(a3, "ES256"))),
    },
  ]),
  ...clause("rfc7515/A.4", [
    {
      number: 1,
      title: "the example with ECDSA P-521 SHA-512: well signed, but “Payload” is no claims",
      requirement:
        "Verify that the resulting octet sequence is a UTF-8-encoded representation of a completely valid JSON object conforming to RFC 7159 [RFC7159]; let the JWT Claims Set be this JSON object.",
      level: "MUST",
      run: refused((now) => then(a4, "ES512", now)),
    },
  ]),
  ...clause("rfc7515/A.5", [
    {
      number: 1,
      title: "the example without a signature",
      requirement: "Implementations MUST NOT accept Unsecured JWSs by default.",
      level: "MUST",
      run: refused(() => then(a5, "HS256")),
    },
  ]),
];
