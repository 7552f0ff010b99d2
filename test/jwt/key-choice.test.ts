import { describe, expect, it } from "vitest";
import { verifyJwt, verifyJwtAsync } from "../../src/jwt/jwt.ts";
import type { Key } from "../../src/jwt/key.ts";
import { awaitKey, chooseKey } from "../../src/jwt/key-choice.ts";
import { claims, flawlessBy, forge, now, pair, policy, refusal, secret, typ } from "./forge.ts";

const header = { alg: "HS256", kid: "a" };

/** What no choice may answer. */
const wrongAnswers: readonly (readonly [string, unknown])[] = [
  ["null", null],
  ["false", false],
  ["true", true],
  ["a number", 0],
  ["text", "secret"],
  ["octets", Buffer.alloc(32)],
  ["a KeyObject", secret.material],
  ["a JWK", { kty: "oct", k: "AAAA" }],
  ["what looks like a key", { ...secret }],
  ["a list of keys", [secret]],
  ["a choice", () => secret],
];

describe("RFC 7515 §4.1.4 which key a token is verified with", () => {
  it("is the one that is given, without a choice", () => {
    expect(chooseKey(secret, header)).toBe(secret);
  });

  it("is the one that a function or a set picks by the header", () => {
    const seen: unknown[] = [];
    const choose = (asked: unknown) => {
      seen.push(asked);
      return secret;
    };
    expect(chooseKey(choose, header)).toBe(secret);
    expect(chooseKey({ choose }, header)).toBe(secret);
    expect(seen).toEqual([header, header]);
  });

  it("is asked of a set as its method, and may be inherited", () => {
    class Keys {
      readonly key: Key = secret;
      choose(): Key {
        return this.key;
      }
    }
    expect(chooseKey(new Keys(), header)).toBe(secret);
  });

  it("is none where the choice knows none: the token is refused", () => {
    expect(refusal(() => chooseKey(() => undefined, header))).toBe("jws/unknown-key");
    expect(refusal(() => chooseKey({ choose: () => undefined }, header))).toBe("jws/unknown-key");
  });

  it("is not compared with the header's kid where the caller gave it", () => {
    const token = forge({ alg: "HS256", typ, kid: "another" }, claims);
    expect(refusal(() => verifyJwt(token, secret, policy, now))).toBe("accepted");
  });

  it("is not asked for twice, nor for a token that is no token", () => {
    let asked = 0;
    const choose = () => {
      asked++;
      return secret;
    };
    expect(refusal(() => verifyJwt("a.b.c", choose, policy, now))).toBe("jws/malformed");
    expect(asked).toBe(0);
    expect(refusal(() => verifyJwt(flawlessBy(secret), choose, policy, now))).toBe("accepted");
    expect(asked).toBe(1);
  });

  it("is held against the token, whoever chose it", () => {
    expect(refusal(() => verifyJwt(flawlessBy(secret), () => pair, policy, now))).toBe(
      "jws/algorithm-mismatch",
    );
  });

  it("lets out what the choice throws", () => {
    const failure = new Error("no connection");
    const choose = () => {
      throw failure;
    };
    expect(() => verifyJwt(flawlessBy(secret), choose, policy, now)).toThrow(failure);
  });
});

describe("what is no choice, or no answer", () => {
  it.each(wrongAnswers)("throws a TypeError when the choice answers %s", async (_what, answer) => {
    expect(() => chooseKey(() => answer as never, header)).toThrow(TypeError);
    expect(() => chooseKey({ choose: () => answer as never }, header)).toThrow(TypeError);
    await expect(awaitKey(() => answer as never, header)).rejects.toThrow(TypeError);
    await expect(awaitKey(async () => answer as never, header)).rejects.toThrow(TypeError);
  });

  it.each([
    ["a key", async () => secret],
    ["nothing", async () => undefined],
    ["a failure, which nobody need hear", () => Promise.reject(new Error("late"))],
  ])("throws a TypeError for a promise of %s where nobody waits", (_of, choose) => {
    expect(() => chooseKey(choose as never, header)).toThrow(TypeError);
    expect(() => verifyJwt(flawlessBy(secret), choose as never, policy, now)).toThrow(TypeError);
  });

  it.each([
    ["undefined", undefined],
    ["null", null],
    ["text", "secret"],
    ["octets", Buffer.alloc(32)],
    ["a KeyObject", secret.material],
    ["a JWK", { kty: "oct", k: "AAAA" }],
    ["a list of keys", [secret]],
    ["a map of keys", new Map([["a", secret]])],
    ["a set whose choose is no function", { choose: secret }],
    ["what looks like a key", { ...secret }],
  ])("throws a TypeError for %s in place of a key or a choice", async (_what, wrong) => {
    expect(() => chooseKey(wrong as never, header)).toThrow(TypeError);
    expect(() => verifyJwt(flawlessBy(secret), wrong as never, policy, now)).toThrow(TypeError);
    await expect(verifyJwtAsync(flawlessBy(secret), wrong as never, policy, now)).rejects.toThrow(TypeError);
  });
});

describe("a key that comes later", () => {
  it("is awaited, whether it is one, is promised, or is promised by a set", async () => {
    const token = flawlessBy(secret);
    for (const choice of [secret, () => secret, async () => secret, { choose: async () => secret }]) {
      expect((await verifyJwtAsync(token, choice, policy, now)).claims.sub).toBe("alice");
    }
  });

  it("is refused as another is: unknown, of another algorithm, with another's signature", async () => {
    const token = flawlessBy(secret);
    const code = (choice: () => Promise<Key | undefined>) =>
      verifyJwtAsync(token, choice, policy, now).then(
        () => "accepted",
        (error: { readonly code: string }) => error.code,
      );
    expect(await code(async () => undefined)).toBe("jws/unknown-key");
    expect(await code(async () => pair)).toBe("jws/algorithm-mismatch");
    expect(await code(() => Promise.reject(Object.assign(new Error(), { code: "theirs" })))).toBe("theirs");
  });
});
