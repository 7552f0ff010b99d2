/**
 * EdDSA, RFC 8037 §3.1, with Ed25519 and Ed448 (RFC 8032).
 *
 * RFC 8037 named both `EdDSA`; RFC 9864 §2.2 gave each a name of its own, and deprecates the common one. A
 * key here accepts signatures under both, and signs under the one it was imported with.
 * https://www.rfc-editor.org/rfc/rfc9864#section-2.2
 */
import type { AlgorithmRow } from "./algorithm.ts";
import { bindPair, publicHalf } from "./asymmetric.ts";
import { edwardsCurves, isUsablePoint } from "./edwards.ts";
import { JwtError } from "./errors.ts";

/** The curves that OpenSSL's types of key stand for. */
const curveOf: Readonly<Record<string, keyof typeof edwardsCurves>> = { ed25519: "Ed25519", ed448: "Ed448" };

/** EdDSA on these curves. `alias` is the other name under which signatures of a key on the curve go. */
export function eddsa(crv: readonly string[], alias: (crv: string) => string): AlgorithmRow {
  return {
    kty: "OKP",
    crv,
    alias,
    generate: { type: "okp" },
    admit(material) {
      const curve = curveOf[material.asymmetricKeyType ?? ""];
      if (curve === undefined) throw new JwtError("key/wrong-type", `The algorithm needs an ${crv[0]} key`);
      if (!crv.includes(curve))
        throw new JwtError("key/wrong-curve", `The key is not on the curve ${crv[0]}`);
      const { x } = publicHalf(material).export({ format: "jwk" });
      if (!isUsablePoint(edwardsCurves[curve], Buffer.from(x!, "base64url"))) {
        throw new JwtError("key/invalid-point", `The public key is not a point of ${curve} that can be used`);
      }
      return material;
    },
    bind: (material) => bindPair(null, material),
  };
}
