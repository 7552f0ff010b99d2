/** Colours for terminals, and when to use them. Every colour is one of the sixteen that a person's theme sets. */
import { CommandError, ExitCode } from "./exit-code.ts";

/** SGR codes, ECMA-48 §8.3.117: how each begins. */
const styles = {
  header: "35",
  claims: "36",
  signature: "94",
  good: "32",
  bad: "1;31",
  warning: "1;33",
  title: "1",
  dim: "2",
} as const;
export type Style = keyof typeof styles;

/** Dresses `text`; the plain one leaves it as it is. Whatever is dressed has to be printable already. */
export type Paint = (style: Style, text: string) => string;

export const plain: Paint = (_, text) => text;
export const colourful: Paint = (style, text) => (text === "" ? "" : `\x1b[${styles[style]}m${text}\x1b[0m`);

/** What decides about colours besides `--color`. */
export interface Screen {
  readonly isTerminal: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * How to paint: `always`, `never`, or by default `auto`, which means on a terminal that can do it, unless
 * `NO_COLOR` holds anything.
 *
 * @throws {CommandError} 2 when `choice` is none of the three
 */
export function choosePaint(choice: string | undefined, { isTerminal, environment }: Screen): Paint {
  switch (choice) {
    case "always":
      return colourful;
    case "never":
      return plain;
    case "auto":
    case undefined:
      return isTerminal && !environment.NO_COLOR && environment.TERM !== "dumb" ? colourful : plain;
    default:
      throw new CommandError(ExitCode.Usage, `--color must be auto, always or never`);
  }
}
