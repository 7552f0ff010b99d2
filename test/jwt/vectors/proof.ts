/**
 * How a published example proves itself: first to node:crypto alone, so that a slip of the pen is not taken for a bug;
 * then to us, as it is, changed, and where the algorithm is deterministic computed anew.
 */
import {
  constants,
  createHmac,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  verify,
} from "node:crypto";
import { expect } from "vitest";
import {
  type Algorithm,
  exportJwk,
  importKey,
  type Jwk,
  JwtError,
  type Key,
  signJws,
  verifyJws,
} from "../../../src/jwt/index.ts";
import type { CompactExample } from "./example.ts";

/** Whether node:crypto, asked directly, finds the signature right. */
export function isRight(alg: Algorithm, jwk: Jwk, input: string, signature: string): boolean {
  const octets = Buffer.from(signature, "base64url");
  const hash = `sha${alg.slice(-3)}`;
  if (alg.startsWith("HS")) {
    const secret = Buffer.from(jwk.k as string, "base64url");
    return createHmac(hash, secret).update(input).digest().equals(octets);
  }
  const key = createPublicKey(createPrivateKey({ key: jwk, format: "jwk" }));
  const data = Buffer.from(input);
  if (alg === "EdDSA") return verify(null, data, key, octets);
  if (alg.startsWith("ES")) return verify(hash, data, { key, dsaEncoding: "ieee-p1363" }, octets);
  return verify(hash, data, padded(alg, key), octets);
}

function padded(alg: Algorithm, key: KeyObject): { key: KeyObject; padding?: number; saltLength?: number } {
  if (alg.startsWith("RS")) return { key };
  return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: Number(alg.slice(-3)) / 8 };
}

/** The keys that verify the example: the one it comes with and, where there is one, its public half. */
export function verifyingKeys({ key, alg }: { readonly key: Jwk; readonly alg: Algorithm }): readonly Key[] {
  const whole = importKey(key, alg);
  return whole.type === "secret" ? [whole] : [whole, importKey(exportJwk(whole), alg)];
}

/** A token is what its example says: right, for its payload, under the header given. */
export function expectVerified(example: CompactExample, header: object, payload: string): void {
  const { alg, key, token } = example;
  const [input, signature] = cut(token);
  expect(isRight(alg, key, input, signature)).toBe(true);
  for (const ours of verifyingKeys(example)) {
    const verified = verifyJws(token, ours);
    expect(verified.header).toEqual(header);
    expect(verified.payload.toString()).toBe(payload);
  }
}

/** Each of its characters replaced in turn makes a token that is refused. */
export function expectFragile(example: CompactExample, options: { payload?: string } = {}): void {
  const [key] = verifyingKeys(example).toReversed();
  const { token } = example;
  for (let at = 0; at < token.length; at++) {
    const changed = `${token.slice(0, at)}${token[at] === "A" ? "B" : "A"}${token.slice(at + 1)}`;
    expect(refusal(() => verifyJws(changed, key!, options))).toMatch(/^jws\//);
  }
}

/** The same signature comes out, over the very signing input of the example. */
export function expectReproducible({ alg, key, token }: CompactExample): void {
  const [input, signature] = cut(token);
  expect(importKey(key, alg).sign(input)).toBe(signature);
}

/** The whole token comes out, header and all. */
export function expectSame({ alg, key, token }: CompactExample, payload: string): void {
  expect(signJws(payload, importKey(key, alg))).toBe(token);
}

export function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(JwtError);
    return (error as JwtError).code;
  }
  return "accepted";
}

/** A token before and after its last full stop. */
export function cut(token: string): [input: string, signature: string] {
  const at = token.lastIndexOf(".");
  return [token.slice(0, at), token.slice(at + 1)];
}
