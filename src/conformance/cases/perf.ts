/** The profile perf: figures, never a verdict. What they are worth depends on the machine and on what else it does. */
import type { Case } from "../case.ts";
import { finish } from "../peer/closing.ts";
import type { Peer } from "../peer/peer.ts";
import type { Trial } from "../peer/trial.ts";
import type { ServerTrial } from "../server/server-trial.ts";
import { Opcode } from "../wire/frame.ts";
import { both, type CaseInSection, forServers } from "./section.ts";

const asked = "The WebSocket Protocol is designed on the principle that there should be minimal framing";
const opening =
  "The opening handshake is intended to be compatible with HTTP-based server-side software and intermediaries, so that a single port can be used by both HTTP clients talking to that server and WebSocket clients talking to that server.";

export const perf: readonly Case<Trial>[] = both("rfc6455/1.5", { profile: "perf" }, [
  ...[16, 1024, 65_536].map((size, i) => roundTrips(1 + i, size)),
  ...[16, 1024, 65_536].map((size, i) => pipelined(11 + i, size)),
]);

export const perfForServers: readonly Case<ServerTrial>[] = forServers("rfc6455/1.3", { profile: "perf" }, [
  {
    number: 1,
    title: "100 opening and closing handshakes, one after the other",
    requirement: opening,
    level: "MAY",
    alone: true,
    run: async (trial) => {
      const times: number[] = [];
      for (let i = 0; i < 100; i++) {
        const began = performance.now();
        const peer = await trial.open();
        times.push(performance.now() - began);
        await finish(peer);
      }
      tell(trial, `time to open: ${spread(times)}`);
    },
  },
]);

/** One message at a time. */
function roundTrips(number: number, size: number): CaseInSection<Trial> {
  return {
    number,
    title: `200 messages of ${size} octets, each after the echo of the one before`,
    requirement: asked,
    level: "MAY",
    alone: true,
    run: async (trial) => {
      const peer = await trial.open();
      const payload = trial.random.octets(size);
      const times: number[] = [];
      for (let i = 0; i < 200; i++) {
        const began = performance.now();
        peer.binary(payload);
        await peer.expectBinary(payload);
        times.push(performance.now() - began);
      }
      await finish(peer);
      tell(trial, `time to the echo: ${spread(times)}`);
    },
  };
}

/** Many messages under way. */
function pipelined(number: number, size: number): CaseInSection<Trial> {
  const count = Math.min(10_000, (32 << 20) / size);
  return {
    number,
    title: `${count} messages of ${size} octets at once`,
    requirement: asked,
    level: "MAY",
    alone: true,
    run: async (trial) => {
      const peer = await trial.open();
      const frame = peer.encode({ opcode: Opcode.Binary, payload: trial.random.octets(size) });
      const began = performance.now();
      for (let i = 0; i < count; i++) peer.connection.write(frame);
      await echoes(peer, count);
      const seconds = (performance.now() - began) / 1000;
      await finish(peer);
      const mebibytes = ((count * size) / seconds / 2 ** 20).toFixed(1);
      tell(trial, `${Math.round(count / seconds)} messages a second, ${mebibytes} MiB/s each way`);
    },
  };
}

async function echoes(peer: Peer, count: number): Promise<void> {
  for (let i = 0; i < count; i++) await peer.message();
}

function tell(trial: Trial, came: string): void {
  trial.note({ severity: "info", expected: "a figure", came });
}

/** Milliseconds: the median, and what one in a hundred exceeds. */
function spread(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (part: number): string => sorted[Math.floor((sorted.length - 1) * part)]!.toFixed(2);
  return `median ${at(0.5)} ms, 99th percentile ${at(0.99)} ms`;
}
