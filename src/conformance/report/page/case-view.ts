/** One case in one run, opened: the sentence, the findings, how to repeat it, and the wire. */
import type { Finding } from "../../verdict.ts";
import type { WireEntry } from "../../wire/wire-log.ts";
import { addressOf, clauseOf } from "../clause.ts";
import { durationWords, verdictWords } from "../verdict-words.ts";
import { visible } from "../visible.ts";
import { copyButton } from "./copy.ts";
import { element, type PageElement, text } from "./dom.ts";
import { verdictClass } from "./icons.ts";
import type { Row } from "./rows.ts";
import type { CaseSummary } from "./run-data.ts";
import { wireView } from "./wire-view.ts";

/** What belongs to the case, whatever became of it: its rule. */
export function ruleView({ id, requirement, level, autobahn }: Row): PageElement {
  const { citation, title } = clauseOf(id);
  return element(
    "div",
    { class: "rule" },
    element("blockquote", { class: "requirement" }, visible(requirement)),
    element(
      "p",
      { class: "source" },
      text("span", `level level-${level}`, level),
      citationView(citation),
      title === undefined ? undefined : text("span", "section-title", title),
      text("code", "id", id),
      autobahn.length === 0
        ? undefined
        : text("span", "autobahn", `Autobahn ${visible(autobahn.join(", "))}`),
    ),
  );
}

/** What became of it in one run. */
export function resultView(result: CaseSummary, wire: readonly WireEntry[], peer: string): PageElement {
  const { verdict, findings, reason, repeat, duration } = result;
  return element(
    "div",
    { class: `result result-${verdictClass(verdict)}` },
    reason === undefined
      ? undefined
      : element(
          "p",
          { class: "reason" },
          text("strong", "reason-word", `${verdictWords[verdict].short}: `),
          visible(reason),
        ),
    ...findings.map(findingView),
    element(
      "div",
      { class: "part" },
      element(
        "h4",
        { class: "part-title" },
        "On the wire",
        text("span", "part-note", `${durationWords(duration)}; times in milliseconds`),
      ),
      wireView(wire, peer),
    ),
    element(
      "div",
      { class: "part" },
      text("h4", "part-title", "Repeat just this case"),
      element("div", { class: "command" }, text("code", "command-text", visible(repeat)), copyButton(repeat)),
    ),
  );
}

function findingView({ severity, expected, came, clause }: Finding): PageElement {
  return element(
    "dl",
    { class: `finding finding-${severity}` },
    element(
      "div",
      { class: "expected" },
      element("dt", {}, "expected"),
      element("dd", {}, visible(expected), clause === undefined ? undefined : citationView(visible(clause))),
    ),
    element("div", { class: "came" }, element("dt", {}, "came"), element("dd", {}, visible(came))),
  );
}

/** A citation; a link where it is of an RFC. Nothing is loaded unless somebody follows it. */
function citationView(citation: string): PageElement {
  const address = addressOf(citation);
  return address === undefined
    ? text("span", "citation", citation)
    : element(
        "a",
        { class: "citation", href: address, target: "_blank", rel: "noreferrer noopener" },
        citation,
      );
}
