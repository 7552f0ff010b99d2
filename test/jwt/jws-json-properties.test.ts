import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JoseHeader } from "../../src/jwt/header.ts";
import { signJwsJson, verifyJwsJson } from "../../src/jwt/jws-json.ts";
import { importKey, type Key } from "../../src/jwt/key.ts";
import { pair, refusal } from "./forge.ts";

const named = (kid: string, byte: number): Key => importKey(Buffer.alloc(32, byte), "HS256", { kid });
const alice = named("alice", 1);
const bob = named("bob", 2);
const byName = ({ kid }: JoseHeader) => [alice, bob].find((key) => key.kid === kid);
const edited = <Jws extends object>(jws: Jws, members: object): Jws => ({ ...jws, ...members });

describe("verify(sign(x)) = x", () => {
  const reserved = new Set(["alg", "kid", "typ", "cty", "crit", "b64", "toJSON"]);
  const members = fc
    .dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 6 })
    .map((all) => Object.entries(all).filter(([name]) => !reserved.has(name)));
  const plain = (value: unknown) => JSON.parse(JSON.stringify(value));

  it("gives back any payload and any split of the header (seed 7515)", () => {
    fc.assert(
      fc.property(
        fc.uint8Array(),
        members,
        fc.nat(6),
        fc.boolean(),
        fc.boolean(),
        (bytes, all, at, detached, many) => {
          const [signed, unsigned] = [
            Object.fromEntries(all.slice(0, at)),
            Object.fromEntries(all.slice(at)),
          ];
          const signer = { key: alice, protected: signed, header: unsigned };
          const jws = many
            ? signJwsJson(bytes, [bob, signer], { detached })
            : signJwsJson(bytes, signer, { detached });
          for (const one of [jws, JSON.stringify(jws)]) {
            const options = { require: "all" as const, ...(detached && { payload: bytes }) };
            const { payload, signatures } = verifyJwsJson(one, byName, options);
            expect(payload).toEqual(Buffer.from(bytes));
            expect(signatures.at(-1)!.protected).toEqual({ alg: "HS256", kid: "alice", ...plain(signed) });
            expect(signatures.at(-1)!.unprotected).toEqual(plain(unsigned));
          }
        },
      ),
      { seed: 7515, numRuns: 500 },
    );
  });

  it("gives back any text unencoded (seed 7797)", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const jws = JSON.stringify(signJwsJson(text, alice, { b64: false }));
        expect(verifyJwsJson(jws, alice).payload).toEqual(Buffer.from(text));
      }),
      { seed: 7797, numRuns: 500 },
    );
  });
});

describe("any single-bit change is refused", () => {
  it.each([true, false])(
    "in each character of payload, protected header and signature, with b64 %s",
    (b64) => {
      const flattened = signJwsJson("pay.load", { key: alice, protected: { a: 1 } }, { b64 });
      const general = signJwsJson("pay.load", [alice, pair], { b64 });
      const all = (header: JoseHeader) => (header.alg === "ES256" ? pair : alice);
      const at = (index: number, members: object) =>
        edited(general, {
          signatures: general.signatures.with(index, edited(general.signatures[index]!, members)),
        });
      const places: [text: string, put: (text: string) => object][] = [
        ...(["payload", "protected", "signature"] as const).map(
          (name): [string, (text: string) => object] => [
            flattened[name]!,
            (changed) => edited(flattened, { [name]: changed }),
          ],
        ),
        ...[0, 1].flatMap((index) =>
          (["protected", "signature"] as const).map((name): [string, (text: string) => object] => [
            general.signatures[index]![name]!,
            (changed) => at(index, { [name]: changed }),
          ]),
        ),
      ];
      const accepted: string[] = [];
      for (const [text, put] of places) {
        expect(refusal(() => verifyJwsJson(put(text), all, { require: "all" }))).toBe("accepted");
        for (let place = 0; place < text.length; place++) {
          for (let bit = 0; bit < 16; bit++) {
            const other = String.fromCharCode(text.charCodeAt(place) ^ (1 << bit));
            const jws = put(text.slice(0, place) + other + text.slice(place + 1));
            const verdict = refusal(() => verifyJwsJson(jws, all, { require: "all" }));
            if (!verdict.startsWith("jws/")) accepted.push(`${place}, bit ${bit}: ${verdict}`);
          }
        }
      }
      expect(accepted).toEqual([]);
    },
  );
});

describe("only a JwtError escapes", () => {
  it("from members of any kind (seed 1)", () => {
    const good = { ...signJwsJson("hello", alice) };
    const member = fc
      .oneof(fc.constant(good), fc.jsonValue({ maxDepth: 3 }))
      .map((value) => value as unknown);
    const names = fc.constantFrom("payload", "protected", "header", "signature", "signatures", "x");
    fc.assert(
      fc.property(fc.dictionary(names, member), fc.boolean(), (other, asText) => {
        const jws = { ...good, ...other };
        const verdict = refusal(() => verifyJwsJson(asText ? JSON.stringify(jws) : jws, byName));
        expect(verdict).toMatch(/^(?:accepted|jws\/[a-z-]+)$/);
      }),
      { seed: 1, numRuns: 3_000 },
    );
  });
});
