import { Agent } from "node:https";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { generateKey } from "../../src/jwt/generate.ts";
import type { JoseHeader } from "../../src/jwt/header.ts";
import { signJwt, verifyJwtAsync } from "../../src/jwt/jwt.ts";
import { exportJwk } from "../../src/jwt/key.ts";
import { type RemoteKeySet, remoteKeySet } from "../../src/jwt/remote-jwks.ts";
import type { RemoteKeySetOptions } from "../../src/jwt/remote-jwks-options.ts";
import { claims, now as nowSeconds, policy, typ } from "./forge.ts";
import { type Answer, answering, failureOf, JwksServer, publishing, rejection } from "./jwks-server.ts";

const [first, second] = [await generateKey("ES256", { kid: "1" }), await generateKey("ES256", { kid: "2" })];
const jwks = [exportJwk(first), exportJwk(second)] as const;
const header = (kid?: string, alg = "ES256"): JoseHeader => ({ alg, ...(kid !== undefined && { kid }) });
const failing: Answer = (_request, response) => response.writeHead(500).end();
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

let server: JwksServer;
let clock: number;
let set: RemoteKeySet;
const remote = (options: Partial<RemoteKeySetOptions> = {}) =>
  remoteKeySet(server.url, { algorithms: ["ES256"], now: () => clock, ...options });
const kidOf = async (kid?: string) => (await set.choose(header(kid)))?.kid;
const asked = () => server.requests.length;

beforeEach(async () => {
  server = await JwksServer.start(publishing([jwks[0]], { "Cache-Control": "max-age=600" }));
  clock = nowSeconds * 1000;
  set = remote();
});
afterEach(async () => {
  set.close();
  await server.stop();
});

describe("a remote key set", () => {
  it("verifies a token with a key that it fetched, and fetches no more while that is fresh", async () => {
    const token = signJwt(claims, first, { typ });
    for (let i = 0; i < 3; i++) {
      expect((await verifyJwtAsync(token, set, policy, nowSeconds)).claims).toEqual(claims);
      expect((await verifyJwtAsync(token, set.choose, policy, nowSeconds)).claims).toEqual(claims);
    }
    expect(asked()).toBe(1);
    expect(server.requests[0]).toMatchObject({ method: "GET", url: "/jwks.json" });
  });

  it("asks nothing before a key is needed", async () => {
    expect(set).toMatchObject({ ignored: [], failure: undefined });
    await server.isLeftAlone();
    expect(asked()).toBe(0);
  });

  it("shares one fetch among a hundred who ask at once", async () => {
    const kids = await Promise.all(Array.from({ length: 100 }, () => kidOf("1")));
    expect(new Set(kids)).toEqual(new Set(["1"]));
    expect(asked()).toBe(1);
  });

  it("shares one failure among a hundred who ask at once", async () => {
    server.answer = failing;
    const codes = await Promise.all(Array.from({ length: 100 }, () => rejection(kidOf("1"))));
    expect(new Set(codes)).toEqual(new Set(["jwks/unreachable"]));
    expect(asked()).toBe(1);
  });

  it("picks by algorithm where the header has no name, and does not guess", async () => {
    expect(await kidOf()).toBe("1");
    server.answer = publishing(jwks);
    await set.refresh();
    expect(await rejection(kidOf())).toBe("jws/ambiguous-key");
  });

  it("shows the keys that it left out", async () => {
    server.answer = publishing([{ kty: "XYZ", kid: "x" }, jwks[0]]);
    expect(await kidOf("1")).toBe("1");
    expect(set.ignored).toMatchObject([{ index: 0, kid: "x", code: "key/wrong-type" }]);
  });
});

describe("a key that is not in the set", () => {
  it("is found after a rotation, at once", async () => {
    await kidOf("1");
    server.answer = publishing([jwks[1]]);
    const token = signJwt(claims, second, { typ });
    expect((await verifyJwtAsync(token, set, policy, nowSeconds)).header.kid).toBe("2");
    expect(await kidOf("1")).toBeUndefined();
    expect(asked()).toBe(2);
  });

  it("costs one fetch, however many names are invented", async () => {
    await kidOf("1");
    for (let i = 0; i < 500; i++) expect(await kidOf(`invented-${i}`)).toBeUndefined();
    await Promise.all(Array.from({ length: 500 }, (_, i) => kidOf(`more-${i}`)));
    expect(asked()).toBe(2);
    clock += 30 * SECOND;
    await Promise.all(Array.from({ length: 500 }, (_, i) => kidOf(`yet-more-${i}`)));
    expect(asked()).toBe(3);
    expect(await kidOf("1")).toBe("1");
  });

  it("costs no second fetch when the first has only just been made for it", async () => {
    expect(await Promise.all(Array.from({ length: 1000 }, (_, i) => kidOf(`invented-${i}`)))).toEqual(
      new Array(1000).fill(undefined),
    );
    expect(asked()).toBe(1);
  });

  it("costs nothing when it would be for another algorithm", async () => {
    await kidOf("1");
    for (const alg of ["none", "HS256", "RS256", "EdDSA", "toString"]) {
      expect(await set.choose(header("invented", alg))).toBeUndefined();
    }
    expect(asked()).toBe(1);
    expect((await set.choose(header("1", "HS256")))?.alg).toBe("ES256");
  });

  it("is looked for under both names of an Edwards curve", async () => {
    const key = await generateKey("Ed25519", { kid: "e" });
    set = remote({ algorithms: ["Ed25519"] });
    expect(await set.choose(header("e", "EdDSA"))).toBeUndefined();
    server.answer = publishing([exportJwk(key)]);
    expect((await set.choose(header("e", "EdDSA")))?.kid).toBe("e");
  });

  it("is unknown, rather than an outage, when the source fails just then", async () => {
    await kidOf("1");
    server.answer = failing;
    expect(await kidOf("2")).toBeUndefined();
    expect(set.failure?.code).toBe("jwks/unreachable");
    expect(await kidOf("1")).toBe("1");
    expect(await kidOf("2")).toBeUndefined();
    expect(asked()).toBe(2);
  });
});

describe("RFC 9111 §4.2 freshness", () => {
  it.each([
    ["max-age", { "Cache-Control": "public, max-age=300" }, 5 * MINUTE],
    ["max-age less the age", { "Cache-Control": "max-age=300", Age: "100" }, 200 * SECOND],
    ["the default without Cache-Control", {}, 10 * MINUTE],
    ["the least for no-store", { "Cache-Control": "no-store" }, MINUTE],
    ["the least for a max-age below", { "Cache-Control": "max-age=1" }, MINUTE],
    ["the most for a max-age above", { "Cache-Control": "max-age=999999999999" }, 24 * HOUR],
  ])("lasts for %s", async (_which, headers, lifetime) => {
    server.answer = publishing([jwks[0]], headers as Record<string, string>);
    await kidOf("1");
    clock += lifetime - 1;
    await kidOf("1");
    expect(asked()).toBe(1);
    clock += 1;
    await kidOf("1");
    expect(asked()).toBe(2);
  });

  it("keeps to the bounds that were asked for", async () => {
    set = remote({ minFreshness: 2 * SECOND, maxFreshness: 3 * SECOND });
    await kidOf("1");
    clock += 3 * SECOND - 1;
    await kidOf("1");
    expect(asked()).toBe(1);
    clock += 1;
    await kidOf("1");
    expect(asked()).toBe(2);
  });

  it("lets a key that was withdrawn go when the lifetime is over", async () => {
    expect(await kidOf("1")).toBe("1");
    server.answer = publishing([]);
    expect(await kidOf("1")).toBe("1");
    clock += 10 * MINUTE;
    expect(await kidOf("1")).toBeUndefined();
  });

  it("asks anew when the clock was set back", async () => {
    await kidOf("1");
    clock -= 24 * HOUR;
    await kidOf("1");
    expect(asked()).toBe(2);
  });
});

describe("a source that fails", () => {
  it("is asked again after the cooldown, and until then refused with the same code", async () => {
    server.answer = failing;
    expect(await rejection(kidOf("1"))).toBe("jwks/unreachable");
    const failure = set.failure;
    clock += 30 * SECOND - 1;
    const repeated = await failureOf(set.choose(header("1")));
    expect(repeated).toMatchObject({ code: "jwks/unreachable", message: failure?.message, cause: failure });
    expect(asked()).toBe(1);
    clock += 1;
    server.answer = publishing([jwks[0]]);
    expect(await kidOf("1")).toBe("1");
    expect(set.failure).toBeUndefined();
    expect(asked()).toBe(2);
  });

  it("is one that makes node:http throw, too: it is remembered, and not asked for each token", async () => {
    set = remote({ agent: new Agent() });
    const failure = await failureOf(set.choose(header("1")));
    expect(set.failure).toBe(failure);
    expect(failure).toMatchObject({ code: "jwks/unreachable", cause: expect.any(TypeError) });
    expect((await failureOf(set.choose(header("1")))).cause).toBe(failure);
  });

  it("is one that redirects to what cannot be fetched: asked once for fifty tokens", async () => {
    server.answer = (_request, response) =>
      response.writeHead(302, { Location: `blob:${server.origin}/keys` }).end();
    for (let i = 0; i < 50; i++) expect(await rejection(kidOf("1"))).toBe("jwks/unreachable");
    expect(asked()).toBe(1);
    expect(set.failure?.message).toContain("another origin");
  });

  it("leaves the stale keys in use for staleFor, and no longer", async () => {
    await kidOf("1");
    server.answer = failing;
    clock += 10 * MINUTE;
    expect(await kidOf("1")).toBe("1");
    expect(asked()).toBe(2);
    clock += HOUR - 1;
    expect(await kidOf("1")).toBe("1");
    await expect.poll(asked).toBe(3);
    await server.isLeftAlone();
    clock += 1;
    expect(await rejection(kidOf("1"))).toBe("jwks/unreachable");
  });

  it("does so not at all where staleFor is 0", async () => {
    set = remote({ staleFor: 0 });
    await kidOf("1");
    server.answer = failing;
    clock += 10 * MINUTE;
    expect(await rejection(kidOf("1"))).toBe("jwks/unreachable");
  });

  it("keeps nobody waiting for it who has stale keys, and is asked once in a cooldown", async () => {
    set = remote({ timeout: 5 * MINUTE });
    await kidOf("1");
    server.answer = failing;
    clock += 10 * MINUTE;
    await kidOf("1");
    server.answer = () => {};
    clock += 30 * SECOND;
    expect(await Promise.all([kidOf("1"), kidOf("1"), kidOf("1")])).toEqual(["1", "1", "1"]);
    await expect.poll(asked).toBe(3);
    set.close();
    await server.isLeftAlone();
    expect(await kidOf("1")).toBe("1");
    expect(asked()).toBe(3);
  });

  it("is believed again as soon as it answers", async () => {
    await kidOf("1");
    server.answer = failing;
    clock += 10 * MINUTE;
    await kidOf("1");
    server.answer = publishing([jwks[1]]);
    clock += 30 * SECOND;
    expect(await kidOf("2")).toBe("2");
    expect(await kidOf("1")).toBeUndefined();
  });

  it.each<[string, unknown, string]>([
    ["what is no JSON", "<html>", "jwks/malformed"],
    ["what is no set", { key: [] }, "jwks/malformed"],
    ["a list", [jwks[1]], "jwks/malformed"],
    ["keys that are given twice", `{"keys":[],"keys":[${JSON.stringify(jwks[1])}]}`, "jwks/malformed"],
    ["JSON that is too deep", `{"keys":${"[".repeat(40)}${"]".repeat(40)}}`, "jwks/malformed"],
    ["JSON behind a byte order mark", '\ufeff{"keys":[]}', "jwks/malformed"],
    ["a private key", { keys: [exportJwk(second, { private: true })] }, "key/private-in-set"],
    ["a secret", { keys: [jwks[1], { kty: "oct", k: "A".repeat(43) }] }, "key/private-in-set"],
    ["two keys of one name", { keys: [jwks[1], { ...jwks[0], kid: "2" }] }, "key/duplicate-kid"],
    ["too many keys", { keys: new Array(65).fill({ kty: "XYZ" }) }, "jwks/too-large"],
  ])("never replaces a good set by %s", async (_what, body, code) => {
    await kidOf("1");
    server.answer = answering(body);
    expect(await kidOf("2")).toBeUndefined();
    expect(set.failure?.code).toBe(code);
    expect(await kidOf("1")).toBe("1");
    expect(await rejection(remote().choose(header("2")))).toBe(code);
  });
});
