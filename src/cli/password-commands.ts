/** The commands `barewire password …`: their options and their help. */
import { scryptProfiles } from "../password/index.ts";
import type { Command, OptionRow } from "./command-line.ts";

export const PASSWORD_HELP: string = `barewire password: hashes of passwords (scrypt, RFC 7914) by hand

  barewire password hash     a password as it is stored
  barewire password verify   whether a password is the one that was stored
  barewire password tune     what a hash costs on this machine, and which profile fits

Each has --help.
`;

export const PASSWORD_IS_NO_ARGUMENT: string =
  "a password is never an argument, for every user of the machine can read those: type it when asked, or give it on standard input";

const [strongest] = scryptProfiles;

const profileOption: OptionRow = {
  flag: "profile",
  value: "NAME",
  help: `what a new hash costs, of those that "barewire password tune" lists (default ${strongest!.name})`,
};

const pepperOption: OptionRow = {
  flag: "pepper-file",
  value: "PATH",
  help: "a pepper: a JWK for HS256 whose kid has 1 to 8 characters; the first given is for new hashes",
  repeatable: true,
};

const input = `The password is asked for, unseen, at a terminal. Otherwise it is what stands on standard input, one line in UTF-8,
whose end does not count.`;

export const hashCommand: Command = {
  name: "password hash",
  operands: "[options]",
  summary: `Prints a password as it is stored: a PHC string with a salt of its own. A password that nobody should have is
refused, as at registration.

${input}`,
  groups: [
    {
      title: "Options",
      options: [
        profileOption,
        pepperOption,
        { flag: "username", value: "NAME", help: "whose it is: a password made of the name is refused" },
        { flag: "unchecked", help: "hash it even if it is short, common or made of the name" },
      ],
    },
  ],
  notes: `Ends with 0 when it is hashed, 1 when it is refused, 2 for wrong options, 3 when something cannot be read.

  barewire password hash --username alice
  barewire key generate --alg HS256 --kid 2026 --out pepper.json
  barewire password hash --pepper-file pepper.json < password.txt`,
  secretAdvice: PASSWORD_IS_NO_ARGUMENT,
};

export const verifyCommand: Command = {
  name: "password verify",
  operands: "PHC [options]",
  summary: `Says whether a password is the one that PHC, a string such as '$scrypt$ln=17,r=8,p=1$…$…', was made from. Put it in
single quotes, or a shell takes $scrypt for a variable.

${input}`,
  groups: [
    {
      title: "Options",
      options: [
        { flag: "hash-file", value: "PATH", help: "the PHC string from a file instead" },
        profileOption,
        { ...pepperOption, help: "a pepper, as for hash; several, if need be" },
        { flag: "json", help: "one JSON object: valid, needsRehash" },
      ],
    },
  ],
  notes: `Ends with 0 when the password is right, 1 when it is wrong, 2 for wrong options, 3 when the PHC string or something
else cannot be read.

  barewire password verify --hash-file alice.phc < password.txt`,
  secretAdvice: PASSWORD_IS_NO_ARGUMENT,
};

export const tuneCommand: Command = {
  name: "password tune",
  operands: "[options]",
  summary: `Measures what a hash of each of OWASP's profiles costs on this machine, and marks the one with the most memory that
fits: what "barewire serve" would choose here.`,
  groups: [
    {
      title: "The budget",
      options: [
        { flag: "time", value: "MS", help: "milliseconds that one hash may take (default 500)" },
        {
          flag: "memory",
          value: "MIB",
          help: "MiB that all hashes at once may take (default a quarter of the memory)",
        },
        { flag: "concurrency", value: "NUMBER", help: "how many are computed at once (default 2)" },
      ],
    },
    {
      title: "Output",
      options: [{ flag: "json", help: "one JSON object: chosen, withinBudget, budget, profiles" }],
    },
  ],
  notes: `Ends with 0 when a profile fits, 1 when none does; then the nearest is marked.

  barewire password tune --time 250 --concurrency 4`,
};
