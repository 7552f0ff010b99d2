/** Strict reading, beside reading alone. The figures behind src/jwt/base64url.ts and json.ts. */
import { randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { decodeBase64url } from "../../../src/jwt/base64url.ts";
import { parseObject } from "../../../src/jwt/json.ts";
import { defaultLimits } from "../../../src/jwt/limits.ts";
import type { Row, Settings, Table } from "../../harness/bench.ts";
import { type Call, compareCalls } from "../../harness/calls.ts";
import { mapSamples, type Samples } from "../../harness/rounds.ts";
import { callOf } from "../contender.ts";
import { claimsOf, flat } from "../tokens.ts";

const RING = 64;
/** Bytes of an HMAC, of claims, and of a large payload. */
const lengths = [32, 196, 16_384];

/** Base64url read leniently, as Node does, and in ways that refuse every other spelling. */
export async function compareBase64url(settings: Settings): Promise<Table> {
  const rows: Row[] = [];
  for (const length of lengths) {
    const ring = Array.from({ length: RING }, () => flat(randomBytes(length).toString("base64url")));
    for (const text of ring) {
      if (decodeByPattern(text) === undefined) throw new Error("the pattern refused good base64url");
    }
    const calls = [
      callOf("lenient", ring, (text) => Buffer.from(text, "base64url")),
      callOf("pattern first", ring, (text) => decodeByPattern(text) !== undefined),
      callOf("base64url.ts", ring, (text) => decodeBase64url(text) !== undefined),
    ];
    rows.push({ cell: `${length} B`, samples: await inNanoseconds(calls, settings) });
  }
  return {
    quantity: "Base64url: CPU, ns per text",
    comparison: { reference: "lenient", ratio: "contender ÷ reference", subject: "base64url.ts" },
    rows,
  };
}

/** By the alphabet, the length, and the bits of the last character that must be zero. */
const canonical = /^(?:[\w-]{4})*(?:[\w-][AQgw]|[\w-]{2}[AEIMQUYcgkosw048])?$/;

function decodeByPattern(text: string): Buffer | undefined {
  return canonical.test(text) ? Buffer.from(text, "base64url") : undefined;
}

/** A JSON object parsed, and parsed with no member twice and a bounded depth. */
export async function compareJson(settings: Settings): Promise<Table> {
  const objects: Readonly<Record<string, object>> = {
    header: { alg: "HS256", typ: "at+jwt", kid: "2026-11" },
    "claims, 196 B": claimsOf(),
    "claims, nested, 2 KB": {
      ...claimsOf(),
      groups: Array.from({ length: 20 }, (_, id) => ({
        id,
        name: `group ${id}`,
        roles: ["reader", "writer"],
      })),
      profile: { name: "Ærøskøbing", address: { street: "Søndergade", geo: { lat: 54.89, lon: 10.41 } } },
    },
  };
  const rows: Row[] = [];
  for (const [cell, object] of Object.entries(objects)) {
    const ring = Array.from({ length: RING }, () => Buffer.from(JSON.stringify(object)));
    if (!isDeepStrictEqual(parseRememberingNames(ring[0]!), object)) throw new Error(`${cell}: misread`);
    const calls = [
      callOf("JSON.parse", ring, (bytes) => JSON.parse(bytes.toString()) as unknown),
      callOf("names remembered", ring, (bytes) => parseRememberingNames(bytes) !== undefined),
      callOf("json.ts", ring, (bytes) => parseObject(bytes, defaultLimits.maxDepth) !== undefined),
    ];
    rows.push({ cell, samples: await inNanoseconds(calls, settings) });
  }
  return {
    quantity: "JSON: CPU, ns per object",
    comparison: { reference: "JSON.parse", ratio: "contender ÷ reference", subject: "json.ts" },
    rows,
  };
}

/** The way one would think of first: the names of every open object are remembered, and each new one looked up. */
function parseRememberingNames(bytes: Buffer): unknown {
  const text = bytes.toString();
  const open: Set<string>[] = [];
  for (const [token, name] of text.matchAll(/"((?:[^"\\]|\\.)*)"\s*:|"(?:[^"\\]|\\.)*"|[{}[\]]/gs)) {
    if (token === "{" || token === "[") {
      if (open.push(new Set()) > defaultLimits.maxDepth) return undefined;
    } else if (token === "}" || token === "]") open.pop();
    else if (name !== undefined) {
      const unescaped = name.includes("\\") ? (JSON.parse(`"${name}"`) as string) : name;
      const names = open.at(-1);
      if (names === undefined || names.has(unescaped)) return undefined;
      names.add(unescaped);
    }
  }
  return JSON.parse(text);
}

async function inNanoseconds(calls: readonly Call[], settings: Settings): Promise<Samples> {
  return mapSamples(await compareCalls(calls, settings), (microseconds) => microseconds * 1_000);
}
