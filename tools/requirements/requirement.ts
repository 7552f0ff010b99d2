/** What an RFC asks of an endpoint, and what shows that we do it: the shape of the data in this folder. */

/** A line of code that obeys a requirement. */
export interface CodePlace {
  /** Path below `src/`. */
  readonly file: string;
  /** Text that occurs exactly once in that file. */
  readonly anchor: string;
  /** What is cited there, when another section says the same: `5.3`, or `RFC 6455 §4.1`. */
  readonly cites?: string;
}

/** A test that fails when the requirement is not met. */
export interface TestPlace {
  /** Path below `test/`. */
  readonly file: string;
  /** Its title, or what is written of it where a table makes it; occurs exactly once in that file. */
  readonly title: string;
}

/** One sentence that binds somebody. In the data, sentences are in the order of their RFC. */
export interface Requirement {
  /** `5.5.1`. */
  readonly section: string;
  /** The RFC's own words, at most some 25 of them, with all its RFC 2119 key words; `…` stands for what is left out. */
  readonly quote: string;
  /**
   * For a sentence without such a key word that binds nevertheless: an item of an algorithm or a list that a MUST
   * introduces (RFC 6455 §2), a lower-case "must" or "should", or a definition that others build on.
   */
  readonly level?: "step" | "must" | "should" | "definition";
  /** Whom it binds; `other` for intermediaries, registries and authors of extensions. */
  readonly role: "server" | "client" | "both" | "other";
  readonly code?: CodePlace | readonly CodePlace[];
  readonly test?: TestPlace | readonly TestPlace[];
  /** Why there is no code or no test; with both, what should be known besides. */
  readonly reason?: string;
}

/** The requirements of one RFC. */
export interface Document {
  /** `6455`. */
  readonly number: string;
  readonly title: string;
  /** The first and the last chapter that bind an endpoint, and were read. */
  readonly chapters: readonly [first: number, last: number];
  /** Sentences in those chapters which hold an RFC 2119 key word of obligation, counted in its text. */
  readonly sentences: number;
  /** Such key words there: a sentence may have several. */
  readonly keyWords: number;
  readonly requirements: readonly Requirement[];
}
