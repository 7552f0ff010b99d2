import { describe, expect, it } from "vitest";
import { importKey, signJws, signJwsJson, verifyJws, verifyJwsJson } from "../../../src/jwt/index.ts";
import {
  cut,
  expectAllVerified,
  expectEachFragile,
  expectFragile,
  expectReproducible,
  expectSame,
  expectVerified,
  expectVerifiedFlattened,
  isRight,
  refusal,
} from "./proof.ts";
import {
  contentOnly,
  detached,
  ecdsa,
  hmac,
  multiple,
  payload,
  rsaPss,
  rsaV15,
  secret,
  specificFields,
} from "./rfc7520.ts";

const bilbo = "bilbo.baggins@hobbiton.example";
const examples = [
  ["§4.1, RSA v1.5", rsaV15, { alg: "RS256", kid: bilbo }],
  ["§4.2, RSA-PSS", rsaPss, { alg: "PS384", kid: bilbo }],
  ["§4.3, ECDSA", ecdsa, { alg: "ES512", kid: bilbo }],
  ["§4.4, HMAC-SHA2", hmac, { alg: "HS256", kid: hmac.key.kid! }],
] as const;

describe("RFC 7520 §4 the cookbook", () => {
  it.each(examples)("verifies %s", (_title, example, header) => expectVerified(example, header, payload));

  it.each(examples)("refuses %s with any character changed", (_title, example) => expectFragile(example));

  it.each([
    ["§4.1, RSA v1.5", rsaV15],
    ["§4.4, HMAC-SHA2", hmac],
  ])("writes %s, letter for letter", (_title, example) => {
    expectReproducible(example);
    expectSame(example, payload);
  });
});

describe("RFC 7520 §4.5 detached content", () => {
  const key = importKey(detached.key, detached.alg);

  it("verifies with the content that came another way", () => {
    const [, signature] = cut(detached.token);
    expect(isRight(detached.alg, detached.key, cut(hmac.token)[0], signature)).toBe(true);
    const verified = verifyJws(detached.token, key, { payload });
    expect(verified.header).toEqual({ alg: "HS256", kid: detached.key.kid });
    expect(verified.payload.toString()).toBe(payload);
  });

  it("writes it, letter for letter", () => {
    expect(signJws(payload, key, { detached: true })).toBe(detached.token);
  });

  it("refuses it with any character changed, of the token or of the content", () => {
    expectFragile(detached, { payload });
    for (let at = 0; at < payload.length; at++) {
      const changed = `${payload.slice(0, at)}_${payload.slice(at + 1)}`;
      expect(refusal(() => verifyJws(detached.token, key, { payload: changed }))).toBe("jws/bad-signature");
    }
  });

  it("refuses it without the content, and the whole token with a second one", () => {
    expect(refusal(() => verifyJws(detached.token, key))).toBe("jws/bad-signature");
    expect(refusal(() => verifyJws(hmac.token, key, { payload }))).toBe("jws/malformed");
  });
});

describe("RFC 7520 §4.6 and §4.7 protecting little", () => {
  it("verifies §4.6, where kid is not protected, and refuses it with any character changed", () => {
    expectVerifiedFlattened(specificFields, payload);
  });

  it("verifies §4.7, where nothing but the content is protected, and refuses it with any character changed", () => {
    expectVerifiedFlattened(contentOnly, payload);
  });

  it("says which of it was protected", () => {
    const kid = secret.kid!;
    const key = importKey(secret, "HS256");
    expect(verifyJwsJson(specificFields.jws, key).signatures).toMatchObject([
      { protected: { alg: "HS256" }, unprotected: { kid } },
    ]);
    expect(verifyJwsJson(contentOnly.jws, key).signatures).toMatchObject([
      { protected: {}, unprotected: { alg: "HS256", kid } },
    ]);
  });

  it("computes both signatures anew", () => {
    for (const { jws, key, alg } of [specificFields, contentOnly]) {
      expect(importKey(key, alg).sign(`${jws.protected ?? ""}.${jws.payload}`)).toBe(jws.signature);
    }
  });
});

describe("RFC 7520 §4.8 multiple signatures", () => {
  it("verifies all three", () => expectAllVerified(multiple, payload));

  it("verifies each with its key alone, unless that one is changed", () => expectEachFragile(multiple));

  it("computes the deterministic ones anew", () => {
    for (const i of [0, 2]) {
      const { protected: encoded, signature } = multiple.jws.signatures[i]!;
      const key = importKey(multiple.keys[i]!, multiple.algorithms[i]!);
      expect(key.sign(`${encoded}.${multiple.jws.payload}`)).toBe(signature);
    }
  });

  it("writes §4.4 in the JSON serializations, letter for letter", () => {
    const key = importKey(secret, "HS256");
    const { payload: encoded, signatures } = multiple.jws;
    expect(signJwsJson(payload, key)).toEqual({ payload: encoded, ...signatures[2] });
    expect(signJwsJson(payload, [key])).toEqual({ payload: encoded, signatures: [signatures[2]] });
    expect(signJwsJson(payload, [key], { detached: true })).toEqual({ signatures: [signatures[2]] });
  });
});
