import { describe, expect, it } from "vitest";
import type { WebSocket } from "ws";
import { READ_BUFFER } from "../../../bench/websocket/exchange-connection.ts";
import { FanoutLoad } from "../../../bench/websocket/fanout-load.ts";
import { echoExchange } from "../../../bench/websocket/frames.ts";
import { closing, listenWithWs } from "./listen.ts";

const RECEIVERS = 5;
const DEEP = 3;

describe("the fan-out client", () => {
  it("sends one connection's messages, and waits until all have got each", async () => {
    let received = 0;
    const load = await openTo((clients, data) => {
      received++;
      for (const client of clients) client.send(data);
    });
    const run = await load.run(20);
    expect(received).toBeGreaterThanOrEqual(DEEP);
    expect(received % DEEP).toBe(0);
    expect(run.operations).toBe(received * RECEIVERS);
    expect((await load.run(20)).operations).toBe(received * RECEIVERS - run.operations);
  });
  it("fails when one delivery is missing", async () => {
    let received = 0;
    const load = await openTo((clients, data) => {
      received++;
      for (const client of received === 2 * DEEP ? clients.slice(1) : clients) client.send(data);
    });
    await expect(load.run(10)).rejects.toThrow("1 answers did not come");
  });
  it("fails when somebody misses a message in between", async () => {
    let received = 0;
    const load = await openTo((clients, data) => {
      received++;
      for (const client of received === 2 ? clients.slice(1) : clients) client.send(data);
    });
    await expect(load.run(10_000)).rejects.toThrow("not what was sent");
  });
  it("fails when a message comes twice", async () => {
    const load = await openTo((clients, data) => {
      for (const client of [...clients, clients[0]!]) client.send(data);
    });
    await expect(load.run(10_000)).rejects.toThrow(/more came than was asked for|not what was sent/);
  });
  it("fails when one of them gets another content", async () => {
    const load = await openTo((clients, data) => {
      for (const client of clients.slice(1)) client.send(data);
      clients[0]!.send(data.map((octet, index) => (index === 63 ? octet ^ 1 : octet)));
    });
    await expect(load.run(10_000)).rejects.toThrow("not what was sent");
  });
});

/** A server that passes each message on as `pass` does. */
async function openTo(pass: (clients: readonly WebSocket[], data: Buffer) => void): Promise<FanoutLoad> {
  const { server, port } = await listenWithWs();
  server.on("connection", (socket) => {
    socket.on("message", (data: Buffer) => pass([...server.clients], data));
  });
  return closing(
    await FanoutLoad.open({
      port,
      receivers: RECEIVERS,
      deep: DEEP,
      exchange: echoExchange({ payloadBytes: 64, kind: "binary", protocol: "websocket" }, DEEP, READ_BUFFER),
      patience: 100,
    }),
  );
}
