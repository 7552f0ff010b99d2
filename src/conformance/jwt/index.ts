/** The part of the suite for verifiers of JWTs: its cases, and how a verifier is reached. */
import type { Case } from "../case.ts";
import { hostile } from "./cases/hostile.ts";
import { criticality } from "./cases/rfc7515-crit.ts";
import { encoding } from "./cases/rfc7515-encoding.ts";
import { examples } from "./cases/rfc7515-examples.ts";
import { headers } from "./cases/rfc7515-header.ts";
import { signature } from "./cases/rfc7515-signature.ts";
import { keysAndSets } from "./cases/rfc7517.ts";
import { ecdsa } from "./cases/rfc7518-ecdsa.ts";
import { hmac } from "./cases/rfc7518-hmac.ts";
import { none } from "./cases/rfc7518-none.ts";
import { rsa } from "./cases/rfc7518-rsa.ts";
import { audience } from "./cases/rfc7519-audience.ts";
import { claims } from "./cases/rfc7519-claims.ts";
import { times } from "./cases/rfc7519-times.ts";
import { unencodedPayloads } from "./cases/rfc7797.ts";
import { eddsa } from "./cases/rfc8037.ts";
import { algorithmChoice } from "./cases/rfc8725-algorithms.ts";
import { trustedClaims } from "./cases/rfc8725-claims.ts";
import { keyChoice } from "./cases/rfc8725-keys.ts";
import { accessTokens } from "./cases/rfc9068.ts";
import type { JwtTrial } from "./trial.ts";

export { JwtTarget, type JwtTargetOptions } from "./jwt-target.ts";
export { JwtTrial } from "./trial.ts";

/** Every case, the examples of the RFCs first. */
export const jwtCases: readonly Case<JwtTrial>[] = [
  ...examples,
  ...headers,
  ...criticality,
  ...signature,
  ...encoding,
  ...keysAndSets,
  ...hmac,
  ...rsa,
  ...ecdsa,
  ...none,
  ...claims,
  ...audience,
  ...times,
  ...unencodedPayloads,
  ...eddsa,
  ...algorithmChoice,
  ...keyChoice,
  ...trustedClaims,
  ...accessTokens,
  ...hostile,
];
