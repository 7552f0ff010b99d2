/** `http2-client.ts`: handshakes over HTTP/2 that come to nothing. */
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { refuse } from "../../../src/websocket/handshake/handshake.ts";
import { connect, failure } from "../host.ts";
import { serve } from "../http2-server.ts";
import { answering, listenHttp2, listenHttp2Secure, sessionsOf } from "../listen-http2.ts";
import { eventually } from "../next-event.ts";

const CANCEL = 8;

/** A port where `server` listens until the test ends. */
async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

describe("a handshake over HTTP/2 that fails", () => {
  it("says what the server answered", async () => {
    const { http, port } = await listenHttp2();
    serve(http, { accept: () => refuse(401, "a token is needed", [["WWW-Authenticate", "Bearer"]]) });
    const error = await failure(connect(`ws://127.0.0.1:${port}/`, [], { http2: true }));
    expect(error).toMatchObject({ code: "handshake/refused", status: 401 });
    expect(error.headers.get("www-authenticate")).toEqual(["Bearer"]);
    expect(JSON.parse(error.body!)).toMatchObject({ status: 401, detail: "a token is needed" });
  });

  it("keeps of an answer that does not end what it may, and resets the stream", async () => {
    const { url, streams } = await answering((stream) => {
      stream.respond({ ":status": 403 });
      const flood = setInterval(() => stream.write("x".repeat(10_000)), 1);
      stream.once("close", () => clearInterval(flood));
    });
    const error = await failure(connect(url, [], { http2: true, maxBodyBytes: 50_000 }));
    expect(error).toMatchObject({ status: 403, body: "x".repeat(50_000) });
    await eventually(() => expect(streams[0]!.closed).toBe(true));
  });

  for (const [what, headers] of [
    ["a subprotocol", { "sec-websocket-protocol": "other" }],
    ["an extension", { "sec-websocket-extensions": "permessage-deflate" }],
  ] as const) {
    it(`fails on ${what} that it did not offer, and resets the stream with CANCEL`, async () => {
      const { url, session, streams } = await answering((stream) =>
        stream.respond({ ":status": 200, ...headers }),
      );
      const http2 = await session();
      const error = await failure(connect(url, ["chat"], { http2 }));
      expect(error).toMatchObject({ code: "handshake/invalid-response" });
      await eventually(() => expect(streams[0]!.rstCode).toBe(CANCEL));
      expect(http2.destroyed).toBe(false);
    });
  }

  it("fails when the server resets the stream instead of answering", async () => {
    for (const code of [0, 1, 7, CANCEL]) {
      const { url, session } = await answering((stream) => stream.close(code));
      const error = await failure(connect(url, [], { http2: await session() }));
      expect(error).toMatchObject({ code: "handshake/unreachable" });
    }
  });

  it("fails when nobody listens, or not with that certificate", async () => {
    const gone = createTcpServer();
    const port = await listen(gone);
    await new Promise((resolve) => gone.close(resolve));
    expect(await failure(connect(`ws://127.0.0.1:${port}/`, [], { http2: true }))).toMatchObject({
      code: "handshake/unreachable",
      cause: { code: "ECONNREFUSED" },
    });
    const secure = await listenHttp2Secure();
    expect(await failure(connect(`wss://127.0.0.1:${secure.port}/`, [], { http2: true }))).toMatchObject({
      code: "handshake/unreachable",
      cause: { code: "DEPTH_ZERO_SELF_SIGNED_CERT" },
    });
  });

  it("fails on a server of HTTP/1.1 that was said to have HTTP/2", async () => {
    const port = await listen(createHttpServer());
    expect(await failure(connect(`ws://127.0.0.1:${port}/`, [], { http2: true }))).toMatchObject({
      code: "handshake/invalid-response",
    });
  });

  it("takes no longer than its time limit, whatever the server leaves out", async () => {
    const silent = await listen(createTcpServer((socket) => onTestFinished(() => void socket.destroy())));
    const options = { http2: true, handshakeTimeout: 100 };
    expect(await failure(connect(`ws://127.0.0.1:${silent}/`, [], options))).toMatchObject({
      code: "handshake/timeout",
    });
    const { url, session, streams } = await answering(() => {});
    const http2 = await session();
    expect(await failure(connect(url, [], { ...options, http2 }))).toMatchObject({
      code: "handshake/timeout",
    });
    await eventually(() => expect(streams[0]!.rstCode).toBe(CANCEL));
    expect(http2.destroyed).toBe(false);
  });

  it("ends when it is called off, before its session is there and after", async () => {
    const { url, session, streams, http } = await answering(() => {});
    const sessions = sessionsOf(http);
    const early = connect(url, [], { http2: true });
    const earlyFailure = failure(early);
    early.close();
    expect(await earlyFailure).toMatchObject({ code: "handshake/aborted" });

    const abort = new AbortController();
    const late = failure(connect(url, [], { http2: true, signal: abort.signal }));
    await eventually(() => expect(streams).toHaveLength(1));
    abort.abort();
    expect(await late).toMatchObject({ code: "handshake/aborted" });
    await eventually(() => expect(sessions.every(({ destroyed }) => destroyed)).toBe(true));

    const http2 = await session();
    const shared = connect(url, [], { http2 });
    const sharedFailure = failure(shared);
    await eventually(() => expect(streams).toHaveLength(2));
    shared.terminate();
    expect(await sharedFailure).toMatchObject({ code: "handshake/aborted" });
    await eventually(() => expect(streams[1]!.rstCode).toBe(CANCEL));
    expect(http2.destroyed).toBe(false);
  });

  it("is a TypeError at once for what HTTP/2 does not have", () => {
    const options = { http2: true, headers: { TE: "gzip" } };
    expect(() => connect("ws://127.0.0.1:1/", [], options)).toThrow(TypeError);
    expect(() => connect("ws://127.0.0.1:1/", [], { http2: "yes" as unknown as boolean })).toThrow(TypeError);
  });
});
