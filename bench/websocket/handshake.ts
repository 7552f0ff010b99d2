/** The opening handshake: what it costs a server that somebody connects. */
import type { Bench, Row } from "../harness/bench.ts";
import { mapSamples } from "../harness/rounds.ts";
import { bunNote, comparison, goalsOf, ourNote, tookPart } from "./contenders.ts";
import { HandshakeLoad } from "./handshake-load.ts";
import { prepareOpenings, sampleOpening } from "./openings.ts";
import { measurePeers, roundsNote, type Sample } from "./rigs.ts";

const AT_ONCE = 64;

export const bench: Bench = async (settings, progress) => {
  const cell = `${AT_ONCE} at once`;
  progress(cell);
  const openings = prepareOpenings(AT_ONCE);
  const samples = await measurePeers("open", settings, (port, { protocol }) => {
    const known = protocol === "websocket" ? openings : [sampleOpening];
    return new HandshakeLoad({ port, atOnce: AT_ONCE, openings: known });
  });
  const row = (value: (sample: Sample) => number): Row => ({ cell, samples: mapSamples(samples, value) });
  return {
    title: "WebSocket opening handshake",
    tables: [
      {
        quantity: "Server CPU, µs per connection that is opened and reset",
        comparison,
        rows: [{ ...row(({ cpu }) => cpu), goals: goalsOf({ direct: 2, portable: 1.4 }) }],
      },
      {
        quantity: "The load: percent of the clock for which the server was busy",
        rows: [row(({ busy }) => busy)],
      },
    ],
    notes: [
      `${AT_ONCE} clients connect at once and send their requests of 7 lines, each with a key of its own; when all have their 101 with the right \`Sec-WebSocket-Accept\`, all are reset, and the next ${AT_ONCE} connect. A reset because it leaves no port waiting; everybody is charged for it too.`,
      ourNote,
      bunNote,
      "`net-floor` is a bare `node:net` server that answers what it reads first with a prepared 101.",
      "The client costs more than most of the servers, so they are idle in between; it is the CPU time that is compared. Every server has the handlers of an echo server, and its heartbeat where it has one.",
      roundsNote(settings),
    ],
    ...tookPart,
  };
};
