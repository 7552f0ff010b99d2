/** One row of the list: a case with its verdict in each run, and what is behind it once it is opened. */
import type { WireEntry } from "../../wire/wire-log.ts";
import { clauseOf } from "../clause.ts";
import { durationWords, gravest, verdictWords } from "../verdict-words.ts";
import { visible } from "../visible.ts";
import { resultView, ruleView } from "./case-view.ts";
import { button, element, type PageElement, setState, text } from "./dom.ts";
import { chevron, verdictIcon } from "./icons.ts";
import type { Row } from "./rows.ts";
import type { RunSummary } from "./run-data.ts";
import { peerWord, runLetter, runName } from "./run-names.ts";

/** What rows share. */
export interface RowContext {
  readonly runs: readonly RunSummary[];
  /** The wire log of a case. */
  readonly wireOf: (run: number, place: number) => readonly WireEntry[];
  /** Told when a row was opened, and when it was closed. */
  readonly opened: (id: string, open: boolean) => void;
}

/** A row on the page. Its detail is drawn when it is opened, and forgotten when it is closed. */
export class RowView {
  readonly row: Row;
  readonly element: PageElement;
  readonly #context: RowContext;
  readonly #main: PageElement;
  readonly #cells: readonly PageElement[];
  readonly #detail: PageElement = element("div", { class: "detail", hidden: true });
  #run: number | undefined;

  constructor(row: Row, context: RowContext) {
    this.row = row;
    this.#context = context;
    const several = context.runs.length > 1;
    this.#cells = several ? row.results.map((_, run) => this.#cell(run)) : [];
    this.#main = this.#mainButton(several);
    const name = `row${several ? " row-several" : ""}${row.differs ? " row-differs" : ""}`;
    const cells = several ? element("span", { class: "cells" }, ...this.#cells) : undefined;
    this.element = element(
      "li",
      { class: "row-item" },
      element("div", { class: name }, this.#main, cells),
      this.#detail,
    );
  }

  /** Opens the detail of a run; without one, of the run with the gravest verdict. */
  open(run: number = this.#gravestRun()): void {
    this.#run = run;
    this.#detail.replaceChildren(...this.#content(run));
    this.#detail.hidden = false;
    this.#mark();
    this.#context.opened(this.row.id, true);
  }

  close(): void {
    this.#run = undefined;
    this.#detail.hidden = true;
    this.#detail.replaceChildren();
    this.#mark();
    this.#context.opened(this.row.id, false);
  }

  /** Brings the row into sight, and the keyboard to it. */
  reveal(): void {
    this.#main.focus({ preventScroll: true });
    this.element.scrollIntoView({ block: "start" });
  }

  #mark(): void {
    setState(this.#main, "aria-expanded", this.#run !== undefined);
    for (const [run, cell] of this.#cells.entries()) setState(cell, "aria-pressed", run === this.#run);
  }

  #mainButton(several: boolean): PageElement {
    const { id, title, level, results } = this.row;
    const verdict = gravest(results.flatMap((result) => result?.verdict ?? []));
    const looked =
      verdict !== undefined && ["fail", "warn", "setup failed", "harness error"].includes(verdict);
    const duration = several ? undefined : results[0]?.duration;
    return button(
      { class: "row-main", "aria-expanded": "false", "data-look": looked },
      () => (this.#run === undefined ? this.open() : this.close()),
      several || verdict === undefined ? chevron() : verdictIcon(verdict, true),
      text("span", "row-number", visible(clauseOf(id).number)),
      text("span", "row-title", visible(title)),
      text("span", `level level-${level}`, level),
      duration === undefined ? undefined : text("span", "row-time", durationWords(duration)),
    );
  }

  #cell(run: number): PageElement {
    const result = this.row.results[run];
    const name = runName(this.#context.runs[run]!);
    const said = result === undefined ? "not run" : verdictWords[result.verdict].short;
    const attributes = { class: "cell", "aria-pressed": "false", title: `${name}: ${said}` };
    if (result === undefined) return element("span", { ...attributes, class: "cell cell-none" }, "·");
    return button(
      attributes,
      () => (this.#run === run ? this.close() : this.open(run)),
      verdictIcon(result.verdict, true),
    );
  }

  #gravestRun(): number {
    const { results } = this.row;
    const worst = gravest(results.flatMap((result) => result?.verdict ?? []));
    return Math.max(
      0,
      results.findIndex((result) => result !== undefined && result.verdict === worst),
    );
  }

  #content(run: number): readonly PageElement[] {
    const { runs, wireOf } = this.#context;
    const result = this.row.results[run];
    if (result === undefined) return [ruleView(this.row)];
    const wire = wireOf(run, this.row.places[run]!);
    return [
      ruleView(this.row),
      ...(runs.length > 1 ? [this.#tabs(run)] : []),
      resultView(result, wire, runs.length > 1 ? runName(runs[run]!) : peerWord(runs[run]!)),
    ];
  }

  /** The runs by name, so that their details can be gone through in one place. */
  #tabs(chosen: number): PageElement {
    const tabs = this.row.results.flatMap((result, run) =>
      result === undefined
        ? []
        : button(
            { class: "tab", "aria-pressed": String(run === chosen) },
            () => this.open(run),
            verdictIcon(result.verdict, true),
            text("span", "tab-letter", runLetter(run)),
            text("span", "tab-name", runName(this.#context.runs[run]!)),
          ),
    );
    return element("div", { class: "tabs", role: "group", "aria-label": "runs" }, ...tabs);
  }
}
