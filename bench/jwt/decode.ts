/** Reading a token without verifying it. */
import { isDeepStrictEqual } from "node:util";
import { createDecoder } from "fast-jwt";
import { decodeJwt as joseClaims, decodeProtectedHeader as joseHeader } from "jose";
import jwt from "jsonwebtoken";
import { decodeJwt } from "../../src/jwt/index.ts";
import type { Bench } from "../harness/bench.ts";
import { compareCalls } from "../harness/calls.ts";
import { callOf } from "./contender.ts";
import { generatePair, ringOf } from "./tokens.ts";

/** A token's header and claims. */
type Decode = (text: string) => unknown;

const fastJwt = createDecoder({ complete: true });

const decoders: Readonly<Record<string, Decode>> = {
  bare: (text) => {
    const [header, payload] = text.split(".", 2);
    return { header: parse(header!), payload: parse(payload!) };
  },
  barewire: (text) => {
    const { header, claims } = decodeJwt(text);
    return { header, payload: claims };
  },
  "fast-jwt": (text) => fastJwt(text),
  jsonwebtoken: (text) => jwt.decode(text, { complete: true }),
  jose: (text) => ({ header: joseHeader(text), payload: joseClaims(text) }),
};

export const bench: Bench = async (settings, progress) => {
  progress("decode");
  const ring = ringOf(generatePair("HS256"));
  for (const [name, decode] of Object.entries(decoders)) {
    const { payload } = decode(ring[0]!.text) as { payload: object };
    if (!isDeepStrictEqual({ ...payload }, ring[0]!.claims)) throw new Error(`${name} read other claims`);
  }
  const calls = Object.entries(decoders).map(([name, decode]) =>
    callOf(name, ring, ({ text }) => decode(text)),
  );
  return {
    title: "JWT decode",
    tables: [
      {
        quantity: "CPU, µs per token",
        comparison: { reference: "bare", ratio: "contender ÷ reference", subject: "barewire" },
        rows: [{ cell: "header and claims", samples: await compareCalls(calls, settings) }],
      },
    ],
    notes: [
      '`bare`: `JSON.parse(Buffer.from(part, "base64url"))`, twice. `barewire`: `decodeJwt`, which besides refuses what is not strictly base64url, UTF-8 and JSON, and any member that stands there twice.',
    ],
    packages: ["fast-jwt", "jsonwebtoken", "jose"],
  };
};

function parse(part: string): unknown {
  return JSON.parse(Buffer.from(part, "base64url").toString());
}
