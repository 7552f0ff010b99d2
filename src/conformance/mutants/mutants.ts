/** The mutants: every fault in each role that has it, and the cases that are to notice. */
import type { CaseDescription, Role } from "../case.ts";
import { meaning } from "./fault.ts";
import { http2 } from "./faults/http2.ts";
import { type Broken, type Fault, faults } from "./faults.ts";

/** A correct peer with one fault. */
export interface Mutant {
  readonly role: Exclude<Role, "jwt">;
  readonly fault: (typeof faults)[number];
  readonly broken: Broken;
  /** The peer of the same manner without the fault: what the mutant is held against. */
  readonly correct: Broken;
  /** Whether the server speaks HTTP/2 by hand, where Node's own would not let the fault through. */
  readonly byHand: boolean;
}

const byHand: ReadonlySet<Fault> = new Set(http2.map(({ name }) => name));

export const mutants: readonly Mutant[] = faults.flatMap((fault) => {
  const roles = fault.role === "either" ? (["server", "client"] as const) : [fault.role];
  return roles.map((role) => ({
    role,
    fault,
    broken: (name) => name === fault.name || name === fault.manner,
    correct: (name) => name === fault.manner,
    byHand: byHand.has(fault.name),
  }));
});

/** Which of these cases, all of the mutant's role, have to turn red. */
export function casesAgainst<C extends CaseDescription>(
  { fault }: Mutant,
  cases: readonly C[],
): readonly C[] {
  const isMeant = meaning(fault.cases);
  return cases.filter(({ id }) => isMeant(id));
}
