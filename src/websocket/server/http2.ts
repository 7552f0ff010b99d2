/**
 * WebSockets on the streams of a `node:http2` server: RFC 8441, whose rules are in `extended-connect.ts`.
 *
 * An `Http2Stream` is a Duplex, so endpoints use it as they use a socket. HTTP/2's flow control works through
 * it: who does not read lets the stream's window fill, whose size is the server's setting `initialWindowSize`
 * (64 KiB in Node), and that is all a stream makes us hold of what its peer sends. A peer that does not read
 * makes our writes wait, and `bufferedAmount` grow.
 *
 * That setting is the application's, since all its requests have it. A window is what may be on its way: with
 * 40 ms to and fro, 1 MiB takes a second there and back through 64 KiB, 0.14 s through 1 MiB.
 */
import { STATUS_CODES } from "node:http";
import {
  constants,
  type Http2SecureServer,
  type Http2Server,
  type Http2Session,
  type Http2Stream,
  type ServerHttp2Stream,
} from "node:http2";
import { addAbortSignal } from "node:stream";
import { startTimer } from "../endpoint/timer.ts";
import { type ExtendedConnect, http2Headers } from "../handshake/extended-connect.ts";
import type { Accepted, Refused } from "../handshake/handshake.ts";
import { UpgradeRequest } from "../handshake/upgrade-request.ts";

/**
 * How many bytes a session may have on their way to us, on all its streams together. Node's 64 KiB would let
 * 64 sockets share one 64 KiB in each round trip. This costs no memory: `node:http2` gives a session's window
 * back when bytes arrive, only a stream's when they are read.
 */
const SESSION_WINDOW = 16 * 1024 * 1024;

/** Widens the window of a whole session, unless its owner gave it a wider one. */
export function widen(session: Http2Session): void {
  if ((session.state.effectiveLocalWindowSize ?? 0) < SESSION_WINDOW) {
    session.setLocalWindowSize(SESSION_WINDOW);
  }
}

/**
 * Offers `take` each extended CONNECT for a WebSocket, on all sessions that begin from now on. Those it does
 * not take go where everything else goes: to the server's own listeners.
 *
 * @param take gets the header section as `node:http2` has it, names and values in turn
 */
export function interceptConnects(
  server: Http2Server | Http2SecureServer,
  take: (stream: ServerHttp2Stream, rawHeaders: readonly string[]) => boolean,
): void {
  // RFC 8441 §3: a client may use the extended CONNECT once it has received the setting. It is a setting of
  // sessions to come, and is never taken back: "A sender MUST NOT send a SETTINGS_ENABLE_CONNECT_PROTOCOL
  // parameter with the value of 0 after previously sending a value of 1."
  server.updateSettings({ enableConnectProtocol: true });
  server.on("session", (session) => {
    widen(session);
    // The one listener that is there passes streams on to the server's `stream` event. There, a `request`
    // listener makes Node answer each CONNECT with 405, and other listeners answer whatever they see.
    const others = session.listeners("stream");
    session.removeAllListeners("stream");
    session.on("stream", (stream, headers, flags, rawHeaders) => {
      if (headers[":protocol"] === "websocket" && take(stream, rawHeaders)) return;
      for (const listener of others) listener.call(session, stream, headers, flags, rawHeaders);
    });
  });
}

/** An extended CONNECT as an application sees it: like an upgrade of HTTP/1.1, but for its method and version. */
export function connectRequest(stream: ServerHttp2Stream, connect: ExtendedConnect): UpgradeRequest {
  const { session } = stream;
  return new UpgradeRequest({
    method: "CONNECT",
    target: connect.path,
    httpVersion: "2.0",
    rawHeaders: [...connect.headers].flatMap(([name, values]) => values.flatMap((value) => [name, value])),
    secure: session?.encrypted === true,
    remoteAddress: session?.socket.remoteAddress ?? "",
  });
}

/** Answers 200 and makes the stream ready for an endpoint. */
export function writeAccepted(stream: ServerHttp2Stream, answer: Accepted): void {
  stream.respond({ ":status": 200, ...http2Headers(answer.headers) });
  cancelWhenDestroyed(stream);
  keepAwake(stream);
}

/** How long a refused peer may take to read why, in milliseconds. */
const LINGER = 1_000;

/**
 * Answers with a problem+json body (RFC 9457) and ends the stream, within a second at the latest. On one that is
 * answered nothing happens. Its errors are the caller's to listen for.
 */
export function writeHttp2Refusal(stream: ServerHttp2Stream, refused: Refused): void {
  if (stream.destroyed || stream.closed || stream.headersSent) return;
  const { status, detail } = refused;
  const headers = { ...http2Headers(refused.headers), ":status": status };
  // A peer that opens no window (RFC 9113 §5.2) takes the answer's headers and never its body.
  const stopTimer = startTimer(LINGER, () => {
    stream.close(constants.NGHTTP2_CANCEL);
    stream.destroy();
  });
  stream.once("close", stopTimer);
  // RFC 9110 §15.4.5: "A 304 response is terminated by the end of the header section".
  if (status === 304) {
    stream.respond(headers, { endStream: true });
    return;
  }
  const problem = { type: "about:blank", title: STATUS_CODES[status] ?? "Error", status, detail };
  const body = JSON.stringify(problem);
  stream.respond({
    ...headers,
    "content-type": "application/problem+json",
    "content-length": Buffer.byteLength(body),
  });
  // Nobody reads this stream, so Node resets it with NO_ERROR behind the answer: RFC 9113 §8.1 lets a server
  // "request that the client abort transmission of a request without error" so.
  stream.end(body);
}

/**
 * Makes a stream that is destroyed say so with the right code. Node's own is NO_ERROR, as if all was well.
 *
 * RFC 8441 §5: "RST exceptions are represented with the RST_STREAM frame […] with the CANCEL error code".
 */
export function cancelWhenDestroyed(stream: Http2Stream): void {
  const { destroy } = stream;
  stream.destroy = (error) => {
    stream.destroy = destroy;
    // Node resets with CANCEL what a signal aborts. `close(CANCEL)` would do so, too, but put an END_STREAM in front.
    if (!stream.closed && !stream.destroyed) addAbortSignal(ABORTED, stream);
    return stream.destroy(error);
  };
}

const ABORTED = AbortSignal.abort();

/** How many WebSockets a session carries, and the time limit it had for silence. */
const carried = new WeakMap<Http2Session, { count: number; readonly timeout: number }>();

/** Takes a session its time limit for silence while it carries a WebSocket, which has a heartbeat of its own. */
function keepAwake(stream: ServerHttp2Stream): void {
  const { session } = stream;
  if (session === undefined) return;
  // `timeout` is there as it is on sockets, but not documented.
  const load = carried.get(session) ?? { count: 0, timeout: (session as { timeout?: number }).timeout ?? 0 };
  carried.set(session, load);
  load.count++;
  session.setTimeout(0);
  stream.once("close", () => {
    load.count--;
    if (load.count > 0) return;
    carried.delete(session);
    if (!session.destroyed) session.setTimeout(load.timeout);
  });
}
