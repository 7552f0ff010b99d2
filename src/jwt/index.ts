/**
 * JSON Web Tokens and what they are made of; README.md says in which order to read.
 */
export { type Algorithm, algorithmNames } from "./algorithms.ts";
export type { Claims, RegisteredClaims } from "./claims-set.ts";
export { type DecodeOptions, decodeJwt, type Jwt } from "./decode.ts";
export { JwtError, type JwtErrorCode, type JwtErrorOptions } from "./errors.ts";
export { type GenerateOptions, generateKey } from "./generate.ts";
export type { HeaderOptions, JoseHeader } from "./header.ts";
export type { IgnoredJwk, JwkSet } from "./import-jwks.ts";
export { parseObject } from "./json.ts";
export type { Jwk, KeyOperation } from "./jwk.ts";
export { type AddOptions, KeySet, type KeySetOptions } from "./jwks.ts";
export type { CertificateAuthorities } from "./jwks-request.ts";
export { type SignJwsOptions, signJws, type VerifiedJws, type VerifyJwsOptions, verifyJws } from "./jws.ts";
export {
  type Signer,
  type SignJwsJsonOptions,
  signJwsJson,
  type VerifiedJwsJson,
  type VerifiedSignature,
  type VerifyJwsJsonOptions,
  verifyJwsJson,
} from "./jws-json.ts";
export type { FlattenedJws, GeneralJws, JwsSignature } from "./jws-json-syntax.ts";
export { type SignJwtOptions, signJwt, verifyJwt, verifyJwtAsync } from "./jwt.ts";
export { type ExportOptions, exportJwk, type ImportOptions, importKey, type Key } from "./key.ts";
export type { AsyncKeyChoice, KeyChoice } from "./key-choice.ts";
export type { TokenLimits } from "./limits.ts";
export { type ClaimsPolicy, unchecked } from "./policy.ts";
export { type RemoteKeySet, remoteKeySet } from "./remote-jwks.ts";
export type { RemoteKeySetOptions } from "./remote-jwks-options.ts";
export { thumbprint } from "./thumbprint.ts";
export { JwtVerifier, type JwtVerifierOptions } from "./verifier.ts";
