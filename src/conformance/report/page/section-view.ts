/** One section of the list: its heading with what became of its cases, and its rows once it is unfolded. */
import type { Section } from "../sections.ts";
import { countVerdicts, gravest } from "../verdict-words.ts";
import { visible } from "../visible.ts";
import { bar, numbers } from "./bar.ts";
import { button, element, type PageElement, setState, text } from "./dom.ts";
import { chevron, verdictIcon } from "./icons.ts";
import { type RowContext, RowView } from "./row-view.ts";
import type { Row } from "./rows.ts";

/** A section on the page. Its rows are made when they are first seen. */
export class SectionView {
  readonly section: Section<Row>;
  readonly element: PageElement;
  readonly #context: RowContext;
  readonly #head: PageElement;
  readonly #list: PageElement = element("ol", { class: "rows", hidden: true });
  readonly #views = new Map<string, RowView>();
  #shown: readonly Row[];
  /** What somebody chose; until then it follows from what is in it. */
  #chosen: boolean | undefined;

  constructor(section: Section<Row>, context: RowContext) {
    this.section = section;
    this.#context = context;
    this.#shown = section.cases;
    this.#head = this.#headButton();
    const head = element(
      "div",
      { class: "section-line" },
      element("h3", { class: "section-heading" }, this.#head),
    );
    if (context.runs.length > 1) head.append(this.#runMarks());
    this.element = element("section", { class: "section" }, head, this.#list);
  }

  /** Shows these of its rows; none hides it. */
  show(rows: readonly Row[], searching: boolean): void {
    this.#shown = rows;
    this.element.hidden = rows.length === 0;
    if (searching) this.#chosen = undefined;
    this.unfold(this.#chosen ?? (searching || this.#isWorthALook()));
  }

  /** Takes back what somebody chose and folds or unfolds it. */
  choose(open: boolean): void {
    this.#chosen = open;
    this.unfold(open);
  }

  unfold(open: boolean): void {
    this.#list.hidden = !open;
    setState(this.#head, "aria-expanded", open);
    if (open) this.#list.replaceChildren(...this.#shown.map((row) => this.viewOf(row).element));
  }

  get isUnfolded(): boolean {
    return !this.#list.hidden;
  }

  /** The view of one of its rows. */
  viewOf(row: Row): RowView {
    const known = this.#views.get(row.id);
    if (known !== undefined) return known;
    const fresh = new RowView(row, this.#context);
    this.#views.set(row.id, fresh);
    return fresh;
  }

  /** With several runs what matters is where they differ; with one, what failed or warned. */
  #isWorthALook(): boolean {
    if (this.#context.runs.length > 1) return this.#shown.some(({ differs }) => differs);
    const looked = ["fail", "warn", "setup failed", "harness error"];
    return this.#shown.some(({ results }) => looked.includes(results[0]?.verdict ?? ""));
  }

  #headButton(): PageElement {
    const { name, title, cases } = this.section;
    const single = this.#context.runs.length === 1;
    const counts = countVerdicts(cases.flatMap(({ results }) => results[0] ?? []));
    return button(
      { class: "section-head", "aria-expanded": "false" },
      () => this.choose(!this.isUnfolded),
      chevron(),
      text("span", "section-name", visible(name)),
      title === undefined ? undefined : text("span", "section-title", title),
      text("span", "section-size", String(cases.length)),
      single ? numbers(counts, false) : undefined,
      single ? bar(counts) : undefined,
    );
  }

  /** The gravest verdict of each run in this section. */
  #runMarks(): PageElement {
    const marks = this.#context.runs.map((_, run) => {
      const worst = gravest(this.section.cases.flatMap(({ results }) => results[run]?.verdict ?? []));
      return element(
        "span",
        { class: "cell cell-section" },
        worst === undefined ? "·" : verdictIcon(worst, true),
      );
    });
    return element("span", { class: "cells" }, ...marks);
  }
}
