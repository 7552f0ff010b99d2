/** Chromium's own WebSocket and our server: compression, text and bytes, closing, subprotocols, both read paths. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Endpoint } from "../../src/websocket/endpoint/endpoint.ts";
import { WebSocketServer } from "../../src/websocket/server/server.ts";
import type { WebSocketServerOptions } from "../../src/websocket/server/server-options.ts";
import { nextEvent } from "../websocket/next-event.ts";
import { launchChromium } from "./chromium.ts";

let browser: Browser;
let page: Page;
let http: Server;
let origin: string;

beforeAll(async () => {
  http = createServer(
    (_, response) => void response.setHeader("Content-Type", "text/html").end("<title>page</title>"),
  );
  await new Promise<void>((listening) => http.listen(0, "127.0.0.1", listening));
  origin = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  browser = await launchChromium();
  page = await browser.newPage();
  await page.goto(origin);
});

afterAll(async () => {
  await browser?.close();
  http.closeAllConnections();
  http.close();
});

async function serve(options: WebSocketServerOptions): Promise<{ server: WebSocketServer; url: string }> {
  const server = new WebSocketServer({
    ...{ host: "127.0.0.1", port: 0, origins: [origin], maxBufferedBytes: 2 ** 24, subprotocols: ["echo"] },
    ...options,
  });
  server.addEventListener("connection", ({ socket }) => {
    socket.addEventListener("message", ({ data }) => socket.send(data));
  });
  await server.listening;
  return { server, url: `ws://127.0.0.1:${server.address!.port}/` };
}

const settings: readonly (readonly [string, WebSocketServerOptions])[] = [
  ["uncompressed, read directly", { readPath: "direct" }],
  ["uncompressed, read portably", { readPath: "portable" }],
  ["compressed", { perMessageDeflate: { threshold: 0, maxInflateRatio: 2000 } }],
  [
    "compressed with context takeover and small windows",
    {
      perMessageDeflate: {
        ...{ threshold: 0, serverNoContextTakeover: false, clientNoContextTakeover: false },
        ...{ serverMaxWindowBits: 9, clientMaxWindowBits: 10, maxInflateRatio: 2000 },
      },
    },
  ],
];

describe.each(settings)("Chromium and our server, %s", (_, options) => {
  let server: WebSocketServer;
  let url: string;
  beforeAll(async () => {
    ({ server, url } = await serve(options));
  });
  afterAll(() => server.close());

  it("agree on compression, and exchange text and bytes of every size", async () => {
    const result = await page.evaluate(async (url) => {
      const socket = new WebSocket(url, ["other", "echo"]);
      socket.binaryType = "arraybuffer";
      await new Promise((resolve) => socket.addEventListener("open", resolve));
      const sizes = [0, 1, 125, 126, 127, 1024, 65_535, 65_536, 1_048_576];
      const sent = sizes.flatMap((size) => [
        "aé€😀".repeat(Math.floor(size / 10)) + "x".repeat(size % 10),
        Uint8Array.from({ length: size }, (_, i) => (i * i) >> 3),
      ]);
      const received: (string | ArrayBuffer)[] = [];
      const all = new Promise<void>((resolve, reject) => {
        socket.addEventListener("close", ({ code }) => reject(new Error(`closed with ${code}`)));
        socket.addEventListener("message", ({ data }) => {
          received.push(data);
          if (received.length === sent.length) resolve();
        });
      });
      for (const message of sent) socket.send(message);
      await all;
      const wrong = sent.filter((message, i) => {
        const other = received[i];
        if (typeof message === "string" || other === undefined || typeof other === "string")
          return message !== other;
        const bytes = new Uint8Array(other);
        return bytes.length !== message.length || message.some((byte, i) => byte !== bytes[i]);
      });
      socket.close(1000);
      return { wrong: wrong.length, extensions: socket.extensions, protocol: socket.protocol };
    }, url);
    expect(result).toMatchObject({ wrong: 0, protocol: "echo" });
    expect(result.extensions.startsWith("permessage-deflate")).toBe(options.perMessageDeflate !== undefined);
  });

  it("close with every code, from either end, and the longest reason", async () => {
    const reason = `${"ö".repeat(61)}.`;
    for (const code of [1000, 1001, 1003, 1008, 1009, 1011, 1012, 1013, 1014, 3000, 4999]) {
      for (const from of ["page", "server"] as const) {
        if (from === "page" && code !== 1000 && code < 3000) continue; // a page may not
        const connected = nextEvent<{ socket: Endpoint }>(server, "connection");
        const atPage = page.evaluate(
          async ({ url, code, reason, from }) => {
            const socket = new WebSocket(url);
            await new Promise((resolve) => socket.addEventListener("open", resolve));
            const closed = new Promise<CloseEvent>((resolve) => socket.addEventListener("close", resolve));
            if (from === "page") socket.close(code, reason);
            const event = await closed;
            return { code: event.code, reason: event.reason, wasClean: event.wasClean };
          },
          { url, code, reason, from },
        );
        const { socket } = await connected;
        const atServer = nextEvent(socket, "close");
        if (from === "server") socket.close(code, reason);
        const expected = { code, reason, wasClean: true };
        expect(await atPage, `${code} from ${from}`).toEqual(expected);
        expect(await atServer, `${code} from ${from}`).toMatchObject(expected);
      }
    }
  });

  it("ping: a page answers by itself, also while messages come in parts", async () => {
    const connected = nextEvent<{ socket: Endpoint }>(server, "connection");
    const atPage = page.evaluate(async (url) => {
      const socket = new WebSocket(url);
      const message = await new Promise<MessageEvent>((resolve) =>
        socket.addEventListener("message", resolve),
      );
      socket.close();
      return message.data as string;
    }, url);
    const { socket } = await connected;
    let roundTrip = 0;
    await socket.sendParts(
      (async function* () {
        yield "one \ud83d";
        roundTrip = await socket.ping();
        yield "\ude00 message";
      })(),
    );
    expect(await atPage).toBe("one 😀 message");
    expect(roundTrip).toBeGreaterThan(0);
  });
});

describe("Chromium and what our server refuses", () => {
  it("hears 1006 when its page is of another origin, and the code when it is accepted and closed", async () => {
    const strict = await serve({ origins: ["https://elsewhere.example"] });
    const closing = await serve({ accept: () => ({ close: { code: 4403, reason: "not you" } }) });
    const close = (url: string) =>
      page.evaluate(async (url) => {
        const socket = new WebSocket(url);
        const { code, reason } = await new Promise<CloseEvent>((resolve) =>
          socket.addEventListener("close", resolve),
        );
        return { code, reason };
      }, url);
    expect(await close(strict.url)).toEqual({ code: 1006, reason: "" });
    expect(await close(closing.url)).toEqual({ code: 4403, reason: "not you" });
    await Promise.all([strict.server.close(), closing.server.close()]);
  });

  it("hears 1009 for a message that is too long, and sends no half of a surrogate pair", async () => {
    const small = await serve({ maxMessageBytes: 1000 });
    const heard = await page.evaluate(async (url) => {
      const socket = new WebSocket(url);
      await new Promise((resolve) => socket.addEventListener("open", resolve));
      const closed = new Promise<CloseEvent>((resolve) => socket.addEventListener("close", resolve));
      socket.send("half a pair: \ud83d");
      const first = await new Promise<MessageEvent>((resolve) => socket.addEventListener("message", resolve));
      socket.send("x".repeat(1001));
      return [first.data as string, (await closed).code];
    }, small.url);
    expect(heard).toEqual(["half a pair: \ufffd", 1009]);
    await small.server.close();
  });
});
