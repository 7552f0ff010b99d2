/** Which of the cases are to be run: by profile, by id, and by Autobahn's numbers. */
import type { CaseDescription, Profile } from "../case.ts";

export interface Selection {
  /** Default: all. */
  readonly profiles?: readonly Profile[];
  /** Patterns of which one has to fit; see {@link fits}. Default: everything fits. */
  readonly only?: readonly string[];
  /** Patterns of which none may fit. Default: none. */
  readonly except?: readonly string[];
}

/** The cases that are selected, in their order. */
export function selectCases<C extends CaseDescription>(
  cases: readonly C[],
  { profiles, only, except = [] }: Selection,
): readonly C[] {
  return cases.filter(
    (item) =>
      (profiles === undefined || profiles.includes(item.profile)) &&
      (only === undefined || only.some((pattern) => fits(item, pattern))) &&
      !except.some((pattern) => fits(item, pattern)),
  );
}

/**
 * Whether a pattern means this case: `rfc6455/5.5.1/3`, `rfc6455/5.*` with `*` for anything, `rfc6455/5.5` for all of
 * a clause and what is below it, or `autobahn:7.9.*` for the numbers of Autobahn|Testsuite.
 */
export function fits({ id, autobahn }: CaseDescription, pattern: string): boolean {
  const numbers = /^autobahn:(.*)$/s.exec(pattern)?.[1];
  if (numbers !== undefined) return autobahn.some((number) => matches(number, numbers));
  return matches(id, pattern);
}

function matches(name: string, pattern: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, "\\$&"));
  // A whole clause is meant with what is below it: 5.5 is 5.5.1 and 5.5/1 as well, but not 5.50.
  return new RegExp(`^${parts.join(".*")}(?:$|[/.])`, "s").test(name);
}
