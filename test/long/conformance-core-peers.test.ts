import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { type ServerOptions, WebSocket as WsClient, WebSocketServer as WsServer } from "ws";
import type { Case } from "../../src/conformance/case.ts";
import { core, coreForClients, coreForServers } from "../../src/conformance/cases/core.ts";
import { largeMessages } from "../../src/conformance/cases/rfc6455/6.2-large.ts";
import type { ClientTrial } from "../../src/conformance/client/client-trial.ts";
import { InProcessClientTarget } from "../../src/conformance/client/in-process-client-target.ts";
import type { RunReport } from "../../src/conformance/run/run-report.ts";
import { runCases } from "../../src/conformance/run/runner.ts";
import { ServerTarget } from "../../src/conformance/server/server-target.ts";
import type { ServerTrial } from "../../src/conformance/server/server-trial.ts";

const options = { suite: { name: "test", version: "0" }, repeat: (id: string) => id, concurrency: 24 };

/** Messages of 1 MiB and more take seconds. */
const long = new Set(largeMessages.filter(({ overHttp2 }) => !overHttp2).map(({ id }) => id));
const forServers: readonly Case<ServerTrial>[] = [...core, ...coreForServers].filter(
  ({ id }) => !long.has(id),
);

const ends: (() => void)[] = [];

afterEach(() => {
  for (const end of ends.splice(0)) end();
});

async function wsServer(serverOptions: ServerOptions = {}): Promise<URL> {
  const server = new WsServer({ host: "127.0.0.1", port: 0, ...serverOptions });
  server.on("connection", (socket) => {
    socket.on("error", () => {});
    socket.on("message", (data, binary) => socket.send(data, { binary }));
  });
  ends.push(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  await once(server, "listening");
  return new URL(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/`);
}

async function runServer(
  url: URL,
  cases: readonly Case<ServerTrial>[],
  patience = 5_000,
): Promise<RunReport> {
  return runCases(cases, new ServerTarget({ url, patience }), { ...options, patience });
}

/** Everything but what passed: `warn rfc6455/8.1/121`. */
function deviations({ cases }: RunReport): readonly string[] {
  return cases.filter(({ verdict }) => verdict !== "pass").map(({ verdict, id }) => `${verdict} ${id}`);
}

/** It reads lengths that take more octets than they need, and looks at UTF-8 when a message has ended. */
const knownOfWs = [
  ...[261, 262, 263, 264, 265, 266, 267].map((number) => `warn rfc6455/5.2/${number}`),
  ...[121, 122, 123, 124].map((number) => `info rfc6455/8.1/${number}`),
];

describe("the core profile, all but the largest messages", () => {
  it("knows what ws does otherwise as a server", async () => {
    const report = await runServer(await wsServer(), forServers);
    expect(deviations(report)).toEqual(knownOfWs);
  });

  it("knows what ws does as a client, whose frames are masked with fresh keys", async () => {
    const client = new InProcessClientTarget((url) => {
      const socket = new WsClient(url);
      socket.on("error", () => {});
      socket.on("message", (data, binary) => socket.send(data, { binary }));
      return () => socket.terminate();
    });
    const cases: readonly Case<ClientTrial>[] = [...core, ...coreForClients].filter(({ id }) =>
      /^rfc6455\/(5\.[13]|5\.5(\.\d)?|7\.[14]\.\d)\//.test(id),
    );
    const report = await runCases(cases, client, options);
    expect(deviations(report)).toEqual(["info rfc6455/7.4.1/10"]);
    expect(report.totals.pass).toBe(cases.length - 1);
  });
});

describe("a limit on messages (RFC 6455 §10.4)", () => {
  const cases = forServers.filter(({ id }) => /^rfc6455\/(5\.4\/9|6\.2\/(2|12))$/.test(id));

  it("is no fault where 1009 says so, or 1008 of fragments", async () => {
    const report = await runServer(await wsServer({ maxPayload: 100_000, maxFragments: 500 }), cases);
    const findings = report.cases.flatMap(({ id, verdict, findings: found }) =>
      found.map(({ came }) => `${verdict} ${id}: ${came}`),
    );
    expect(findings).toEqual([
      "info rfc6455/5.4/9: a limit below 1,000 octets in 1000 frames: Close 1008, 2 octets",
      "info rfc6455/6.2/2: a limit below 262,144 octets: Close 1009, 2 octets",
      "info rfc6455/6.2/12: a limit below 262,144 octets: Close 1009, 2 octets",
    ]);
  });
});
