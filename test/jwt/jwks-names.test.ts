import { describe, expect, it } from "vitest";
import { generateKey } from "../../src/jwt/generate.ts";
import type { JoseHeader } from "../../src/jwt/header.ts";
import { KeySet } from "../../src/jwt/jwks.ts";
import { signJws, verifyJws } from "../../src/jwt/jws.ts";
import { exportJwk, importKey, type Key } from "../../src/jwt/key.ts";
import { forge, refusal } from "./forge.ts";

const es256 = { algorithms: ["ES256"] } as const;
const header = (kid?: string): JoseHeader => ({ alg: "ES256", ...(kid !== undefined && { kid }) });
const pair = (kid?: string): Promise<Key> => generateKey("ES256", { kid });
const publicHalf = (key: Key): Key => importKey(exportJwk(key), key.alg);

const [first, second, third] = [await pair("1"), await pair("2"), await pair("3")];
const unnamed = await pair();

const jwk = exportJwk(first);
const { kid: _first, ...plain } = jwk;
const { kid: _second, ...plainSecond } = exportJwk(second);

describe("two keys of one name", () => {
  it.each<[string, () => unknown]>([
    ["in a list", () => new KeySet([first, importKey({ ...exportJwk(second), kid: "1" }, "ES256")])],
    [
      "in a list, one of them a secret",
      () => new KeySet([first, importKey(Buffer.alloc(32, 7), "HS256", { kid: "1" })]),
    ],
    ["the same key twice", () => new KeySet([first, first])],
    ["the same key without a name twice", () => new KeySet([unnamed, unnamed])],
    ["added", () => new KeySet([first]).add(publicHalf(first))],
    ["in a JWK Set", () => new KeySet({ keys: [jwk, { ...exportJwk(second), kid: "1" }] }, es256)],
    ["in a JWK Set, the same key", () => new KeySet({ keys: [jwk, jwk] }, es256)],
    [
      "in a JWK Set, the empty name",
      () =>
        new KeySet(
          {
            keys: [
              { ...jwk, kid: "" },
              { ...jwk, kid: "" },
            ],
          },
          es256,
        ),
    ],
  ])("are refused: %s", (_where, make) => {
    expect(refusal(make)).toBe("key/duplicate-kid");
  });

  it("are accepted where one of them is not for us", () => {
    const encryption = { ...exportJwk(second), kid: "1", use: "enc", alg: undefined };
    const set = new KeySet({ keys: [encryption, jwk] }, es256);
    expect(set.choose(header("1"))?.alg).toBe("ES256");
    expect(set.ignored.map(({ index }) => index)).toEqual([0]);
  });
});

describe("RFC 7517 §4.5 a key without a name", () => {
  it.each<[string, () => unknown]>([
    ["two that sign", async () => new KeySet([unnamed, await pair()])],
    ["one that signs, and one with a name", () => new KeySet([unnamed, first])],
    ["one with a name, and one that signs", () => new KeySet([first, unnamed])],
    ["one that verifies, and one with a name", () => new KeySet([importKey(plainSecond, "ES256"), first])],
    ["two that verify", () => new KeySet([importKey(plain, "ES256"), importKey(plainSecond, "ES256")])],
    ["one added to one with a name", () => new KeySet([first]).add(unnamed)],
    ["one that gets company", () => new KeySet([unnamed]).add(first, { signing: false })],
    ["one that gets company, from a JWK Set", () => new KeySet({ keys: [plain] }, es256).add(second)],
  ])("is refused beside another for its algorithm, for it would never be found: %s", async (_which, make) => {
    const error: unknown = await Promise.resolve()
      .then(make)
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "key/duplicate-kid", message: expect.stringContaining("kid") });
  });

  it("leaves the set as it was when it is refused", () => {
    const set = new KeySet([unnamed]);
    expect(refusal(() => set.add(first))).toBe("key/duplicate-kid");
    expect(set).toMatchObject({ keys: [unnamed], signingKey: unnamed });
    expect(verifyJws(signJws("payload", set.signingKey!), set).header.kid).toBeUndefined();
  });

  it("is taken beside keys for other algorithms, and verifies what it signed", async () => {
    const others = await Promise.all(
      (["ES384", "HS256", "Ed448", "Ed25519"] as const).map((alg) => generateKey(alg)),
    );
    const set = new KeySet([unnamed, ...others]);
    for (const key of [unnamed, ...others]) expect(set.choose({ alg: key.alg })).toBe(key);
  });

  it("is told from another by both names of an Edwards curve", async () => {
    const [common, ed448] = [
      await generateKey("EdDSA", { kid: "e", crv: "Ed448" }),
      await generateKey("Ed448"),
    ];
    expect(refusal(() => new KeySet([ed448, common]))).toBe("key/duplicate-kid");
    const ed25519 = await generateKey("EdDSA", { kid: "e", crv: "Ed25519" });
    expect(new KeySet([ed448, ed25519]).choose({ alg: "Ed448" })).toBe(ed448);
  });

  it("is legal several times in others' sets, and then it is the token that is ambiguous", () => {
    const set = new KeySet({ keys: [plain, plainSecond, exportJwk(third)] }, es256);
    expect(set.keys).toHaveLength(3);
    expect(set.choose(header("3"))?.kid).toBe("3");
    expect(refusal(() => verifyJws(forge(header(), "payload", first), set))).toBe("jws/ambiguous-key");
  });
});
