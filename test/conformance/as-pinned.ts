/** Holds a run against `expected.json`; `npm run conformance -- --peer barewire --pin` writes that anew. */
import { readFileSync } from "node:fs";
import { expect } from "vitest";
import type { Role, RunReport, Verdict } from "../../src/conformance/index.ts";
import { type Pinned, pinnedVerdicts } from "../../tools/conformance/pinned.ts";

const pinned = JSON.parse(readFileSync(new URL("expected.json", import.meta.url), "utf8")) as Pinned;

/** What may become of a case where nobody is to blame. */
const good: readonly Verdict[] = ["pass", "info", "not applicable"];

/** Every case became what is pinned; none failed, and none gave a warning. */
export function expectAsPinned({ role, cases, ended }: RunReport): void {
  expect(ended).toBeUndefined();
  const bad = cases.filter(({ verdict }) => !good.includes(verdict));
  expect(bad.map(({ id, verdict, findings, reason }) => ({ id, verdict, findings, reason }))).toEqual([]);
  const expected = pinnedVerdicts(pinned, role);
  const changed = cases.filter(({ id, verdict }) => expected.get(id) !== verdict);
  expect(changed.map(({ id, verdict }) => `${id} ${verdict}, not ${expected.get(id) ?? "pinned"}`)).toEqual(
    [],
  );
}

/** The ids that are pinned for a role. */
export function pinnedIds(role: Role): readonly string[] {
  return [...pinnedVerdicts(pinned, role).keys()];
}
