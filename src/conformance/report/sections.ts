/** The cases of a run in the order that reports tell them: by profile, then by section. */
import type { CaseDescription, Profile } from "../case.ts";
import { clauseOf } from "./clause.ts";

/** The cases of one profile that have their rule in one section. */
export interface Section<C extends CaseDescription> {
  readonly profile: Profile;
  /** `rfc6455/5.5.1`. */
  readonly name: string;
  /** What the specification calls it: `Close`. */
  readonly title: string | undefined;
  readonly cases: readonly C[];
}

/** What section a case belongs to: the same text for the cases of one {@link Section}. */
export function sectionKey({ profile, id }: Pick<CaseDescription, "profile" | "id">): string {
  return `${profile} ${clauseOf(id).section}`;
}

/** The sections, profile by profile, in the order in which each was met first. */
export function sectionsOf<C extends CaseDescription>(cases: Iterable<C>): readonly Section<C>[] {
  const profiles = new Map<Profile, Map<string, C[]>>();
  for (const item of cases) {
    const names = profiles.get(item.profile) ?? new Map<string, C[]>();
    const { section } = clauseOf(item.id);
    const its = names.get(section) ?? [];
    its.push(item);
    names.set(section, its);
    profiles.set(item.profile, names);
  }
  return [...profiles].flatMap(([profile, names]) =>
    [...names].map(([name, its]) => ({ profile, name, title: clauseOf(`${name}/`).title, cases: its })),
  );
}
