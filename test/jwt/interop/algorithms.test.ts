import { createPublicKey, generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Algorithm,
  algorithmNames,
  generateKey,
  importKey,
  type Key,
  signJwt,
  verifyJwt,
} from "../../../src/jwt/index.ts";
import { claims, type Material, now, type Peer, peers, policy, runtimeHasMlDsa, typ } from "./peers.ts";

type Verdict = "yes" | `no: ${string}`;

/** Who speaks what. Every "no" is tried too, so that this table stays true. */
const noEdwards = "no: knows no Edwards curves";
const newerNames = "no: knows only the older name EdDSA";
const noLattices = "no: knows no ML-DSA";
const noKoblitz = "no: knows no secp256k1";
const all = { jose: "yes", jsonwebtoken: "yes", "fast-jwt": "yes" } as const;
const table: Record<Algorithm | "EdDSA, Ed448", Record<Peer["name"], Verdict>> = {
  HS256: all,
  HS384: all,
  HS512: all,
  RS256: all,
  RS384: all,
  RS512: all,
  PS256: all,
  PS384: all,
  PS512: all,
  ES256: all,
  ES384: all,
  ES512: all,
  ES256K: { jose: noKoblitz, jsonwebtoken: noKoblitz, "fast-jwt": noKoblitz },
  EdDSA: { jose: "yes", jsonwebtoken: noEdwards, "fast-jwt": "yes" },
  "EdDSA, Ed448": { jose: "no: knows only Ed25519", jsonwebtoken: noEdwards, "fast-jwt": "yes" },
  Ed25519: { jose: "yes", jsonwebtoken: noEdwards, "fast-jwt": newerNames },
  Ed448: { jose: "no: knows only Ed25519", jsonwebtoken: noEdwards, "fast-jwt": newerNames },
  "ML-DSA-44": { jose: "yes", jsonwebtoken: noLattices, "fast-jwt": noLattices },
  "ML-DSA-65": { jose: "yes", jsonwebtoken: noLattices, "fast-jwt": noLattices },
  "ML-DSA-87": { jose: "yes", jsonwebtoken: noLattices, "fast-jwt": noLattices },
};

/** RSA keys are slow to find; one serves all six algorithms. */
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;

async function makeKey(row: string): Promise<Key> {
  if (row === "EdDSA, Ed448") return generateKey("EdDSA", { crv: "Ed448" });
  const alg = row as Algorithm;
  return /^[RP]S/.test(alg) ? importKey(rsa, alg) : generateKey(alg);
}

/** What a peer gets of our key to sign with, and to verify with. */
function handOver({ type, material }: Key): { signing: Material; verifying: Material } {
  if (type === "secret") return { signing: material.export(), verifying: material.export() };
  return {
    signing: material.export({ type: "pkcs8", format: "pem" }),
    verifying: createPublicKey(material).export({ type: "spki", format: "pem" }),
  };
}

/** Our half of the peer's pair, read from what the peer would publish. */
function takeOver(key: Key): Key {
  const { verifying } = handOver(key);
  return importKey(verifying, key.alg);
}

// Names from all of Unicode, numbers, nested values; and now and then a text of 20,000 characters.
const anyClaims = fc
  .record({
    data: fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 5 }),
    name: fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.constantFrom("ü", "日本語", '🦊 \u2028 \\ " </script>', "\u0000"),
    ),
    large: fc.constantFrom("", "x".repeat(20_000), "日".repeat(10_000)),
  })
  .map((drawn) => ({ ...claims, ...drawn }));
const runs = { seed: 7519, numRuns: 8 };
/** What JSON makes of it: -0 is 0. */
const written = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

it("speaks of every algorithm there is", () => {
  const rows = Object.keys(table).filter((row) => row !== "EdDSA, Ed448");
  expect(rows.toSorted()).toEqual(algorithmNames.toSorted());
});

describe.each(Object.entries(table))("%s", (row, verdicts) => {
  if (row.startsWith("ML-DSA") && !runtimeHasMlDsa) {
    it("is unavailable on this runtime, and says so", async () => {
      await expect(generateKey(row as Algorithm)).rejects.toMatchObject({ code: "alg/unavailable" });
    });
    return;
  }

  for (const peer of peers) {
    const verdict = verdicts[peer.name];
    if (verdict === "yes") speaks(row, peer);
    else refuses(row, peer, verdict);
  }
});

function speaks(row: string, peer: Peer): void {
  it(`${peer.name} verifies what we sign (seed 7519)`, async () => {
    const key = await makeKey(row);
    const { verifying } = handOver(key);
    await fc.assert(
      fc.asyncProperty(anyClaims, async (stated) => {
        const token = signJwt(stated, key, { typ });
        expect(written(await peer.verify(token, { alg: key.alg, key: verifying }))).toEqual(written(stated));
      }),
      runs,
    );
  });

  it(`we verify what ${peer.name} signs (seed 7519)`, async () => {
    const key = await makeKey(row);
    const { signing } = handOver(key);
    const ours = takeOver(key);
    await fc.assert(
      fc.asyncProperty(anyClaims, async (stated) => {
        const token = await peer.sign(stated, key.alg, signing);
        const { header, claims } = verifyJwt(token, ours, policy, now);
        expect(header).toEqual({ alg: key.alg, typ });
        expect(claims).toEqual(written(stated));
      }),
      runs,
    );
  });

  it(`neither we nor ${peer.name} verify with another key, or after a change`, async () => {
    const key = await makeKey(row);
    const other = /^[RP]S/.test(row) ? importKey(otherRsa(), key.alg) : await makeKey(row);
    const theirs = await peer.sign(claims, key.alg, handOver(key).signing);
    const token = signJwt(claims, key, { typ });
    await expect(peer.verify(token, { alg: key.alg, key: handOver(other).verifying })).rejects.toThrow();
    await expect(
      peer.verify(withAnotherPayload(token), { alg: key.alg, key: handOver(key).verifying }),
    ).rejects.toThrow();
    for (const [forged, by] of [
      [theirs, takeOver(other)],
      [withAnotherPayload(theirs), takeOver(key)],
    ] as const) {
      expect(() => verifyJwt(forged, by, policy, now)).toThrow(
        expect.objectContaining({ code: "jws/bad-signature" }),
      );
    }
  });
}

function refuses(row: string, peer: Peer, verdict: Verdict): void {
  it(`${peer.name} ${verdict}`, async () => {
    const key = await makeKey(row);
    const { signing, verifying } = handOver(key);
    const token = signJwt(claims, key, { typ });
    // Their words differ; all of them name the algorithm or the kind of key.
    const reason = /"alg|algorithm|key type|public key with OID/;
    await expect(peer.sign(claims, key.alg, signing)).rejects.toThrow(reason);
    await expect(peer.verify(token, { alg: key.alg, key: verifying })).rejects.toThrow(reason);
  });
}

let second: typeof rsa | undefined;
function otherRsa(): typeof rsa {
  second ??= generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
  return second;
}

function withAnotherPayload(token: string): string {
  const [header, , signature] = token.split(".");
  const payload = Buffer.from(JSON.stringify({ ...claims, sub: "mallory" })).toString("base64url");
  return `${header}.${payload}.${signature}`;
}
