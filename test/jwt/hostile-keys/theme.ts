/** How the corpus of hostile keys is written down: themes by RFC section, each with keys that must be refused. */
import type { KeyObject } from "node:crypto";
import type { Algorithm } from "../../../src/jwt/algorithms.ts";
import type { JwtErrorCode } from "../../../src/jwt/errors.ts";

/** What a key comes from; a JWK may be anything that JSON can hold. */
export type Source = string | Uint8Array | KeyObject | Readonly<Record<string, unknown>>;

/** Why a key is refused for the algorithm, the key, the code it is refused with, and its twin, which is accepted for it. */
export type KeyCase = readonly [why: string, key: Source, alg: Algorithm, code: JwtErrorCode, twin: Source];

export interface KeyTheme {
  /** The rule that is broken, with its section. */
  readonly rule: string;
  readonly cases: readonly KeyCase[];
}
