/** Our endpoints and two implementations that are not ours, Node's own client and `ws`, in both directions. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket as WsClient, WebSocketServer as WsServer } from "ws";
import { WebSocket as OurClient } from "../../src/websocket/client/client.ts";
import { type Endpoint, OPEN } from "../../src/websocket/endpoint/endpoint.ts";
import { WebSocketServer } from "../../src/websocket/server/server.ts";
import { nextEvent } from "./next-event.ts";

/** What the clients have in common. */
interface AnyClient {
  readonly protocol?: string;
  readonly subprotocol?: string;
  readonly readyState: number;
  binaryType?: string;
  send(data: string | Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
}
type Close = { code: number; reason: string; wasClean: boolean };

const sizes = [0, 1, 2, 125, 126, 127, 65535, 65536, 1024 * 1024];
const limits = { maxMessageBytes: 2 * 1024 * 1024, maxBufferedBytes: 4 * 1024 * 1024 };

/** Text of so many bytes of UTF-8, with characters of every length. */
function textOf(bytes: number): string {
  const unit = "aé€😀"; // 10 bytes
  return unit.repeat(Math.floor(bytes / 10)) + "x".repeat(bytes % 10);
}
const bytesOf = (length: number): Buffer<ArrayBuffer> =>
  Buffer.from(Uint8Array.from({ length }, (_, i) => i * 7)) as Buffer<ArrayBuffer>;

/** The next `count` messages, as strings or Buffers. */
function messages(client: object, count: number): Promise<(string | Buffer)[]> {
  const found: (string | Buffer)[] = [];
  return new Promise((resolve) => {
    const listener = ({ data }: { data: string | Buffer | ArrayBuffer }): void => {
      found.push(typeof data === "string" ? data : Buffer.from(data as ArrayBuffer));
      if (found.length === count) resolve(found);
    };
    (client as { addEventListener(type: string, listener: unknown): void }).addEventListener(
      "message",
      listener,
    );
  });
}

const opened = async <Client extends AnyClient>(client: Client): Promise<Client> => {
  client.binaryType = "arraybuffer";
  if (client.readyState !== OPEN) await nextEvent(client, "open");
  return client;
};

/** Pairs of a client and our server, or of our client and a server of ws, which both echo. */
interface Pair {
  readonly name: string;
  /** Starts the server and says where it is. */
  start(): Promise<number>;
  stop(): Promise<void>;
  connect(port: number, subprotocols?: string[]): AnyClient;
  /** Tells the server to close its last socket. */
  closeFromServer(code: number, reason: string): void;
  /** The close event at the server's end of the last socket. */
  closedAtServer(): Promise<Close>;
}

function ourServer(name: string, connect: Pair["connect"]): Pair {
  let server: WebSocketServer;
  let last: Endpoint;
  return {
    name,
    connect,
    async start() {
      server = new WebSocketServer({
        host: "127.0.0.1",
        port: 0,
        subprotocols: ["echo"],
        ...limits,
      });
      server.addEventListener("connection", ({ socket }) => {
        last = socket;
        socket.addEventListener("message", ({ data }) => socket.send(data));
      });
      await server.listening;
      return server.address!.port;
    },
    stop: () => server.close(),
    closeFromServer: (code, reason) => last.close(code, reason),
    closedAtServer: () => nextEvent<Close>(last, "close"),
  };
}

function wsServer(): Pair {
  let server: WsServer;
  let last: WsClient;
  return {
    name: "our client and a server of ws",
    connect: (port, subprotocols = []) => new OurClient(`ws://127.0.0.1:${port}/`, subprotocols, limits),
    async start() {
      server = new WsServer({
        host: "127.0.0.1",
        port: 0,
        handleProtocols: (offered) => offered.has("echo") && "echo",
      });
      server.on("connection", (socket) => {
        last = socket;
        socket.on("message", (data, isBinary) => socket.send(data as Buffer, { binary: isBinary }));
      });
      await new Promise((resolve) => server.once("listening", resolve));
      return (server.address() as { port: number }).port;
    },
    stop: () => new Promise((resolve) => server.close(() => resolve())),
    closeFromServer: (code, reason) => last.close(code, reason),
    closedAtServer: () => nextEvent<Close>(last, "close"),
  };
}

const pairs: readonly Pair[] = [
  ourServer("Node's client and our server", (port, protocols = []) => {
    return new globalThis.WebSocket(`ws://127.0.0.1:${port}/`, protocols) as AnyClient;
  }),
  ourServer("the client of ws and our server", (port, protocols = []) => {
    return new WsClient(`ws://127.0.0.1:${port}/`, protocols) as unknown as AnyClient;
  }),
  ourServer("our client and our server", (port, protocols = []) => {
    return new OurClient(`ws://127.0.0.1:${port}/`, protocols, limits);
  }),
  wsServer(),
];

describe.each(pairs)("$name", (pair) => {
  let port = 0;
  beforeAll(async () => {
    port = await pair.start();
  });
  afterAll(() => pair.stop());

  it.each(sizes)("exchange %i bytes of text and of binary", async (size) => {
    const client = await opened(pair.connect(port));
    const received = messages(client, 2);
    const [text, bytes] = [textOf(size), bytesOf(size)];
    client.send(text);
    client.send(bytes);
    const [echoedText, echoedBytes] = await received;
    expect(echoedText === text).toBe(true);
    expect(Buffer.isBuffer(echoedBytes) && echoedBytes.equals(bytes)).toBe(true);
    client.close();
    await nextEvent(client, "close");
  });

  it("exchange a thousand messages in their order", async () => {
    const client = await opened(pair.connect(port));
    const sent = Array.from({ length: 1000 }, (_, i) => `${i}`.repeat(i % 50));
    const received = messages(client, sent.length);
    for (const message of sent) client.send(message);
    expect(await received).toEqual(sent);
    client.close();
    await nextEvent(client, "close");
  });

  it("agree on a subprotocol", async () => {
    const client = await opened(pair.connect(port, ["other", "echo"]));
    expect(client.subprotocol ?? client.protocol).toBe("echo");
    client.close();
    await nextEvent(client, "close");
  });

  const codes = [1000, 3000, 4000, 4999] as const;
  it.each(codes)("close with %i from the client's end", async (code) => {
    const client = await opened(pair.connect(port));
    client.send("the server knows us now");
    await nextEvent(client, "message");
    const atServer = pair.closedAtServer();
    const atClient = nextEvent<Close>(client, "close");
    client.close(code, "größer");
    await expect(atServer).resolves.toMatchObject({ code, reason: "größer", wasClean: true });
    await expect(atClient).resolves.toMatchObject({ code, reason: "größer", wasClean: true });
  });

  it.each([...codes, 1001, 1003, 1011, 1012, 1013, 1014])(
    "close with %i from the server's end",
    async (code) => {
      const client = await opened(pair.connect(port));
      client.send("the server knows us now");
      await nextEvent(client, "message");
      const atServer = pair.closedAtServer();
      const atClient = nextEvent<Close>(client, "close");
      pair.closeFromServer(code, "😀");
      await expect(atClient).resolves.toMatchObject({ code, reason: "😀", wasClean: true });
      await expect(atServer).resolves.toMatchObject({ code, wasClean: true });
    },
  );

  it("close without a code, which both ends report as 1005", async () => {
    const client = await opened(pair.connect(port));
    client.send("the server knows us now");
    await nextEvent(client, "message");
    const atServer = pair.closedAtServer();
    const atClient = nextEvent<Close>(client, "close");
    client.close();
    await expect(atServer).resolves.toMatchObject({ code: 1005, wasClean: true });
    await expect(atClient).resolves.toMatchObject({ code: 1005, wasClean: true });
  });
});

describe("ws and us, in what only ws can do", () => {
  const server = ourServer("", () => undefined as never);
  let port = 0;
  beforeAll(async () => {
    port = await server.start();
  });
  afterAll(() => server.stop());

  async function client(): Promise<WsClient> {
    const socket = new WsClient(`ws://127.0.0.1:${port}/`, { perMessageDeflate: false });
    await nextEvent(socket, "open");
    return socket;
  }

  it("reads messages that ws fragments, with Pings in between", async () => {
    const socket = await client();
    const received = messages(socket, 2);
    const pongs: string[] = [];
    socket.on("pong", (data) => pongs.push(data.toString()));
    const text = textOf(1000);
    const bytes = bytesOf(100_000);
    for (let at = 0; at < 1000; at += 7) {
      socket.send(Buffer.from(text).subarray(at, at + 7), { binary: false, fin: at + 7 >= 1000 });
      if (at % 70 === 0) socket.ping(`${at}`);
    }
    for (let at = 0; at < 100_000; at += 10_000) {
      socket.send(bytes.subarray(at, at + 10_000), { binary: true, fin: at + 10_000 >= 100_000 });
    }
    const [echoedText, echoedBytes] = await received;
    expect(echoedText === text).toBe(true);
    expect((echoedBytes as Buffer).equals(bytes)).toBe(true);
    expect(pongs).toEqual(Array.from({ length: 15 }, (_, i) => `${i * 70}`));
    socket.close();
    await nextEvent(socket, "close");
  });

  it("answers the Pings of ws, and hears its Pongs", async () => {
    const socket = await client();
    const pong = new Promise<Buffer>((resolve) => socket.once("pong", resolve));
    socket.ping(Buffer.alloc(125, 1));
    expect(await pong).toEqual(Buffer.alloc(125, 1));
    socket.close();
    await nextEvent(socket, "close");

    const other = new WsServer({ host: "127.0.0.1", port: 0 });
    await new Promise((resolve) => other.once("listening", resolve));
    const ours = new OurClient(`ws://127.0.0.1:${(other.address() as { port: number }).port}/`);
    await nextEvent(ours, "open");
    const answer = nextEvent(ours, "pong");
    ours.ping(Buffer.from("there?"));
    expect((await answer).data).toEqual(Buffer.from("there?"));
    ours.close();
    await nextEvent(ours, "close");
    await new Promise((resolve) => other.close(resolve));
  });

  it("agrees with ws about what is a broken rule", async () => {
    const socket = await client();
    const close = nextEvent<Close>(socket, "close");
    const { _socket: stream } = socket as unknown as { _socket: { write(bytes: Uint8Array): void } };
    stream.write(Buffer.from("81810000000080", "hex")); // a lonely continuation octet as text
    await expect(close).resolves.toMatchObject({ code: 1007 });
  });

  it("declines the compression that ws offers, and is understood", async () => {
    const socket = new WsClient(`ws://127.0.0.1:${port}/`, { perMessageDeflate: true });
    await nextEvent(socket, "open");
    expect(socket.extensions).toBe("");
    const received = messages(socket, 1);
    socket.send("x".repeat(10_000));
    expect(await received).toEqual(["x".repeat(10_000)]);
    socket.close();
    await nextEvent(socket, "close");
  });
});
