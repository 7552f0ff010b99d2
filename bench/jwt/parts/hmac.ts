/** HMAC out of two hashes, and how two HMACs are compared. The figures behind src/jwt/hmac.ts. */
import { createHmac, createSecretKey, hash, randomBytes, timingSafeEqual } from "node:crypto";
import { importKey } from "../../../src/jwt/index.ts";
import type { Row, Settings, Table } from "../../harness/bench.ts";
import { type Call, compareCalls } from "../../harness/calls.ts";
import { callOf } from "../contender.ts";

const lengths = [300, 1_024, 8_192];
const SECRET_LENGTH = 32;
const BLOCK = 64;
const RING = 64;

/** HMAC with SHA-256 over texts like those that are signed. */
export async function compareHmac(settings: Settings): Promise<Table> {
  const rows: Row[] = [];
  for (const length of lengths) {
    rows.push({ cell: `HS256, ${length} B`, samples: await compareCalls(hmacCalls(length), settings) });
  }
  return {
    quantity: "HMAC: CPU, µs per text",
    comparison: { reference: "createHmac", ratio: "contender ÷ reference", subject: "hmac.ts" },
    rows,
  };
}

function hmacCalls(length: number): readonly Call[] {
  const raw = randomBytes(SECRET_LENGTH);
  const secret = createSecretKey(raw);
  const key = importKey(secret, "HS256");
  const twoHashes = hmacOfBuffers(raw);
  const ways: Readonly<Record<string, (text: string) => Buffer | string>> = {
    createHmac: (text) => createHmac("sha256", secret).update(text).digest(),
    "createHmac, raw key": (text) => createHmac("sha256", raw).update(text).digest(),
    "createHmac to text": (text) => createHmac("sha256", secret).update(text).digest("base64url"),
    "two hashes to buffers": twoHashes,
    "hmac.ts": (text) => key.sign(text),
  };
  const ring = Array.from({ length: RING }, () => randomBytes(length).toString("hex").slice(0, length));
  return Object.entries(ways).map(([name, way]) => {
    for (const text of ring) {
      const answer = way(text);
      const encoded = typeof answer === "string" ? answer : answer.toString("base64url");
      if (encoded !== ways["createHmac to text"]!(text)) throw new Error(`${name} is no HMAC`);
    }
    return callOf(name, ring, way);
  });
}

/** As hmac.ts does it, but for the inner hash as bytes. */
function hmacOfBuffers(key: Buffer): (text: string) => Buffer {
  const inner = Buffer.alloc(BLOCK + Math.max(...lengths), 0x36);
  const outer = Buffer.alloc(BLOCK + SECRET_LENGTH, 0x5c);
  for (let at = 0; at < key.length; at++) {
    inner[at]! ^= key[at]!;
    outer[at]! ^= key[at]!;
  }
  return (text) => {
    inner.write(text, BLOCK, "latin1");
    outer.set(hash("sha256", inner.subarray(0, BLOCK + text.length), "buffer"), BLOCK);
    return hash("sha256", outer, "buffer");
  };
}

/** Whether two base64url texts are the same, in a time that does not say where they differ. */
export async function compareTexts(settings: Settings): Promise<Table> {
  const ring = Array.from({ length: RING }, () => {
    const bytes = randomBytes(SECRET_LENGTH);
    return { expected: bytes.toString("base64url"), given: bytes.toString("base64url") };
  });
  const calls = [
    callOf("timingSafeEqual", ring, ({ expected, given }) =>
      timingSafeEqual(Buffer.from(expected, "latin1"), Buffer.from(given, "latin1")),
    ),
    callOf("all characters", ring, ({ expected, given }) => equalText(expected, given)),
  ];
  return {
    quantity: "Comparing HMACs: CPU, µs per pair",
    comparison: { reference: "timingSafeEqual", ratio: "contender ÷ reference", subject: "all characters" },
    rows: [{ cell: "43 characters", samples: await compareCalls(calls, settings) }],
  };
}

/** The loop of hmac.ts. */
function equalText(expected: string, given: string): boolean {
  if (expected.length !== given.length) return false;
  let difference = 0;
  for (let i = 0; i < expected.length; i++) difference |= expected.charCodeAt(i) ^ given.charCodeAt(i);
  return difference === 0;
}
