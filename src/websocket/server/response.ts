/** The HTTP answers to an opening handshake, written to the stream it came on. */
import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { Refused } from "../handshake/handshake.ts";

/** How long a refused peer may take to close its half, in milliseconds. */
const LINGER = 1_000;

/** Status line and headers (RFC 9112 §4). */
export function responseHead(status: number, headers: readonly (readonly [string, string])[]): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\n${lines.join("")}\r\n`;
}

/**
 * Writes a refusal with a problem+json body (RFC 9457) and closes the stream. On a stream that was refused
 * already nothing happens: a peer may send several requests in one segment.
 */
export function writeRefusal(stream: Duplex, refused: Refused): void {
  if (stream.writableEnded) return;
  if (!stream.writable) {
    stream.destroy();
    return;
  }
  const { status, detail } = refused;
  const problem = { type: "about:blank", title: STATUS_CODES[status] ?? "Error", status, detail };
  const body = JSON.stringify(problem);
  // RFC 9110 §7.8: who sends Upgrade lists it in Connection.
  const upgrades = refused.headers.some(([name]) => name.toLowerCase() === "upgrade");
  const head = responseHead(status, [
    ...refused.headers,
    ["Connection", upgrades ? "Upgrade, close" : "close"],
    // RFC 9110 §6.6.1: "An origin server with a clock MUST generate a Date header field in all 2xx
    // (Successful), 3xx (Redirection), and 4xx (Client Error) responses".
    ["Date", new Date().toUTCString()],
    ["Content-Type", "application/problem+json"],
    ["Content-Length", String(Buffer.byteLength(body))],
  ]);
  // RFC 9110 §15.4.5: "A 304 response is terminated by the end of the header section".
  stream.end(refused.bodiless === true || status === 304 ? head : head + body);
  stream.resume();
  const timer = setTimeout(() => stream.destroy(), LINGER).unref();
  stream.once("close", () => clearTimeout(timer));
}

/** The status for a request that `node:http` could not read. */
export function statusOf(error: NodeJS.ErrnoException): number {
  if (error.code === "HPE_HEADER_OVERFLOW") return 431;
  return error.code === "ERR_HTTP_REQUEST_TIMEOUT" ? 408 : 400;
}
