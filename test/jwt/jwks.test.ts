import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import type { Algorithm } from "../../src/jwt/algorithms.ts";
import { generateKey } from "../../src/jwt/generate.ts";
import type { JoseHeader } from "../../src/jwt/header.ts";
import type { Jwk } from "../../src/jwt/jwk.ts";
import { type AddOptions, KeySet, type KeySetOptions } from "../../src/jwt/jwks.ts";
import { signJws, verifyJws } from "../../src/jwt/jws.ts";
import { exportJwk, importKey, type Key } from "../../src/jwt/key.ts";
import { forge, refusal } from "./forge.ts";

const es256 = { algorithms: ["ES256"] } as const;
const header = (kid?: string, alg = "ES256"): JoseHeader => ({ alg, ...(kid !== undefined && { kid }) });
const pair = (kid?: string): Promise<Key> => generateKey("ES256", { kid });
const publicHalf = (key: Key): Key => importKey(exportJwk(key), key.alg);

const [first, second, third] = [await pair("1"), await pair("2"), await pair("3")];
const unnamed = await pair();
const hmac = await generateKey("HS256", { kid: "s" });

const jwk = exportJwk(first);

describe("RFC 7517 §5 choosing a key of a set", () => {
  const set = new KeySet([first, hmac, second]);

  it("picks the key that the header names", () => {
    for (const key of [first, second]) {
      const token = signJws("payload", key);
      expect(verifyJws(token, set).header.kid).toBe(key.kid);
      expect(verifyJws(token, set.choose).header.kid).toBe(key.kid);
    }
  });

  it("knows no key of another name, however near", () => {
    for (const kid of ["4", "", " 1", "1 ", "S", "__proto__", "constructor", "keys"]) {
      expect(set.choose(header(kid))).toBeUndefined();
      expect(refusal(() => verifyJws(forge(header(kid), "payload", first), set))).toBe("jws/unknown-key");
    }
  });

  it("takes the empty name for a name, and a key called __proto__ for a key", () => {
    const odd = [importKey({ ...jwk, kid: "" }, "ES256"), importKey({ ...jwk, kid: "__proto__" }, "ES256")];
    const ofThem = new KeySet(odd);
    expect(ofThem.choose(header(""))).toBe(odd[0]);
    expect(ofThem.choose(header("__proto__"))).toBe(odd[1]);
  });

  it("picks by name even for another algorithm, so that verifying can say so", () => {
    expect(set.choose(header("1", "HS256"))).toBe(first);
    expect(refusal(() => verifyJws(forge(header("1", "HS256"), "payload"), set))).toBe(
      "jws/algorithm-mismatch",
    );
  });

  it("picks the only key for the algorithm when the header has no name", () => {
    expect(set.choose(header(undefined, "HS256"))?.kid).toBe("s");
    expect(new KeySet([unnamed]).choose(header())).toBe(unnamed);
    expect(set.choose(header(undefined, "none"))).toBeUndefined();
    expect(new KeySet([]).choose(header())).toBeUndefined();
  });

  it("does not guess between two keys for the algorithm", () => {
    expect(refusal(() => set.choose(header()))).toBe("jws/ambiguous-key");
    expect(refusal(() => verifyJws(forge(header(), "payload", first), set))).toBe("jws/ambiguous-key");
  });

  it("never takes a key from the header", () => {
    const theirs = {
      ...header(),
      jwk: exportJwk(third),
      jku: "https://evil.example/",
      x5u: "https://evil.example/",
    };
    expect(refusal(() => verifyJws(forge(theirs, "payload", third), new KeySet([first])))).toBe(
      "jws/bad-signature",
    );
    expect(new KeySet([]).choose(theirs)).toBeUndefined();
  });
});

describe("rotation", () => {
  it("signs with the new key, and verifies with the old one until it is retired", () => {
    const set = new KeySet([first]);
    const old = signJws("old", set.signingKey!);
    set.add(second);
    const young = signJws("young", set.signingKey!);
    expect([old, young].map((token) => verifyJws(token, set).header.kid)).toEqual(["1", "2"]);
    set.retire("1");
    expect(refusal(() => verifyJws(old, set))).toBe("jws/unknown-key");
    expect(verifyJws(young, set).header.kid).toBe("2");
    expect(set.publicJwks().keys.map(({ kid }) => kid)).toEqual(["2"]);
  });

  it("publishes a key before it signs", () => {
    const set = new KeySet([first]);
    set.add(second, { signing: false });
    expect(set.signingKey).toBe(first);
    expect(set.publicJwks().keys.map(({ kid }) => kid)).toEqual(["1", "2"]);
    const elsewhere = new KeySet(set.publicJwks(), es256);
    set.signWith("2");
    expect(set.signingKey).toBe(second);
    expect(verifyJws(signJws("payload", set.signingKey!), elsewhere).header.kid).toBe("2");
    set.signWith(first);
    expect(set.signingKey).toBe(first);
  });

  it("begins with the first key that can sign", () => {
    const verifying = importKey(
      { ...exportJwk(third, { private: true }), key_ops: ["sign", "verify"] },
      "ES256",
    );
    expect(new KeySet([publicHalf(first), second, third]).signingKey).toBe(second);
    expect(new KeySet([verifying]).signingKey).toBe(verifying);
    expect(new KeySet([publicHalf(first)]).signingKey).toBeUndefined();
    expect(new KeySet([hmac]).signingKey).toBe(hmac);
  });

  it("leaves the signing key alone when a public key comes, or one that may not sign", () => {
    const set = new KeySet([first]);
    set.add(publicHalf(second));
    set.add(importKey({ kty: "oct", k: "A".repeat(43), kid: "v", key_ops: ["verify"] }, "HS256"));
    expect(set.signingKey).toBe(first);
    expect(refusal(() => set.signWith("2"))).toBe("key/not-private");
    expect(refusal(() => set.signWith("v"))).toBe("key/wrong-operations");
    expect(refusal(() => set.add(publicHalf(third), { signing: true }))).toBe("key/not-private");
    expect(set.keys.map(({ kid }) => kid)).toEqual(["1", "2", "v"]);
  });

  it("lets a stolen signing key go at once, and lets no older one take its place", () => {
    const set = new KeySet([first]);
    set.add(second);
    set.retire("2");
    expect(set.signingKey).toBeUndefined();
    set.add(third);
    expect(set.signingKey).toBe(third);
    set.retire(third);
    set.signWith("1");
    expect(set.signingKey).toBe(first);
  });

  it("retires a key that has no name, and its name is free again", () => {
    const set = new KeySet([unnamed, hmac]);
    set.retire(unnamed);
    set.retire("s");
    expect(set.keys).toEqual([]);
    set.add(importKey({ ...jwk, kid: "s" }, "ES256"));
    expect(set.choose(header("s"))?.alg).toBe("ES256");
  });

  it("does not pass over a key that is not there: it would still be trusted", () => {
    const set = new KeySet([first]);
    for (const misspelt of ["11", "", second, publicHalf(first)]) {
      expect(() => set.retire(misspelt)).toThrow(RangeError);
      expect(() => set.signWith(misspelt)).toThrow(RangeError);
    }
    expect(set.keys).toEqual([first]);
  });
});

describe("the published set", () => {
  it("holds public halves, and of secrets nothing", async () => {
    const nameless = await generateKey("ES384");
    const set = new KeySet([first, hmac, publicHalf(second), nameless]);
    const { keys } = set.publicJwks();
    expect(keys).toEqual([exportJwk(first), exportJwk(second), exportJwk(nameless)]);
    for (const key of keys) {
      expect(key.kty).toBe("EC");
      for (const member of ["d", "k", "p", "q", "dp", "dq", "qi", "oth"])
        expect(key).not.toHaveProperty(member);
    }
    expect(new KeySet(set.publicJwks(), { algorithms: ["ES256", "ES384"] }).keys).toHaveLength(3);
  });

  it("cannot be used to change the set", () => {
    const set = new KeySet([first]);
    (set.publicJwks().keys as Jwk[]).pop();
    (set.keys as Key[]).pop();
    expect(set.publicJwks().keys).toEqual([jwk]);
  });

  it("does not show a secret when the set is logged", () => {
    const k = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA";
    const set = new KeySet([importKey({ kty: "oct", k }, "HS256")]);
    const shown =
      inspect(set, { depth: 9, showHidden: true }) + JSON.stringify(set) + JSON.stringify(set.publicJwks());
    expect(shown).not.toContain(k);
    expect(shown).not.toContain(Buffer.from(k, "base64url").toString());
  });
});

describe("arguments of the calling code", () => {
  it.each<[string, () => unknown]>([
    ["a JWK Set without algorithms", () => new KeySet({ keys: [jwk] })],
    ["no algorithms in the list", () => new KeySet({ keys: [jwk] }, { algorithms: [] })],
    ["an algorithm for a list", () => new KeySet([first], { algorithms: "ES256" as never })],
    ["null for a list", () => new KeySet([], { algorithms: null as never })],
    ["an empty text for a list", () => new KeySet([], { algorithms: "" as never })],
    ["an algorithm that is no text", () => new KeySet([first], { algorithms: [256 as never] })],
    ["an option misspelt", () => new KeySet([first], { algorithm: ["ES256"] } as KeySetOptions)],
    ["no options", () => new KeySet([first], null as never)],
    ["JWKs in a list", () => new KeySet([jwk] as never)],
    ["nothing in a list", () => new KeySet([undefined] as never)],
    ["a JWK added", () => new KeySet([]).add(jwk as never)],
    ["an option of add misspelt", () => new KeySet([]).add(first, { sign: false } as AddOptions)],
    ["signing that is no boolean", () => new KeySet([]).add(first, { signing: 0 as never })],
    ["a number retired", () => new KeySet([first]).retire(1 as never)],
  ])("are refused at once: %s", (_what, run) => {
    expect(run).toThrow(TypeError);
  });

  it("must name algorithms that there are", () => {
    for (const alg of ["none", "es256", "toString"]) {
      expect(refusal(() => new KeySet([], { algorithms: [alg as Algorithm] }))).toBe("alg/unsupported");
    }
  });

  it("may list what the keys are for, and then a key for another is refused", () => {
    expect(refusal(() => new KeySet([first, hmac], es256))).toBe("key/wrong-algorithm");
    expect(refusal(() => new KeySet([first], es256).add(hmac))).toBe("key/wrong-algorithm");
    expect(new KeySet([first, hmac], { algorithms: ["HS256", "ES256"] }).keys).toHaveLength(2);
  });

  it("are copied: a list changed afterwards changes nothing", () => {
    const algorithms: Algorithm[] = ["ES256"];
    const set = new KeySet([first], { algorithms });
    algorithms.push("HS256");
    expect(refusal(() => set.add(importKey(Buffer.alloc(32, 7), "HS256")))).toBe("key/wrong-algorithm");
  });

  it("holds 64 keys and no more", () => {
    const many = Array.from({ length: 65 }, (_, at) => importKey({ ...jwk, kid: `${at}` }, "ES256"));
    const set = new KeySet(many.slice(0, 64));
    expect(set.choose(header("63"))).toBe(many[63]);
    expect(refusal(() => set.add(many[64]!))).toBe("jwks/too-large");
    expect(refusal(() => new KeySet(many))).toBe("jwks/too-large");
  });
});
