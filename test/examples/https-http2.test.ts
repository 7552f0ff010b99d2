import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Agent, WebSocket as UndiciWebSocket } from "undici";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket as WsWebSocket } from "ws";
import { WebSocket } from "../../src/websocket/client/client.ts";
import { selfSigned } from "../websocket/self-signed.ts";
import { Inbox } from "./inbox.ts";
import { type RunningExample, startExample } from "./running-example.ts";

const certificate = selfSigned();
const tls = { ca: certificate.cert };

describe("examples/https-http2", () => {
  let folder: string;
  let example: RunningExample;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "https-http2-"));
    const [cert, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
    writeFileSync(cert, certificate.cert);
    writeFileSync(key, certificate.key);
    example = await startExample("https-http2/server.ts", { args: ["--cert", cert, "--key", key] });
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it("serves pages", async () => {
    const body = await new Promise((done) => {
      request(example.url, tls, (response) => response.setEncoding("utf8").once("data", done)).end();
    });
    expect(body).toBe("This page came over HTTP/1.1.\n");
  });

  it("serves sockets over HTTP/1.1 and HTTP/2, to ours, to ws and to undici, and closes all with 1012", async () => {
    const url = `${example.socketUrl}/ws`;
    const agent = new Agent({ allowH2: true, connect: tls });
    const sockets = {
      "1.1 ours": new WebSocket(url, [], { tls }),
      "2.0 ours": new WebSocket(url, [], { tls, http2: true }),
      "1.1 ws": new WsWebSocket(url, tls),
      "2.0 undici": new UndiciWebSocket(url, { dispatcher: agent }),
    };
    const inboxes = Object.values(sockets).map((socket) => new Inbox(socket as never));
    for (const [at, [name, socket]] of Object.entries(sockets).entries()) {
      const inbox = inboxes[at]!;
      expect(String(await inbox.next())).toBe(`This socket came over HTTP/${name.split(" ")[0]}.`);
      socket.send("echo");
      expect(String(await inbox.next())).toBe("echo");
    }
    const stopped = example.stop();
    for (const { closed } of inboxes) expect(await closed).toEqual({ code: 1012, reason: "restarting" });
    await agent.close();
    expect(await stopped).toBe(0);
    expect(example.complaints()).toBe("");
  });

  it("says how it wants to be called", async () => {
    await expect(startExample("https-http2/server.ts")).rejects.toThrow(
      /usage: .*--cert cert.pem --key key.pem/,
    );
  });
});
