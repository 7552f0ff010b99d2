import { describe, expect, it } from "vitest";
import type { JoseHeader } from "../../src/jwt/header.ts";
import { verifyJws } from "../../src/jwt/jws.ts";
import { type Signer, signJwsJson, verifyJwsJson } from "../../src/jwt/jws-json.ts";
import type { FlattenedJws, GeneralJws } from "../../src/jwt/jws-json-syntax.ts";
import { importKey, type Key } from "../../src/jwt/key.ts";
import { pair, refusal, secret, segment } from "./forge.ts";
import * as rfc7515 from "./vectors/rfc7515.ts";
import * as rfc7520 from "./vectors/rfc7520.ts";
import * as rfc7797 from "./vectors/rfc7797.ts";
import { a3 } from "./vectors.ts";

const named = (kid: string, byte: number): Key => importKey(Buffer.alloc(32, byte), "HS256", { kid });
const alice = named("alice", 1);
const bob = named("bob", 2);
const keys = new Map([alice, bob].map((key) => [key.kid, key]));
const byName = (header: JoseHeader) => keys.get(header.kid);
const protectedOf = (jws: FlattenedJws) => JSON.parse(Buffer.from(jws.protected!, "base64url").toString());
/** What somebody on the way makes of it. */
const edited = <Jws extends object>(jws: Jws, members: object): Jws => ({ ...jws, ...members });

describe("the published examples", () => {
  const flattened = [
    ["RFC 7515 §A.7", rfc7515.a7, rfc7515.payload],
    ["RFC 7520 §4.6", rfc7520.specificFields, rfc7520.payload],
    ["RFC 7520 §4.7", rfc7520.contentOnly, rfc7520.payload],
    ["RFC 7797 §4.1", rfc7797.encodedJson, rfc7797.payload],
    ["RFC 7797 §4.2", rfc7797.unencodedJson, rfc7797.payload],
  ] as const;
  for (const [where, { alg, key, jws }, payload] of flattened) {
    it(`verifies ${where}, as object, as text, and detached`, () => {
      const { payload: _, ...detached } = jws;
      const signer = importKey(key, alg);
      for (const one of [jws, JSON.stringify(jws)]) {
        const verified = verifyJwsJson(one, signer);
        expect(verified.payload.toString()).toBe(payload);
        expect(verified.header).toEqual({
          ...protectedOf(edited({ protected: "e30" }, jws) as never),
          ...jws.header,
        });
        expect(verified.signatures).toHaveLength(1);
      }
      expect(verifyJwsJson(detached, signer, { payload }).payload.toString()).toBe(payload);
    });
  }

  it.each([
    ["RFC 7515 §A.6", rfc7515.a6],
    ["RFC 7520 §4.8", rfc7520.multiple],
  ])("verifies %s with the key of each signature", (_where, { algorithms, keys: jwks, jws }) => {
    const all = jwks.map((jwk, index) => importKey(jwk, algorithms[index]!));
    for (const [index, key] of all.entries()) {
      const { signatures, header } = verifyJwsJson(jws, key);
      expect(signatures.map((one) => [one.index, one.key])).toEqual([[index, key]]);
      expect(header).toBe(signatures[0]!.header);
      expect(signatures[0]!.unprotected).toEqual(jws.signatures[index]!.header ?? {});
    }
    const choose = ({ alg }: JoseHeader) => all.find((key) => key.alg === alg);
    expect(verifyJwsJson(jws, choose, { require: "all" }).signatures).toHaveLength(all.length);
  });

  it("signs RFC 7797 §4.2 as it is printed", () => {
    const key = importKey(rfc7797.unencodedJson.key, "HS256");
    const jws = signJwsJson(rfc7797.payload, key, { b64: false });
    expect(jws).toEqual(rfc7797.unencodedJson.jws);
  });
});

describe("RFC 7515 §5.1, §7.2.2 signing alone", () => {
  it("writes alg, typ, kid, crit and what else is protected into one header, the rest into the other", () => {
    const jws = signJwsJson("hello", {
      key: alice,
      typ: "note",
      protected: { cty: "text", x: 1 },
      header: { jku: "https://example.com", "x-note": [1, null] },
      crit: ["x"],
    });
    expect(Object.keys(jws)).toEqual(["payload", "protected", "header", "signature"]);
    expect(protectedOf(jws)).toEqual({
      alg: "HS256",
      typ: "note",
      kid: "alice",
      cty: "text",
      x: 1,
      crit: ["x"],
    });
    expect(jws.header).toEqual({ jku: "https://example.com", "x-note": [1, null] });
    const { header, payload, signatures } = verifyJwsJson(jws, alice, { crit: ["x"] });
    expect(payload.toString()).toBe("hello");
    expect(header).toEqual({ ...protectedOf(jws), ...jws.header });
    expect(signatures).toEqual([
      { index: 0, key: alice, header, protected: protectedOf(jws), unprotected: jws.header },
    ]);
  });

  it("makes of the same key and payload what the compact serialization holds", () => {
    const { protected: h, payload, signature } = signJwsJson("hello", secret);
    expect(verifyJws(`${h}.${payload}.${signature}`, secret).payload.toString()).toBe("hello");
  });

  it("leaves out an unprotected header that is empty", () => {
    expect(signJwsJson("", { key: secret, header: {} })).not.toHaveProperty("header");
    expect(signJwsJson("", { key: secret, header: { a: undefined } })).not.toHaveProperty("header");
  });

  it("leaves out a payload that is detached", () => {
    for (const b64 of [true, false]) {
      const jws = signJwsJson("hello", secret, { detached: true, b64 });
      expect(jws).not.toHaveProperty("payload");
      expect(verifyJwsJson(jws, secret, { payload: Buffer.from("hello") }).payload.toString()).toBe("hello");
      expect(refusal(() => verifyJwsJson(jws, secret, { payload: "hallo" }))).toBe("jws/bad-signature");
    }
  });

  it.each(["alg", "kid", "crit", "b64"])("never writes %s into the unprotected header", (name) => {
    for (const value of ["x", undefined]) {
      expect(() => signJwsJson("", { key: secret, header: { [name]: value } })).toThrow(TypeError);
      expect(() => signJwsJson("", { key: secret, protected: { [name]: value } })).toThrow(TypeError);
    }
    expect(signJwsJson("", { key: secret, header: { [`${name}_`]: "x" } })).toHaveProperty("header");
  });

  it("refuses a name in both headers", () => {
    const both = [
      { protected: { a: 1 }, header: { a: 1 } },
      { typ: "JOSE", header: { typ: "JOSE" } },
      { protected: JSON.parse('{"__proto__":1}'), header: JSON.parse('{"__proto__":1}') },
    ];
    for (const headers of both) {
      expect(() => signJwsJson("", { key: secret, ...headers })).toThrow(/in both headers/);
    }
    expect(verifyJwsJson(signJwsJson("", { key: secret, header: { typ: "JOSE" } }), secret).header.typ).toBe(
      "JOSE",
    );
  });

  it("reads a getter once, so that it cannot show two faces", () => {
    let reads = 0;
    const twoFaced = () =>
      Object.defineProperty({}, "a", {
        enumerable: true,
        get: () => (reads++ === 0 ? "first" : () => "other"),
      });
    expect(signJwsJson("", { key: secret, header: twoFaced() }).header).toEqual({ a: "first" });
    reads = 0;
    expect(protectedOf(signJwsJson("", { key: secret, protected: twoFaced() })).a).toBe("first");
  });

  it("gives out a header of its own: a later change of the caller's does not reach it", () => {
    const header = { list: [1] };
    const jws = signJwsJson("", { key: secret, header });
    header.list.push(2);
    expect(jws.header).toEqual({ list: [1] });
  });

  it("throws a TypeError for arguments that are not of their type", () => {
    const { d: _, ...point } = a3.key;
    expect(refusal(() => signJwsJson("", importKey(point, "ES256")))).toBe("key/not-private");
    for (const payload of [undefined, null, 1, {}, []]) {
      expect(() => signJwsJson(payload as never, secret)).toThrow(TypeError);
    }
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    const signers = [
      ...[undefined, null, "key", {}, [], [null], [[secret]], a3.key, { key: a3.key }, { ...secret }],
      ...[
        { key: secret, kid: "a" },
        { key: secret, typ: 1 },
        { key: secret, crit: ["x"] },
      ],
      ...[null, [], "a", new Map(), { f: () => 1 }, { n: 1n }, circular].flatMap((header) => [
        { key: secret, header },
        { key: secret, protected: header },
      ]),
    ];
    for (const signer of signers) expect(() => signJwsJson("", signer as never)).toThrow(TypeError);
    for (const options of [null, [], { typ: "a" }, { b64: 0 }, { detached: "yes" }, { limits: 1 }]) {
      expect(() => signJwsJson("", secret, options as never)).toThrow(TypeError);
    }
  });

  it("does not write what verifying would refuse for its size or depth", () => {
    const deep = (levels: number) => JSON.parse(`{"a":${"[".repeat(levels - 1)}${"]".repeat(levels - 1)}}`);
    const sizes: [fits: object, exceeds: object][] = [
      [{ a: "x".repeat(16_376) }, { a: "x".repeat(16_377) }],
      [deep(31), deep(32)],
    ];
    for (const [fits, exceeds] of sizes) {
      const jws = signJwsJson("", { key: secret, header: { ...fits } });
      for (const one of [jws, JSON.stringify(jws)])
        expect(refusal(() => verifyJwsJson(one, secret))).toBe("accepted");
      expect(() => signJwsJson("", { key: secret, header: { ...exceeds } })).toThrow(RangeError);
    }
    const text = JSON.stringify(signJwsJson(Buffer.alloc(150_000), secret));
    const limits = { maxTokenLength: text.length };
    expect(JSON.stringify(signJwsJson(Buffer.alloc(150_000), secret, { limits }))).toBe(text);
    expect(refusal(() => verifyJwsJson(text, secret, { limits }))).toBe("accepted");
    expect(() => signJwsJson(Buffer.alloc(150_001), secret, { limits })).toThrow(RangeError);
  });
});

describe("RFC 7515 §5.2, §7.2.1 several signatures", () => {
  const jws = signJwsJson("hello", [alice, { key: pair, header: { by: "carol" } }, bob]);
  const forged: GeneralJws = edited(jws, {
    signatures: jws.signatures.with(0, { ...jws.signatures[0]!, signature: "AAAA" }),
  });

  it("holds one payload and a signature of each signer, in their order", () => {
    expect(Object.keys(jws)).toEqual(["payload", "signatures"]);
    expect(jws.signatures.map((one) => protectedOf(one).alg)).toEqual(["HS256", "ES256", "HS256"]);
    expect(signJwsJson("hello", [alice]).signatures).toHaveLength(1);
  });

  it("asks the choice of keys about every signature, with both its headers", () => {
    const asked: JoseHeader[] = [];
    const { signatures } = verifyJwsJson(jws, (header) => {
      asked.push(header);
      return header.by === "carol" ? pair : byName(header);
    });
    expect(asked.map(({ kid, by }) => kid ?? by)).toEqual(["alice", "carol", "bob"]);
    expect(signatures.map(({ index, key }) => [index, key])).toEqual([
      [0, alice],
      [1, pair],
      [2, bob],
    ]);
    expect(asked.every((header) => Object.isFrozen(header))).toBe(true);
  });

  it("is content with any, says which, and takes the header from the first of them", () => {
    const { signatures, header } = verifyJwsJson(forged, { choose: byName });
    expect(signatures.map(({ index }) => index)).toEqual([2]);
    expect(header.kid).toBe("bob");
    expect(verifyJwsJson(jws, pair).signatures.map(({ index }) => index)).toEqual([1]);
  });

  it("wants them all where the caller does", () => {
    const every = (header: JoseHeader) => byName(header) ?? pair;
    expect(verifyJwsJson(jws, every, { require: "all" }).signatures).toHaveLength(3);
    expect(refusal(() => verifyJwsJson(forged, every, { require: "all" }))).toBe("jws/bad-signature");
    expect(refusal(() => verifyJwsJson(jws, byName, { require: "all" }))).toBe("jws/unknown-key");
  });

  it("says bad-signature where some key said no, else what is wrong with the first", () => {
    expect(refusal(() => verifyJwsJson(jws, secret))).toBe("jws/bad-signature");
    expect(refusal(() => verifyJwsJson(jws, () => undefined))).toBe("jws/unknown-key");
    const other = importKey(Buffer.alloc(64, 1), "HS512");
    expect(refusal(() => verifyJwsJson(jws, other))).toBe("jws/algorithm-mismatch");
    expect(refusal(() => verifyJwsJson(jws, ({ kid }) => (kid === "alice" ? undefined : other)))).toBe(
      "jws/unknown-key",
    );
    expect(refusal(() => verifyJwsJson(jws, ({ kid }) => (kid === "alice" ? undefined : secret)))).toBe(
      "jws/bad-signature",
    );
  });

  it("passes over a signature with an extension it does not understand", () => {
    const extended = signJwsJson("", [{ key: alice, protected: { x: 1 }, crit: ["x"] }, bob]);
    expect(verifyJwsJson(extended, byName).header.kid).toBe("bob");
    expect(verifyJwsJson(extended, byName, { crit: ["x"] }).header.kid).toBe("alice");
  });

  it("lets pass what the choice of keys throws, unless it refuses a token", () => {
    const down = new Error("the database is down");
    const choose = (): never => {
      throw down;
    };
    expect(() => verifyJwsJson(jws, choose)).toThrow(down);
    expect(() => verifyJwsJson(jws, (() => "key") as never)).toThrow(TypeError);
  });

  it("takes 1 to 16 signers", () => {
    expect(() => signJwsJson("", [])).toThrow(TypeError);
    expect(() => signJwsJson("", Array<Signer>(17).fill({ key: alice }))).toThrow(RangeError);
    const most = signJwsJson("", Array<Signer>(16).fill({ key: alice }));
    expect(verifyJwsJson(most, alice, { require: "all" }).signatures).toHaveLength(16);
  });
});

describe("RFC 7797 §5.3 unencoded payloads", () => {
  it("stand in the JSON as they are, announced in every protected header", () => {
    const text = '\ufeff{"amount":"1\u00a0000 €. 🂡"}\n\0';
    const jws = signJwsJson(text, [alice, bob], { b64: false });
    expect(jws.payload).toBe(text);
    for (const one of jws.signatures) expect(protectedOf(one)).toMatchObject({ b64: false, crit: ["b64"] });
    for (const one of [jws, JSON.stringify(jws)]) {
      expect(verifyJwsJson(one, byName, { require: "all" }).payload).toEqual(Buffer.from(text));
    }
    expect(signJwsJson(Buffer.from(text), alice, { b64: false }).payload).toBe(text);
  });

  it("must be text unless they are detached", () => {
    const payload = Uint8Array.of(0xff);
    expect(() => signJwsJson(payload, secret, { b64: false })).toThrow(TypeError);
    const jws = signJwsJson(payload, secret, { b64: false, detached: true });
    expect(verifyJwsJson(jws, secret, { payload }).payload).toEqual(Buffer.from(payload));
    expect(() => signJwsJson("\ud800", secret, { b64: false })).toThrow(TypeError);
  });
});

describe("RFC 7515 §7.2 reading objects", () => {
  const jws = signJwsJson("hello", { key: alice, header: { note: { by: "alice" } } });

  it("ignores members that it does not know, and does not read them", () => {
    const more = Object.defineProperty({ ...jws, ciphertext: 1, x: () => 1 }, "trap", {
      enumerable: true,
      get: () => expect.unreachable(),
    });
    expect(verifyJwsJson(more, alice).payload.toString()).toBe("hello");
    const general = { payload: jws.payload, x: null, signatures: [{ ...jws, payload: "other", x: 1 }] };
    expect(verifyJwsJson(general, alice).payload.toString()).toBe("hello");
  });

  it("takes members that are undefined for absent, as JSON does", () => {
    const { header: _, ...bare } = signJwsJson("hello", alice);
    expect(refusal(() => verifyJwsJson({ ...bare, header: undefined, signatures: undefined }, alice))).toBe(
      "accepted",
    );
  });

  it("reads every member once, so that a getter cannot show two faces", () => {
    const evil: Record<string, unknown> = {
      payload: segment("evil"),
      protected: "e30",
      header: { note: "evil" },
      signature: "AAAA",
    };
    const reads = new Map<string, number>();
    const twoFaced = Object.defineProperties(
      {},
      Object.fromEntries(
        Object.entries(jws).map(([name, value]) => [
          name,
          {
            enumerable: true,
            get: () => {
              reads.set(name, (reads.get(name) ?? 0) + 1);
              return reads.get(name) === 1 ? value : evil[name];
            },
          },
        ]),
      ),
    );
    expect(verifyJwsJson(twoFaced, alice)).toEqual(verifyJwsJson(jws, alice));
    expect([...reads.values()]).toEqual([1, 1, 1, 1]);
  });

  it("keeps no part of the object it was given, and freezes what it gives", () => {
    const mine = structuredClone(jws as unknown) as { header: { note: { by: string } } };
    const { header, signatures } = verifyJwsJson(mine, alice);
    mine.header.note.by = "mallory";
    expect(header.note).toEqual({ by: "alice" });
    for (const one of [header, header.note, signatures[0]!.protected, signatures[0]!.unprotected]) {
      expect(Object.isFrozen(one)).toBe(true);
    }
  });

  it("throws a TypeError for arguments that are not of their type", () => {
    for (const other of [undefined, 1, true, () => jws]) {
      expect(() => verifyJwsJson(other as never, alice)).toThrow(TypeError);
    }
    for (const key of [undefined, null, "key", {}])
      expect(() => verifyJwsJson(jws, key as never)).toThrow(TypeError);
    const options = [
      null,
      { payload: 1 },
      { crit: "x" },
      { crit: ["b64"] },
      { require: "some" },
      { require: 1 },
      { b64: false },
    ];
    for (const one of options) expect(() => verifyJwsJson(jws, alice, one as never)).toThrow(TypeError);
  });
});
