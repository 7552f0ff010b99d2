/**
 * A port that speaks HTTP/2 for the sake of WebSockets (RFC 8441): in cleartext, to clients that know so beforehand
 * (RFC 9113 §3.3), or over TLS, where a client's ALPN chooses between HTTP/2 and HTTP/1.1 (RFC 7301).
 */
import type { IncomingMessage } from "node:http";
import {
  createSecureServer,
  createServer,
  type Http2SecureServer,
  type Http2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type Http2Session,
} from "node:http2";
import type { AddressInfo, ListenOptions, Socket } from "node:net";
import { acceptUpgrade, UpgradeRequest, writeRefusal } from "../websocket/index.ts";

/** A certificate, with those that lead to its issuer, and its private key: PEM. */
export interface EchoTls {
  readonly cert: string | Buffer;
  readonly key: string | Buffer;
}

/** What one stream may have on its way to us: with Node's 64 KiB a message of 16 MiB would take 256 round trips. */
const STREAM_WINDOW = 1024 * 1024;
/** Node refuses new streams while a session holds more than so many megabytes; its 10 are less than one long message. */
const SESSION_MEGABYTES = 1024;
/** How long peers may take to end their sessions once all WebSockets are closed, in milliseconds. */
const LINGER = 250;

const settings = { settings: { initialWindowSize: STREAM_WINDOW }, maxSessionMemory: SESSION_MEGABYTES };

export class EchoHttp2 {
  /** What a WebSocketServer is attached to. */
  readonly http: Http2Server | Http2SecureServer;
  readonly #sockets = new Set<Socket>();
  readonly #sessions = new Set<Http2Session>();

  /** @throws {Error} when the certificate and the key are none, or not of each other */
  constructor(tls?: EchoTls) {
    this.http =
      tls === undefined
        ? createServer(settings, refuseRequest)
        : createSecureServer({ ...settings, ...tls, allowHTTP1: true }, refuseRequest);
    this.http.on("connection", (socket: Socket) => keepWhileOpen(this.#sockets, socket));
    this.http.on("session", (session: Http2Session) => keepWhileOpen(this.#sessions, session));
  }

  /** Resolves with the port; rejects with the error of `node:net`. */
  async listen(at: ListenOptions): Promise<number> {
    const { http } = this;
    await new Promise<void>((resolve, reject) => {
      http.once("error", reject);
      http.listen(at, () => {
        http.off("error", reject);
        http.on("error", () => {}); // a connection could not be taken, as files run out: the others go on
        resolve();
      });
    });
    return (http.address() as AddressInfo).port;
  }

  /** Takes no more connections, and ends those that are left. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.http.close(() => resolve()));
    for (const session of this.#sessions) session.close();
    const timer = setTimeout(() => {
      for (const socket of this.#sockets) socket.destroy();
    }, LINGER);
    await closed;
    clearTimeout(timer);
  }
}

function keepWhileOpen<Closing extends { once(event: "close", listener: () => void): unknown }>(
  open: Set<Closing>,
  one: Closing,
): void {
  open.add(one);
  one.once("close", () => open.delete(one));
}

/** Answers what is no opening handshake as a port of our own does. */
function refuseRequest(request: Http2ServerRequest, response: Http2ServerResponse): void {
  if (request.httpVersionMajor === 1) {
    // With `allowHTTP1` the two are those of node:http.
    const answer = acceptUpgrade(new UpgradeRequest(request as unknown as IncomingMessage));
    if (!answer.accepted) writeRefusal(request.socket, answer);
    return;
  }
  response.writeHead(404, { "content-type": "text/plain" });
  response.end("Only WebSockets are served here: RFC 8441, extended CONNECT.\n");
}
