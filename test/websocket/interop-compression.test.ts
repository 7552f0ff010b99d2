/** RFC 7692 with `ws` on either end, over TCP: every combination of parameters, and what is sent under them. */
import { Agent, WebSocket as UndiciSocket } from "undici";
import { describe, expect, it, onTestFinished } from "vitest";
import * as ws from "ws";
import type { PerMessageDeflateOptions } from "../../src/websocket/deflate/permessage-deflate.ts";
import type { Endpoint } from "../../src/websocket/endpoint/endpoint.ts";
import { json, noise } from "./compressible.ts";
import { connect } from "./host.ts";
import { listenAndEcho } from "./listen.ts";
import { nextEvent } from "./next-event.ts";

const MIB = 1024 * 1024;
const limits = { maxBufferedBytes: 16 * MIB, maxMessageBytes: 2 * MIB };

type Message = string | Buffer;
/** Short and long ones, those that shrink and those that do not, and the same again: for context takeover. */
const messages: readonly Message[] = [
  ...["", "a", json(500).toString(), json(5000), noise(3000), json(5000).toString(), "aé€😀".repeat(2000)],
  ...[
    json(40_000),
    noise(40_000),
    json(200_000).toString(),
    Buffer.alloc(60_000),
    json(5000),
    Buffer.alloc(0),
  ],
];

interface AnyClient {
  send(data: string | Uint8Array<ArrayBuffer>): void;
  close(code?: number): void;
}

/** Sends all at once, and compares what comes back. */
async function echoes(client: AnyClient, sent: readonly Message[] = messages): Promise<void> {
  const received: Message[] = [];
  const all = new Promise<void>((resolve, reject) => {
    const target = client as unknown as {
      addEventListener(type: string, listener: (event: { data: unknown; code: number }) => void): void;
    };
    target.addEventListener("close", ({ code }) => reject(new Error(`closed with ${code}`)));
    target.addEventListener("message", ({ data }) => {
      received.push(typeof data === "string" ? data : Buffer.from(data as ArrayBuffer));
      if (received.length === sent.length) resolve();
    });
  });
  for (const message of sent) client.send(message as string);
  await all;
  for (const [i, message] of sent.entries()) {
    const other = received[i]!;
    const same =
      typeof message === "string" ? other === message : Buffer.isBuffer(other) && other.equals(message);
    if (!same) expect.fail(`message ${i} of ${message.length} came back as another`);
  }
}

/** Every combination of the parameters, for one who offers or answers. */
const combinations: readonly PerMessageDeflateOptions[] = [true, false].flatMap((serverNoContextTakeover) =>
  [true, false].flatMap((clientNoContextTakeover) =>
    [15, 9].flatMap((serverMaxWindowBits) =>
      [15, 10].map((clientMaxWindowBits) => ({
        ...{ serverNoContextTakeover, clientNoContextTakeover, serverMaxWindowBits, clientMaxWindowBits },
        threshold: 0,
      })),
    ),
  ),
);

async function wsServer(perMessageDeflate: ws.PerMessageDeflateOptions): Promise<string> {
  const server = new ws.WebSocketServer({
    port: 0,
    host: "127.0.0.1",
    perMessageDeflate,
    maxPayload: 2 * MIB,
  });
  onTestFinished(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  server.on("connection", (socket) => {
    socket.on("message", (data, isBinary) =>
      socket.send(data as Buffer, { binary: isBinary, compress: true }),
    );
  });
  await new Promise((resolve) => void server.once("listening", () => resolve(undefined)));
  return `ws://127.0.0.1:${(server.address() as { port: number }).port}/`;
}

function wsClient(url: string, perMessageDeflate: ws.PerMessageDeflateOptions): ws.WebSocket {
  const client = new ws.WebSocket(url, { perMessageDeflate, maxPayload: 2 * MIB });
  client.binaryType = "arraybuffer";
  onTestFinished(() => client.terminate());
  return client;
}

describe.each(combinations)("RFC 7692 §7.1 with %j", (parameters) => {
  it("our server as it is told, a client of ws, on both read paths", async () => {
    for (const readPath of ["direct", "portable"] as const) {
      const { url } = await listenAndEcho({ ...limits, readPath, perMessageDeflate: parameters });
      const client = wsClient(url, { threshold: 0 });
      await nextEvent(client, "open");
      expect(client.extensions).toBe("permessage-deflate");
      await echoes(client as unknown as AnyClient);
    }
  });

  it("a client of ws that asks, our server", async () => {
    // With false ws refuses what it is asked for; absent it does as it is asked.
    const asked = Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== false));
    const { url } = await listenAndEcho({ ...limits, perMessageDeflate: { threshold: 0 } });
    const client = wsClient(url, { ...asked, threshold: 0 });
    await nextEvent(client, "open");
    expect(client.extensions).toBe("permessage-deflate");
    await echoes(client as unknown as AnyClient);
  });

  it("our client that asks, a server of ws", async () => {
    const client = connect(await wsServer({ threshold: 0 }), [], {
      ...limits,
      perMessageDeflate: parameters,
    });
    await nextEvent(client, "open");
    expect(client.extensions).toContain("permessage-deflate");
    await echoes(client as unknown as AnyClient);
  });
});

describe("compressed messages and ws", () => {
  it("are read when they are fragmented, with Pings between", async () => {
    const { url } = await listenAndEcho({ ...limits, perMessageDeflate: true });
    const client = wsClient(url, { threshold: 0 });
    await nextEvent(client, "open");
    const pongs: string[] = [];
    client.on("pong", (data) => pongs.push(String(data)));
    const text = json(100_000);
    const answer = nextEvent<{ data: unknown }>(client, "message");
    for (let at = 0; at < text.length; at += 10_000) {
      client.send(text.subarray(at, at + 10_000), { binary: false, fin: at + 10_000 >= text.length });
      client.ping(`${at}`);
    }
    expect((await answer).data === text.toString()).toBe(true);
    expect(pongs).toHaveLength(10);
  });

  it("are mixed with others, as `compress: false` and a threshold say", async () => {
    const url = await wsServer({ threshold: 2000 });
    const client = connect(url, [], { ...limits, perMessageDeflate: { threshold: 1000 } });
    await nextEvent(client, "open");
    await echoes({
      send: (data) => client.send(data, { compress: data.length % 3 !== 0 }),
      close() {},
      ...listening(client),
    });
  });

  it("of 1 MiB come back, both ways", async () => {
    const big = [json(MIB).toString(), json(MIB), noise(MIB)];
    const { url } = await listenAndEcho({ ...limits, perMessageDeflate: true });
    const theirs = wsClient(url, {});
    await nextEvent(theirs, "open");
    await echoes(theirs as unknown as AnyClient, big);
    const ours = connect(await wsServer({}), [], { ...limits, perMessageDeflate: true });
    await nextEvent(ours, "open");
    await echoes(ours as unknown as AnyClient, big);
  });
});

/** The events of a socket, for something that only sends in its own way. */
function listening(socket: Endpoint): object {
  return { addEventListener: socket.addEventListener.bind(socket) };
}

describe("compressed messages and undici", () => {
  it.each([true, false])(
    "come back to its client, where our server takes over the context: %s",
    async (takeover) => {
      const perMessageDeflate = {
        threshold: 0,
        serverNoContextTakeover: !takeover,
        clientNoContextTakeover: !takeover,
      };
      const { url } = await listenAndEcho({ ...limits, perMessageDeflate });
      const agent = new Agent();
      onTestFinished(() => agent.close());
      const client = new UndiciSocket(url, { dispatcher: agent });
      client.binaryType = "arraybuffer";
      await nextEvent(client, "open");
      expect(client.extensions).toContain("permessage-deflate");
      await echoes(client as unknown as AnyClient);
      const closed = nextEvent(client, "close");
      client.close(1000);
      expect(await closed).toMatchObject({ code: 1000, wasClean: true });
    },
  );

  it("come back to the client that Node has built in, with and without compression", async () => {
    for (const perMessageDeflate of [true, false]) {
      const { url } = await listenAndEcho({ ...limits, perMessageDeflate });
      const client = new globalThis.WebSocket(url);
      client.binaryType = "arraybuffer";
      await nextEvent(client, "open");
      expect(client.extensions !== "").toBe(perMessageDeflate);
      await echoes(client as unknown as AnyClient);
      const closed = nextEvent(client, "close");
      client.close(1000);
      await closed;
    }
  });
});
