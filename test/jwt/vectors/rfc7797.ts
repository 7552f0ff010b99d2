/** RFC 7797 §4: the payload as it is, without base64url. https://www.rfc-editor.org/rfc/rfc7797#section-4 */
import type { CompactExample, FlattenedExample } from "./example.ts";
import { a1 } from "./rfc7515.ts";

/** RFC 7797 §4: what both examples sign. Its full stop keeps it out of a compact JWS. */
export const payload = "$.02";

/** RFC 7797 §4.1: the control, in base64url. */
export const encoded: CompactExample = {
  alg: "HS256",
  key: a1.key,
  token: "eyJhbGciOiJIUzI1NiJ9.JC4wMg.5mvfOroL-g7HyqJoozehmsaqmvTYGEq5jTI1gVvoEoQ",
};

/** RFC 7797 §4.1: the control in the flattened JSON serialization. */
export const encodedJson: FlattenedExample = {
  alg: "HS256",
  key: a1.key,
  jws: {
    protected: "eyJhbGciOiJIUzI1NiJ9",
    payload: "JC4wMg",
    signature: "5mvfOroL-g7HyqJoozehmsaqmvTYGEq5jTI1gVvoEoQ",
  },
};

/** RFC 7797 §4.2: `{"alg":"HS256","b64":false,"crit":["b64"]}`, the payload detached. */
export const unencoded: CompactExample = {
  alg: "HS256",
  key: a1.key,
  token:
    "eyJhbGciOiJIUzI1NiIsImI2NCI6ZmFsc2UsImNyaXQiOlsiYjY0Il19..A5dxf2s96_n5FLueVuW1Z_vh161FwXZC4YLPff6dmDY",
};

/** RFC 7797 §4.2: the same in the flattened JSON serialization, which can hold the payload as it is. */
export const unencodedJson: FlattenedExample = {
  alg: "HS256",
  key: a1.key,
  jws: {
    protected: "eyJhbGciOiJIUzI1NiIsImI2NCI6ZmFsc2UsImNyaXQiOlsiYjY0Il19",
    payload: "$.02",
    signature: "A5dxf2s96_n5FLueVuW1Z_vh161FwXZC4YLPff6dmDY",
  },
};
