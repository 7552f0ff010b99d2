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
  verifyJwsJson,
} from "../../../src/jwt/index.ts";
import type { CompactExample, FlattenedExample, GeneralExample, Signature } from "./example.ts";

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

/** The header that a verifier goes by: RFC 7515 §4, the union of both. */
function joined({ protected: encoded = "", header = {} }: Signature): object {
  return { ...(encoded !== "" && JSON.parse(Buffer.from(encoded, "base64url").toString())), ...header };
}

/** Every signature is right, for node:crypto and for us, whose keys are chosen by `alg`. */
export function expectAllVerified({ algorithms, keys, jws }: GeneralExample, payload: string): void {
  const ours = keys.map((key, i) => verifyingKeys({ key, alg: algorithms[i]! }).at(-1)!);
  for (const [i, { protected: encoded = "", signature }] of jws.signatures.entries()) {
    expect(isRight(algorithms[i]!, keys[i]!, `${encoded}.${jws.payload}`, signature)).toBe(true);
  }
  for (const given of [jws, JSON.stringify(jws)]) {
    const verified = verifyJwsJson(given, ({ alg }) => ours.find((key) => key.alg === alg), {
      require: "all",
    });
    expect(verified.payload.toString()).toBe(payload);
    expect(verified.signatures.map(({ header }) => header)).toEqual(jws.signatures.map(joined));
    expect(verified.signatures.map(({ key }) => key)).toEqual(ours);
  }
}

/** With the key of one signature alone that one counts, and not once a character of it or of the payload changes. */
export function expectEachFragile({ algorithms, keys, jws }: GeneralExample): void {
  for (const [index, key] of keys.entries()) {
    const ours = importKey(key, algorithms[index]!);
    const verified = verifyJwsJson(jws, ours);
    expect(verified.signatures.map((one) => one.index)).toEqual([index]);
    expect(refusal(() => verifyJwsJson(jws, ours, { require: "all" }))).toMatch(/^jws\//);
    expect(refusal(() => verifyJwsJson({ ...jws, payload: `A${jws.payload!.slice(1)}` }, ours))).toMatch(
      /^jws\//,
    );
    const { signature } = jws.signatures[index]!;
    for (let at = 0; at < signature.length; at += 5) {
      const changed = `${signature.slice(0, at)}${signature[at] === "A" ? "B" : "A"}${signature.slice(at + 1)}`;
      const signatures = jws.signatures.map((one, i) => (i === index ? { ...one, signature: changed } : one));
      expect(refusal(() => verifyJwsJson({ ...jws, signatures }, ours))).toMatch(/^jws\//);
    }
  }
}

/** A flattened example, seen as a general one. */
export function general({ alg, key, jws }: FlattenedExample): GeneralExample {
  const { payload, ...signature } = jws;
  return {
    algorithms: [alg],
    keys: [key],
    jws: { ...(payload !== undefined && { payload }), signatures: [signature] },
  };
}

/** The flattened syntax says the same as the general one with a single signature, and is as fragile. */
export function expectVerifiedFlattened(example: FlattenedExample, payload: string): void {
  expectAllVerified(general(example), payload);
  const { alg, key, jws } = example;
  const [ours] = verifyingKeys(example).toReversed();
  for (const given of [jws, JSON.stringify(jws)]) {
    const verified = verifyJwsJson(given, ours!);
    expect(verified.payload.toString()).toBe(payload);
    expect(verified.header).toEqual(joined(jws));
    expect(verified.signatures).toHaveLength(1);
  }
  for (const member of ["payload", "protected", "signature"] as const) {
    const value = jws[member] ?? "";
    for (let at = 0; at < value.length; at++) {
      const changed = `${value.slice(0, at)}${value[at] === "A" ? "B" : "A"}${value.slice(at + 1)}`;
      expect(refusal(() => verifyJwsJson({ ...jws, [member]: changed }, importKey(key, alg)))).toMatch(
        /^jws\//,
      );
    }
  }
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
