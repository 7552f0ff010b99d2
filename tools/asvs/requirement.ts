/** What OWASP ASVS 5.0 asks of an application, and what we answer: the shape of the data in this folder. */
import type { TestPlace } from "../requirements/requirement.ts";

/** A section of a page that says what a requirement wants documented. */
export interface PagePlace {
  /** Path from the root of the project. */
  readonly file: string;
  /** The text of a heading there. */
  readonly heading: string;
}

/**
 * - `met`: a test or a page shows it.
 * - `not met`: the software does not do it; the reason says why, and what follows.
 * - `left to who deploys`: it is decided outside of this software.
 * - `not applicable`: it is about something that this software does not have.
 */
export type Verdict = "met" | "not met" | "left to who deploys" | "not applicable";

/** One requirement. Its text is OWASP's; `asks` is a summary in our words. */
export interface AsvsRequirement {
  /** `6.2.1`. */
  readonly id: string;
  readonly level: 1 | 2 | 3;
  readonly asks: string;
  readonly verdict: Verdict;
  readonly test?: TestPlace | readonly TestPlace[];
  readonly page?: PagePlace | readonly PagePlace[];
  /** Why it is not met, not ours or about nothing that we have; when it is met, what should be known besides. */
  readonly reason?: string;
}

/** A section of a chapter. */
export interface AsvsSection {
  /** `6.2`. */
  readonly id: string;
  readonly title: string;
  /** How many requirements it has; they are numbered from 1. */
  readonly count: number;
  readonly requirements: readonly AsvsRequirement[];
}

/** A chapter, or as much of it as is about authentication, sessions and sockets. */
export interface AsvsChapter {
  /** `6`. */
  readonly id: string;
  readonly title: string;
  /** Its file in the folder `5.0/en` of OWASP's repository. */
  readonly source: string;
  /** Whether all its sections are here. */
  readonly whole: boolean;
  readonly sections: readonly AsvsSection[];
}
