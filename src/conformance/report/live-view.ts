/**
 * A run while it goes on: what to print when something happened, and the one line that says how far it is.
 *
 * Cases end in any order, since many are run at a time; a section is told when the last of its cases has ended.
 */
import type { CaseDescription, Profile } from "../case.ts";
import type { CaseReport, RunReport } from "../run/run-report.ts";
import { caseBlock } from "./failure-text.ts";
import { cut, type TextStyle } from "./paint.ts";
import { sectionKey, sectionsOf } from "./sections.ts";
import { needsALook, profileLine, sectionLine, sectionName, summaryLines } from "./text.ts";
import { verdictWords } from "./verdict-words.ts";

/** Before what is told below a section. */
const INDENT = "    ";

/** Where the lines go. */
export interface LiveViewOptions extends TextStyle {
  /** Whether the last line can be rewritten. Without it there is no line of progress. */
  readonly terminal: boolean;
}

/** What is to be done at the terminal. */
export interface LiveUpdate {
  /** To be printed, each on a line of its own, above the line of progress. */
  readonly lines: readonly string[];
  /** What the line of progress says from now on; never wider than the terminal. Undefined: there is none. */
  readonly progress: string | undefined;
}

/** A section whose cases have not all ended. */
interface OpenSection {
  waitingFor: number;
  readonly ended: CaseReport[];
}

/** The state behind a live view. Its methods are those of `RunObserver`, and return what is to be done. */
export class LiveView {
  readonly #options: LiveViewOptions;
  readonly #open = new Map<string, OpenSection>();
  /** The order in which the cases were announced. */
  readonly #places = new Map<string, number>();
  #profile: Profile | undefined;
  #cases = 0;
  #ended = 0;
  #failed = 0;
  #latest = "";

  constructor(options: LiveViewOptions) {
    this.#options = options;
  }

  started(cases: readonly CaseDescription[]): LiveUpdate {
    this.#cases = cases.length;
    for (const item of cases) {
      this.#sectionOf(item).waitingFor++;
      this.#places.set(item.id, this.#places.size);
    }
    return this.#update([]);
  }

  caseStarted(description: CaseDescription): LiveUpdate {
    this.#latest = sectionName(description);
    return this.#update([]);
  }

  caseEnded(report: CaseReport): LiveUpdate {
    this.#ended++;
    if (report.verdict !== "warn" && needsALook(report)) this.#failed++;
    const section = this.#sectionOf(report);
    section.ended.push(report);
    section.waitingFor--;
    if (section.waitingFor > 0) return this.#update([]);
    this.#open.delete(sectionKey(report));
    return this.#update(this.#tell(section.ended));
  }

  /** The run is over: the sections that were not finished, as far as they came, and the summary. */
  finished(report: RunReport): LiveUpdate {
    const rest = [...this.#open.values()].flatMap(({ ended }) => this.#tell(ended));
    this.#open.clear();
    return { lines: [...rest, "", ...summaryLines(report, this.#options)], progress: undefined };
  }

  #sectionOf(item: CaseDescription): OpenSection {
    const key = sectionKey(item);
    const known = this.#open.get(key);
    if (known !== undefined) return known;
    const fresh: OpenSection = { waitingFor: 0, ended: [] };
    this.#open.set(key, fresh);
    return fresh;
  }

  #place({ id }: CaseDescription): number {
    return this.#places.get(id) ?? this.#cases;
  }

  #tell(ended: readonly CaseReport[]): readonly string[] {
    const within = { ...this.#options, width: this.#options.width - INDENT.length };
    const inOrder = ended.toSorted((a, b) => this.#place(a) - this.#place(b));
    return sectionsOf(inOrder).flatMap((section) => {
      const heading =
        section.profile === this.#profile ? [] : ["", profileLine(section.profile, this.#options)];
      this.#profile = section.profile;
      const blocks = section.cases
        .filter(needsALook)
        .flatMap((item) => ["", ...caseBlock(item, within).map((line) => `${INDENT}${line}`)]);
      return [...heading, sectionLine(section, this.#options), ...blocks, ...(blocks.length > 0 ? [""] : [])];
    });
  }

  #update(lines: readonly string[]): LiveUpdate {
    if (!this.#options.terminal) return { lines, progress: undefined };
    const width = String(this.#cases).length;
    const failed = this.#failed === 0 ? "" : `  ${this.#failed} ${verdictWords.fail.counted}`;
    const count = `[ ${String(this.#ended).padStart(width)}/${this.#cases} ]`;
    return { lines, progress: cut(`${count} ${this.#latest} …${failed}`, this.#options.width - 1) };
  }
}
