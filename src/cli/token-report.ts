/** What `barewire token decode` and `verify` print: for people in columns, for machines one JSON object. */
import type { Jwt, JwtError } from "../jwt/index.ts";
import type { Check, CheckResult } from "./checks.ts";
import { headerWords, timeClaims, wordsFor } from "./claim-words.ts";
import type { Paint, Style } from "./colour.ts";
import { hintFor } from "./form-hints.ts";
import { printable } from "./printable.ts";
import { describeTime } from "./relative-time.ts";

export interface Report {
  readonly token: string;
  /** What the token says, verified or not; `undefined` when it cannot be read. */
  readonly jwt: Jwt | undefined;
  /** Why it was refused. */
  readonly error: JwtError | undefined;
  /** The checks that were made; `undefined`: nobody asked for any. */
  readonly checks: readonly Check[] | undefined;
  /** Seconds since the epoch. */
  readonly now: number;
}

/**
 * One line of JSON: `{ valid, header, claims, error, checks }`. `valid` is null when nothing was verified.
 * What a refused token says is left out, so that a program that forgets to look at `valid` has nothing to go on.
 */
export function jsonReport({ jwt, error, checks }: Report): string {
  const shown = error === undefined ? jwt : undefined;
  const report = {
    valid: error !== undefined ? false : checks === undefined ? null : true,
    header: shown?.header ?? null,
    claims: shown?.claims ?? null,
    error: error === undefined ? null : { code: error.code, message: error.message },
    checks: checks ?? [],
  };
  return `${printable(JSON.stringify(report))}\n`;
}

/** For people. The signature is shortened: who reads the output in a log cannot use the token. */
export function textReport(report: Report, paint: Paint): string {
  const { jwt, checks } = report;
  const sections = [
    tokenLine(report.token, paint),
    ...(jwt === undefined ? rawSections(report, paint) : partSections({ ...report, jwt }, paint)),
    ...(checks === undefined ? [] : [checkSection(checks, paint)]),
    verdict(report, paint),
  ];
  return `${sections.filter((section) => section !== "").join("\n\n")}\n`;
}

const shownOfPart = [24, 32, 12] as const;
const partStyles = ["header", "claims", "signature"] as const satisfies readonly Style[];

/** The three parts in their colours, each cut short. */
function tokenLine(token: string, paint: Paint): string {
  const parts = token.split(".", 4);
  if (parts.length !== 3) return "";
  return parts.map((part, at) => paint(partStyles[at]!, cut(part, shownOfPart[at]!))).join(paint("dim", "."));
}

function cut(text: string, length: number): string {
  return printable(text.length > length ? `${text.slice(0, length)}…` : text);
}

/** One parameter or claim: its name, what that means, and its value in lines. */
interface Row {
  readonly style: Style;
  readonly name: string;
  readonly words: string;
  readonly lines: readonly string[];
}

function partSections(report: Report & { readonly jwt: Jwt }, paint: Paint): readonly string[] {
  const { jwt, token, now, error, checks = [] } = report;
  const header = Object.entries(jwt.header).map(([name, value]): Row => {
    const words = Object.hasOwn(headerWords, name) ? headerWords[name]! : "";
    return { style: "header", name: label(name), words, lines: valueLines(value) };
  });
  const claims = Object.entries(jwt.claims).map(([name, value]): Row => {
    const lines =
      timeClaims.has(name) && typeof value === "number" ? timeLine(value, now, paint) : valueLines(value);
    return { style: "claims", name: label(name), words: wordsFor(name, value, now), lines };
  });
  const all = [...header, ...claims];
  const widths = [widest(all.map(({ name }) => name)), widest(all.map(({ words }) => words))] as const;
  const genuine = checks.some(({ name, result }) => name === "signature" && result === "passed");
  const trust = !genuine ? ", unverified" : error !== undefined ? ", signed but refused" : "";
  const signature = token.slice(token.lastIndexOf(".") + 1);
  const octets = Math.floor((signature.length * 3) / 4);
  return [
    [paint("title", `Header${trust}`), ...header.map((row) => rowText(row, widths, paint))].join("\n"),
    [paint("title", `Claims${trust}`), ...claims.map((row) => rowText(row, widths, paint))].join("\n"),
    `${paint("title", "Signature")}  ${paint("signature", `${octets} octets`)}${genuine ? "" : trust}`,
  ];
}

/** A name; in quotation marks if, with its blanks, it could pass for more than one column. */
function label(name: string): string {
  return cut(/^[\p{L}\p{N}_.:/#@+$-]+$/u.test(name) ? name : JSON.stringify(name), 200);
}

/** Longer names than this stand on a line of their own. */
const WIDEST = 28;

function widest(texts: readonly string[]): number {
  return texts.reduce((width, { length }) => (length <= WIDEST ? Math.max(width, length) : width), 0);
}

function rowText(
  { style, name, words, lines }: Row,
  [names, meanings]: readonly [number, number],
  paint: Paint,
): string {
  const indent = " ".repeat(names + meanings + 6);
  const named = `  ${paint(style, name)}${" ".repeat(Math.max(0, names - name.length))}`;
  const [first = "", ...others] = lines;
  const meaning = `${paint("dim", words)}${" ".repeat(meanings - words.length)}`;
  const start = name.length > names ? `${named}\n${indent}${first}` : `${named}  ${meaning}  ${first}`;
  return [start, ...others.map((line) => indent + line)].join("\n");
}

function timeLine(value: number, now: number, paint: Paint): readonly string[] {
  return [`${describeTime(value, now)}  ${paint("dim", String(value))}`];
}

const MAX_LINES = 40;
const MAX_LINE = 1_000;

/** JSON on one line if it is short, else one line for each member; strings keep their quotation marks. */
function valueLines(value: unknown): readonly string[] {
  const compact = JSON.stringify(value);
  const nested = typeof value === "object" && value !== null && compact.length > 72;
  const lines = nested ? JSON.stringify(value, null, 2).split("\n") : [compact];
  const shown = lines.slice(0, MAX_LINES).map((line) => {
    const text = printable(line.slice(0, MAX_LINE));
    return line.length > MAX_LINE ? `${text}… ${line.length - MAX_LINE} characters more` : text;
  });
  return lines.length > MAX_LINES ? [...shown, `… ${lines.length - MAX_LINES} lines more`] : shown;
}

/** A token that cannot be read, as far as it is base64url of anything. */
function rawSections({ token }: Report, paint: Paint): readonly string[] {
  const parts = token.split(".", 4);
  if (parts.length !== 3) return [];
  return (["Header", "Claims"] as const).map((title, at) => {
    // A character that the cut divides is no fault of the text's.
    const part = Buffer.from(parts[at]!.slice(0, 4 * MAX_LINE), "base64url");
    const text = new TextDecoder().decode(part, { stream: true });
    const shown = text.includes("\ufffd") ? paint("dim", "no text") : cut(text, MAX_LINE);
    return `${paint("title", `${title}, unverified, as it stands there`)}\n  ${shown}`;
  });
}

const signs: Readonly<Record<CheckResult, readonly [sign: string, style: Style]>> = {
  passed: ["✓", "good"],
  failed: ["✗", "bad"],
  "not-made": ["–", "dim"],
  "not-reached": ["·", "dim"],
};

function checkSection(checks: readonly Check[], paint: Paint): string {
  const width = widest(checks.map(({ name }) => name));
  const lines = checks.map(({ name, result, detail }) => {
    const [sign, style] = signs[result];
    const label = name.replace("-", " ").padEnd(width);
    const text = cut(detail, 300);
    const quiet = result === "not-made" || result === "not-reached";
    return `  ${paint(style, sign)} ${quiet ? paint("dim", `${label}  ${text}`) : `${label}  ${text}`}`;
  });
  return [paint("title", "Checks, in their order"), ...lines].join("\n");
}

function verdict({ token, error, checks }: Report, paint: Paint): string {
  if (error !== undefined) {
    const judged = /^(?:jws|claims)\//.test(error.code);
    const word = checks === undefined ? "MALFORMED" : judged ? "REFUSED" : "NOT VERIFIED";
    const hint = error.code === "jws/malformed" ? hintFor(token) : undefined;
    const line = `${paint("bad", `✗ ${word}`)}  ${error.message} (${error.code})`;
    return hint === undefined ? line : `${line}\n  ${hint}`;
  }
  return checks === undefined
    ? `${paint("warning", "! NOT VERIFIED")}  Anyone can write such a token. barewire token verify checks it.`
    : `${paint("good", "✓ VALID")}  Every check that was asked for is passed.`;
}
