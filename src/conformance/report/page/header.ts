/** The top of the page: what was tested, by what, and what came of it. */
import { countedWords, gravest, verdictWords } from "../verdict-words.ts";
import { visible } from "../visible.ts";
import { bar, numbers } from "./bar.ts";
import { button, element, type PageElement, page, text, view } from "./dom.ts";
import { verdictClass, verdictIcon, wordmark } from "./icons.ts";
import type { RunSummary } from "./run-data.ts";
import { beginning, extent, peerWord, runLetter, runName } from "./run-names.ts";

/** The band at the top. */
export function headerView(runs: readonly RunSummary[]): PageElement {
  const [first] = runs;
  const single = runs.length === 1 && first !== undefined;
  return element(
    "header",
    { class: "top" },
    element(
      "div",
      { class: "top-inner" },
      element(
        "p",
        { class: "brand" },
        wordmark(),
        text("span", "brand-name", "Barewire"),
        text("span", "brand-what", "conformance"),
        themeButton(),
      ),
      single
        ? text("h1", "target", visible(first.target.address))
        : text("h1", "target", `${runs.length} runs side by side`),
      single ? factsOf(first) : undefined,
      ...runs.filter(({ complete }) => !complete).map((run) => incomplete(run, single)),
    ),
  );
}

/** What came of a single run. */
export function outcomeView(run: RunSummary): PageElement {
  const { totals, cases } = run;
  const worst =
    gravest(cases.map(({ verdict }) => (verdict === "info" ? "pass" : verdict))) ?? "not applicable";
  const words = totals.fail > 0 ? `${totals.fail} of ${cases.length} failed` : calmWords(run);
  return element(
    "div",
    { class: `outcome outcome-${verdictClass(worst)}` },
    element("h2", { class: "outcome-words" }, verdictIcon(worst, false), words),
    bar(totals),
  );
}

/** Several runs, one below the other. */
export function runsTable(runs: readonly RunSummary[]): PageElement {
  return element(
    "ul",
    { class: "runs" },
    ...runs.map((run, at) =>
      element(
        "li",
        { class: "run" },
        text("span", "run-letter", runLetter(at)),
        element(
          "div",
          { class: "run-what" },
          text("strong", "run-name", runName(run)),
          text("span", "run-address", visible(run.target.address)),
          text("span", "run-facts", `${run.role} · ${extent(run)} · ${beginning(run)}`),
        ),
        element("div", { class: "run-bar" }, bar(run.totals), numbers(run.totals, true)),
      ),
    ),
  );
}

function factsOf(run: RunSummary): PageElement {
  const { target, suite, seed } = run;
  const facts = [
    ...(target.name === undefined ? [] : [target.name]),
    `tested as a ${peerWord(run)}`,
    extent(run),
    beginning(run),
    `${suite.name} ${suite.version}`,
    `seed ${seed}`,
  ];
  return element("ul", { class: "facts" }, ...facts.map((fact) => text("li", "fact", visible(fact))));
}

function incomplete(run: RunSummary, single: boolean): PageElement {
  const why = visible(run.ended ?? "it was ended early");
  return element(
    "p",
    { class: "incomplete" },
    verdictIcon("warn", false),
    `${single ? "This run" : runName(run)} is not complete: ${why}`,
  );
}

function calmWords({ totals, complete, cases }: RunSummary): string {
  const unjudged = totals["setup failed"] + totals["harness error"];
  if (cases.length === 0) return "Nothing was tested";
  if (unjudged > 0) return `${unjudged} could not be judged`;
  if (totals.warn > 0) return `Nothing failed, ${countedWords({ ...noCounts, warn: totals.warn })}`;
  return complete ? "Nothing failed, nothing warned" : "Nothing failed as far as it went";
}

const noCounts: RunSummary["totals"] = Object.fromEntries(
  Object.keys(verdictWords).map((verdict) => [verdict, 0]),
) as RunSummary["totals"];

/** Light, dark, or what the system says; it says which of the two it would change to. */
function themeButton(): PageElement {
  const root = page.documentElement;
  const isDark = (): boolean =>
    (root.getAttribute("data-theme") ??
      (view.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "")) === "dark";
  const made = button({ class: "theme" }, () => {
    root.setAttribute("data-theme", isDark() ? "light" : "dark");
    made.textContent = isDark() ? "Light" : "Dark";
  });
  made.textContent = isDark() ? "Light" : "Dark";
  made.setAttribute("title", "change between light and dark");
  return made;
}
