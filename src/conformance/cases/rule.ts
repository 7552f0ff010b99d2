/** The sentence that a case holds against the peer, with its level, written once for all cases under it. */
import type { Level } from "../case.ts";

export interface Rule {
  readonly requirement: string;
  readonly level: Level;
}

export function must(requirement: string): Rule {
  return { requirement, level: "MUST" };
}

export function should(requirement: string): Rule {
  return { requirement, level: "SHOULD" };
}

export function may(requirement: string): Rule {
  return { requirement, level: "MAY" };
}
