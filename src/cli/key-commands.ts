/** The commands `barewire key …`: their options and their help. */
import type { Command, OptionGroup } from "./command-line.ts";
import { keyOptions } from "./source.ts";

export const KEY_HELP: string = `barewire key: keys for signing tokens, as JWK (RFC 7517) or PEM

  barewire key generate     a new private key or secret
  barewire key public       what of a private key may be given away
  barewire key thumbprint   a key's name computed from the key (RFC 7638)

Each has --help.
`;

export const generateCommand: Command = {
  name: "key generate",
  operands: "--alg NAME [options]",
  summary: "Makes a new private key, or for HS256, HS384 and HS512 a secret, and prints it.",
  groups: [
    {
      title: "Options",
      options: [
        {
          flag: "alg",
          value: "NAME",
          help: "the one algorithm the key is for: ES256, EdDSA, RS256, HS256, …",
        },
        {
          flag: "kid",
          value: "NAME",
          help: '"kid", the name to tell it from others by; "thumbprint" computes one',
        },
        {
          flag: "bits",
          value: "NUMBER",
          help: "RSA only: length of the modulus, 2048 to 16384 (default 2048)",
        },
        { flag: "crv", value: "CURVE", help: "EdDSA only: Ed25519 (default) or Ed448" },
        { flag: "pem", help: "PEM text (PKCS #8) instead of a JWK" },
        {
          flag: "out",
          value: "PATH",
          help: "into a new file that only its owner can read; never over another",
        },
      ],
    },
  ],
  notes: `  barewire key generate --alg ES256 --kid thumbprint --out key.json
  barewire key public --key-file key.json --set > jwks.json

What is printed is secret. With --out it goes into a file of mode 0600 and nowhere else.`,
};

const algOption: OptionGroup = {
  title: "Options",
  options: [
    { flag: "alg", value: "NAME", help: "its algorithm, where the key does not say (PEM never does)" },
  ],
};

/** Keys come by the usual options or, when none is given, from standard input. */
const defaultInput = "Without a --key option the key is read from standard input.";

export const publicCommand: Command = {
  name: "key public",
  operands: "[options]",
  summary: "Prints the public half of a private key: what others verify its signatures with.",
  groups: [
    {
      title: keyOptions.title,
      options: keyOptions.options
        .filter(({ flag }) => flag !== "key-encoding") // a secret has no public half
        .map((row) => (row.flag === "key-file" ? { ...row, help: "a JWK or PEM; several with --set" } : row))
        .map((row) => (row.value === undefined ? row : { ...row, repeatable: true as const })),
    },
    {
      title: "Options",
      options: [
        ...algOption.options,
        { flag: "kid", value: "NAME", help: '"kid" in place of the key\'s own; "thumbprint" computes one' },
        { flag: "pem", help: "PEM text (SPKI) instead of a JWK" },
        { flag: "set", help: "a JWK Set (RFC 7517 §5), as is published for verifiers" },
      ],
    },
  ],
  notes: `${defaultInput}

  barewire key public < key.json
  barewire key public --key-file 2027.json --key-file 2026.json --set > jwks.json`,
};

export const thumbprintCommand: Command = {
  name: "key thumbprint",
  operands: "[options]",
  summary:
    "Prints the SHA-256 thumbprint of a key, the same for a private key and its public half (RFC 7638).",
  groups: [keyOptions, algOption],
  notes: `${defaultInput}

  barewire key thumbprint < key.json`,
};
