/**
 * JSON Web Tokens and what they are made of; README.md says in which order to read.
 */
export type { Algorithm } from "./algorithms.ts";
export { type Claims, type ClaimsPolicy, unchecked } from "./claims.ts";
export { decodeJwt, type Jwt } from "./decode.ts";
export { JwtError, type JwtErrorCode } from "./errors.ts";
export { generateKey } from "./generate.ts";
export type { Jwk, KeyOperation } from "./jwk.ts";
export {
  type JoseHeader,
  type KeyChoice,
  type SignJwsOptions,
  signJws,
  type VerifiedJws,
  verifyJws,
} from "./jws.ts";
export { type SignJwtOptions, signJwt, verifyJwt } from "./jwt.ts";
export { type ExportOptions, exportJwk, type ImportOptions, importKey, type Key } from "./key.ts";
export { thumbprint } from "./thumbprint.ts";
