/** Why peers deviate, as far as it is known: from their source, their documentation, or what is seen on the wire. */
import type { Explanation } from "../explanation.ts";
import { clients } from "./clients.ts";
import { compression } from "./compression.ts";
import { frames } from "./frames.ts";
import { hostile } from "./hostile.ts";
import { http } from "./http.ts";
import { opening } from "./opening.ts";
import { tokens } from "./tokens.ts";

export const explanations: readonly Explanation[] = [
  ...http,
  ...opening,
  ...clients,
  ...frames,
  ...compression,
  ...hostile,
  ...tokens,
];
