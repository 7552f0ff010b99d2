/** How the hostile corpus is written down: themes by RFC section, each with tokens that must be refused. */

import type { JwtErrorCode } from "../../../src/jwt/errors.ts";
import { verifyJwt } from "../../../src/jwt/jwt.ts";
import type { Key } from "../../../src/jwt/key.ts";
import type { KeyChoice } from "../../../src/jwt/key-choice.ts";
import type { ClaimsPolicy } from "../../../src/jwt/policy.ts";
import { now, policy } from "../forge.ts";

/** A token, and what it is tried on where that is not what the rest of its theme is tried on. */
export interface Attempt {
  readonly token: string;
  readonly key?: Key | KeyChoice;
  readonly policy?: ClaimsPolicy;
}

/** Why a token is refused, the token, the code it is refused with, and its twin, the flawless one of the theme by default. */
export type TokenCase = readonly [
  why: string,
  token: string | Attempt,
  code: JwtErrorCode,
  twin?: string | Attempt,
];

export interface TokenTheme {
  /** The rule that is broken, with its section. */
  readonly rule: string;
  readonly key: Key | KeyChoice;
  readonly policy?: ClaimsPolicy;
  /** In place of `verifyJwt`. */
  readonly verify?: (token: string, key: Key | KeyChoice) => unknown;
  /** Nothing is wrong with this one. */
  readonly flawless: string;
  readonly cases: readonly TokenCase[];
}

/** Tries a token of the theme. */
export function attempt(theme: TokenTheme, tried: string | Attempt): unknown {
  const {
    token,
    key = theme.key,
    policy: wanted = theme.policy ?? policy,
  } = typeof tried === "string" ? { token: tried } : tried;
  return theme.verify === undefined ? verifyJwt(token, key, wanted, now) : theme.verify(token, key);
}
