import type { Conditions } from "./conditions.ts";
import type { Roster } from "./roster.ts";

/** What the parts of a room have in common. */
export interface Interior {
  readonly roster: Roster;
  readonly conditions: Conditions;
  /** The number of one more notice. */
  readonly nextSeq: () => number;
}
