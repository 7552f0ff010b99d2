/** What a token must be to be accepted, from the options of `barewire token verify`. */
import { type ClaimsPolicy, unchecked } from "../jwt/index.ts";
import { type CommandLine, type OptionGroup, usage } from "./command-line.ts";
import { DURATION, MOMENT, parseDuration, parseMoment } from "./quantities.ts";

export const policyOptions: OptionGroup = {
  title: "What the token must be",
  options: [
    {
      flag: "issuer",
      value: "NAME",
      help: 'whose tokens are accepted ("iss"); several: any of them',
      repeatable: true,
    },
    {
      flag: "audience",
      value: "NAME",
      help: 'for whom: our name, among those in "aud"; likewise',
      repeatable: true,
    },
    { flag: "typ", value: "TYPE", help: "which kind, by its header: at+jwt, JWT, …" },
    {
      flag: "unchecked",
      value: "NAME[,…]",
      help: "leave out issuer, audience, typ, or let exp be missing; nothing else leaves them out",
      repeatable: true,
    },
    { flag: "subject", value: "NAME", help: 'about whom ("sub")' },
    {
      flag: "require",
      value: "NAME",
      help: "a claim that must be there, whatever it says",
      repeatable: true,
    },
    { flag: "max-age", value: "DURATION", help: 'oldest by its "iat": 600, 15m, 8h, 30d' },
    { flag: "leeway", value: "DURATION", help: "how far clocks may be apart (default 0)" },
    { flag: "now", value: "TIME", help: `${MOMENT} (default: the clock's)` },
  ],
};

const optOuts = ["issuer", "audience", "typ", "exp"] as const;
type OptOut = (typeof optOuts)[number];

/**
 * The policy.
 * @throws {CommandError} 2 when an option is wrong, or one of issuer, audience and typ is neither given nor left out
 */
export function parsePolicy(line: CommandLine): ClaimsPolicy {
  const left = parseOptOuts(line);
  const missing = (["issuer", "audience", "typ"] as const).filter(
    (name) => !left.has(name) && !line.has(name),
  );
  if (missing.length > 0) {
    const flags = missing.map((name) => `--${name}`).join(", ");
    throw usage(
      `${flags} must be given, or left out by name: --unchecked ${missing.join(",")}`,
      line.command,
    );
  }
  const [leeway, maxAge, subject] = [
    duration(line, "leeway"),
    duration(line, "max-age"),
    line.text("subject"),
  ];
  return {
    issuer: left.has("issuer") ? unchecked : names(line, "issuer"),
    audience: left.has("audience") ? unchecked : names(line, "audience"),
    typ: left.has("typ") ? unchecked : line.text("typ")!,
    ...(left.has("exp") && { exp: unchecked }),
    ...(leeway !== undefined && { leeway }),
    ...(maxAge !== undefined && { maxAge }),
    ...(subject !== undefined && { subject }),
    ...(line.has("require") && { required: line.texts("require") }),
  };
}

function names(line: CommandLine, flag: string): string | readonly string[] {
  const [first = "", ...others] = line.texts(flag);
  return others.length === 0 ? first : [first, ...others];
}

function parseOptOuts(line: CommandLine): ReadonlySet<OptOut> {
  const left = new Set<OptOut>();
  for (const text of line.texts("unchecked").flatMap((list) => list.split(","))) {
    const name = optOuts.find((known) => known === text);
    if (name === undefined) throw usage(`--unchecked takes ${optOuts.join(", ")}`, line.command);
    if (line.has(name)) throw usage(`--${name} and --unchecked ${name} contradict each other`, line.command);
    left.add(name);
  }
  return left;
}

/**
 * The seconds that the option `flag` says, if it was given.
 * @throws {CommandError} 2
 */
export function duration(line: CommandLine, flag: string): number | undefined {
  return quantity(line, flag, { parse: parseDuration, expected: DURATION });
}

/**
 * The time that `--now` says, in seconds since the epoch, if it was given.
 * @throws {CommandError} 2
 */
export function moment(line: CommandLine): number | undefined {
  return quantity(line, "now", { parse: parseMoment, expected: MOMENT });
}

interface Quantity {
  readonly parse: (text: string) => number | undefined;
  readonly expected: string;
}

function quantity(line: CommandLine, flag: string, { parse, expected }: Quantity): number | undefined {
  const text = line.text(flag);
  if (text === undefined) return undefined;
  const value = parse(text);
  if (value === undefined) throw usage(`--${flag} must be ${expected}`, line.command);
  return value;
}
