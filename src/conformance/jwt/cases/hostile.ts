/**
 * What only an attacker makes: tokens that shall cost a verifier more than they cost him. A verifier may accept or
 * refuse what is well signed; but it has to answer in time, and to answer the next question too.
 */
import { createCipheriv } from "node:crypto";
import { deflateRawSync } from "node:zlib";
import type { Case } from "../../case.ts";
import type { CaseInSection } from "../../cases/section.ts";
import { secretOf } from "../keys.ts";
import type { Question } from "../protocol.ts";
import { HOUR, question } from "../question.ts";
import { segment } from "../sign.ts";
import type { JwtTrial } from "../trial.ts";
import { clause, refused, refusedAndWithstood, withstood } from "./judging.ts";

const rejected =
  "If any of the listed steps fail, then the JWT MUST be rejected -- that is, treated by the application as an invalid input.";
const supportedSet =
  "Libraries MUST enable the caller to specify a supported set of algorithms and MUST NOT use any other algorithms when performing cryptographic operations.";
const depth = "An implementation may set limits on the maximum depth of nesting.";
const size = "An implementation may set limits on the size of texts that it accepts.";
const precision = "An implementation may set limits on the range and precision of numbers.";

const MIB = 1024 * 1024;
const DEEP = 100_000;

/** They strain a verifier, and so get it for themselves. */
function alone(name: string, cases: readonly CaseInSection<JwtTrial>[]): readonly Case<JwtTrial>[] {
  return clause(
    name,
    cases.map((item) => ({ ...item, alone: true })),
  );
}

function token(make: string | ((now: number) => string)): (now: number) => Question {
  return (now) => ({ ...question(now), token: typeof make === "string" ? make : make(now) });
}

/** A good token, with something in its claims written as it is. */
function claiming(json: string): (now: number) => Question {
  return (now) => question(now, { claims: `{"sub":"alice","exp":${now + HOUR},"x":${json}}` });
}

/** An encrypted token (RFC 7516 §7.1), whose key is the secret that a verifier was given to check MACs with. */
function encrypted(plaintext: Buffer, key: Buffer, more: object = {}): string {
  const header = segment({ alg: "dir", enc: "A256GCM", ...more });
  const iv = Buffer.alloc(12);
  const cipher = createCipheriv("aes-256-gcm", key, iv).setAAD(Buffer.from(header));
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return [header, "", iv, ciphertext, cipher.getAuthTag()]
    .map((part) => (typeof part === "string" ? part : part.toString("base64url")))
    .join(".");
}

/** Made once, and only when it is needed. */
let bomb: Buffer | undefined;

const secret = Buffer.alloc(32, "a secret ");

/** For who has {@link secret} for HS256. */
function toHolder(make: (now: number) => string): (now: number) => Question {
  const trusted = secretOf(secret);
  return (now) => ({ ...question(now, { key: trusted, trusted }), token: make(now) });
}

/** RFC 7518 §4.8.1.2: how often the password is hashed is what the header says. */
const patience = {
  alg: "PBES2-HS256+A128KW",
  enc: "A128CBC-HS256",
  p2s: segment("salt input"),
  p2c: 2 ** 31 - 1,
};

const encryption = [
  ...clause("rfc8725/3.1", [
    {
      number: 21,
      title: "an encrypted token, its key being the one for HS256",
      requirement: supportedSet,
      level: "MUST",
      run: refused(
        toHolder((now) =>
          encrypted(Buffer.from(`{"sub":"root","exp":${now + HOUR}}`), secret, { typ: "JWT" }),
        ),
      ),
    },
  ]),
  ...alone("rfc8725/3.1", [
    {
      number: 22,
      title: "an encrypted token that asks to hash a password two thousand million times",
      requirement: supportedSet,
      level: "MUST",
      run: refusedAndWithstood(
        token([segment(patience), "A".repeat(54), "A".repeat(22), "AAAA", "A".repeat(22)].join(".")),
      ),
    },
    {
      number: 23,
      title: "an encrypted token of some kilobytes that inflates to 32 MiB",
      requirement: supportedSet,
      level: "MUST",
      run: refusedAndWithstood(
        toHolder(() => {
          bomb ??= deflateRawSync(Buffer.alloc(32 * MIB, " "), { level: 1 });
          return encrypted(bomb, secret, { zip: "DEF" });
        }),
      ),
    },
  ]),
];

const malformed = alone("rfc7519/7.2", [
  {
    number: 21,
    title: "a million full stops",
    requirement: rejected,
    level: "MUST",
    run: refusedAndWithstood(token(".".repeat(1_000_000))),
  },
  {
    number: 22,
    title: "1 MiB without a full stop",
    requirement: rejected,
    level: "MUST",
    run: refusedAndWithstood(token("A".repeat(MIB))),
  },
  {
    number: 23,
    title: "a header of a hundred thousand brackets that open, and none that closes",
    requirement: rejected,
    level: "MUST",
    run: refusedAndWithstood(token(`${segment("[".repeat(DEEP))}.e30.AAAA`)),
  },
  {
    number: 24,
    title: "an alg of 1 MiB",
    requirement: rejected,
    level: "MUST",
    run: refusedAndWithstood((now) => question(now, { header: { alg: "HS256".padEnd(MIB, "6") } })),
  },
  {
    number: 25,
    title: "twenty thousand extensions in crit",
    requirement: rejected,
    level: "MUST",
    run: refusedAndWithstood((now) => {
      const names = Array.from({ length: 20_000 }, (_, at) => `"x${at}"`);
      const members = names.map((name) => `${name}:true`);
      return question(now, { header: `{"alg":"HS256","crit":[${names}],${members}}` });
    }),
  },
]);

const large = alone("rfc8259/9", [
  {
    number: 1,
    title: "claims with arrays a hundred thousand deep",
    requirement: depth,
    level: "MUST",
    run: withstood(claiming("[".repeat(DEEP) + "]".repeat(DEEP))),
  },
  {
    number: 2,
    title: "a header with objects a hundred thousand deep",
    requirement: depth,
    level: "MUST",
    run: withstood((now) => {
      const deep = `${'{"x":'.repeat(DEEP)}0${"}".repeat(DEEP)}`;
      return question(now, { header: `{"alg":"HS256","x":${deep}}` });
    }),
  },
  {
    number: 3,
    title: "a number of a hundred thousand digits in the claims",
    requirement: precision,
    level: "MUST",
    run: withstood(claiming("9".repeat(DEEP))),
  },
  {
    number: 4,
    title: "a number for exp that is beyond all numbers",
    requirement: precision,
    level: "MUST",
    run: withstood((now) => question(now, { claims: '{"sub":"alice","exp":1e999}' })),
  },
  {
    number: 5,
    title: "a claim of 1 MiB",
    requirement: size,
    level: "MUST",
    run: withstood(claiming(JSON.stringify("x".repeat(MIB)))),
  },
  {
    number: 6,
    title: "twenty thousand claims",
    requirement: size,
    level: "MUST",
    run: withstood((now) => {
      const members = Array.from({ length: 20_000 }, (_, at) => `"c${at}":${at}`);
      return question(now, { claims: `{"sub":"alice","exp":${now + HOUR},${members.join()}}` });
    }),
  },
  {
    number: 7,
    title: "a kid of 1 MiB",
    requirement: size,
    level: "MUST",
    run: withstood((now) => question(now, { header: { kid: "k".repeat(MIB) } })),
  },
]);

const surrogates = alone("rfc8259/8.2", [
  {
    number: 1,
    title: "half of a surrogate pair in the claims",
    requirement:
      "The behavior of software that receives JSON texts containing such values is unpredictable; for example, implementations might return different values for the length of a string value or even suffer fatal runtime exceptions.",
    level: "MUST",
    run: withstood(claiming('"\\ud800"')),
  },
]);

export const hostile: readonly Case<JwtTrial>[] = [...encryption, ...malformed, ...large, ...surrogates];
