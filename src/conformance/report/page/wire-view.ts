/** A wire log as a diagram: the suite at the left, the peer at the right, time downwards. */
import type { WireEntry } from "../../wire/wire-log.ts";
import { type FrameEntry, isFrameEntry, octetCount } from "../frame-fields.ts";
import { asciiLines } from "../octets.ts";
import { durationWords } from "../verdict-words.ts";
import { visible, visibleLines } from "../visible.ts";
import { button, element, type PageElement, setState, text } from "./dom.ts";
import { frameDetail, frameStrip, listing } from "./frame-view.ts";
import { chevron } from "./icons.ts";

/** Silence of so many milliseconds is drawn as such. */
const WORTH_A_GAP = 50;

/** The diagram of one case. */
export function wireView(entries: readonly WireEntry[], peer: string): PageElement {
  if (entries.length === 0) return text("p", "nothing", "Nothing went over the wire.");
  const several =
    new Set(entries.map(({ connection }) => connection).filter((number) => number > 0)).size > 1;
  return element(
    "div",
    { class: several ? "wire several" : "wire" },
    element(
      "div",
      { class: "lanes", "aria-hidden": "true" },
      text("span", "lane", "suite"),
      text("span", "lane", peer),
    ),
    element(
      "ol",
      { class: "entries" },
      ...entries.flatMap((entry, at) => withGap(entry, entries[at - 1], several)),
    ),
  );
}

function withGap(entry: WireEntry, before: WireEntry | undefined, several: boolean): readonly PageElement[] {
  const silence = entry.at - (before?.at ?? 0);
  const shown = entryView(entry, several);
  return silence < WORTH_A_GAP ? [shown] : [text("li", "gap", `${durationWords(silence)} later`), shown];
}

function entryView(entry: WireEntry, several: boolean): PageElement {
  const { at, connection, direction, summary } = entry;
  const clock = element(
    "span",
    { class: "clock" },
    several && connection > 0
      ? element("span", { class: `connection connection-${((connection - 1) % 6) + 1}` }, `#${connection}`)
      : undefined,
    text("span", "time", at.toFixed(1)),
  );
  if (direction === "event")
    return element("li", { class: "entry event" }, clock, text("span", "happened", visible(summary)));
  const detail = element("div", { class: "entry-detail", hidden: true });
  const box = button(
    { class: isFrameEntry(entry) ? "box box-frame" : "box box-octets", "aria-expanded": "false" },
    () => toggle(),
    chevron(),
    text("span", "visually-hidden", direction),
    isFrameEntry(entry) ? frameStrip(entry) : octetsStrip(entry),
  );
  const toggle = (): void => {
    if (detail.hidden) detail.replaceChildren(...detailOf(entry));
    detail.hidden = !detail.hidden;
    setState(box, "aria-expanded", !detail.hidden);
  };
  const arrow = element("span", { class: "arrow", "aria-hidden": "true" });
  return element(
    "li",
    { class: `entry ${direction}` },
    clock,
    element("div", { class: "span" }, ...(direction === "sent" ? [box, arrow] : [arrow, box])),
    detail,
  );
}

/** What is no frame: its own words, and how long it is. */
function octetsStrip({ summary, length }: WireEntry): PageElement {
  return element(
    "span",
    { class: "strip" },
    text("span", "raw", visible(summary)),
    length === undefined ? undefined : text("span", "raw-length", octetCount(length)),
  );
}

function detailOf(entry: WireEntry): readonly PageElement[] {
  if (isFrameEntry(entry)) return [frameSummary(entry), frameDetail(entry)];
  const { octets = "", length = 0 } = entry;
  const lines = asciiLines(octets);
  const kept = octets.length / 2;
  return [
    lines === undefined
      ? listing(octets, "payload")
      : element("pre", { class: "head-lines" }, visibleLines(lines.trimEnd()).join("\n")),
    ...(kept < length ? [text("p", "left-out", `${kept} of ${octetCount(length)} were kept.`)] : []),
  ];
}

function frameSummary({ summary, frame }: FrameEntry): PageElement {
  const header = `header of ${octetCount(frame.headerLength)}`;
  return text("p", "frame-summary", `${visible(summary)}; ${header}`);
}
