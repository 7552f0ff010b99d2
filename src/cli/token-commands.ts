/** The commands `barewire token …`: their options and their help. */
import type { Command, OptionGroup } from "./command-line.ts";
import { policyOptions } from "./policy-options.ts";
import { keyOptions } from "./source.ts";
import { claimOptions } from "./stated-claims.ts";

export const TOKEN_HELP: string = `barewire token: JSON Web Tokens (RFC 7519) by hand

  barewire token sign      signs claims
  barewire token verify    verifies a token and says which check it failed
  barewire token decode    shows what a token says, and verifies nothing

Each has --help.
`;

const outputOptions: OptionGroup = {
  title: "Output",
  options: [
    { flag: "json", help: "one JSON object: valid, header, claims, error, checks" },
    {
      flag: "color",
      value: "WHEN",
      help: "auto (default: on a terminal, unless NO_COLOR is set), always, never",
    },
  ],
};

export const signCommand: Command = {
  name: "token sign",
  operands: "--typ TYPE --key-file PATH [options]",
  summary: "Signs claims and prints the token.",
  groups: [
    claimOptions,
    {
      title: "The token",
      options: [
        {
          flag: "typ",
          value: "TYPE",
          help: "its type: at+jwt for an access token, JWT where there is but one kind",
        },
        {
          flag: "expires-in",
          value: "DURATION",
          help: 'how long it is good, 600, 15m, 8h, 30d: writes "exp" and "iat"',
        },
        { flag: "now", value: "TIME", help: "from when that counts (default: now)" },
        {
          flag: "alg",
          value: "NAME",
          help: "its algorithm, where the key does not say: ES256, EdDSA, RS256, HS256, …",
        },
        { flag: "kid", value: "NAME", help: 'name of the key, for the header; "thumbprint" computes one' },
      ],
    },
    keyOptions,
  ],
  notes: `  barewire token sign --key-file key.json --typ at+jwt --issuer https://id.example \\
    --audience chat --subject alice --claim admin:=true --expires-in 10m`,
};

export const verifyCommand: Command = {
  name: "token verify",
  operands: "[TOKEN] --alg NAME --key-file PATH --issuer NAME --audience NAME --typ TYPE [options]",
  summary: `Verifies a token and says which check it failed. Without TOKEN, or with -, the token is read from standard
input, which is better: every user of the machine can read arguments.`,
  groups: [
    {
      title: "The algorithm",
      options: [
        {
          flag: "alg",
          value: "NAME",
          help: "what the key is for, never taken from the token; several with --jwks and --jwks-url",
          repeatable: true,
        },
      ],
    },
    {
      title: keyOptions.title,
      options: [
        ...keyOptions.options,
        { flag: "jwks", value: "PATH", help: "a JWK Set (RFC 7517 §5), of which the token names one" },
        { flag: "jwks-url", value: "URL", help: "the same over HTTPS" },
      ],
    },
    policyOptions,
    outputOptions,
  ],
  notes: `Ends with 0 when the token is good, 1 when it is not, 2 for wrong options, 3 when key or token cannot be read.

  barewire token verify --alg ES256 --key-file public.json --typ at+jwt \\
    --issuer https://id.example --audience chat < token.txt`,
};

export const decodeCommand: Command = {
  name: "token decode",
  operands: "[TOKEN] [options]",
  summary: `Shows what a token says. Nothing is verified: anyone can write such a token. Without TOKEN, or with -, the token
is read from standard input, which is better: every user of the machine can read arguments.`,
  groups: [outputOptions],
  notes: `Ends with 0 when the token can be read, 1 when it is malformed.

  barewire token decode < token.txt`,
};
