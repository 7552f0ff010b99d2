/** The keys of the page. Everything can also be reached with Tab and opened with Enter. */
import { element, type PageElement, type PageEvent, page, text } from "./dom.ts";

const keys: readonly (readonly [key: string, meaning: string])[] = [
  ["/", "search"],
  ["j", "next case"],
  ["k", "case before"],
  ["n", "next that needs a look"],
  ["Enter", "open or close"],
  ["Esc", "show all"],
];

/** Acts on keys, unless somebody is writing. */
export function listenToKeys(search: PageElement, showAll: () => void): void {
  page.addEventListener("keydown", (event: PageEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      showAll();
      return;
    }
    if (event.target?.closest("input, textarea") != null) return;
    switch (event.key) {
      case "/":
        event.preventDefault();
        search.focus();
        search.select();
        return;
      case "j":
        return go(".row-main", 1);
      case "k":
        return go(".row-main", -1);
      case "n":
        return go(".row-main[data-look]", 1);
    }
  });
}

/** The list of keys at the foot of the page. */
export function keysView(): PageElement {
  return element(
    "dl",
    { class: "keys" },
    ...keys.map(([key, meaning]) =>
      element(
        "div",
        { class: "key" },
        element("dt", {}, text("kbd", "cap", key)),
        element("dd", {}, meaning),
      ),
    ),
  );
}

/** Moves the focus to the next of the rows in sight, or the one before. */
function go(selector: string, step: 1 | -1): void {
  const all = [...page.querySelectorAll(".row-main")].filter((row) => row.getClientRects().length > 0);
  const wanted = new Set(page.querySelectorAll(selector));
  const current = page.activeElement?.closest(".row-item")?.querySelector(".row-main") ?? null;
  const from = current === null ? (step === 1 ? -1 : all.length) : all.indexOf(current);
  for (let at = from + step; at >= 0 && at < all.length; at += step) {
    const row = all[at]!;
    if (!wanted.has(row)) continue;
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "center" });
    return;
  }
}
