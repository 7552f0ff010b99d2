import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { decodeJwt } from "../../src/jwt/decode.ts";
import type { JoseHeader } from "../../src/jwt/header.ts";
import { signJws, verifyJws } from "../../src/jwt/jws.ts";
import { exportJwk, importKey, type Key } from "../../src/jwt/key.ts";
import { defaultLimits } from "../../src/jwt/limits.ts";
import { forge, pair, refusal, seal, secret, segment } from "./forge.ts";
import { a1, a3, exampleClaims, unsecured } from "./vectors.ts";

const { maxHeaderLength, maxTokenLength } = defaultLimits;
const { d: _, ...a3Public } = a3.key;
const otherSecret = importKey(Buffer.alloc(32, 1), "HS256");
const headerOf = (token: string) => JSON.parse(Buffer.from(token.split(".")[0]!, "base64url").toString());

describe("RFC 7515 §A the examples", () => {
  it("verifies §A.1, HMAC SHA-256", () => {
    const { header, payload } = verifyJws(a1.token, secret);
    expect(header).toEqual({ typ: "JWT", alg: "HS256" });
    expect(payload.toString()).toBe(
      '{"iss":"joe",\r\n "exp":1300819380,\r\n "http://example.com/is_root":true}',
    );
    expect(JSON.parse(payload.toString())).toEqual(exampleClaims);
  });

  it("computes the signature of §A.1 over its signing input", () => {
    expect(seal(a1.token.slice(0, a1.token.lastIndexOf(".")))).toBe(a1.token);
  });

  it("verifies §A.3, ECDSA P-256 SHA-256, with the private key and with its public half", () => {
    for (const jwk of [a3.key, a3Public]) {
      const { header, payload } = verifyJws(a3.token, importKey(jwk, "ES256"));
      expect(header).toEqual({ alg: "ES256" });
      expect(JSON.parse(payload.toString())).toEqual(exampleClaims);
    }
  });

  it("has no way to accept an Unsecured JWS, §A.5", () => {
    for (const key of [secret, pair])
      expect(refusal(() => verifyJws(unsecured, key))).toBe("jws/algorithm-mismatch");
  });
});

describe("RFC 7515 §5.1 signing", () => {
  it.each([
    ["HS256", secret],
    ["ES256", pair],
  ] as const)("signs bytes with %s so that they verify", (alg, key) => {
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
    const { header, payload } = verifyJws(signJws(bytes, key), key);
    expect(header).toEqual({ alg });
    expect(payload).toEqual(Buffer.from(bytes));
  });

  it("signs nothing at all", () => {
    expect(verifyJws(signJws("", secret), secret).payload).toHaveLength(0);
  });

  it("writes the algorithm and the name of the key, the type, and what else it is given", () => {
    const named = importKey(a1.key, "HS256", { kid: "k1" });
    const token = signJws("", named, { typ: "JOSE", header: { cty: "text", "x-trace": [1, { a: null }] } });
    expect(headerOf(token)).toEqual({
      alg: "HS256",
      typ: "JOSE",
      kid: "k1",
      cty: "text",
      "x-trace": [1, { a: null }],
    });
  });

  it.each(["alg", "kid", "typ", "crit", "b64"])("refuses to let the caller write %s", (name) => {
    for (const value of ["none", undefined, null]) {
      expect(() => signJws("", secret, { header: { [name]: value } })).toThrow(TypeError);
    }
    expect(headerOf(signJws("", secret, { header: { [`${name}_`]: "none" } })).alg).toBe("HS256");
  });

  it("cannot be made to write a header that lies", () => {
    const toJSON = () => ({ alg: "none" });
    expect(() => signJws("", secret, { header: { toJSON } })).toThrow(TypeError);
    expect(() => signJws("", secret, { header: Object.create({ toJSON }) })).toThrow(TypeError);
    const disguised = Object.defineProperty({}, "__proto__", {
      value: { toJSON, alg: "none" },
      enumerable: true,
    });
    let reads = 0;
    const twoFaced = Object.defineProperty({}, "toJSON", {
      enumerable: true,
      get: () => (++reads % 2 ? "harmless" : toJSON),
    });
    for (const header of [disguised, twoFaced]) {
      expect(headerOf(signJws("", secret, { header })).alg).toBe("HS256");
    }
  });

  it("does not sign with a public key", () => {
    expect(refusal(() => signJws("", importKey(a3Public, "ES256")))).toBe("key/not-private");
  });

  it("does not write what verifying would refuse for its size", () => {
    const roomForPayload = Math.floor(((maxTokenLength - 20 - 43 - 2) * 3) / 4);
    const token = signJws(Buffer.alloc(roomForPayload), secret);
    expect(token.length).toBeLessThanOrEqual(maxTokenLength);
    expect(verifyJws(token, secret).payload).toHaveLength(roomForPayload);
    expect(() => signJws(Buffer.alloc(roomForPayload + 3), secret)).toThrow(RangeError);

    const rest = '{"alg":"HS256","a":""}'.length;
    const header = { a: "x".repeat(maxHeaderLength - rest) };
    expect(verifyJws(signJws("", secret, { header }), secret).header.a).toBe(header.a);
    expect(() => signJws("", secret, { header: { a: `${header.a}x` } })).toThrow(RangeError);
  });

  it("throws a TypeError for arguments that are not of their type", () => {
    for (const payload of [undefined, null, 1, {}, []]) {
      expect(() => signJws(payload as never, secret)).toThrow(TypeError);
    }
    for (const key of [undefined, null, a1.key, "secret", { ...secret }]) {
      expect(() => signJws("", key as never)).toThrow(TypeError);
    }
    for (const options of [
      null,
      [],
      "JWT",
      { typ: 1 },
      { typ: "" },
      { header: [] },
      { header: null },
      { Typ: "JWT" },
    ]) {
      expect(() => signJws("", secret, options as never)).toThrow(TypeError);
    }
  });
});

describe("RFC 7515 §5.2 choosing the key", () => {
  const named = (kid: string, bytes: number): Key => importKey(Buffer.alloc(32, bytes), "HS256", { kid });
  const keys = new Map([named("a", 1), named("b", 2)].map((key) => [key.kid, key]));

  it("hands the header to the choice and verifies with what it picks", () => {
    const seen: JoseHeader[] = [];
    const choose = (header: JoseHeader) => {
      seen.push(header);
      return keys.get(header.kid);
    };
    for (const key of keys.values()) {
      expect(verifyJws(signJws(key.kid!, key), choose).payload.toString()).toBe(key.kid);
    }
    expect(seen).toEqual([
      { alg: "HS256", kid: "a" },
      { alg: "HS256", kid: "b" },
    ]);
  });

  it("refuses a token whose key nobody knows", () => {
    const stranger = signJws("", named("c", 3));
    expect(refusal(() => verifyJws(stranger, ({ kid }) => keys.get(kid)))).toBe("jws/unknown-key");
  });

  it("does not trust the name: the signature decides", () => {
    const liar = signJws("", named("a", 9));
    expect(refusal(() => verifyJws(liar, ({ kid }) => keys.get(kid)))).toBe("jws/bad-signature");
  });

  it("compares the algorithm with the chosen key's", () => {
    expect(refusal(() => verifyJws(a1.token, () => pair))).toBe("jws/algorithm-mismatch");
    expect(refusal(() => verifyJws(a3.token, () => secret))).toBe("jws/algorithm-mismatch");
  });

  it("refuses a token made with another key", () => {
    expect(refusal(() => verifyJws(a1.token, otherSecret))).toBe("jws/bad-signature");
  });

  it("lets pass what the choice itself throws", () => {
    const broken = new Error("no database");
    expect(() =>
      verifyJws(a1.token, () => {
        throw broken;
      }),
    ).toThrow(broken);
  });

  it("throws a TypeError for a choice that picks no Key, or picks it later", () => {
    for (const wrong of [null, a1.key, "secret", Promise.resolve(secret), false]) {
      expect(() => verifyJws(a1.token, () => wrong as never)).toThrow(TypeError);
    }
    for (const wrong of [undefined, null, a1.key, "secret", Buffer.alloc(32)]) {
      expect(() => verifyJws(a1.token, wrong as never)).toThrow(TypeError);
    }
  });

  it("throws a TypeError for a token that is no text", () => {
    for (const wrong of [undefined, null, 1, Buffer.from(a1.token), { toString: () => a1.token }]) {
      expect(() => verifyJws(wrong as never, secret)).toThrow(TypeError);
    }
  });
});

describe("RFC 7515 §4.1.3 the header never brings its own key", () => {
  const attacker = importKey(generateKeyPairSync("ec", { namedCurve: "prime256v1" }).privateKey, "ES256");

  it.each([
    ["jwk", exportJwk(attacker)],
    ["jku", "https://attacker.example/keys"],
    ["x5u", "https://attacker.example/chain"],
    ["x5c", ["MIIB"]],
  ])("does not look at %s", (name, value) => {
    const token = signJws("", attacker, { header: { [name]: value } });
    expect(refusal(() => verifyJws(token, pair))).toBe("jws/bad-signature");
    expect(refusal(() => verifyJws(token, attacker))).toBe("accepted");
  });
});

describe("limits", () => {
  const padded = (length: number) => {
    const rest = `${segment({ alg: "HS256" })}..`.length + 43;
    return seal(`${segment({ alg: "HS256" })}.${"A".repeat(length - rest)}`);
  };

  it("takes a token of 256 KiB and refuses one that is longer", () => {
    expect(padded(maxTokenLength)).toHaveLength(262_144);
    expect(refusal(() => verifyJws(padded(maxTokenLength), secret))).toBe("accepted");
    expect(refusal(() => verifyJws(padded(maxTokenLength + 4), secret))).toBe("jws/too-large");
  });

  it("takes a header of 16 KiB and refuses one that is longer", () => {
    const header = (length: number) => `{"alg":"HS256"}${" ".repeat(length - 15)}`;
    expect(refusal(() => verifyJws(forge(header(16_384), "e"), secret))).toBe("accepted");
    expect(refusal(() => verifyJws(forge(header(16_385), "e"), secret))).toBe("jws/too-large");
  });

  it("refuses ten million dots without walking them", () => {
    expect(refusal(() => verifyJws(".".repeat(10_000_000), secret))).toBe("jws/too-large");
  });
});

describe("what verifyJws hands out", () => {
  it("is header and payload, and nothing by which the token could be logged", () => {
    expect(Object.keys(verifyJws(signJws("payload", secret), secret))).toEqual(["header", "payload"]);
  });

  it("has memory of its own, with nothing else in it", () => {
    for (const token of [signJws("payload", secret), signJws("payload", secret, { b64: false })]) {
      const { payload } = verifyJws(token, secret);
      expect(Buffer.from(payload.buffer).toString()).toBe("payload");
    }
    const detached = signJws("payload", secret, { detached: true });
    const { payload } = verifyJws(detached, secret, { payload: "payload" });
    expect(Buffer.from(payload.buffer).toString()).toBe("payload");
  });
});

describe("half of a surrogate pair", () => {
  it("is no payload: as bytes it would be that of other texts too", () => {
    expect(() => signJws("\ud800", secret)).toThrow(TypeError);
    const detached = signJws("\ufffd", secret, { detached: true });
    expect(verifyJws(detached, secret, { payload: "\ufffd" }).payload.toString()).toBe("\ufffd");
    expect(() => verifyJws(detached, secret, { payload: "\ud800" })).toThrow(TypeError);
  });
});

describe("RFC 7515 §7.1 three parts", () => {
  it("are counted before any key is looked for", () => {
    const token = signJws("payload", secret);
    const choose = () => expect.unreachable() as undefined;
    for (const other of [token.slice(0, token.lastIndexOf(".")), `${token}.`, `${token}.e30`]) {
      expect(refusal(() => verifyJws(other, choose))).toBe("jws/malformed");
    }
  });
});

describe("the memory of headers", () => {
  /** Two readings give one object only where it was remembered. */
  const isRemembered = (token: string) => {
    const { header } = decodeJwt(token);
    return decodeJwt(token).header === header;
  };

  it("takes in those of verified tokens alone, so that no stranger can fill it", () => {
    const token = signJws("{}", secret, { header: { n: "a header that no other test has" } });
    expect(isRemembered(token)).toBe(false);
    expect(refusal(() => verifyJws(token, otherSecret))).toBe("jws/bad-signature");
    expect(isRemembered(token)).toBe(false);
    verifyJws(token, secret);
    expect(isRemembered(token)).toBe(true);
  });

  it("holds under the limits that hold by default, and under no others", () => {
    const token = signJws("{}", secret, { header: { n: [[["deep"]]] } });
    verifyJws(token, secret);
    expect(refusal(() => verifyJws(token, secret, { limits: { maxDepth: 2 } }))).toBe("jws/malformed");
    expect(refusal(() => verifyJws(token, secret, { limits: { maxHeaderLength: 10 } }))).toBe(
      "jws/too-large",
    );
  });

  it("changes nothing for another key: the algorithm is compared each time", () => {
    const token = signJws("{}", secret);
    verifyJws(token, secret);
    expect(refusal(() => verifyJws(token, pair))).toBe("jws/algorithm-mismatch");
  });
});
