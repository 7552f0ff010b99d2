/** Coming back over real connections, with three kinds of sockets and two of servers. */
import { execFile } from "node:child_process";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import { WebSocket as OurClient } from "../../../src/websocket/client/client.ts";
import { refuse } from "../../../src/websocket/handshake/handshake.ts";
import type { ReconnectState } from "../../../src/websocket/reconnect/reconnect.ts";
import { WebSocketServer } from "../../../src/websocket/server/server.ts";
import { listen, listenHttp } from "../listen.ts";
import { eventually, nextEvent } from "../next-event.ts";
import { echo, hasty, pairs, servers, sockets } from "../reconnect-servers.ts";

describe.each(pairs)("%s and %s", (socket, kind) => {
  const WebSocket = sockets[socket]!;
  const start = servers[kind]!;

  it("meet again when the server was killed, and what was sent meanwhile arrives", async () => {
    const server = await start();
    const client = hasty(server.url, { WebSocket });
    await nextEvent(client, "open");
    const lost = nextEvent<{ code: number; willReconnect: boolean }>(client, "close");
    await server.kill();
    expect(await lost).toMatchObject({ code: 1006, willReconnect: true });
    client.send("meanwhile");
    client.send(`${echo}are you there?`);
    await server.restart();
    expect((await nextEvent(client, "message")).data).toBe("are you there?");
    expect(server.visits.at(-1)!.heard).toEqual(["meanwhile", `${echo}are you there?`]);
  });

  it("meet when the server comes later", async () => {
    const server = await start();
    await server.kill();
    const client = hasty(server.url, { WebSocket });
    client.send("patience");
    await nextEvent(client, "close");
    await nextEvent(client, "close");
    await server.restart();
    await eventually(() => expect(server.visits.at(-1)?.heard).toEqual(["patience"]));
  });

  it("meet again after 1012, within the time that the server hints at", async () => {
    const server = await start();
    const client = hasty(server.url, { WebSocket });
    await nextEvent(client, "open");
    server.visits[0]!.close(1012, "retry-after=20 back soon");
    const { delay } = await nextEvent<{ delay: number }>(client, "close");
    expect(delay).toBeLessThan(20);
    expect(await nextEvent(client, "open")).toMatchObject({ reconnected: true, attempt: 1 });
  });

  it("meet again after 4401 with a new login", async () => {
    const server = await start((visit) => {
      if (visit.path === "/?ticket=old") visit.close(4401, "the login has ended");
    });
    let ticket = "old";
    const onUnauthorized = async (): Promise<void> => {
      ticket = "new";
    };
    const states: ReconnectState[] = [];
    const client = hasty(() => `${server.url}?ticket=${ticket}`, { WebSocket, onUnauthorized });
    client.addEventListener("state", ({ state }) => states.push(state));
    await eventually(() => expect(states).toEqual(["open", "unauthorized", "connecting", "open"]));
    expect(server.visits.map(({ path }) => path)).toEqual(["/?ticket=old", "/?ticket=new"]);
  });

  it("part for good when either closes normally", async () => {
    const server = await start();
    for (const closes of ["server", "client"]) {
      const client = hasty(server.url, { WebSocket });
      await nextEvent(client, "open");
      if (closes === "server") server.visits.at(-1)!.close(1000);
      else client.close(1000, "done");
      expect(await nextEvent(client, "close")).toMatchObject({ code: 1000, willReconnect: false });
      expect(client.state).toBe("closed");
    }
  });

  it("exchange bytes as ArrayBuffers where the socket has them", async () => {
    const server = await start();
    const client = hasty(server.url, { WebSocket });
    client.send(new Uint8Array(Buffer.from(`${echo}bytes`)).buffer);
    const { data } = await nextEvent(client, "message");
    expect(data).toBe("bytes");
  });
});

describe.each(Object.keys(sockets))("an attempt of %s", (name) => {
  const WebSocket = sockets[name]!;

  it("that nobody answers is ended, and made again, and does no harm when it ends", async () => {
    let calls = 0;
    const mute = createServer((socket) => {
      calls++;
      socket.on("error", () => {}).resume();
      onTestFinished(() => void socket.destroy());
    });
    await new Promise<void>((resolve) => mute.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void mute.close());
    const url = `ws://127.0.0.1:${(mute.address() as AddressInfo).port}/`;
    const client = hasty(url, { WebSocket, reconnect: { initialDelay: 1, connectTimeout: 30 } });
    const { message } = await nextEvent<{ message: string }>(client, "error");
    expect(message).toBe("no connection in 30 ms");
    await eventually(() => expect(calls).toBeGreaterThan(1));
    client.close();
    expect(client.state).toBe("closed");
  });

  it("can be closed before it succeeds", async () => {
    const { server, url } = await listen();
    const client = hasty(url, { WebSocket });
    client.close();
    expect(client.state).toBe("closed");
    const other = hasty(url, { WebSocket });
    await nextEvent(other, "open");
    await eventually(() => expect(server.clients.size).toBe(1));
  });
});

describe("our server, when it is drained", () => {
  it.each([1001, 1012])("says with %i when to come back, and is obeyed", async (code) => {
    const { http, port } = await listenHttp();
    const server = new WebSocketServer({ server: http });
    const client = hasty(`ws://127.0.0.1:${port}/`, { WebSocket: OurClient });
    await nextEvent(client, "open");
    const closed = nextEvent(client, "close");
    await server.drain({ code, retryAfter: 20 });
    expect(await closed).toMatchObject({ code, reason: expect.stringMatching(/^retry-after=20 /) });
    client.send("meanwhile");
    await nextEvent(client, "close"); // 503
    await server.close();
    const next = new WebSocketServer({ server: http });
    const { socket } = await nextEvent<{ socket: object }>(next, "connection");
    expect((await nextEvent(socket, "message")).data).toBe("meanwhile");
    client.close();
  });
});

describe("our own socket", () => {
  it("tells of a handshake refused with 401, which is a login to be renewed, and takes headers", async () => {
    const { url } = await listen({
      accept: ({ headers }) =>
        headers.get("authorization")?.[0] === "Bearer new" ? undefined : refuse(401, "who?"),
    });
    let token = "old";
    const client = hasty(url, {
      connect: (to, names) => new OurClient(to, names, { headers: { Authorization: `Bearer ${token}` } }),
      onUnauthorized: () => {
        token = "new";
      },
    });
    await nextEvent(client, "credentials");
    await nextEvent(client, "open");
  });
});

describe("the process", () => {
  const run = async (url: string, body: string): Promise<string> => {
    const program = `
      import { ReconnectingWebSocket } from ${JSON.stringify(new URL("../../../src/websocket/reconnect/reconnect.ts", import.meta.url).href)};
      const client = new ReconnectingWebSocket(${JSON.stringify(url)}, [], { reconnect: { initialDelay: 100, factor: 1, connectTimeout: 600_000 } });
      client.addEventListener("state", ({ state }) => console.log(state));
      ${body}`;
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program], {
      timeout: 15_000,
    });
    return stdout;
  };

  it("goes on while a client waits for its next attempt, and ends when it is closed", async () => {
    const server = await servers["our server"]!();
    await server.kill();
    const refused = `let left = 2; client.onclose = () => { if (--left === 0) client.close(); };`;
    expect(await run(server.url, refused)).toBe("waiting\nconnecting\nclosed\n");
  });

  it("ends when the connection is closed, by either side", async () => {
    const server = await servers["our server"]!();
    expect(await run(server.url, "client.onopen = () => client.close();")).toBe("open\nclosed\n");
    const parting = await servers["our server"]!((visit) => visit.close(1000));
    expect(await run(parting.url, "")).toBe("open\nclosed\n");
  });
});
