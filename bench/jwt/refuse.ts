/** Tokens that must be refused: what one costs whom a stranger sends it to. */
import type { Claims } from "../../src/jwt/index.ts";
import type { Bench, Row } from "../harness/bench.ts";
import { compareCalls } from "../harness/calls.ts";
import { figure } from "../harness/report.ts";
import { median } from "../harness/statistics.ts";
import { anyCallOf, type Library, type Verifier } from "./contender.ts";
import { barewire } from "./peers/barewire.ts";
import { fastJwt } from "./peers/fast-jwt.ts";
import { jose } from "./peers/jose.ts";
import { jsonwebtoken } from "./peers/jsonwebtoken.ts";
import { claimsOf, flat, generatePair, type KeyPair, mint, NOW, ringOf } from "./tokens.ts";

const libraries: readonly Library[] = [barewire, fastJwt, jsonwebtoken, jose];

const MEGABYTE = 1_000_000;

/** A kind of bad token, several of each. */
interface Cell {
  readonly cell: string;
  readonly pair: KeyPair;
  readonly tokens: readonly string[];
}

export const bench: Bench = async (settings, progress) => {
  const rows: Row[] = [];
  for (const { cell, pair, tokens } of cells()) {
    progress(cell);
    const calls = [];
    for (const { name, verifier } of libraries) {
      const verify = (await verifier(pair))!;
      const refuse = refusal(name, verify);
      await refuse(tokens[0]!);
      calls.push(await anyCallOf(name, tokens, refuse));
    }
    rows.push({ cell, samples: await compareCalls(calls, settings) });
  }
  const huge = rows.filter(({ cell }) => cell.startsWith("10 MB")).map(({ samples }) => samples.barewire!);
  const most = Math.max(...huge.map(median));
  return {
    title: "JWT refusals",
    tables: [
      {
        quantity: "CPU, µs per token refused",
        comparison: { reference: "barewire", ratio: "contender ÷ reference", subject: "barewire" },
        rows,
      },
    ],
    notes: [
      `A token of 10 MB should be refused in less than 1 ms: \`barewire\` needs ${figure(most)} µs, ${most < 1_000 ? "met" : "missed"}. It looks at the length first (262,144 characters by default); the others have no limit.`,
      "Making, throwing and catching the error is in every figure. Every refusal is checked: a contender that accepts one of these ends the run.",
      "`255 KB, forged` and `16 KB header, nested` are about the largest that `barewire` looks into at all. Header and form are read before the signature, so anybody can have that work done; the claims are not.",
    ],
    packages: ["fast-jwt", "jsonwebtoken", "jose"],
  };
};

function cells(): readonly Cell[] {
  const hmac = generatePair("HS256");
  const stranger = generatePair("HS256");
  const ecdsa = generatePair("ES256");
  const forged = (claims: Claims): string => mint(stranger, claims).text;
  const [header, payload, signature] = mint(hmac, claimsOf()).text.split(".") as [string, string, string];
  const nested = Buffer.from(`{"alg":"HS256","x":${"[".repeat(8_100)}${"]".repeat(8_100)}}`);
  return [
    { cell: "HS256, forged", pair: hmac, tokens: ringOf(stranger).map(({ text }) => text) },
    { cell: "ES256, forged", pair: ecdsa, tokens: ringOf(generatePair("ES256")).map(({ text }) => text) },
    {
      cell: "HS256, expired",
      pair: hmac,
      tokens: Array.from({ length: 64 }, () => mint(hmac, { ...claimsOf(), exp: NOW - 1 }).text),
    },
    { cell: "255 KB, forged", pair: hmac, tokens: [forged({ ...claimsOf(), x: "x".repeat(190_000) })] },
    {
      cell: "16 KB header, nested",
      pair: hmac,
      tokens: [flat(`${nested.toString("base64url")}.${payload}.${signature}`)],
    },
    {
      cell: "10 MB, forged",
      pair: hmac,
      tokens: [forged({ ...claimsOf(), x: "x".repeat(7.5 * MEGABYTE) })],
    },
    { cell: "10 MB of full stops", pair: hmac, tokens: [flat(`${header}${".".repeat(10 * MEGABYTE)}`)] },
  ];
}

/** What remains of verifying where every token is bad. */
function refusal(name: string, verify: Verifier): (text: string) => unknown {
  const accepted = (): never => {
    throw new Error(`${name} accepted a bad token`);
  };
  return (text) => {
    let answer: ReturnType<Verifier>;
    try {
      answer = verify(text);
    } catch (error) {
      return error;
    }
    return answer instanceof Promise ? answer.then(accepted, (error: unknown) => error) : accepted();
  };
}
