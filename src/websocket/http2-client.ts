/** A client's opening handshake over HTTP/2: RFC 8441 §5 on `node:http2`. */
import { type ClientHttp2Session, type ClientHttp2Stream, connect } from "node:http2";
import type { SecureContextOptions } from "node:tls";
import type { Agreement } from "./agreement.ts";
import { type HandshakeErrorCode, WebSocketHandshakeError } from "./errors.ts";
import { checkExtendedConnectResponse, extendedConnectHeaders, type Offer } from "./extended-connect.ts";
import { cancelWhenDestroyed, widen } from "./http2.ts";
import { startTimer } from "./timer.ts";

export interface Http2DialOptions {
  /** A session with the URL's server, which may carry other requests too; or true for one of our own. */
  readonly http2: true | ClientHttp2Session;
  readonly offer: Offer;
  /** More request headers. Those of the handshake itself cannot be replaced. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** How long the handshake may take, the connection of a session of our own included, in milliseconds. */
  readonly handshakeTimeout: number;
  /** For a session of our own to `wss:`. */
  readonly tls?: (SecureContextOptions & { readonly rejectUnauthorized?: boolean }) | undefined;
}

/** A stream whose handshake is done, and what was agreed on. */
export interface Dialled extends Agreement {
  readonly stream: ClientHttp2Stream;
  /** Always empty: what came behind the answer waits in the stream. */
  readonly head: Buffer;
}

/**
 * How many bytes may be on their way to us on the stream of a session of our own: a message of 1 MiB, the
 * default limit, goes in one round trip. Node's 64 KiB would take sixteen.
 */
const STREAM_WINDOW = 1024 * 1024;

/** Opens one WebSocket. */
export class Http2Dial {
  readonly #session: ClientHttp2Session;
  readonly #ownSession: boolean;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #offer: Offer;
  readonly #done: (result: Dialled | WebSocketHandshakeError) => void;
  readonly #stopTimer: () => void;
  #stream: ClientHttp2Stream | undefined;
  #over = false;

  /**
   * @param target `ws:` or `wss:`
   * @param done called once, later than now, and not at all after {@link destroy}. Who gets a stream has to read
   *   it, and to listen for its errors, at once.
   * @throws as {@link extendedConnectHeaders}
   */
  constructor(
    target: URL,
    options: Http2DialOptions,
    done: (result: Dialled | WebSocketHandshakeError) => void,
  ) {
    this.#headers = extendedConnectHeaders(target, options.offer, options.headers);
    this.#offer = options.offer;
    this.#done = done;
    this.#ownSession = options.http2 === true;
    this.#session = options.http2 === true ? openSession(target, options.tls) : options.http2;
    if (this.#ownSession) this.#session.on("error", this.#failed);
    this.#session.once("close", this.#closed);
    this.#stopTimer = startTimer(options.handshakeTimeout, () =>
      this.#fail("handshake/timeout", "no answer in time"),
    );
    introduced(this.#session).then(() => this.#request());
  }

  /** Gives up. */
  destroy(): void {
    this.#finish();
    this.#stream?.destroy();
    if (this.#ownSession) this.#session.destroy();
  }

  #request(): void {
    if (this.#over) return;
    // RFC 8441 §3: only "Upon receipt of SETTINGS_ENABLE_CONNECT_PROTOCOL with a value of 1" may a client ask.
    if (this.#session.destroyed || this.#session.closed) {
      this.#closed();
    } else if (this.#session.remoteSettings.enableConnectProtocol !== true) {
      this.#fail("handshake/refused", "the server's HTTP/2 does not carry WebSockets: use HTTP/1.1");
    } else {
      const stream = this.#session.request(this.#headers, { endStream: false });
      this.#stream = stream;
      cancelWhenDestroyed(stream);
      stream.on("error", this.#failed);
      stream.once("close", this.#closed);
      stream.once("response", (_headers, _flags, rawHeaders) => this.#answered(stream, rawHeaders));
    }
  }

  #answered(stream: ClientHttp2Stream, rawHeaders: readonly string[]): void {
    if (this.#over) return;
    let agreement: Agreement;
    try {
      agreement = checkExtendedConnectResponse(rawHeaders, this.#offer);
    } catch (error) {
      if (!(error instanceof WebSocketHandshakeError)) throw error;
      this.destroy();
      this.#done(error);
      return;
    }
    this.#finish();
    stream.off("close", this.#closed);
    if (this.#ownSession) stream.once("close", () => this.#session.destroy());
    this.#done({ stream, head: Buffer.alloc(0), ...agreement });
    stream.off("error", this.#failed);
  }

  readonly #failed = (cause: NodeJS.ErrnoException): void => {
    // What nghttp2 says of bytes that are no HTTP/2.
    const readable = cause.code !== "ERR_HTTP2_ERROR";
    this.#fail(readable ? "handshake/unreachable" : "handshake/invalid-response", cause.message, { cause });
  };

  readonly #closed = (): void => {
    this.#fail("handshake/unreachable", "the server closed the stream, or the session that it was on");
  };

  #fail(code: HandshakeErrorCode, message: string, details?: { cause?: unknown }): void {
    if (this.#over) return;
    this.destroy();
    this.#done(new WebSocketHandshakeError(code, message, details));
  }

  #finish(): void {
    this.#over = true;
    this.#stopTimer();
    this.#session.off("close", this.#closed);
  }
}

function openSession(target: URL, tls: Http2DialOptions["tls"]): ClientHttp2Session {
  const scheme = target.protocol === "wss:" ? "https" : "http";
  const settings = { enablePush: false, initialWindowSize: STREAM_WINDOW };
  const session = connect(`${scheme}://${target.host}`, { ...tls, settings });
  session.once("connect", () => {
    if (!session.destroyed) widen(session);
  });
  return session;
}

/** Sessions whose server's settings are known, or awaited. */
const introductions = new WeakMap<ClientHttp2Session, Promise<void>>();

/** Resolves when the server's settings are known. A session that closes before lets it wait for ever. */
function introduced(session: ClientHttp2Session): Promise<void> {
  let introduction = introductions.get(session);
  if (introduction === undefined) {
    introduction = new Promise((resolve) => {
      session.once("remoteSettings", () => resolve());
      // They may have come before we could listen, and nothing tells whether they have. But RFC 9113 §3.4: the
      // SETTINGS frame "MUST be the first frame the server sends", so what answers a Ping came later.
      const ask = (): void => {
        if (!session.destroyed) session.ping((error) => error === null && resolve());
      };
      if (session.connecting) session.once("connect", ask);
      else ask();
    });
    introductions.set(session, introduction);
  }
  return introduction;
}
