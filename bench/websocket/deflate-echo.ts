/** Echo with permessage-deflate (RFC 7692): what JSON costs a server that inflates and deflates it. */
import type { Bench, Row } from "../harness/bench.ts";
import { mapSamples } from "../harness/rounds.ts";
import { bunNote, comparison, goalsOf, ourNote, peers, tookPart } from "./contenders.ts";
import { DeflateExchange } from "./deflate-frames.ts";
import { EchoLoad } from "./echo-load.ts";
import { measurePeers, roundsNote, type Sample } from "./rigs.ts";

const CONNECTIONS = 64;
const MESSAGE_BYTES = 1024;

export const bench: Bench = async (settings, progress) => {
  const cell = `1 KiB JSON, ${CONNECTIONS} × 1`;
  progress(cell);
  const exchanges = new Map<string, DeflateExchange>();
  const open = (port: number, { name }: { readonly name: string }): Promise<EchoLoad> => {
    const exchange = new DeflateExchange(MESSAGE_BYTES, 1);
    exchanges.set(name, exchange);
    return EchoLoad.open({ port, connections: CONNECTIONS, inFlight: 1, pacing: "batch", exchange });
  };
  const compressing = peers.filter(({ protocol }) => protocol === "websocket");
  const samples = await measurePeers("deflate-echo", settings, open, compressing);
  const row = (value: (sample: Sample) => number): Row => ({ cell, samples: mapSamples(samples, value) });
  const sizes = Object.fromEntries(compressing.map(({ name }) => [name, [exchanges.get(name)!.answerBytes]]));
  return {
    title: "WebSocket echo with permessage-deflate",
    tables: [
      {
        quantity: "Server CPU, µs per echoed message",
        comparison,
        rows: [{ ...row(({ cpu }) => cpu), goals: goalsOf({ direct: 3, portable: 3, bun: 0.8 }) }],
      },
      {
        quantity: "The load: percent of the clock for which the server was busy",
        rows: [row(({ busy }) => busy)],
      },
      {
        quantity: `Bytes of an answer to ${MESSAGE_BYTES.toLocaleString("en-US")}, its header included`,
        rows: [{ cell, samples: sizes }],
      },
    ],
    notes: [
      `${CONNECTIONS} connections, one text message of ${MESSAGE_BYTES.toLocaleString("en-US")} B of JSON in flight on each; 16 different ones in turn.`,
      "All have agreed to the same: `permessage-deflate; server_no_context_takeover; client_no_context_takeover`, windows of 15 bits; the client insists. Ours and ws have `threshold: 0`, and zlib's defaults for level and memory; Bun (`perMessageDeflate: true`) compresses as it likes: see the sizes.",
      ourNote,
      bunNote,
      "Client: the frames were compressed by `node:zlib` before. Each answer must have RSV1, be shorter than the message and inflate to it; one that was inflated before is compared byte for byte.",
      roundsNote(settings),
    ],
    ...tookPart,
  };
};
