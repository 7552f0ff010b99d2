/** What chooses the cases that are shown: verdicts, profiles, key words, roles, and the search. */
import type { Level, Profile, Role } from "../../case.ts";
import type { Verdict } from "../../verdict.ts";
import { countVerdicts, verdictsByGravity, verdictWords } from "../verdict-words.ts";
import { bar } from "./bar.ts";
import { button, element, type PageElement, setState, text, view } from "./dom.ts";
import { verdictClass, verdictIcon } from "./icons.ts";
import type { Filter, Row } from "./rows.ts";
import type { RunSummary } from "./run-data.ts";

/** Milliseconds after a key before the search begins, so that typing stays quick. */
const PAUSE = 120;

/** The choice that was made, and the controls that make it. */
export class FilterBar {
  readonly verdicts: Set<Verdict> = new Set();
  readonly profiles: Set<Profile> = new Set();
  readonly levels: Set<Level> = new Set();
  readonly roles: Set<Role> = new Set();
  onlyDiffering = false;
  /** Verdicts, and profiles with what became of them. */
  readonly choices: PageElement;
  /** What stays in sight: the search, and how much of all is shown. */
  readonly bar: PageElement;
  readonly search: PageElement;
  readonly #found: PageElement = text("span", "found", "");
  readonly #clear: PageElement;
  readonly #changed: () => void;

  /**
   * @param changed called when another choice was made
   * @param unfoldAll called when everything is to be unfolded, or folded
   */
  constructor(
    rows: readonly Row[],
    runs: readonly RunSummary[],
    changed: () => void,
    unfoldAll: (open: boolean) => void,
  ) {
    this.#changed = changed;
    this.search = searchField(changed);
    this.#clear = button({ class: "clear", hidden: true }, () => this.clear(), "Show all");
    this.choices = element(
      "div",
      { class: "choices" },
      group("verdicts", "verdicts", this.#verdictChips(rows)),
      group("profiles", "profiles", this.#profileCards(rows)),
    );
    const several = new Set(runs.map(({ role }) => role)).size > 1;
    this.bar = element(
      "div",
      { class: "filter-bar" },
      element("div", { class: "search-box" }, this.search, text("kbd", "search-key", "/")),
      group("toggles", "key words", this.#levelToggles(rows)),
      several ? group("toggles", "roles", this.#roleToggles(runs)) : undefined,
      runs.length > 1 ? this.#differingToggle(rows) : undefined,
      element(
        "div",
        { class: "shown" },
        this.#found,
        this.#clear,
        button({ class: "quiet" }, () => unfoldAll(true), "Unfold all"),
        button({ class: "quiet" }, () => unfoldAll(false), "Fold all"),
      ),
    );
  }

  get filter(): Filter {
    const { verdicts, profiles, levels, roles, onlyDiffering } = this;
    return { verdicts, profiles, levels, roles, onlyDiffering };
  }

  /** What was typed. */
  get typed(): string {
    return this.search.value;
  }

  /** Whether everything is shown. */
  get isOpen(): boolean {
    const sets = [this.verdicts, this.profiles, this.levels, this.roles];
    return sets.every(({ size }) => size === 0) && !this.onlyDiffering && this.typed.trim() === "";
  }

  /** Says how many of all cases are shown. */
  tell(shown: number, all: number): void {
    this.#found.textContent = shown === all ? `${all} cases` : `${shown} of ${all} cases`;
    this.#clear.hidden = this.isOpen;
  }

  /** Shows everything. */
  clear(): void {
    for (const set of [this.verdicts, this.profiles, this.levels, this.roles]) set.clear();
    this.onlyDiffering = false;
    this.search.value = "";
    for (const part of [this.choices, this.bar]) {
      for (const pressed of part.querySelectorAll("[aria-pressed=true]"))
        setState(pressed, "aria-pressed", false);
    }
    this.#changed();
  }

  #verdictChips(rows: readonly Row[]): readonly PageElement[] {
    const there = verdictsByGravity.map((verdict) => {
      const number = rows.filter(({ results }) =>
        results.some((result) => result?.verdict === verdict),
      ).length;
      return { verdict, number };
    });
    return there
      .filter(({ number }) => number > 0)
      .map(({ verdict, number }) =>
        this.#toggle(
          this.verdicts,
          verdict,
          `chip verdict-${verdictClass(verdict)}`,
          verdictIcon(verdict, false),
          text("span", "chip-number", String(number)),
          text("span", "chip-word", verdictWords[verdict].short),
        ),
      );
  }

  #profileCards(rows: readonly Row[]): readonly PageElement[] {
    const profiles = [...new Set(rows.map(({ profile }) => profile))];
    return profiles.map((profile) => {
      const inIt = rows.filter((row) => row.profile === profile);
      const results = inIt.flatMap((row) => row.results);
      const counts = countVerdicts(results.filter((result) => result !== undefined));
      const unjudged = counts["setup failed"] + counts["harness error"];
      const bad =
        counts.fail > 0 ? `${counts.fail} failed` : unjudged > 0 ? `${unjudged} not judged` : undefined;
      return this.#toggle(
        this.profiles,
        profile,
        "profile-card",
        text("span", "profile-name", profile),
        text("span", bad === undefined ? "profile-number" : "profile-number bad", bad ?? String(inIt.length)),
        bar(counts),
      );
    });
  }

  #levelToggles(rows: readonly Row[]): readonly PageElement[] {
    return (["MUST", "SHOULD", "MAY"] as const)
      .filter((level) => rows.some((row) => row.level === level))
      .map((level) => this.#toggle(this.levels, level, "toggle", level));
  }

  #roleToggles(runs: readonly RunSummary[]): readonly PageElement[] {
    return [...new Set(runs.map(({ role }) => role))].map((role) =>
      this.#toggle(this.roles, role, "toggle", role),
    );
  }

  #differingToggle(rows: readonly Row[]): PageElement {
    const number = rows.filter(({ differs }) => differs).length;
    const made = button(
      { class: "toggle differing", "aria-pressed": "false" },
      () => {
        this.onlyDiffering = !this.onlyDiffering;
        setState(made, "aria-pressed", this.onlyDiffering);
        this.#changed();
      },
      `only differing (${number})`,
    );
    return made;
  }

  #toggle<T>(
    chosen: Set<T>,
    value: T,
    name: string,
    ...children: readonly (PageElement | string)[]
  ): PageElement {
    const made = button(
      { class: name, "aria-pressed": "false" },
      () => {
        if (!chosen.delete(value)) chosen.add(value);
        setState(made, "aria-pressed", chosen.has(value));
        this.#changed();
      },
      ...children,
    );
    return made;
  }
}

/** Where somebody types what is looked for. */
function searchField(changed: () => void): PageElement {
  const input = element("input", {
    class: "search",
    type: "search",
    placeholder: "Search text or octets (88 02 03 e8)",
    "aria-label": "Search in cases, requirements and what went over the wire, as text or as octets",
    autocomplete: "off",
    spellcheck: "false",
  });
  let timer: number | undefined;
  input.addEventListener("input", () => {
    view.clearTimeout(timer);
    timer = view.setTimeout(changed, PAUSE);
  });
  return input;
}

function group(name: string, label: string, controls: readonly PageElement[]): PageElement {
  return element("div", { class: name, role: "group", "aria-label": label }, ...controls);
}
