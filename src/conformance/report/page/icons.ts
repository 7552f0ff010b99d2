/** The drawings of the page: a shape of its own for each verdict, so that colour is never all there is. */
import type { Verdict } from "../../verdict.ts";
import { verdictWords } from "../verdict-words.ts";
import { type PageElement, shape } from "./dom.ts";

/** What is drawn: filled areas, and lines on top of them. All on a square of 16. */
interface Drawing {
  readonly filled?: string;
  readonly lines: string;
}

const disc = "M8 .75a7.25 7.25 0 1 1 0 14.5a7.25 7.25 0 0 1 0-14.5z";
const ring = "M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 0 1 0-13z";

const drawings: Readonly<Record<Verdict, Drawing>> = {
  pass: { lines: `${ring}M5 8.3l2.1 2.1L11.2 6` },
  fail: { filled: disc, lines: "M5.4 5.4l5.2 5.2M10.6 5.4l-5.2 5.2" },
  warn: {
    filled:
      "M8 .9a1.5 1.5 0 0 1 1.3.75l6 10.6A1.5 1.5 0 0 1 14 14.5H2a1.5 1.5 0 0 1-1.3-2.25l6-10.6A1.5 1.5 0 0 1 8 .9z",
    lines: "M8 5.6v3.6M8 11.7v.1",
  },
  info: { lines: `${ring}M8 7.4v3.8M8 4.8v.1` },
  "not applicable": { lines: "M4.5 8h7" },
  "setup failed": { lines: `${ring}M3.6 12.4l8.8-8.8` },
  "harness error": {
    filled:
      "M2.5.75h11A1.75 1.75 0 0 1 15.25 2.5v11a1.75 1.75 0 0 1-1.75 1.75h-11A1.75 1.75 0 0 1 .75 13.5v-11A1.75 1.75 0 0 1 2.5.75z",
    lines: "M6 6.2a2 2 0 1 1 2.7 1.9c-.5.2-.7.6-.7 1.1M8 11.7v.1",
  },
};

/** The verdict's drawing. It is named for those who do not see it, unless its name stands beside it. */
export function verdictIcon(verdict: Verdict, named: boolean): PageElement {
  const { filled, lines } = drawings[verdict];
  const label = named
    ? { role: "img", "aria-label": verdictWords[verdict].short }
    : { "aria-hidden": "true" };
  return shape(
    "svg",
    { class: `icon verdict-${verdictClass(verdict)}`, viewBox: "0 0 16 16", ...label },
    filled === undefined ? undefined : shape("path", { class: "area", d: filled }),
    shape("path", { class: filled === undefined ? "line" : "line on-area", d: lines }),
  );
}

/** A verdict as part of a class's name: `not-applicable`. */
export function verdictClass(verdict: Verdict): string {
  return verdict.replace(" ", "-");
}

/** The mark before what can be opened; it turns when it is open. */
export function chevron(): PageElement {
  const attributes = { class: "icon chevron", viewBox: "0 0 16 16", "aria-hidden": "true" };
  return shape("svg", attributes, shape("path", { class: "line", d: "M6 3.5L10.5 8L6 12.5" }));
}

/** The project's mark. */
export function wordmark(): PageElement {
  return shape(
    "svg",
    { class: "wordmark", viewBox: "8 4 50 56", "aria-hidden": "true" },
    shape("path", { class: "copper", d: "M36 24.5h-6.5" }),
    shape("path", { class: "insulation", d: "M21 12v26a13.5 13.5 0 1 0 13.5-13.5" }),
  );
}
