import { afterEach, describe, expect, it } from "vitest";
import type { ServerProcess } from "../../../bench/harness/server-process.ts";
import { goalsOf, type Peer, peers, startPeer } from "../../../bench/websocket/contenders.ts";
import { Crowd } from "../../../bench/websocket/crowd.ts";
import { DeflateExchange } from "../../../bench/websocket/deflate-frames.ts";
import { EchoLoad } from "../../../bench/websocket/echo-load.ts";
import { READ_BUFFER } from "../../../bench/websocket/exchange-connection.ts";
import { FanoutLoad } from "../../../bench/websocket/fanout-load.ts";
import { echoExchange } from "../../../bench/websocket/frames.ts";
import { sampleOpening } from "../../../bench/websocket/openings.ts";
import type { Duty } from "../../../bench/websocket/peers/duty.ts";
import { closing } from "./listen.ts";

const compressing: ReadonlySet<string> = new Set(["ws", "bun"]);

let server: ServerProcess | undefined;
afterEach(() => server?.stop());

// Bun takes part where it is installed.
describe.each(peers)("the server under test $name", (peer) => {
  it("sends back what it gets", async () => {
    const port = await start(peer, "echo");
    const exchange = echoExchange(
      { payloadBytes: 1024, kind: "text", protocol: peer.protocol },
      4,
      READ_BUFFER,
    );
    const load = closing(
      await EchoLoad.open({ port, connections: 2, inFlight: 4, pacing: "batch", exchange }),
    );
    expect((await load.run(5)).operations).toBeGreaterThanOrEqual(8);
  });
  it("sends to everybody what it gets", async () => {
    const port = await start(peer, "broadcast");
    const exchange = echoExchange(
      { payloadBytes: 64, kind: "binary", protocol: peer.protocol },
      4,
      READ_BUFFER,
    );
    const load = closing(await FanoutLoad.open({ port, receivers: 3, deep: 4, exchange }));
    expect((await load.run(5)).operations).toBeGreaterThanOrEqual(12);
  });
  it("keeps connections open, and says what it holds", async () => {
    const port = await start(peer, "open");
    const crowd = closing(await Crowd.open({ port, size: 10, opening: sampleOpening }));
    expect((await server!.collect()).resident).toBeGreaterThan(1024 * 1024);
    crowd.check();
  });
});

describe.each(peers.filter(({ name }) => compressing.has(name)))("the server under test $name", (peer) => {
  it("inflates what it gets and compresses what it sends back", async () => {
    const port = await start(peer, "deflate-echo");
    const exchange = new DeflateExchange(1024, 1);
    const load = closing(
      await EchoLoad.open({ port, connections: 2, inFlight: 1, pacing: "batch", exchange }),
    );
    expect((await load.run(5)).operations).toBeGreaterThanOrEqual(2);
    expect(exchange.answerBytes).toBeLessThan(1024);
  });
});

describe("the goals", () => {
  it("are about who takes part", () => {
    const names = new Set(peers.map(({ name }) => name));
    const goals = goalsOf({ direct: 3, portable: 2, bun: 1 });
    expect(goals).toHaveLength(names.has("bun") ? 3 : 2);
    for (const { of, dividedBy } of goals) expect(names.has(of) && names.has(dividedBy!)).toBe(true);
  });
});

async function start(peer: Peer, duty: Duty): Promise<number> {
  server = await startPeer(peer, duty);
  return server.port;
}
