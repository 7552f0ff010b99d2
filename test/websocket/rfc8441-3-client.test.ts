/** RFC 8441 §3: a client asks for a WebSocket on HTTP/2 only where the server said that it may. */
import { createServer, type Http2Server } from "node:http2";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { connect, failure } from "./host.ts";
import { nextEvent } from "./next-event.ts";

/** A server that answers every extended CONNECT, and the requests it has seen. */
async function serve(enableConnectProtocol: boolean): Promise<{ port: number; seen: object[] }> {
  const server: Http2Server = createServer({
    settings: enableConnectProtocol ? { enableConnectProtocol } : {},
  });
  const seen: object[] = [];
  server.on("stream", (stream, headers) => {
    seen.push(headers);
    stream.on("error", () => {});
    stream.respond({ ":status": 200 });
  });
  const sessions = new Set<{ destroy(): void }>();
  server.on("session", (session) => sessions.add(session));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const session of sessions) session.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, seen };
}

describe("RFC 8441 §3 SETTINGS_ENABLE_CONNECT_PROTOCOL", () => {
  it("has to be 1 before a client asks; without it the client fails and has sent no request", async () => {
    const { port, seen } = await serve(false);
    const client = connect(`ws://127.0.0.1:${port}/`, [], { http2: true });
    expect(await failure(client)).toMatchObject({ code: "handshake/refused" });
    expect(seen).toEqual([]);
  });

  it("lets a client send the request of §5: CONNECT, :protocol, :scheme, :path, and no Upgrade or Connection", async () => {
    const { port, seen } = await serve(true);
    const client = connect(`ws://127.0.0.1:${port}/chat?a=b`, ["chat"], { http2: true });
    await nextEvent(client, "open");
    expect(seen).toHaveLength(1);
    expect(Object.fromEntries(Object.entries(seen[0]!))).toEqual({
      ":method": "CONNECT",
      ":protocol": "websocket",
      ":scheme": "http",
      ":path": "/chat?a=b",
      ":authority": `127.0.0.1:${port}`,
      "sec-websocket-version": "13",
      "sec-websocket-protocol": "chat",
    });
  });
});
