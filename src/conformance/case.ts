/**
 * What a case is: one rule of a specification, as a value that can be listed, selected, run and reported.
 */

/** What is under test. */
export type Role = "server" | "client" | "jwt";

/** The groups in which cases are run; see the README for what each asks. */
export type Profile = "core" | "deflate" | "handshake" | "hostile" | "h2" | "perf" | "jwt";

/** The RFC's own key word (RFC 2119): a deviation from a MUST fails, from a SHOULD warns, from a MAY informs. */
export type Level = "MUST" | "SHOULD" | "MAY";

/** What is told about a case, without running it. */
export interface CaseDescription {
  /** The clause and a number within it: `rfc6455/5.5.1/3`. It never changes its meaning. */
  readonly id: string;
  /** What happens, in a few words: `a Ping of 126 octets`. */
  readonly title: string;
  /** The sentence that is held against the peer, as the specification has it. */
  readonly requirement: string;
  readonly level: Level;
  readonly profile: Profile;
  /** The numbers that Autobahn|Testsuite gave to what this case covers: `["2.5"]`. */
  readonly autobahn: readonly string[];
}

/** A case that is carried out with a trial of type `T`: a connection to a server, from a client, or a verifier. */
export interface Case<T> extends CaseDescription {
  /** Whose duty the rule is. */
  readonly roles: readonly Role[];
  /** Throws {@link Deviation} where the peer deviates; ends without a word where it does what it must. */
  readonly run: (trial: T) => Promise<void>;
  /** Connections that a client under test has to make for this case. Default 1. */
  readonly connections?: number;
  /** Whether the runner also runs it over HTTP/2, as `h2:<id>`. Default false. */
  readonly overHttp2?: boolean;
  /** Runs while no other case does: it measures time, or strains the peer. Default false. */
  readonly alone?: boolean;
}
