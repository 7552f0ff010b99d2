/** Verdicts counted, as a bar and as numbers. */
import type { Verdict } from "../../verdict.ts";
import { countedWords, verdictsByGravity, verdictWords } from "../verdict-words.ts";
import { element, type PageElement } from "./dom.ts";
import { verdictClass, verdictIcon } from "./icons.ts";

/** How many of which verdict. */
export type Counts = Readonly<Record<Verdict, number>>;

const fromGoodToBad: readonly Verdict[] = [
  ...(["pass", "info", "not applicable"] as const),
  ...(["warn", "harness error", "setup failed", "fail"] as const),
];

/** A bar with one piece for each verdict, as long as there are many; the passed ones come first. */
export function bar(counts: Counts): PageElement {
  const pieces = fromGoodToBad
    .filter((verdict) => counts[verdict] > 0)
    .map((verdict) => {
      const piece = element("span", { class: `piece verdict-${verdictClass(verdict)}` });
      piece.style.setProperty("flex-grow", String(counts[verdict]));
      return piece;
    });
  return element(
    "span",
    { class: "bar", role: "img", "aria-label": countedWords(counts) ?? "no cases" },
    ...pieces,
  );
}

/** The verdicts that are there, each with its drawing and its number; without `pass` if so wished. */
export function numbers(counts: Counts, withPassed: boolean): PageElement {
  const there = verdictsByGravity.filter(
    (verdict) => counts[verdict] > 0 && (withPassed || verdict !== "pass"),
  );
  return element(
    "span",
    { class: "numbers" },
    ...there.map((verdict) =>
      element(
        "span",
        {
          class: `number verdict-${verdictClass(verdict)}`,
          title: `${counts[verdict]} ${verdictWords[verdict].counted}`,
        },
        verdictIcon(verdict, true),
        String(counts[verdict]),
      ),
    ),
  );
}
