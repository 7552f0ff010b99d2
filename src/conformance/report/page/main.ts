/** The page of an HTML report: reads the data that came with it, and draws it. */
import type { WireEntry } from "../../wire/wire-log.ts";
import { element, type PageElement, page, text, view } from "./dom.ts";
import { FilterBar } from "./filter-bar.ts";
import { headerView, outcomeView, runsTable } from "./header.ts";
import { keysView, listenToKeys } from "./keyboard.ts";
import { ListView } from "./list-view.ts";
import { passes, type Row, sectionRows } from "./rows.ts";
import { RUNS_ELEMENT, type RunSummary, wireElement } from "./run-data.ts";
import { type Haystack, haystackOf, isFound, parseQuery } from "./search.ts";

const runs = parsed<readonly RunSummary[]>(page.getElementById(RUNS_ELEMENT));
const sections = sectionRows(runs);
const rows = sections.flatMap(({ cases }) => cases);
// Kept before the page replaces what it was loaded with.
const wireElements = runs.map((_, run) => page.getElementById(wireElement(run)));
const wires = new Map<number, readonly (readonly WireEntry[])[]>();
const haystacks = new Map<string, Haystack>();

const list = new ListView(sections, { runs, wireOf, opened: noteOpened });
const filterBar = new FilterBar(rows, runs, showChosen, (open) => list.unfoldAll(open));
const [first] = runs;
page.body.replaceChildren(
  headerView(runs),
  element(
    "div",
    { class: "summary card" },
    runs.length === 1 && first !== undefined ? outcomeView(first) : runsTable(runs),
    filterBar.choices,
  ),
  filterBar.bar,
  list.element,
  element(
    "footer",
    { class: "foot" },
    keysView(),
    text("p", "foot-note", "One file, nothing is loaded from elsewhere."),
  ),
);
listenToKeys(filterBar.search, () => filterBar.clear());
view.addEventListener("hashchange", openNamed);
showChosen();
openNamed();

function showChosen(): void {
  const { filter } = filterBar;
  const query = parseQuery(filterBar.typed);
  const isShown = (row: Row): boolean =>
    passes(row, filter, runs) && (query === undefined || isFound(query, haystack(row)));
  filterBar.tell(list.show(isShown, !filterBar.isOpen), rows.length);
}

/** Opens the case that the address names: `report.html#rfc6455/5.5.1/3`. */
function openNamed(): void {
  const id = view.location.hash.slice(1);
  if (id !== "") list.openCase(id);
}

function noteOpened(id: string, open: boolean): void {
  view.history.replaceState(null, "", open ? `#${id}` : "#");
}

function haystack(row: Row): Haystack {
  const known = haystacks.get(row.id);
  if (known !== undefined) return known;
  const its = row.places.map((place, run) => (place === -1 ? [] : wireOf(run, place)));
  const made = haystackOf(row, its);
  haystacks.set(row.id, made);
  return made;
}

/** The wire log of a case. Those of a run are read when the first of them is wanted. */
function wireOf(run: number, place: number): readonly WireEntry[] {
  const known = wires.get(run) ?? parsed<readonly (readonly WireEntry[])[]>(wireElements[run]);
  wires.set(run, known);
  return known[place] ?? [];
}

function parsed<T>(holder: PageElement | null | undefined): T {
  return JSON.parse(holder?.textContent ?? "[]") as T;
}
