/** The reconnecting client in a page: the very files of `src/`, with only their types taken out. */
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { stripTypeScriptTypes } from "node:module";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ReconnectingWebSocket } from "../../src/websocket/reconnect/reconnect.ts";
import { WebSocketServer } from "../../src/websocket/server/server.ts";
import { launchChromium } from "./chromium.ts";

let browser: Browser;
let page: Page;
let http: Server;
let sockets: WebSocketServer;
let complaints: string[];

const PAGE = `<title>page</title><script type="module">
  import { ReconnectingWebSocket } from "/src/websocket/reconnect/reconnect.ts";
  globalThis.LoadedClass = ReconnectingWebSocket;
</script>`;

/** In the page: the class, and what is kept from one look of ours to the next. */
declare const LoadedClass: typeof ReconnectingWebSocket;
declare const kept: { client: ReconnectingWebSocket; heard: string[] };

beforeAll(async () => {
  http = createServer(async ({ url = "/" }, response) => {
    const script = /^\/src\/websocket\/[a-z-]+\/[a-z-]+\.ts$/.exec(url)?.[0];
    const body = script ? stripTypeScriptTypes(await readFile(resolve(`.${script}`), "utf8")) : PAGE;
    response.setHeader("Content-Type", script ? "text/javascript" : "text/html").end(body);
  });
  sockets = new WebSocketServer({ server: http });
  sockets.addEventListener("connection", ({ socket }) => {
    socket.addEventListener("message", ({ data }) => socket.send(data));
  });
  await new Promise<void>((listening) => http.listen(0, "127.0.0.1", listening));
  browser = await launchChromium();
  page = await browser.newPage();
  complaints = [];
  page.on("pageerror", ({ message }) => complaints.push(message));
  await page.goto(`http://127.0.0.1:${(http.address() as AddressInfo).port}/`);
  await page.evaluate(() => {
    const client = new LoadedClass(location.origin.replace("http", "ws"), [], {
      reconnect: { initialDelay: 20, maxDelay: 20 },
    });
    const heard: string[] = [];
    client.addEventListener("message", ({ data }) =>
      heard.push(typeof data === "string" ? data : `${data.constructor.name} of ${data.byteLength}`),
    );
    client.addEventListener("close", ({ code, reason }) => heard.push(`close ${code} ${reason}`.trim()));
    client.addEventListener("state", ({ state }) => heard.push(state));
    Object.assign(globalThis, { kept: { client, heard } });
  });
});

afterAll(async () => {
  await browser?.close();
  for (const socket of sockets.clients) socket.terminate();
  http.closeAllConnections();
  http.close();
});

/** Waits until the page has heard so much, and takes it. */
async function heard(count: number): Promise<readonly string[]> {
  await page.waitForFunction((least) => kept.heard.length >= least, count);
  return page.evaluate(() => kept.heard.splice(0));
}

describe("the reconnecting client in Chromium", () => {
  it("connects, sends and receives text and bytes", async () => {
    await page.evaluate(() => {
      kept.client.send("text");
      kept.client.send(Uint8Array.of(1, 2, 3));
    });
    expect(await heard(3)).toEqual(["open", "text", "ArrayBuffer of 3"]);
  });

  it("comes back when the connection is dropped, and when the server restarts", async () => {
    for (const socket of sockets.clients) socket.terminate();
    expect(await heard(4)).toEqual(["close 1006", "waiting", "connecting", "open"]);
    for (const socket of sockets.clients) socket.close(1012, "retry-after=20");
    expect(await heard(4)).toEqual(["close 1012 retry-after=20", "waiting", "connecting", "open"]);
  });

  it("waits for the network while the browser has none, and sends then what waited", async () => {
    await page.context().setOffline(true);
    for (const socket of sockets.clients) socket.terminate();
    expect(await heard(2)).toEqual([expect.stringContaining("close"), "offline"]);
    await page.evaluate(() => kept.client.send("at last"));
    await page.context().setOffline(false);
    expect(await heard(3)).toEqual(["connecting", "open", "at last"]);
  });

  it("stays closed when it is closed", async () => {
    await page.evaluate(() => kept.client.close());
    expect(await heard(2)).toEqual(["close 1000", "closed"]);
    expect(complaints).toEqual([]);
  });
});
