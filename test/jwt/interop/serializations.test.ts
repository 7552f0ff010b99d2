import fc from "fast-check";
import {
  CompactSign,
  compactVerify,
  FlattenedSign,
  flattenedVerify,
  GeneralSign,
  generalVerify,
  importJWK,
  type JWK,
} from "jose";
import { describe, expect, it } from "vitest";
import {
  type Algorithm,
  exportJwk,
  generateKey,
  importKey,
  type Key,
  signJws,
  signJwsJson,
  verifyJws,
  verifyJwsJson,
} from "../../../src/jwt/index.ts";
import { runtimeHasMlDsa } from "./peers.ts";

type TheirKey = Awaited<ReturnType<typeof importJWK>>;

interface Signing {
  readonly sign: Key;
  readonly verify: Key;
  readonly theirs: { readonly sign: TheirKey; readonly verify: TheirKey };
}

const algorithms = [
  ...(["HS256", "HS512", "RS256", "PS384", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"] as const),
  ...(runtimeHasMlDsa ? (["ML-DSA-65"] as const) : []),
] satisfies readonly Algorithm[];

async function share(alg: Algorithm): Promise<Signing> {
  const sign = await generateKey(alg);
  const whole = exportJwk(sign, { private: true });
  const half = sign.type === "secret" ? whole : exportJwk(sign);
  const theirs = { sign: await importJWK(whole as JWK, alg), verify: await importJWK(half as JWK, alg) };
  return { sign, verify: importKey(half, alg), theirs };
}

const anyPayload = fc.uint8Array({ maxLength: 600 });
const runs = { seed: 7515, numRuns: 5 };
const bytes = (payload: Uint8Array): Uint8Array => new Uint8Array(payload);

describe.each(algorithms)("%s", (alg) => {
  it("compact: jose verifies ours, and we verify jose's (seed 7515)", async () => {
    const { sign, verify, theirs } = await share(alg);
    const check = async (payload: Uint8Array) => {
      const ours = await compactVerify(signJws(payload, sign, { header: { n: 1 } }), theirs.verify);
      expect(bytes(ours.payload)).toEqual(payload);
      expect(ours.protectedHeader).toEqual({ alg, n: 1 });
      const token = await new CompactSign(payload).setProtectedHeader({ alg, n: 1 }).sign(theirs.sign);
      expect(bytes(verifyJws(token, verify).payload)).toEqual(payload);
    };
    await fc.assert(fc.asyncProperty(anyPayload, check), runs);
  });

  it("flattened: jose verifies ours, and we verify jose's (seed 7515)", async () => {
    const { sign, verify, theirs } = await share(alg);
    const check = async (payload: Uint8Array) => {
      const jws = signJwsJson(payload, { key: sign, protected: { n: 1 }, header: { m: "ü" } });
      const ours = await flattenedVerify(jws as Parameters<typeof flattenedVerify>[0], theirs.verify);
      expect(bytes(ours.payload)).toEqual(payload);
      expect(ours.protectedHeader).toEqual({ alg, n: 1 });
      expect(ours.unprotectedHeader).toEqual({ m: "ü" });

      const signer = new FlattenedSign(payload)
        .setProtectedHeader({ alg, n: 1 })
        .setUnprotectedHeader({ m: "ü" });
      const verified = verifyJwsJson(await signer.sign(theirs.sign), verify);
      expect(bytes(verified.payload)).toEqual(payload);
      expect(verified.signatures).toMatchObject([{ protected: { alg, n: 1 }, unprotected: { m: "ü" } }]);
    };
    await fc.assert(fc.asyncProperty(anyPayload, check), runs);
  });

  it("unencoded, RFC 7797: jose verifies ours, and we verify jose's", async () => {
    const { sign, verify, theirs } = await share(alg);
    for (const text of ["$.02", "", "ü, 日本語. 🦊", '{"a":"b"}\r\n', "\u0000"]) {
      const jws = signJwsJson(text, sign, { b64: false });
      expect(jws.payload).toBe(text);
      const ours = await flattenedVerify(jws as Parameters<typeof flattenedVerify>[0], theirs.verify);
      expect(Buffer.from(ours.payload).toString()).toBe(text);

      const signer = new FlattenedSign(Buffer.from(text)).setProtectedHeader({
        alg,
        b64: false,
        crit: ["b64"],
      });
      const detached = await signer.sign(theirs.sign);
      const attached = { ...detached, payload: text };
      expect(verifyJwsJson(attached, verify).payload.toString()).toBe(text);
      // As jose writes it: with an empty payload.
      expect(verifyJwsJson(detached, verify, { payload: text }).payload.toString()).toBe(text);
      const compact = `${detached.protected}..${detached.signature}`;
      expect(verifyJws(compact, verify, { payload: text }).payload.toString()).toBe(text);
    }
  });

  it("unencoded and compact, RFC 7797 §5.2: jose verifies ours, and we verify what is put together of jose's parts", async () => {
    const { sign, verify, theirs } = await share(alg);
    const text = "This is the payload string!";
    const ours = await compactVerify(signJws(text, sign, { b64: false }), theirs.verify);
    expect(Buffer.from(ours.payload).toString()).toBe(text);

    const header = { alg, b64: false, crit: ["b64"] };
    const signer = new CompactSign(Buffer.from(text)).setProtectedHeader(header);
    await expect(signer.sign(theirs.sign)).rejects.toThrow("use the flattened module");
    const apart = await new FlattenedSign(Buffer.from(text)).setProtectedHeader(header).sign(theirs.sign);
    const token = `${apart.protected}.${text}.${apart.signature}`;
    expect(verifyJws(token, verify).payload.toString()).toBe(text);
  });

  it("detached, RFC 7515 appendix F: jose verifies ours with the payload put back", async () => {
    const { sign, theirs } = await share(alg);
    const [encoded, between, signature] = signJws("text", sign, { detached: true }).split(".");
    expect(between).toBe("");
    const whole = `${encoded}.${Buffer.from("text").toString("base64url")}.${signature}`;
    expect(Buffer.from((await compactVerify(whole, theirs.verify)).payload).toString()).toBe("text");
  });
});

describe("RFC 7515 §7.2.1 the general JSON serialization", () => {
  const signers = Promise.all((["RS256", "ES512", "HS256", "Ed25519"] as const).map(share));

  it("of ours holds a signature for each key of jose's", async () => {
    const all = await signers;
    const jws = signJwsJson(
      "text",
      all.map(({ sign }, n) => ({ key: sign, header: { n } })),
    );
    for (const [n, { theirs, sign }] of all.entries()) {
      const verified = await generalVerify(jws as Parameters<typeof generalVerify>[0], theirs.verify, {
        algorithms: [sign.alg],
      });
      expect(Buffer.from(verified.payload).toString()).toBe("text");
      expect(verified.unprotectedHeader).toEqual({ n });
    }
  });

  it("of jose's holds a signature for each of our keys", async () => {
    const all = await signers;
    const sign = new GeneralSign(Buffer.from("text"));
    for (const [n, { sign: key, theirs }] of all.entries()) {
      sign.addSignature(theirs.sign).setProtectedHeader({ alg: key.alg }).setUnprotectedHeader({ n });
    }
    const keys = all.map(({ verify }) => verify);
    const choice = { choose: ({ alg }: { alg: string }) => keys.find((key) => key.alg === alg) };
    const verified = verifyJwsJson(await sign.sign(), choice, { require: "all" });
    expect(verified.payload.toString()).toBe("text");
    expect(verified.signatures.map(({ key }) => key)).toEqual(keys);
    expect(verified.signatures.map(({ unprotected }) => unprotected.n)).toEqual([0, 1, 2, 3]);
  });

  it("of either is refused by the other without the right key", async () => {
    const stranger = await share("ES512");
    const [, mine] = await signers;
    const ours = signJwsJson("text", [mine!.sign]);
    await expect(
      generalVerify(ours as Parameters<typeof generalVerify>[0], stranger.theirs.verify),
    ).rejects.toThrow();
    const sign = new GeneralSign(Buffer.from("text"));
    sign.addSignature(mine!.theirs.sign).setProtectedHeader({ alg: "ES512" });
    const theirs = await sign.sign();
    expect(() => verifyJwsJson(theirs, stranger.verify)).toThrow(
      expect.objectContaining({ code: "jws/bad-signature" }),
    );
  });
});

describe("RFC 7515 §4.1.11 an extension that both sides understand", () => {
  it("is announced and heard both ways, and refused by who was not told", async () => {
    const { sign, verify, theirs } = await share("ES256");
    const ours = signJws("text", sign, { header: { x: 1 }, crit: ["x"] });
    expect((await compactVerify(ours, theirs.verify, { crit: { x: true } })).protectedHeader.x).toBe(1);
    await expect(compactVerify(ours, theirs.verify)).rejects.toThrow();

    const signer = new CompactSign(Buffer.from("text")).setProtectedHeader({
      alg: "ES256",
      x: 1,
      crit: ["x"],
    });
    const token = await signer.sign(theirs.sign, { crit: { x: true } });
    expect(verifyJws(token, verify, { crit: ["x"] }).header.x).toBe(1);
    expect(() => verifyJws(token, verify)).toThrow(expect.objectContaining({ code: "jws/critical" }));
  });
});
