/** What the options of a signature call cost, and how to do without. The figures behind src/jwt/rsa.ts and ecdsa.ts. */
import { type KeyObject, sign, verify } from "node:crypto";
import { curves } from "../../../src/jwt/ecdsa.ts";
import { derFromJose, joseFromDer } from "../../../src/jwt/ecdsa-encoding.ts";
import { pssOf } from "../../../src/jwt/rsa-pss.ts";
import type { Row, Settings, Table } from "../../harness/bench.ts";
import { compareCalls } from "../../harness/calls.ts";
import { callOf } from "../contender.ts";
import { bareCalls, generatePair, p1363, pss, ringOf } from "../tokens.ts";

/** The key alone, and the key in an object as where it has options. */
export async function compareOptions(settings: Settings): Promise<Table> {
  const rows: Row[] = [];
  for (const [alg, hash] of [
    ["RS256", "sha256"],
    ["ES256", "sha256"],
    ["EdDSA", null],
  ] as const) {
    const pair = generatePair(alg);
    const key = pair.publicKey;
    const calls = [
      callOf("{ key }", ringOf(pair), ({ signingInput, signature }) =>
        verify(hash, signingInput, { key }, signature),
      ),
      callOf("KeyObject", ringOf(pair), ({ signingInput, signature }) =>
        verify(hash, signingInput, key, signature),
      ),
    ];
    rows.push({ cell: `${alg} verify`, samples: await compareCalls(calls, settings) });
  }
  return {
    quantity: "Options of a call: CPU, µs per signature",
    comparison: { reference: "{ key }", ratio: "contender ÷ reference", subject: "KeyObject" },
    rows,
  };
}

/** RSASSA-PSS with its parameters at every call, and inside the key. */
export async function comparePss(settings: Settings): Promise<Table> {
  const pair = generatePair("PS256");
  const ring = ringOf(pair);
  const [privateKey, publicKey] = [pssOf(pair.privateKey, "sha256"), pssOf(pair.publicKey, "sha256")];
  const signing = [
    callOf("options", ring, ({ signingInput }) =>
      sign("sha256", signingInput, { key: pair.privateKey, ...pss }),
    ),
    callOf("id-RSASSA-PSS", ring, ({ signingInput }) => sign("sha256", signingInput, privateKey)),
  ];
  const verifying = [
    callOf("options", ring, ({ signingInput, signature }) =>
      verify("sha256", signingInput, { key: pair.publicKey, ...pss }, signature),
    ),
    callOf("id-RSASSA-PSS", ring, ({ signingInput, signature }) =>
      verify("sha256", signingInput, publicKey, signature),
    ),
  ];
  return {
    quantity: "RSASSA-PSS: CPU, µs per signature",
    comparison: { reference: "options", ratio: "contender ÷ reference", subject: "id-RSASSA-PSS" },
    rows: [
      { cell: "PS256 verify", samples: await compareCalls(verifying, settings) },
      { cell: "PS256 sign", samples: await compareCalls(signing, settings) },
    ],
  };
}

/** The form of an ECDSA signature that a token holds: converted by OpenSSL's key options, and by ourselves. */
export async function compareEcdsa(settings: Settings): Promise<Table> {
  const pair = generatePair("ES256");
  const ring = ringOf(pair);
  const { privateKey, publicKey: key } = pair;
  const { order } = curves.p256;
  const verifying = [
    callOf("ieee-p1363", ring, ({ signingInput, octets }) =>
      verify("sha256", signingInput, { key, ...p1363 }, octets),
    ),
    callOf("DER, converted", ring, ({ signingInput, octets }) =>
      verify("sha256", signingInput, key, derFromJose(octets, order)!),
    ),
    callOf("DER alone", ring, ({ signingInput, signature }) =>
      verify("sha256", signingInput, key, signature),
    ),
  ];
  const signing = [
    callOf("ieee-p1363", ring, ({ signingInput }) => bareCalls.ES256.signOctets!(signingInput, privateKey)),
    callOf("DER, converted", ring, ({ signingInput }) =>
      signConverted(signingInput, privateKey, order.length),
    ),
    callOf("DER alone", ring, ({ signingInput }) => sign("sha256", signingInput, privateKey)),
  ];
  return {
    quantity: "ECDSA: CPU, µs per signature",
    comparison: { reference: "ieee-p1363", ratio: "contender ÷ reference", subject: "DER, converted" },
    rows: [
      { cell: "ES256 verify", samples: await compareCalls(verifying, settings) },
      { cell: "ES256 sign", samples: await compareCalls(signing, settings) },
    ],
  };
}

function signConverted(data: Buffer, key: KeyObject, size: number): Uint8Array {
  return joseFromDer(sign("sha256", data, key), size);
}
