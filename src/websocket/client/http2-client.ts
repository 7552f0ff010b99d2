/** One attempt at an opening handshake over HTTP/2 (RFC 8441 §5), on the client of `node:http2`. */
import { type ClientHttp2Session, type ClientHttp2Stream, connect } from "node:http2";
import type { Duplex } from "node:stream";
import { invalidResponse, WebSocketHandshakeError } from "../errors.ts";
import type { Agreement } from "../handshake/agreement.ts";
import { checkExtendedConnectResponse, extendedConnectHeaders } from "../handshake/extended-connect.ts";
import { groupHeaders, valuesOf } from "../handshake/header.ts";
import { cancelWhenDestroyed, widen } from "../server/http2.ts";
import type { DialRequest } from "./client-options.ts";
import { type Dial, type Dialled, openStream } from "./dial.ts";
import { readRefusal } from "./refused-answer.ts";

/**
 * How many bytes may be on their way to us on the stream of a session of our own. With Node's 64 KiB and 40 ms
 * to and fro, a message of 1 MiB takes a second there and back; with this, 0.14 s.
 */
const STREAM_WINDOW = 1024 * 1024;

const NO_BYTES: Buffer = Buffer.alloc(0);

type Outcome = Dialled | WebSocketHandshakeError;

export const dialHttp2: Dial = (request, done) => {
  const attempt = new Attempt(request, done);
  attempt.begin();
  return (reason) => attempt.stop(reason);
};

class Attempt {
  readonly #request: DialRequest;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #done: (outcome: Outcome) => void;
  #session: ClientHttp2Session | undefined;
  #stream: ClientHttp2Stream | undefined;
  #over = false;
  /** Ends the attempt early. */
  stop: (reason: WebSocketHandshakeError) => void = (reason) => this.#finish(reason);

  constructor(request: DialRequest, done: (outcome: Outcome) => void) {
    this.#request = request;
    this.#headers = extendedConnectHeaders(request.url, request, request.headers);
    this.#done = done;
  }

  begin(): void {
    const { http2 } = this.#request;
    if (typeof http2 === "object") {
      this.#use(http2);
      return;
    }
    const stream = openStream(this.#request, "h2", (error, opened) => {
      if (error !== null) this.#failed(error);
      else if (this.#over) opened.destroy();
      else this.#open(opened);
    });
    if (stream !== undefined) this.#open(stream);
  }

  /** Begins a session of our own. */
  #open(stream: Duplex): void {
    const settings = { enablePush: false, initialWindowSize: STREAM_WINDOW };
    const { url } = this.#request;
    const origin = `${url.protocol === "wss:" ? "https:" : "http:"}//${url.host}`;
    const session = connect(origin, { createConnection: () => stream, settings });
    session.on("error", this.#failed);
    session.once("connect", () => {
      if (session.alpnProtocol === "h2" || session.alpnProtocol === "h2c") widen(session);
      else this.#finish(unspoken());
    });
    this.#use(session);
  }

  #use(session: ClientHttp2Session): void {
    this.#session = session;
    introduced(session).then(() => this.#ask(session));
  }

  #ask(session: ClientHttp2Session): void {
    if (this.#over) return;
    if (session.destroyed || session.closed) {
      this.#closed();
    } else if (session.remoteSettings.enableConnectProtocol !== true) {
      // RFC 8441 §3: "Upon receipt of SETTINGS_ENABLE_CONNECT_PROTOCOL with a value of 1, a client MAY use the
      // Extended CONNECT"; before, it would be a malformed request.
      this.#finish(unspoken());
    } else {
      const stream = session.request(this.#headers, { endStream: false });
      this.#stream = stream;
      cancelWhenDestroyed(stream);
      stream.on("error", this.#failed);
      stream.once("close", this.#closed);
      stream.once("response", (_headers, _flags, rawHeaders) => this.#answered(stream, rawHeaders));
    }
  }

  #answered(stream: ClientHttp2Stream, rawHeaders: readonly string[]): void {
    if (this.#over) return;
    const headers = groupHeaders(rawHeaders);
    let agreement: Agreement | undefined;
    try {
      agreement = checkExtendedConnectResponse(headers, this.#request);
    } catch (error) {
      if (!(error instanceof WebSocketHandshakeError)) throw error;
      this.#finish(error);
      return;
    }
    if (agreement !== undefined) {
      this.#finish({ stream, head: NO_BYTES, ...agreement });
      return;
    }
    const answer = { status: Number(valuesOf(headers, ":status")[0]), headers, body: stream };
    const finishReading = readRefusal(answer, this.#request.maxBodyBytes, (error) => this.#finish(error));
    this.stop = () => finishReading();
  }

  readonly #failed = (cause: NodeJS.ErrnoException): void => this.#finish(failure(cause));

  readonly #closed = (): void => {
    const message = "the server closed the stream, or the session that it was on";
    this.#finish(new WebSocketHandshakeError("handshake/unreachable", message));
  };

  #finish(outcome: Outcome): void {
    if (this.#over) return;
    this.#over = true;
    const session = this.#session;
    const isOwn = session !== this.#request.http2;
    if (outcome instanceof WebSocketHandshakeError) {
      this.#stream?.destroy();
      if (isOwn) session?.destroy();
    } else {
      outcome.stream.off("close", this.#closed);
      if (isOwn) outcome.stream.once("close", () => session?.destroy());
    }
    this.#done(outcome);
  }
}

/** Sessions whose server's settings are known, or awaited. */
const introductions = new WeakMap<ClientHttp2Session, Promise<void>>();

/** Resolves when the server's settings are known, or the session is over. */
function introduced(session: ClientHttp2Session): Promise<void> {
  let introduction = introductions.get(session);
  if (introduction === undefined) {
    introduction = session.destroyed || session.closed ? Promise.resolve() : awaitSettings(session);
    introductions.set(session, introduction);
  }
  return introduction;
}

function awaitSettings(session: ClientHttp2Session): Promise<void> {
  return new Promise((resolve) => {
    session.once("remoteSettings", () => resolve());
    session.once("close", () => resolve());
    // They may have come before we could listen, and nothing tells whether they have. But RFC 9113 §3.4: the
    // SETTINGS frame "MUST be the first frame the server sends", so what answers a Ping came later.
    const ask = (): void => {
      if (session.destroyed) return;
      session.ping((error) => {
        if (error === null) resolve();
        else introductions.delete(session); // too many Pings are on their way: the next socket tries again
      });
    };
    if (session.connecting) session.once("connect", ask);
    else ask();
  });
}

function unspoken(): WebSocketHandshakeError {
  const message = "the server does not take WebSockets over HTTP/2: leave out the option http2";
  return new WebSocketHandshakeError("handshake/refused", message);
}

function failure(cause: NodeJS.ErrnoException): WebSocketHandshakeError {
  // What the TLS of a server says that has no HTTP/2 (RFC 7301 §3.2).
  if (cause.code === "ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL") return unspoken();
  // What nghttp2 says of bytes that are no HTTP/2.
  if (cause.code === "ERR_HTTP2_ERROR") return invalidResponse("it is not HTTP/2");
  // One error for several addresses has no message of its own.
  const message = cause.message || (cause.code ?? "the connection failed");
  return new WebSocketHandshakeError("handshake/unreachable", message, { cause });
}
