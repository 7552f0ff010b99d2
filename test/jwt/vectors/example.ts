/** The shapes in which the published examples of this folder are written down. */
import type { Algorithm } from "../../../src/jwt/algorithms.ts";
import type { Jwk } from "../../../src/jwt/jwk.ts";

/** RFC 7515 §7.1: a token, and the key that made it, private where it has two halves. */
export interface CompactExample {
  readonly alg: Algorithm;
  readonly key: Jwk;
  readonly token: string;
}

/** RFC 7515 §7.2.2. */
export interface FlattenedExample {
  readonly alg: Algorithm;
  readonly key: Jwk;
  readonly jws: Signature & { readonly payload?: string };
}

/** RFC 7515 §7.2.1: `algorithms[i]` and `keys[i]` made `signatures[i]`. */
export interface GeneralExample {
  readonly algorithms: readonly Algorithm[];
  readonly keys: readonly Jwk[];
  readonly jws: { readonly payload?: string; readonly signatures: readonly Signature[] };
}

export interface Signature {
  readonly protected?: string;
  readonly header?: Readonly<Record<string, unknown>>;
  readonly signature: string;
}
