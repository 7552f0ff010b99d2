import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { signJwt } from "../../src/jwt/jwt.ts";
import { importKey, type Key } from "../../src/jwt/key.ts";
import { type ClaimsPolicy, unchecked } from "../../src/jwt/policy.ts";
import { JwtVerifier } from "../../src/jwt/verifier.ts";
import { claims, forge, now, pair, policy, refusal, secret, segment, typ } from "./forge.ts";

const token = signJwt(claims, secret, { typ });
/** The same characters in another string, as the next request brings them. */
const again = (text: string): string => Buffer.from(text).toString("latin1");

/** A verifier with a cache, and how often its key was used to compute with. */
function counting(key: Key = secret, by: ClaimsPolicy = policy) {
  let keyChosen = 0;
  const choose = () => {
    keyChosen++;
    return key;
  };
  return { verifier: new JwtVerifier(choose, by, { cache: 10 }), chosen: () => keyChosen };
}

describe("JwtVerifier", () => {
  it("verifies as verifyJwt does, without a cache too", () => {
    for (const options of [{}, { cache: 2 }]) {
      const verifier = new JwtVerifier(secret, policy, options);
      expect(verifier.verify(token, now)).toEqual({ header: { alg: "HS256", typ }, claims });
      expect(verifier.verify(again(token), now)).toEqual({ header: { alg: "HS256", typ }, claims });
      expect(refusal(() => verifier.verify(`${token}=`, now))).toBe("jws/malformed");
      expect(refusal(() => verifier.verify(token, now + 600))).toBe("claims/expired");
    }
  });

  it("gives the same, frozen, to everyone who brings the same token", () => {
    const verifier = new JwtVerifier(secret, policy, { cache: 10 });
    const first = verifier.verify(token, now);
    expect(verifier.verify(again(token), now)).toBe(first);
    expect(() => Object.assign(first.claims, { sub: "mallory" })).toThrow(TypeError);
    expect(() => Object.assign(first, { claims: {} })).toThrow(TypeError);
  });

  it("freezes claims within claims", () => {
    const deep = signJwt({ ...claims, realm: { roles: ["user"] } }, secret, { typ });
    const { realm } = new JwtVerifier(secret, policy).verify(deep, now).claims as {
      realm?: { roles: string[] };
    };
    expect(() => realm!.roles.push("admin")).toThrow(TypeError);
  });

  it("does not remember what was refused", () => {
    const verifier = new JwtVerifier(secret, policy, { cache: 10 });
    const forged = `${token.slice(0, -1)}${token.endsWith("A") ? "E" : "A"}`;
    const wrong = [forged, forge({ alg: "HS256", typ }, { ...claims, aud: "https://else.example" })];
    for (const bad of [...wrong, ...wrong])
      expect(refusal(() => verifier.verify(bad, now))).not.toBe("accepted");
    expect(verifier.cached).toBe(0);
  });
});

describe("a token from the cache", () => {
  it("is never good past exp, leeway or not", () => {
    const { verifier } = counting();
    verifier.verify(token, now);
    expect(verifier.verify(token, now + 599).claims.sub).toBe("alice");
    expect(refusal(() => verifier.verify(token, now + 600))).toBe("claims/expired");
    expect(verifier.cached).toBe(0);

    const lenient = new JwtVerifier(secret, { ...policy, leeway: 30 }, { cache: 10 });
    lenient.verify(token, now);
    expect(lenient.cached).toBe(1);
    expect(lenient.verify(token, now + 610).claims.sub).toBe("alice");
    expect(lenient.cached).toBe(0);
    expect(refusal(() => lenient.verify(token, now + 630))).toBe("claims/expired");
  });

  it("is still held against nbf, and against its age", () => {
    const { verifier } = counting(secret, { ...policy, maxAge: 60 });
    const early = signJwt({ ...claims, nbf: now + 10 }, secret, { typ });
    verifier.verify(early, now + 10);
    expect(refusal(() => verifier.verify(early, now + 9))).toBe("claims/not-yet-valid");
    expect(verifier.verify(early, now + 60).claims.sub).toBe("alice");
    expect(refusal(() => verifier.verify(early, now + 61))).toBe("claims/too-old");
  });

  it("is shown to accept each time, so that a revocation works at once", () => {
    let revoked = false;
    const { verifier } = counting(secret, { ...policy, accept: () => !revoked });
    verifier.verify(token, now);
    expect(verifier.cached).toBe(1);
    revoked = true;
    expect(refusal(() => verifier.verify(token, now))).toBe("claims/refused");
    revoked = false;
    expect(verifier.verify(token, now).claims.sub).toBe("alice");
  });

  it("goes with its key", () => {
    let key: Key | undefined = secret;
    const verifier = new JwtVerifier(() => key, policy, { cache: 10 });
    verifier.verify(token, now);
    key = undefined;
    expect(refusal(() => verifier.verify(token, now))).toBe("jws/unknown-key");
    key = importKey(Buffer.alloc(32, 7), "HS256");
    verifier.clearCache();
    expect(refusal(() => verifier.verify(token, now))).toBe("jws/bad-signature");
    key = secret;
    verifier.verify(token, now);
    key = importKey(Buffer.alloc(32, 7), "HS256");
    expect(refusal(() => verifier.verify(token, now))).toBe("jws/bad-signature");
  });

  it("costs no signature: a token of another key's making is believed only if its text was verified", () => {
    const { verifier, chosen } = counting();
    verifier.verify(token, now);
    verifier.verify(again(token), now);
    expect(chosen()).toBe(2);
    // The same header and claims under a signature that nobody verified.
    const other = createHmac("sha256", "wrong")
      .update(token.slice(0, token.lastIndexOf(".")))
      .digest("base64url");
    const forged = `${token.slice(0, token.lastIndexOf("."))}.${other}`;
    expect(refusal(() => verifier.verify(forged, now))).toBe("jws/bad-signature");
  });

  it("has to have an exp", () => {
    const { verifier } = counting(secret, { ...policy, exp: unchecked });
    const { exp: _, ...endless } = claims;
    verifier.verify(signJwt(endless, secret, { typ }), now);
    expect(verifier.cached).toBe(0);
  });

  it("is one of at most as many as were asked for", () => {
    const verifier = new JwtVerifier(pair, policy, { cache: 5 });
    for (let i = 0; i < 20; i++) {
      verifier.verify(signJwt({ ...claims, sub: `${i}` }, pair, { typ }), now);
      expect(verifier.cached).toBeLessThanOrEqual(4);
    }
    verifier.clearCache();
    expect(verifier.cached).toBe(0);
  });
});

describe("a verifier's own copy of its policy", () => {
  it("does not change when the caller's does", () => {
    const audience = ["https://api.example"];
    const mine = { ...policy, audience };
    const verifier = new JwtVerifier(secret, mine, { cache: 10 });
    audience.push("https://else.example");
    mine.issuer = "https://else.example";
    expect(verifier.verify(token, now).claims.sub).toBe("alice");
    const elsewhere = forge({ alg: "HS256", typ }, { ...claims, aud: "https://else.example" });
    expect(refusal(() => verifier.verify(elsewhere, now))).toBe("claims/wrong-audience");
  });

  it.each([
    ["no policy", undefined],
    ["a policy without an issuer", { audience: "a", typ }],
    ["a misspelt member", { ...policy, leway: 1 }],
  ])("refuses %s at once", (_why, wrong) => {
    expect(() => new JwtVerifier(secret, wrong as never)).toThrow(TypeError);
  });

  it.each([
    ["a cache that is no number", { cache: "10" }, TypeError],
    ["half a token", { cache: 2.5 }, TypeError],
    ["a cache of one", { cache: 1 }, RangeError],
    ["a cache without end", { cache: 2_000_000 }, RangeError],
    ["a misspelt option", { cash: 10 }, TypeError],
  ])("refuses %s at once", (_why, options, error) => {
    expect(() => new JwtVerifier(secret, policy, options as never)).toThrow(error);
  });

  it.each([
    ["a text", segment("secret")],
    ["nothing", undefined],
    ["an object", {}],
  ])("refuses %s in place of a key", (_what, key) =>
    expect(() => new JwtVerifier(key as never, policy)).toThrow(TypeError),
  );

  it.each([[undefined], [7], [{}]])("refuses %s in place of a token", (wrong) => {
    const verifier = new JwtVerifier(secret, policy, { cache: 10 });
    expect(() => verifier.verify(wrong as never, now)).toThrow(TypeError);
  });
});

describe("a verifier whose keys have to be fetched", () => {
  const later = (key: () => Key | undefined) => new JwtVerifier(async () => key(), policy, { cache: 10 });

  it("waits for them, and remembers as any other", async () => {
    const verifier = later(() => secret);
    const first = await verifier.verifyAsync(token, now);
    expect(await verifier.verifyAsync(again(token), now)).toBe(first);
    expect(verifier.cached).toBe(1);
  });

  it("lets a token go with its key, and with its time", async () => {
    let key: Key | undefined = secret;
    const verifier = later(() => key);
    await verifier.verifyAsync(token, now);
    await expect(verifier.verifyAsync(token, now + 600)).rejects.toMatchObject({ code: "claims/expired" });
    await verifier.verifyAsync(token, now);
    key = importKey(Buffer.alloc(32, 7), "HS256");
    await expect(verifier.verifyAsync(token, now)).rejects.toMatchObject({ code: "jws/bad-signature" });
    key = undefined;
    await expect(verifier.verifyAsync(token, now)).rejects.toMatchObject({ code: "jws/unknown-key" });
  });

  it("cannot verify at once, and says so", () => {
    expect(() => later(() => secret).verify(token, now)).toThrow("verifyJwtAsync");
  });

  it("takes keys that are there as well", async () => {
    expect((await new JwtVerifier(secret, policy).verifyAsync(token, now)).claims).toEqual(claims);
  });
});

describe("what accept is shown", () => {
  it("is frozen the first time as every other time", () => {
    const changes: boolean[] = [];
    const accept = (stated: object) => {
      changes.push(Reflect.set(stated, "exp", now + 1_000_000));
      return true;
    };
    const verifier = new JwtVerifier(secret, { ...policy, accept }, { cache: 10 });
    verifier.verify(token, now);
    verifier.verify(token, now);
    expect(changes).toEqual([false, false]);
    expect(refusal(() => verifier.verify(token, now + 600))).toBe("claims/expired");
  });
});
