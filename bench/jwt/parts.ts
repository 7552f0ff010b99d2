/**
 * The parts of which signing and verifying are made: each as src/jwt does it, beside the way one would think
 * of first. What is cleverer there than it is simple has its reason here.
 */
import type { Bench } from "../harness/bench.ts";
import { compareHmac, compareTexts } from "./parts/hmac.ts";
import { compareCache, compareHeaders } from "./parts/memory.ts";
import { compareBase64url, compareJson } from "./parts/reading.ts";
import { compareEcdsa, compareOptions, comparePss } from "./parts/signatures.ts";

export const bench: Bench = async (settings, progress) => {
  const tables = [];
  for (const [what, compare] of Object.entries(parts)) {
    progress(what);
    tables.push(await compare(settings));
  }
  return { title: "JWT parts", tables, notes, packages: [] };
};

const parts = {
  HMAC: compareHmac,
  "comparing HMACs": compareTexts,
  "options of a call": compareOptions,
  "RSASSA-PSS": comparePss,
  ECDSA: compareEcdsa,
  base64url: compareBase64url,
  JSON: compareJson,
  headers: compareHeaders,
  cache: compareCache,
};

const notes: readonly string[] = [
  'HMAC: `createHmac` with a `KeyObject` and a result in bytes; `raw key`: with the bytes of the secret instead; `to text`: `digest("base64url")`. `hmac.ts`: two one-shot `crypto.hash` over a buffer with the pads in it, both results as text; `two hashes to buffers`: the same with results in bytes. Longer texts than 8,192 characters go to `createHmac`.',
  "Options: the same key, alone and in an object. RSASSA-PSS: padding and salt length as options, or inside the key (id-RSASSA-PSS), so that there are none. ECDSA: the form that a token holds, made and read by Node, and converted from and to DER by ecdsa-encoding.ts.",
  'Base64url: `lenient` is `Buffer.from(text, "base64url")`, which skips what it does not know; `pattern first` a regular expression of what is canonical; `base64url.ts` encodes the answer again and compares. JSON: `JSON.parse` keeps the last of two members; `names remembered` looks for them with a set of names for each open object; `json.ts` counts members in the text and in the result.',
  "Headers: all tokens have the same, as those of one issuer do. `HS256 verify` is all of `verifyJwt` but the look at its options. Cache: both are asked with a new string each time, whose making is in the figures.",
];
