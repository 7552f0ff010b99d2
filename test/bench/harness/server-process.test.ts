import { connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { stretch, warmUp } from "../../../bench/harness/server-load.ts";
import { ServerProcess } from "../../../bench/harness/server-process.ts";

const floor = new URL("../../../bench/websocket/peers/net-floor.ts", import.meta.url);
let server: ServerProcess | undefined;
afterEach(() => server?.stop());

describe("a server under test", () => {
  it("listens where it says, and reports what it has used", async () => {
    server = await ServerProcess.start(floor);
    expect(await echo(server.port, "hello")).toBe("hello");
    const { cpu, resident } = await server.usage();
    expect(cpu).toBeGreaterThan(0);
    expect(resident).toBeGreaterThan(1024 * 1024);
  });
  it("is charged for exactly the operations of a stretch of load", async () => {
    server = await ServerProcess.start(floor);
    const { port } = server;
    const load = async (): Promise<number> => (await echo(port, "x".repeat(100_000))).length;
    const { operations, cpu } = await stretch(server, load, 1);
    expect(operations).toBe(100_000);
    expect(cpu).toBeGreaterThan(0);
  });
  it("is loaded again and again until it is warm", async () => {
    server = await ServerProcess.start(floor);
    const { port } = server;
    let times = 0;
    const before = (await server.usage()).cpu;
    await warmUp(server, async () => (await echo(port, "x".repeat(100_000 * ++times))).length, 5);
    expect(times).toBeGreaterThan(0);
    expect((await server.usage()).cpu).toBeGreaterThan(before);
  });
  it("is refused when nothing was answered under load", async () => {
    server = await ServerProcess.start(floor);
    await expect(stretch(server, async () => 0, 1)).rejects.toThrow("answered nothing");
  });
  it("is reported when it ends before it listens", async () => {
    const noServer = new URL("../../../bench/websocket/peers/limits.ts", import.meta.url);
    await expect(ServerProcess.start(noServer)).rejects.toThrow("limits.ts ended by itself (0)");
  });
  it("gives back what it does not use when told to", async () => {
    server = await ServerProcess.start(floor, { runtimeOptions: ["--expose-gc"] });
    expect(await echo(server.port, "x".repeat(20_000_000))).toHaveLength(20_000_000);
    const { resident } = await server.usage();
    expect((await server.collect()).resident).toBeLessThan(resident);
  });
  it("says when it cannot", async () => {
    server = await ServerProcess.start(floor);
    await expect(server.collect()).rejects.toThrow("net-floor.ts: it was not started with --expose-gc");
  });
  it("is gone once it was stopped, however often", async () => {
    server = await ServerProcess.start(floor);
    const { port } = server;
    await server.stop();
    await server.stop();
    await expect(echo(port, "hello")).rejects.toThrow("ECONNREFUSED");
  });
});

/** Sends `text`, and resolves with as much that came back. */
function echo(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect({ port, host: "127.0.0.1" }, () => socket.write("an opening"));
    socket.setEncoding("latin1");
    socket.on("error", reject);
    // What it reads first it answers as if it opened a WebSocket.
    socket.once("data", () => {
      socket.write(text);
      socket.on("data", (chunk: string) => {
        answer += chunk;
        if (answer.length < text.length) return;
        socket.destroy();
        resolve(answer);
      });
    });
  });
}
