/** The published examples that most tests need; all of them, each RFC in a file of its own, are in vectors/. */
import type { Jwk } from "../../src/jwt/jwk.ts";
import { publicKeys } from "./vectors/rfc7517.ts";

export { a1, a3 } from "./vectors/rfc7515.ts";
export { exampleClaims, unsecured } from "./vectors/rfc7519.ts";
export { rsaThumbprint } from "./vectors/rfc7638.ts";
export { okpThumbprint } from "./vectors/rfc8037.ts";

/** RFC 7517 §A.1: an elliptic curve key, meant for encryption. */
export const encryptionKey: Jwk = publicKeys[0];
