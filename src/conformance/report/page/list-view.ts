/** All sections, by profile. */
import type { Section } from "../sections.ts";
import { element, type PageElement, text } from "./dom.ts";
import type { RowContext } from "./row-view.ts";
import type { Row } from "./rows.ts";
import { runLetter, runName } from "./run-names.ts";
import { SectionView } from "./section-view.ts";

/** One profile's heading, and its sections. */
interface ProfilePart {
  readonly element: PageElement;
  readonly sections: readonly SectionView[];
}

/** The list of cases. */
export class ListView {
  readonly element: PageElement;
  readonly #parts: readonly ProfilePart[];
  readonly #nothing: PageElement = text("p", "nothing", "No case is like that.");

  constructor(sections: readonly Section<Row>[], context: RowContext) {
    const profiles = [...new Set(sections.map(({ profile }) => profile))];
    this.#parts = profiles.map((profile) => {
      const its = sections
        .filter((section) => section.profile === profile)
        .map((section) => new SectionView(section, context));
      const heading = text("h2", "profile-heading", profile);
      const body = element("div", { class: "sections" }, ...its.map((section) => section.element));
      return { sections: its, element: element("div", { class: "profile" }, heading, body) };
    });
    const heads = context.runs.length > 1 ? columnHeads(context) : undefined;
    const parts = this.#parts.map((part) => part.element);
    this.element = element("main", { class: "list" }, heads, ...parts, this.#nothing);
  }

  /** Shows the rows that `isShown` lets through; returns how many there are. */
  show(isShown: (row: Row) => boolean, searching: boolean): number {
    let count = 0;
    for (const { element: part, sections } of this.#parts) {
      let inPart = 0;
      for (const section of sections) {
        const rows = section.section.cases.filter(isShown);
        section.show(rows, searching);
        inPart += rows.length;
      }
      part.hidden = inPart === 0;
      count += inPart;
    }
    this.#nothing.hidden = count > 0;
    return count;
  }

  /** Unfolds or folds everything. */
  unfoldAll(open: boolean): void {
    for (const section of this.#parts.flatMap((part) => part.sections)) section.choose(open);
  }

  /** Opens a case and brings it into sight; nothing happens when there is none of that id. */
  openCase(id: string): void {
    for (const section of this.#parts.flatMap((part) => part.sections)) {
      const row = section.section.cases.find((item) => item.id === id);
      if (row === undefined) continue;
      section.choose(true);
      const view = section.viewOf(row);
      view.open();
      view.reveal();
      return;
    }
  }
}

function columnHeads({ runs }: RowContext): PageElement {
  const heads = runs.map((run, at) =>
    element("span", { class: "cell column-head", title: runName(run) }, runLetter(at)),
  );
  return element(
    "div",
    { class: "column-heads", "aria-hidden": "true" },
    element("span", { class: "cells" }, ...heads),
  );
}
