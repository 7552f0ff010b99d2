/** What a benchmark is, and what it hands to the report. All of it crosses a process border as JSON. */
import type { Samples } from "./rounds.ts";

/** How much is measured. Durations are milliseconds. */
export interface Settings {
  /** A look at whether everything works; the figures mean nothing. */
  readonly quick: boolean;
  readonly rounds: number;
  /** Rounds for calls, which are short: many short ones in turn notice less of what else the machine does. */
  readonly callRounds: number;
  /** How long a server is under load for one sample. */
  readonly serverWindow: number;
  /** CPU time, not clock time, that a server burns before its first sample. */
  readonly serverWarmUp: number;
  /** CPU time that a call in this process gets for one sample. */
  readonly callWindow: number;
  /** CPU time that a call burns before its first sample. */
  readonly callWarmUp: number;
}

export const fullSettings: Settings = {
  quick: false,
  rounds: 7,
  callRounds: 25,
  serverWindow: 300,
  serverWarmUp: 3_000,
  callWindow: 15,
  callWarmUp: 400,
};

export const quickSettings: Settings = {
  quick: true,
  rounds: 2,
  callRounds: 2,
  serverWindow: 40,
  serverWarmUp: 60,
  callWindow: 2,
  callWarmUp: 5,
};

/** One line of a table: what was asked of every contender, and the samples of those that can do it. */
export interface Row {
  readonly cell: string;
  readonly samples: Samples;
  /** What the ratio of the comparison's `subject` should be. */
  readonly goal?: Bound | undefined;
  /** What other ratios should be, or the figures themselves. */
  readonly goals?: readonly Goal[] | undefined;
}

export type Bound = { readonly atLeast: number } | { readonly atMost: number };

/** A bound for the figure of one contender, or for how many times another one's it is. */
export type Goal = Bound & { readonly of: string; readonly dividedBy?: string | undefined };

export interface Table {
  /** What the samples are, with the unit: "Server CPU, µs per message". */
  readonly quantity: string;
  /** None for figures that only describe the measurement. */
  readonly comparison?: Comparison | undefined;
  readonly rows: readonly Row[];
}

/** How the contenders of a table are set against each other. */
export interface Comparison {
  /** Whom the others are compared with. */
  readonly reference: string;
  /** Which way: `ws ÷ ours` says how many times cheaper, `ours ÷ bare` how much dearer. */
  readonly ratio: "reference ÷ contender" | "contender ÷ reference";
  /** Whose ratio the goals are about. */
  readonly subject: string;
}

/** A picture of ratios: a group of bars for each row, a bar for each contender but the reference. */
export interface Plot {
  /** Of its file, `bench/plots/<name>.svg`. */
  readonly name: string;
  readonly title: string;
  /** What a ratio of 2 means: "CPU time for a token, in multiples of the bare call's". */
  readonly quantity: string;
  readonly comparison: Comparison;
  readonly rows: readonly Row[];
}

/** What one benchmark found. */
export interface Section {
  readonly title: string;
  readonly plots?: readonly Plot[] | undefined;
  readonly tables: readonly Table[];
  /** What a reader must know to trust the figures: the client, the settings, what is left out. */
  readonly notes: readonly string[];
  /** npm packages that took part; their versions are printed. */
  readonly packages: readonly string[];
  /** Other runtimes than Node that took part, with their versions. */
  readonly runtimes?: readonly string[] | undefined;
}

/** The default export of a benchmark's module. `progress` is told what is being measured. */
export type Bench = (settings: Settings, progress: (what: string) => void) => Promise<Section>;
