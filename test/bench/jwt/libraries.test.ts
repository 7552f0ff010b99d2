import { describe, expect, it } from "vitest";
import type { Library } from "../../../bench/jwt/contender.ts";
import { barewire } from "../../../bench/jwt/peers/barewire.ts";
import { fastJwt } from "../../../bench/jwt/peers/fast-jwt.ts";
import { jose } from "../../../bench/jwt/peers/jose.ts";
import { jsonwebtoken } from "../../../bench/jwt/peers/jsonwebtoken.ts";
import {
  type BenchAlgorithm,
  bareCalls,
  claimsOf,
  generatePair,
  type KeyPair,
  mint,
  NOW,
} from "../../../bench/jwt/tokens.ts";
import { type Claims, importKey, signJwt, verifyJwt } from "../../../src/jwt/index.ts";

const libraries: readonly Library[] = [barewire, fastJwt, jsonwebtoken, jose];
const algorithms = Object.keys(bareCalls) as BenchAlgorithm[];
const pairs = new Map<BenchAlgorithm, KeyPair>(algorithms.map((alg) => [alg, generatePair(alg)]));
const policy = { issuer: "https://login.example.org", audience: "https://api.example.org", typ: "at+jwt" };

describe.each(libraries)("$name, as it is measured", (library) => {
  it.each(algorithms)("verifies %s, unless it lacks it", async (alg) => {
    const pair = pairs.get(alg)!;
    const verify = await library.verifier(pair);
    if (lacks(library, alg)) {
      expect(verify).toBeUndefined();
      return;
    }
    const { text, claims } = mint(pair, claimsOf());
    expect({ ...(await verify!(text)) }).toEqual(claims);
    await expect(refused(library, pair, mint(generatePair(alg), claims).text)).resolves.toBe(true);
  });
  it.each(algorithms)("signs %s, unless it lacks it", async (alg) => {
    const pair = pairs.get(alg)!;
    const sign = await library.signer(pair);
    if (lacks(library, alg)) {
      expect(sign).toBeUndefined();
      return;
    }
    const claims = claimsOf();
    const key = importKey(pair.publicKey, alg);
    expect(verifyJwt(await sign!(claims), key, policy, NOW).claims).toEqual(claims);
  });
  it.each<[string, Claims]>([
    ["that has expired", { exp: NOW - 1 }],
    ["without an end", { exp: undefined }],
    ["of another issuer", { iss: "https://other.example.org" }],
    ["without an issuer", { iss: undefined }],
    ["for another audience", { aud: "https://other.example.org" }],
    ["without an audience", { aud: undefined }],
  ])("refuses a token %s", async (_which, change) => {
    const pair = pairs.get("HS256")!;
    await expect(refused(library, pair, mint(pair, { ...claimsOf(), ...change }).text)).resolves.toBe(true);
  });
  it("refuses a token of another type", async () => {
    const pair = pairs.get("HS256")!;
    const text = signJwt(claimsOf(), importKey(pair.privateKey, "HS256"), { typ: "JWT" });
    await expect(refused(library, pair, text)).resolves.toBe(true);
  });
  it("refuses a token for another algorithm", async () => {
    const { alg, ...key } = pairs.get("HS512")!;
    const { text } = mint({ alg, ...key }, claimsOf());
    await expect(refused(library, { alg: "HS256", ...key }, text)).resolves.toBe(true);
  });
});

function lacks({ name }: Library, alg: BenchAlgorithm): boolean {
  return name === "jsonwebtoken" && alg === "EdDSA";
}

async function refused(library: Library, pair: KeyPair, text: string): Promise<boolean> {
  const verify = (await library.verifier(pair))!;
  try {
    await verify(text);
    return false;
  } catch {
    return true;
  }
}
