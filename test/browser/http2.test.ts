/** Chromium's WebSocket over HTTP/2 (RFC 8441): it uses the session that its page came over. */
import type { SecureServerOptions, ServerHttp2Session } from "node:http2";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import type { Endpoint } from "../../src/websocket/endpoint/endpoint.ts";
import { refuse } from "../../src/websocket/handshake/handshake.ts";
import type { UpgradeRequest } from "../../src/websocket/handshake/upgrade-request.ts";
import { serve, serveEcho } from "../websocket/http2-server.ts";
import { listenHttp2Secure } from "../websocket/listen-http2.ts";
import { eventually, nextEvent } from "../websocket/next-event.ts";
import { launchChromium } from "./chromium.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser?.close());

/** A page that came over HTTP/2, and the server it came from. */
async function visit(options: SecureServerOptions = {}) {
  const { http, port } = await listenHttp2Secure({ allowHTTP1: true, ...options });
  const sessions: ServerHttp2Session[] = [];
  http.on("session", (session) => sessions.push(session));
  http.on("request", (_, response) => {
    response.setHeader("content-type", "text/html");
    response.end("<!doctype html><title>HTTP/2</title>");
  });
  const open = async (): Promise<Page> => {
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    onTestFinished(() => context.close());
    const page = await context.newPage();
    await page.goto(`https://127.0.0.1:${port}/`);
    return page;
  };
  return { http, url: `wss://127.0.0.1:${port}/`, sessions, open };
}

interface Said {
  readonly opened: boolean;
  readonly protocol: string;
  readonly extensions: string;
  readonly messages: readonly string[];
  readonly close: { readonly code: number; readonly reason: string; readonly wasClean: boolean };
}

/** Opens a socket in the page, sends texts, and closes with 3000 once each was answered; or waits for its end. */
function speak(page: Page, url: string, texts: readonly string[], protocols: string[] = []): Promise<Said> {
  const inPage = ({ url, texts, protocols }: { url: string; texts: string[]; protocols: string[] }) =>
    new Promise<Said>((resolve) => {
      const socket = new WebSocket(url, protocols);
      const messages: string[] = [];
      let opened = false;
      socket.onopen = () => {
        opened = true;
        for (const text of texts) socket.send(text);
      };
      socket.onmessage = ({ data }) => {
        messages.push(data);
        if (messages.length === texts.length) socket.close(3000, "enough");
      };
      socket.onclose = ({ code, reason, wasClean }) => {
        const { protocol, extensions } = socket;
        resolve({ opened, protocol, extensions, messages, close: { code, reason, wasClean } });
      };
    });
  return page.evaluate(inPage, { url, texts: [...texts], protocols });
}

describe("Chromium over HTTP/2", () => {
  it("opens a WebSocket on its page's session, with the page's origin and cookies", async () => {
    const { http, url, sessions, open } = await visit();
    const server = serveEcho(http, { subprotocols: ["chat"], perMessageDeflate: true });
    const connection = nextEvent<{ request: UpgradeRequest; socket: Endpoint }>(server, "connection");
    const page = await open();
    const cookies = ["a=b", "c=d"].map((pair) => pair.split("=") as [string, string]);
    const target = { url: url.replace("wss:", "https:") };
    await page.context().addCookies(cookies.map(([name, value]) => ({ name, value, ...target })));
    const closed = connection.then(({ socket }) => nextEvent(socket, "close"));
    const texts = ["hello", "grüße 😀", Array.from({ length: 20_000 }, (_, i) => i * i).join()];
    const said = await speak(page, `${url}?room=1`, texts, ["superchat", "chat"]);
    const { request } = await connection;
    expect(request).toMatchObject({
      method: "CONNECT",
      httpVersion: "2.0",
      target: "/?room=1",
      secure: true,
    });
    expect(request.header("origin")).toBe(url.replace("wss:", "https:").slice(0, -1));
    expect(request.header("cookie")).toBe("a=b; c=d");
    expect(said).toMatchObject({
      opened: true,
      protocol: "chat",
      extensions: expect.stringContaining("permessage-deflate"),
      messages: texts,
      close: { code: 3000, reason: "enough", wasClean: true },
    });
    await expect(closed).resolves.toMatchObject({ code: 3000, reason: "enough", wasClean: true });
    expect(sessions).toHaveLength(1);
  });

  it("opens many on one session, and takes 8 MiB through flow control", async () => {
    const { http, url, sessions, open } = await visit();
    serveEcho(http);
    const page = await open();
    const said = await Promise.all(Array.from({ length: 16 }, (_, i) => speak(page, url, [`${i}`])));
    expect(said.map(({ messages }) => messages[0])).toEqual(Array.from({ length: 16 }, (_, i) => `${i}`));
    const texts = Array.from({ length: 8 }, (_, i) => `${i}`.repeat(1024 * 1024));
    const { messages } = await speak(page, url, texts);
    expect(messages).toEqual(texts);
    expect(sessions).toHaveLength(1);
  });

  it("hears the server's Close, and sees 1006 for what the server drops or refuses", async () => {
    const { http, url, open } = await visit();
    const server = serve(http, {
      accept: ({ path }) => (path === "/refused" ? refuse(401, "a token is needed") : undefined),
    });
    server.addEventListener("connection", ({ socket, request }) => {
      if (request.path === "/close") socket.close(4401, "log in");
      else socket.terminate();
    });
    const page = await open();
    expect(await speak(page, `${url}close`, [])).toMatchObject({
      opened: true,
      close: { code: 4401, reason: "log in", wasClean: true },
    });
    const dropped = { close: { code: 1006, reason: "", wasClean: false } };
    expect(await speak(page, `${url}drop`, [])).toMatchObject(dropped);
    expect(await speak(page, `${url}refused`, [])).toMatchObject({ opened: false, ...dropped });
    await eventually(() => expect(server.clients.size).toBe(0));
  });

  it("is told to use HTTP/1.1 by a server that does not advertise the setting, and does", async () => {
    const { http, url, sessions, open } = await visit();
    const page = await open(); // before there is a WebSocket server
    const server = serveEcho(http);
    const connection = nextEvent<{ request: UpgradeRequest }>(server, "connection");
    expect(await speak(page, url, ["hi"])).toMatchObject({ messages: ["hi"], close: { code: 3000 } });
    expect((await connection).request).toMatchObject({ method: "GET", httpVersion: "1.1" });
    expect(sessions).toHaveLength(1);
  });
});
