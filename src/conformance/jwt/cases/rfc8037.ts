/** RFC 8037, RFC 8032 and RFC 9864: EdDSA. */
import type { Case } from "../../case.ts";
import { publicHalf, signingKeys } from "../keys.ts";
import type { Question } from "../protocol.ts";
import { question, withSignature } from "../question.ts";
import type { JwtTrial } from "../trial.ts";
import { accepted, clause, refused } from "./judging.ts";

const defined =
  'For the purpose of using the Edwards-curve Digital Signature Algorithm (EdDSA) for signing data using "JSON Web Signature (JWS)" [RFC7515], algorithm "EdDSA" is defined here, to be applied as the value of the "alg" parameter.';
const decoding = "If any of the decodings fail (including S being out of range), the signature is invalid.";

/** The order of the base point of edwards25519: 2²⁵² and something. */
const L = 2n ** 252n + 27742317777372353535851937790883648493n;

/** A good signature, spelt with another S that is as good to who does not look. */
function sTooLarge(signature: Buffer): Buffer {
  const s = BigInt(`0x${Buffer.from(signature.subarray(32)).reverse().toString("hex")}`) + L;
  const octets = Buffer.from(s.toString(16).padStart(64, "0"), "hex").reverse();
  return Buffer.concat([signature.subarray(0, 32), octets]);
}

/** Signed with the key for Ed448, under the name `alg`. */
function withEd448(now: number, alg: string): Question {
  const key = signingKeys.Ed448!;
  return question(now, { alg, key, trusted: publicHalf(key) });
}

export const eddsa: readonly Case<JwtTrial>[] = [
  ...clause("rfc8037/3.1", [
    {
      number: 1,
      title: "EdDSA with Ed25519: a good token",
      requirement: defined,
      level: "MUST",
      run: accepted((now) => question(now, { alg: "EdDSA" })),
    },
    {
      number: 2,
      title: "EdDSA with Ed448: a good token",
      requirement: defined,
      level: "MUST",
      run: accepted((now) => withEd448(now, "EdDSA")),
    },
  ]),
  ...clause("rfc8037/3.2", [
    {
      number: 1,
      title: "a key that is for X25519, it says",
      requirement: "These subtypes MUST NOT be used for signing.",
      level: "MUST",
      run: refused((now) =>
        question(now, { alg: "EdDSA", trusted: { ...publicHalf(signingKeys.EdDSA!), crv: "X25519" } }),
      ),
    },
  ]),
  ...clause("rfc8032/5.1.7", [
    {
      number: 1,
      title: "Ed25519: S and the order of the base point, added up",
      requirement: decoding,
      level: "MUST",
      run: refused((now) => withSignature(question(now, { alg: "EdDSA" }), sTooLarge)),
    },
    {
      number: 2,
      title: "Ed25519: an octet after the signature",
      requirement: decoding,
      level: "MUST",
      run: refused((now) =>
        withSignature(question(now, { alg: "EdDSA" }), (octets) => Buffer.concat([octets, Buffer.alloc(1)])),
      ),
    },
  ]),
  ...clause("rfc9864/4.1.1", [
    {
      number: 1,
      title: "Ed25519: a good token",
      requirement: "EdDSA using the Ed25519 parameter set in Section 5.1 of [RFC8032]",
      level: "MUST",
      run: accepted((now) => question(now, { alg: "Ed25519" })),
    },
    {
      number: 2,
      title: "Ed448: a good token",
      requirement: "EdDSA using the Ed448 parameter set in Section 5.2 of [RFC8032]",
      level: "MUST",
      run: accepted((now) => question(now, { alg: "Ed448" })),
    },
    {
      number: 3,
      title: "Ed25519 in the header, and a key for Ed448",
      requirement: "EdDSA using the Ed25519 parameter set in Section 5.1 of [RFC8032]",
      level: "MUST",
      run: refused((now) => withEd448(now, "Ed25519")),
    },
  ]),
];
