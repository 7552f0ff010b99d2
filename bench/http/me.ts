/** `GET /auth/me` with a bearer token: our server beside Fastify with `@fastify/jwt`, and bare `node:http`. */
import type { Bench, Comparison, Goal, Row, Settings } from "../harness/bench.ts";
import { alternate, mapSamples, type Samples } from "../harness/rounds.ts";
import { type Stretch, stretch, warmUp } from "../harness/server-load.ts";
import type { ServerProcess } from "../harness/server-process.ts";
import { fastifyNames, startMeContenders } from "./me-contenders.ts";
import { CONNECTIONS, meLoad } from "./me-load.ts";

/** How many different tokens are asked with. */
const cells: readonly number[] = [1, 1_000];
/** Stretches are longer than for WebSocket: each opens its connections anew. */
const LONGER = 2;

const comparison: Comparison = {
  reference: "barewire",
  ratio: "contender ÷ reference",
  subject: "fastify",
};
const goals: readonly Goal[] = fastifyNames.map((of) => ({ of, dividedBy: "barewire", atLeast: 1.3 }));

interface Cell {
  readonly name: string;
  readonly samples: Samples<Stretch>;
}

export const bench: Bench = async (settings, progress) => {
  const measured: Cell[] = [];
  for (const tokens of settings.quick ? [CONNECTIONS] : cells) {
    const name = tokens === 1 ? "one token" : `${tokens.toLocaleString("en-US")} tokens in turn`;
    progress(name);
    measured.push({ name, samples: await measureCell(tokens, settings) });
  }
  const rows = (value: (stretch: Stretch) => number): readonly Row[] =>
    measured.map(({ name, samples }) => ({ cell: name, samples: mapSamples(samples, value) }));
  return {
    title: "Authenticated requests",
    tables: [
      {
        quantity: "Server CPU, µs per `GET /auth/me`",
        comparison,
        rows: rows(({ cpu, operations }) => cpu / operations).map((row) => ({ ...row, goals })),
      },
      {
        quantity: "Requests per second",
        comparison,
        rows: rows(({ operations, elapsed }) => (operations / elapsed) * 1_000),
      },
    ],
    notes: [
      `${CONNECTIONS} connections of autocannon, kept alive, one request in flight on each; every status and body is checked. With many tokens each connection has its own and asks with them in turn.`,
      "`barewire`: `HttpServer`, `Router` and `authRoutes` with all their defaults, without a log: an ES256 token, its `typ`, issuer, audience and expiry, whether it or its session was revoked; verified tokens are remembered. It also sends its security header fields.",
      "`fastify`: Fastify with `@fastify/jwt` as its documentation shows it, without a log: an HS256 secret, and of the claims only the expiry is looked at. `ES256`: with a public key, and the demands that ours makes. `cached`: with `cache: true`, which remembers 1,000 tokens. It knows no revocation, and sends the three header fields of its default.",
      "`node:http`: a handler that looks the Authorization field up in a map and sends the answer of ours, prepared. All servers give the same content, for tokens of the same claims; a token that was tampered with gets 401 from each.",
      "autocannon costs more than any of the servers, so requests per second are what it can ask, not what the server can answer; the CPU of the server is the figure to compare.",
      `Fresh servers for each row, warmed up with ${settings.serverWarmUp / 1_000} s of their CPU time (at most twice that by the clock); then ${settings.rounds} alternating rounds of about ${(LONGER * settings.serverWindow) / 1_000} s.`,
    ],
    packages: ["fastify", "@fastify/jwt", "autocannon"],
  };
};

async function measureCell(tokens: number, settings: Settings): Promise<Samples<Stretch>> {
  const servers: ServerProcess[] = [];
  try {
    const contenders = await startMeContenders(tokens, (server) => servers.push(server));
    const loads = contenders.map(({ name, server, questions }) => {
      return { name, server, load: meLoad(server.port, questions) };
    });
    for (const { server, load } of loads) await warmUp(server, load, settings.serverWarmUp);
    return await alternate(
      loads.map(({ name, server, load }) => ({
        name,
        measure: () => stretch(server, load, LONGER * settings.serverWindow),
      })),
      settings.rounds,
    );
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}
