/** What `barewire token sign` is to sign, from a file of JSON and from options. */
import type { Claims } from "../jwt/index.ts";
import { type CommandLine, type OptionGroup, usage } from "./command-line.ts";
import { lossIn, parseJson } from "./json-input.ts";
import { printable } from "./printable.ts";

export const claimOptions: OptionGroup = {
  title: "What the token says",
  options: [
    {
      flag: "claims",
      value: "PATH",
      help: "claims from a file that holds a JSON object; - is standard input",
    },
    {
      flag: "claim",
      value: "NAME=TEXT",
      help: 'one more, a string; NAME:=JSON for anything else: admin:=true, roles:=["ops"]',
      repeatable: true,
    },
    { flag: "issuer", value: "NAME", help: '"iss"' },
    { flag: "subject", value: "NAME", help: '"sub"' },
    { flag: "audience", value: "NAME", help: '"aud"; several make a list', repeatable: true },
  ],
};

/**
 * The claims of the file and those of the options together.
 *
 * @throws {CommandError} 2 when an option is wrong, or one claim is given in two places
 */
export function stateClaims(fromFile: Readonly<Record<string, unknown>>, line: CommandLine): Claims {
  const stated = [
    ...Object.entries(fromFile),
    ...named(line),
    ...line.texts("claim").map((text) => claim(text, line)),
  ];
  const names = stated.map(([name]) => name);
  const double = names.find((name, at) => names.indexOf(name) !== at);
  if (double !== undefined)
    throw usage(`the claim ${printable(JSON.stringify(double))} is given twice`, line.command);
  const claims = Object.fromEntries(stated);
  const loss = lossIn(claims);
  if (loss !== undefined) throw usage(`what is to be signed cannot be: ${loss}`, line.command);
  return claims;
}

function named(line: CommandLine): readonly [string, unknown][] {
  const audience = line.texts("audience");
  const options = {
    iss: line.text("issuer"),
    sub: line.text("subject"),
    aud: audience.length > 1 ? audience : audience[0],
  };
  return Object.entries(options).filter(([, value]) => value !== undefined);
}

/** `name=text` or `name:=json`: one never has to guess whether 42 is a number. */
function claim(text: string, line: CommandLine): [string, unknown] {
  const [, name, kind, value = ""] = /^([^=]+?)(:?=)(.*)$/s.exec(text) ?? [];
  if (name === undefined) throw usage("--claim takes NAME=TEXT or NAME:=JSON", line.command);
  if (kind === "=") return [name, value];
  const json = parseJson(value);
  if (json !== undefined) return [name, json];
  throw usage(
    `--claim ${printable(name)}:= must be followed by JSON; for a string write ${printable(name)}=…`,
    line.command,
  );
}
