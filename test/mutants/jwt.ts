/**
 * The rules of `src/jwt`, each taken out once: what is left is a mutant, and a suite that does not notice
 * does not test the rule. `test/long/jwt-mutants.test.ts` runs the suite against every one of them.
 */

/** One rule taken out. */
export interface Mutant {
  /** The rule that the mutant lacks, as a name; also how it is asked for. */
  readonly rule: string;
  /** In `src/jwt`. */
  readonly file: string;
  /** Stands exactly once in the file. */
  readonly find: string;
  readonly replace: string;
}

/** Every mutant. */
export const mutants: readonly Mutant[] = [
  // RFC 7515 §7.1 and §2: the form of a token.
  {
    rule: "a token has three parts, not four",
    file: "jws.ts",
    find: ' || token.includes(".", payloadEnd + 1)',
    replace: "",
  },
  {
    rule: "a token is at most so long",
    file: "jws.ts",
    find: "if (token.length > limits.maxTokenLength) {",
    replace: "if (false) {",
  },
  {
    rule: "a header is at most so long",
    file: "header.ts",
    find: "if (Math.floor((segment.length * 3) / 4) > limits.maxHeaderLength) throw",
    replace: "if (false) throw",
  },
  {
    rule: "base64url is strict",
    file: "base64url.ts",
    find: 'return bytes.toString("base64url") === text ? bytes : undefined;',
    replace: "return bytes;",
  },
  {
    rule: "a detached token brings no payload",
    file: "jws.ts",
    find: `if (segment !== "") throw malformed("it brings a payload, and is to be detached from it");`,
    replace: "",
  },
  // RFC 7515 §4 and RFC 7519 §4: JSON.
  {
    rule: "no member is named twice",
    file: "json.ts",
    find: "return countKeys(value) === members ? (value as Record<string, unknown>) : undefined;",
    replace: "return value as Record<string, unknown>;",
  },
  {
    rule: "JSON is at most so deep",
    file: "json.ts",
    find: "if (++depth > maxDepth) return undefined;",
    replace: "++depth;",
  },
  {
    rule: "text is UTF-8",
    file: "json.ts",
    find: 'if (text.includes("\\ufffd") && !isUtf8(bytes)) return undefined;',
    replace: "",
  },
  {
    rule: "header and claims are objects, not lists",
    file: "json.ts",
    find: " || Array.isArray(value)) return undefined;",
    replace: ") return undefined;",
  },
  // RFC 7515 §4.1: the header.
  {
    rule: "a header has an alg",
    file: "header.ts",
    find: `if (typeof alg !== "string") throw malformed(\`the header's "alg" is not a string\`);`,
    replace: "",
  },
  {
    rule: "crit is a list that is not empty",
    file: "header.ts",
    find: 'if (!Array.isArray(crit) || crit.length === 0) throw critical(`"crit" is not a list of names`);',
    replace: "if (!Array.isArray(crit)) return;",
  },
  {
    rule: "crit lists no name twice",
    file: "header.ts",
    find: 'if (new Set(crit).size !== crit.length) throw critical(`"crit" lists a name twice`);',
    replace: "",
  },
  {
    rule: "crit lists no registered name",
    file: "header.ts",
    find: 'if (registered.has(name)) throw critical(`"crit" lists a name that is no extension`);',
    replace: "if (registered.has(name)) continue;",
  },
  {
    rule: "what crit lists is in the header",
    file: "header.ts",
    find: 'if (!Object.hasOwn(header, name)) throw critical(`"crit" lists a name that is not in the header`);',
    replace: "",
  },
  {
    rule: "an extension that is not understood is refused",
    file: "header.ts",
    find: 'if (!understood.includes(name)) throw critical("it asks for an extension that is not understood");',
    replace: "",
  },
  {
    rule: "b64 is listed in crit",
    file: "header.ts",
    find: 'if (header.b64 === false) throw critical(`"b64" is not listed in "crit"`);\n    return;',
    replace: "return;",
  },
  {
    rule: "the signer writes no alg of the caller's",
    file: "header.ts",
    find: "if (reserved.has(name)) throw",
    replace: "if (false) throw",
  },
  {
    rule: "only the header of a verified token is remembered",
    file: "jws.ts",
    find: "verifySignature(jws, key);\n  rememberHeader(jws.encodedHeader, jws.header, limits);",
    replace: "rememberHeader(jws.encodedHeader, jws.header, limits);\n  verifySignature(jws, key);",
  },
  // RFC 8725 §3.1: the key and its algorithm.
  {
    rule: "the header names the key's algorithm",
    file: "jws.ts",
    find: "if (!key.accepts(header.alg)) {",
    replace: "if (false) {",
  },
  {
    rule: "key_ops limits verifying",
    file: "jws.ts",
    find: 'if (!key.isFor("verify")) throw',
    replace: "if (false) throw",
  },
  {
    rule: "key_ops limits signing",
    file: "jws.ts",
    find: 'if (!key.isFor("sign")) throw',
    replace: "if (false) throw",
  },
  {
    rule: "the signature is verified",
    file: "jws.ts",
    find: "if (!key.verify(signingInput, signature)) throw badSignature(signature);",
    replace: "",
  },
  {
    rule: "every character of a MAC counts",
    file: "hmac.ts",
    find: "difference |= expected.charCodeAt(i) ^ given.charCodeAt(i);",
    replace: "difference = expected.charCodeAt(i) ^ given.charCodeAt(i);",
  },
  {
    rule: "a long secret is hashed first",
    file: "hmac.ts",
    find: "octets.length > block ? createHash(hash).update(octets).digest() : octets",
    replace: "octets.subarray(0, block)",
  },
  {
    rule: "r and s are in range",
    file: "ecdsa-encoding.ts",
    find: "if (!isInRange(signature, 0, order) || !isInRange(signature, size, order)) return undefined;",
    replace: "if (signature.every((octet) => octet === 0)) return undefined;",
  },
  {
    rule: "an ECDSA signature has one length",
    file: "ecdsa-encoding.ts",
    find: "if (signature.length !== 2 * size) return undefined;",
    replace: "if (signature.length < 2 * size) return undefined;",
  },
  {
    rule: "the salt of RSASSA-PSS is as long as the hash",
    file: "rsa-pss.ts",
    find: "der(CONTEXT + 2, der(INTEGER, Buffer.of(length))),",
    replace: "der(CONTEXT + 2, der(INTEGER, Buffer.of(20))),",
  },
  // RFC 7518 §3 and §6: what keys must be.
  {
    rule: "a secret is as long as the hash",
    file: "secret.ts",
    find: "if (secret.length < hashLength) {",
    replace: "if (false) {",
  },
  {
    rule: "a secret is not empty",
    file: "secret.ts",
    find: 'if (secret.length === 0) throw new JwtError("key/empty-secret", "The secret is empty");',
    replace: "",
  },
  {
    rule: "a secret is no key file",
    file: "secret.ts",
    find: "if (isKeyFile(secret)) {",
    replace: "if (false) {",
  },
  {
    rule: "NULs hide no key file",
    file: "secret.ts",
    find: '.replaceAll("\\0", "")',
    replace: "",
  },
  {
    rule: "an RSA key has 2048 bits",
    file: "rsa.ts",
    find: "if (modulusLength < LEAST_BITS || modulusLength > MOST_BITS) {",
    replace: "if (modulusLength > MOST_BITS) {",
  },
  {
    rule: "an RSA exponent is at least 65537",
    file: "rsa.ts",
    find: "publicExponent < LEAST_EXPONENT || ",
    replace: "",
  },
  {
    rule: "the numbers of an RSA key belong together",
    file: "rsa.ts",
    find: 'if (trial.verify("", trial.sign(""))) return;',
    replace: "return;",
  },
  {
    rule: "an EC key is on the algorithm's curve",
    file: "ecdsa.ts",
    find: "if (material.asymmetricKeyDetails?.namedCurve !== namedCurve) {",
    replace: "if (false) {",
  },
  {
    rule: "the halves of an EC key belong together",
    file: "ecdsa.ts",
    find: "checkPoint(material, namedCurve, size);",
    replace: "",
  },
  {
    rule: "a point of small order is no key",
    file: "edwards.ts",
    find: "return !isOfSmallOrder(curve, y);",
    replace: "return true;",
  },
  {
    rule: "an Edwards point is on the curve",
    file: "edwards.ts",
    find: "if (!isSquare(u * v, p)) return false;",
    replace: "",
  },
  {
    rule: "an Edwards point has one spelling",
    file: "edwards.ts",
    find: "if (y >= p) return false;",
    replace: "",
  },
  {
    rule: "a JWK's alg is the one it is imported for",
    file: "jwk.ts",
    find: "if (jwk.alg !== undefined && jwk.alg !== alg && !isAlias(jwk, row)) {",
    replace: "if (false) {",
  },
  {
    rule: "a JWK's use is sig",
    file: "jwk.ts",
    find: 'if (use !== undefined && use !== "sig") throw',
    replace: "if (false) throw",
  },
  {
    rule: "a JWK's key_ops have no duplicates",
    file: "jwk.ts",
    find: "new Set(operations).size === operations.length",
    replace: "true",
  },
  {
    rule: "a JWK's numbers have the length of the key",
    file: "jwk.ts",
    find: "if (exported[name] !== members[name]) {",
    replace: "if (false) {",
  },
  {
    rule: "an RSA key has two primes",
    file: "jwk.ts",
    find: 'if (row.kty === "RSA" && jwk.oth !== undefined) {',
    replace: "if (false) {",
  },
  {
    rule: "a text is no HMAC secret",
    file: "key.ts",
    find: 'if (kty === "oct") {',
    replace: "if (false) {",
  },
  {
    rule: "a set has no two keys of one name",
    file: "jwks.ts",
    find: "if (this.#keys.has(key) || (key.kid !== undefined && this.#named.has(key.kid))) {",
    replace: "if (false) {",
  },
  {
    rule: "a token without kid fits one key of a set, not several",
    file: "jwks.ts",
    find: "if (chosen !== undefined) {",
    replace: "if (false) {",
  },
  // RFC 7519 §4.1: the claims.
  {
    rule: "at exp it is over",
    file: "claims.ts",
    find: "} else if (now - leeway >= exp) {",
    replace: "} else if (now - leeway > exp) {",
  },
  {
    rule: "a token expires some day",
    file: "claims.ts",
    find: 'if (policy.exp !== unchecked) throw missing("exp");',
    replace: "",
  },
  {
    rule: "nbf is waited for",
    file: "claims.ts",
    find: "if (nbf !== undefined && now + leeway < nbf) {",
    replace: "if (false) {",
  },
  {
    rule: "a NumericDate is finite",
    file: "claims-set.ts",
    find: 'if (exp !== undefined && !Number.isFinite(exp)) return "exp";',
    replace: 'if (exp !== undefined && typeof exp !== "number") return "exp";',
  },
  {
    rule: "a token lacking the issuer is refused",
    file: "claims.ts",
    find: 'if (iss === undefined) throw missing("iss");\n    if (!isAmong',
    replace: "if (iss !== undefined && !isAmong",
  },
  {
    rule: "a token for somebody is not for nobody",
    file: "claims.ts",
    find: "} else if (aud !== undefined) {",
    replace: "} else if (false) {",
  },
  {
    rule: "a token is of the expected type",
    file: "claims.ts",
    find: "if (mediaType(header.typ) !== mediaType(typ)) {",
    replace: "if (false) {",
  },
  {
    rule: "a token has a type where one is expected",
    file: "claims.ts",
    find: 'if (header.typ === undefined) throw missing("typ");',
    replace: "if (header.typ === undefined) return;",
  },
  {
    rule: "a misspelt option is no option",
    file: "policy.ts",
    find: "if (!policyNames.has(name)) throw",
    replace: "if (false) throw",
  },
  {
    rule: "an asynchronous accept does not accept",
    file: "claims.ts",
    find: 'if (typeof accepted !== "boolean") throw new TypeError("policy.accept must return true or false, at once");',
    replace: "",
  },
  // JwtVerifier's cache.
  {
    rule: "a cached token goes with its key",
    file: "verifier.ts",
    find: "if (chooseKey(choice, known.jwt.header) === known.key) return",
    replace: "if (chooseKey(choice, known.jwt.header)) return",
  },
  {
    rule: "a cached token is shown to the policy again",
    file: "verifier.ts",
    find: "VerifiedToken, now: number): Jwt {\n    checkClaims(jwt.claims, this.#policy, now);",
    replace: "VerifiedToken, now: number): Jwt {",
  },
  {
    rule: "a policy is a plain object",
    file: "policy.ts",
    find: 'if (!isPlainObject(policy)) throw new TypeError("policy must be a plain object");',
    replace: "",
  },
  {
    rule: "claims from the cache cannot be changed by accept",
    file: "verifier.ts",
    find: "freezeJson(readJwt(jws, key, this.#policy))",
    replace: "readJwt(jws, key, this.#policy)",
  },
];
