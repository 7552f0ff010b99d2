/** HTTP requests: our server beside bare `node:http` with the very same answer, loaded by `autocannon`. */
import { isDeepStrictEqual } from "node:util";
import autocannon from "autocannon";
import type { Bench, Comparison, Row, Settings } from "../harness/bench.ts";
import { alternate, mapSamples, type Samples } from "../harness/rounds.ts";
import { type Load, type Stretch, stretch, warmUp } from "../harness/server-load.ts";
import { ServerProcess } from "../harness/server-process.ts";
import { type Answer, fetchAnswer } from "./answer.ts";

/** What is asked for. To add one, give `peers/barewire.ts` the route. */
const paths = ["/healthz"];
const CONNECTIONS = 64;
/** Stretches are longer than for WebSocket: each opens its connections anew. */
const LONGER = 3;

const comparison: Comparison = {
  reference: "node:http",
  ratio: "contender ÷ reference",
  subject: "barewire",
};

interface Cell {
  readonly name: string;
  readonly samples: Samples<Stretch>;
}

export const bench: Bench = async (settings, progress) => {
  const cells: Cell[] = [];
  for (const path of paths) {
    const name = `GET ${path}`;
    progress(name);
    cells.push({ name, samples: await measureCell(path, settings) });
  }
  return {
    title: "HTTP requests",
    tables: [
      {
        quantity: "Server CPU, µs per request",
        comparison,
        rows: rowsOf(cells, ({ cpu, operations }) => cpu / operations),
      },
      {
        quantity: "Requests per second",
        comparison,
        rows: rowsOf(cells, ({ operations, elapsed }) => (operations / elapsed) * 1_000),
      },
    ],
    notes: [
      `${CONNECTIONS} connections, kept alive, one request in flight on each; every status and body is checked. Both servers send the same header fields.`,
      "`barewire`: `HttpServer` and `Router` with all limits at their defaults, without a log. `node:http`: a handler of two lines.",
      "autocannon costs more than either server, so requests per second are what it can ask, not what the server can answer; the CPU of the server is the figure to compare.",
      `Fresh servers for each cell, warmed up with ${settings.serverWarmUp / 1_000} s of their CPU time (at most twice that by the clock); then ${settings.rounds} alternating rounds of about ${(LONGER * settings.serverWindow) / 1_000} s.`,
    ],
    packages: ["autocannon"],
  };
};

async function measureCell(path: string, settings: Settings): Promise<Samples<Stretch>> {
  const ours = await ServerProcess.start(new URL("./peers/barewire.ts", import.meta.url));
  const servers = new Map([["barewire", ours]]);
  try {
    const answer = await fetchAnswer(ours.port, path);
    const bare = await ServerProcess.start(new URL("./peers/node-http.ts", import.meta.url), {
      args: [JSON.stringify(answer)],
    });
    servers.set("node:http", bare);
    if (!isDeepStrictEqual(await fetchAnswer(bare.port, path), answer)) {
      throw new Error("the two servers do not give the same answer");
    }
    const loads = Array.from(servers, ([name, server]) => {
      return { name, server, load: loadOf(`http://127.0.0.1:${server.port}${path}`, answer) };
    });
    for (const { server, load } of loads) await warmUp(server, load, settings.serverWarmUp);
    const contenders = loads.map(({ name, server, load }) => ({
      name,
      measure: () => stretch(server, load, LONGER * settings.serverWindow),
    }));
    return await alternate(contenders, settings.rounds);
  } finally {
    await Promise.all(Array.from(servers.values(), (server) => server.stop()));
  }
}

/**
 * Asks as often as, at the rate of the last time, takes `duration`: a number, so that none is cut off. Not
 * pipelined: autocannon drops the last responses of each connection then.
 */
function loadOf(url: string, { body }: Answer): Load {
  let perMillisecond = 5;
  return async (duration) => {
    const amount = CONNECTIONS * Math.ceil((perMillisecond * duration) / CONNECTIONS);
    const started = performance.now();
    const result = await autocannon({
      url,
      connections: CONNECTIONS,
      amount,
      sampleInt: 10,
      expectBody: body,
    });
    perMillisecond = amount / (performance.now() - started);
    const { non2xx, errors, timeouts, mismatches, resets } = result;
    const wrong = non2xx + errors + timeouts + mismatches + resets + (amount - result["2xx"]);
    if (wrong > 0) throw new Error(`${wrong} requests were not answered as they should`);
    return amount;
  };
}

function rowsOf(cells: readonly Cell[], value: (stretch: Stretch) => number): readonly Row[] {
  return cells.map(({ name, samples }) => ({ cell: name, samples: mapSamples(samples, value) }));
}
