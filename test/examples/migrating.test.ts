/** The "after" code of docs/migrating-from-ws.md, run as it stands but for the port. */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocketServer as WsServer } from "ws";
import { deflateDefaults } from "../../src/websocket/deflate/permessage-deflate-options.ts";
import { completeEndpointOptions } from "../../src/websocket/endpoint/endpoint-options.ts";
import { strictTypeScript } from "./strict-typescript.ts";

const page = "docs/migrating-from-ws.md";
const text = readFileSync(page, "utf8");
const samples = [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code!);

describe(page, { timeout: 60_000 }, () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "migrating-"));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** Runs a sample whose server is put on a free port, or whose client is led to `port`, and then `epilogue`. */
  async function run(
    title: string,
    { epilogue = "", options = "", port = 0, input = "", environment = {} }: Surroundings,
  ): Promise<string> {
    const index = [...text.matchAll(/^### (.+)$/gm)].findIndex(([, heading]) => heading === title);
    const code = samples[index]!.replace(
      '"barewire/websocket"',
      JSON.stringify(pathToFileURL(resolve("src/websocket/index.ts"))),
    )
      .replace("port: 8080", `port: 0, host: "127.0.0.1"${options}`)
      .replace("listen(8080)", `listen(0, "127.0.0.1")`)
      .replace("localhost:8080", `127.0.0.1:${port}`);
    const file = join(folder, `run-${index}.mts`);
    writeFileSync(file, `${code}\n${epilogue}\n`);
    const child = spawn(process.execPath, [file], {
      timeout: 20_000,
      env: { ...process.env, ...environment },
    });
    child.stdin.end(input);
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (chunk: string) => {
        output += chunk;
      });
    }
    await new Promise((done) => child.once("close", done));
    return output;
  }

  it("is right in strict TypeScript", () => {
    expect(strictTypeScript(folder, samples)).toBe("");
  });

  it("drops who answers no Ping, without a line of code", async () => {
    const output = await run("A heartbeat", {
      options: ", heartbeatInterval: 30",
      epilogue: `import { connect } from "node:net";
        await server.listening;
        const peer = connect(server.address.port, "127.0.0.1");
        peer.write("GET / HTTP/1.1\\r\\nHost: x\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\n" +
          "Sec-WebSocket-Version: 13\\r\\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\\r\\n\\r\\n");
        peer.on("error", () => {}).resume().on("close", () => server.close());`,
    });
    expect(output).toBe("gone with 1006\n");
  });

  it("broadcasts to the others", async () => {
    const output = await run("A broadcast", {
      epilogue: `await server.listening;
        const join = async (name) => {
          const client = new globalThis.WebSocket("ws://127.0.0.1:" + server.address.port);
          client.onmessage = ({ data }) => { console.log(name, data); if (name === "bob") server.close(); };
          await new Promise((open) => { client.onopen = open; });
          return client;
        };
        const ada = await join("ada");
        await join("bob");
        ada.send("hello");`,
    });
    expect(output).toBe("bob hello\n");
  });

  it("serves two paths, and one only to whom it may", async () => {
    const output = await run("Two paths, one of them for who is logged in", {
      epilogue: `await new Promise((done) => http.once("listening", done));
        const visit = (path, headers) => new Promise((done) => {
          const client = new globalThis.WebSocket("ws://127.0.0.1:" + http.address().port + path, { headers });
          client.onmessage = ({ data }) => done(data);
          client.onerror = () => done("refused");
        });
        console.log(await visit("/chat", {}));
        console.log(await visit("/admin", {}));
        console.log(await visit("/admin", { cookie: "session=admin" }));
        console.log(await visit("/elsewhere", {}));
        process.exit();`,
    });
    expect(output).toBe("this is the chat\nrefused\nthis is the back room\nrefused\n");
  });

  it("connects with headers, and says with which status it is refused", async () => {
    const server = await listening({
      verifyClient: ({ req }, decide) => decide(req.headers.authorization === "Bearer good", 403),
    });
    server.ws.on("connection", (socket) => {
      socket.send("news");
      socket.close();
    });
    const sample = "A client with headers";
    expect(await run(sample, { port: server.port, environment: { TOKEN: "good" } })).toBe("news\n");
    expect(await run(sample, { port: server.port, environment: { TOKEN: "bad" } })).toBe(
      "refused with 403\n",
    );
    server.ws.close();
  });

  it("is a pair of streams", async () => {
    const server = await listening({});
    server.ws.on("connection", (socket) => {
      socket.on("message", (data) => {
        socket.send(String(data).toUpperCase());
        socket.close();
      });
    });
    expect(await run("A socket as a stream", { port: server.port, input: "one\ntwo\n" })).toBe("ONE\nTWO\n");
    server.ws.close();
  });

  it("sends a slow reader everything, and never lets much wait", async () => {
    const output = await run("Sending no faster than the peer reads", {
      epilogue: `let most = 0;
        server.addEventListener("connection", ({ socket }) => {
          const watch = setInterval(() => { most = Math.max(most, socket.bufferedAmount); }, 1);
          socket.addEventListener("close", () => clearInterval(watch));
        });
        const { WebSocket } = await import(${JSON.stringify(pathToFileURL(resolve("src/websocket/index.ts")))});
        await server.listening;
        const client = new WebSocket("ws://127.0.0.1:" + server.address.port);
        let count = 0;
        for await (const message of client) {
          if (JSON.parse(message).number !== count++) throw new Error("out of order");
          if (count % 10_000 === 0) await new Promise((later) => setTimeout(later, 5));
        }
        console.log(count, most <= 3 * 1024 * 1024);
        server.close();`,
    });
    expect(output).toBe("100000 true\n");
  });

  it("has a row for every option, property, method and event of ws", async () => {
    const missing = wsWords.filter((word) => !new RegExp(`\\b${word}\\b`).test(text));
    expect(missing).toEqual([]);
  });

  it.each([page, "docs/websocket.md"])("links only to what exists: %s", (from) => {
    const targets = [...readFileSync(from, "utf8").matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(
      ([, to]) => to!,
    );
    expect(targets.filter((target) => !existsSync(join(dirname(from), target)))).toEqual([]);
  });
});

describe("docs/websocket.md", { timeout: 60_000 }, () => {
  const guide = readFileSync("docs/websocket.md", "utf8");

  it("has every limit of a socket, with its default", () => {
    const limits = Object.entries({ ...completeEndpointOptions({}), ...deflateDefaults }).filter(
      ([, value]) => typeof value === "number",
    );
    const rows = limits.map(([name]) => [
      name,
      new RegExp(`\\| \`(?:perMessageDeflate\\.)?${name}\` \\| ([^|]+) \\|`).exec(guide)?.[1],
    ]);
    expect(rows).toEqual(limits.map(([name, value]) => [name, written(name, value as number)]));
  });

  it("shows code that is right in strict TypeScript", () => {
    const folder = mkdtempSync(join(tmpdir(), "guide-"));
    const fragments = [...guide.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code!);
    expect(fragments.length).toBeGreaterThan(5);
    // What a fragment does not make, it has.
    const given = `import type { Endpoint as E, WebSocketServer as S } from "barewire/websocket";
      declare global { var socket: E; var server: S; }\n`;
    expect(strictTypeScript(folder, [given, ...fragments.map((code) => `${code}\nexport {};\n`)])).toBe("");
    rmSync(folder, { recursive: true });
  });
});

function written(name: string, value: number): string {
  const number = (n: number): string => n.toLocaleString("en-US");
  if (name.endsWith("Bytes")) return `${value / 1024 ** 2} MiB`;
  return /Timeout$|Interval$/.test(name) ? `${value / 1000} s` : number(value);
}

interface Surroundings {
  readonly epilogue?: string;
  readonly options?: string;
  readonly port?: number;
  readonly input?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

async function listening(
  options: ConstructorParameters<typeof WsServer>[0],
): Promise<{ ws: WsServer; port: number }> {
  const ws = new WsServer({ port: 0, host: "127.0.0.1", ...options });
  await new Promise((done) => ws.once("listening", done));
  return { ws, port: (ws.address() as AddressInfo).port };
}

/** Everything that `ws` 8 documents of a server, a client, a socket and its compression. */
const wsWords: readonly string[] = [
  "allowSynchronousEvents autoPong backlog clientTracking closeTimeout handleProtocols host maxBufferedChunks",
  "maxFragments maxPayload maxPendingAutoPongs noServer path perMessageDeflate port server skipUTF8Validation",
  "verifyClient WebSocket connection error headers listening wsClientError address clients handleUpgrade",
  "shouldHandle completeUpgrade finishRequest followRedirects generateMask handshakeTimeout maxRedirects origin",
  "protocolVersion agent createConnection socketPath auth message open ping pong redirect unexpected-response",
  "upgrade close addEventListener binaryType bufferedAmount extensions isPaused onclose onerror onmessage onopen",
  "pause protocol readyState resume send terminate url compress binary fin mask createWebSocketStream",
  "serverNoContextTakeover clientNoContextTakeover serverMaxWindowBits clientMaxWindowBits threshold",
  "zlibDeflateOptions zlibInflateOptions concurrencyLimit WS_NO_BUFFER_UTIL WS_NO_UTF_8_VALIDATE",
  "WS_ERR_EXPECTED_FIN WS_ERR_EXPECTED_MASK WS_ERR_INVALID_CLOSE_CODE WS_ERR_INVALID_CONTROL_PAYLOAD_LENGTH",
  "WS_ERR_INVALID_OPCODE WS_ERR_INVALID_UTF8 WS_ERR_TOO_MANY_BUFFERED_PARTS WS_ERR_UNEXPECTED_MASK",
  "WS_ERR_UNEXPECTED_RSV_1 WS_ERR_UNEXPECTED_RSV_2_3 WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH",
  "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH ws\\+unix fragments blob nodebuffer Receiver Sender",
].flatMap((words) => words.split(" "));
