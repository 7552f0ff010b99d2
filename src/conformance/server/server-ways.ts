/** The ways to a server: TCP, TLS, and streams of HTTP/2 (RFC 8441). */
import { readFileSync } from "node:fs";
import { type ClientHttp2Session, type ClientHttp2Stream, connect as connectHttp2 } from "node:http2";
import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { OctetStream } from "../peer/octet-stream.ts";
import type { Waiting } from "../run/target.ts";
import { NotApplicable, SetupFailed } from "../verdict.ts";
import { ContinuationGuard } from "./continuation-guard.ts";
import type { Http2Opening, Ways } from "./server-trial.ts";

export interface ServerWaysOptions {
  /** `ws:` or `wss:`. */
  readonly url: URL;
  /** Where HTTP/2 is spoken, if elsewhere; for `ws:` with prior knowledge, in cleartext. Default: `url`. */
  readonly http2Url?: URL | undefined;
  /** Whether certificates are taken without being checked. Default false. */
  readonly insecure?: boolean;
  /** The server's process, if it runs on this machine: what it occupies is watched in hostile cases. */
  readonly pid?: number | undefined;
}

export function serverWays(options: ServerWaysOptions): Ways {
  const http2 = new Http2Sessions(options);
  return {
    url: options.url,
    dial: async (waiting) => new OctetStream(await dial(options, options.url, waiting)),
    dialHttp2: async (fields, waiting) => {
      const session = await http2.open(waiting);
      return openStream(session, extendedConnect(options.http2Url ?? options.url, fields), waiting);
    },
    dialForHttp2: async (waiting) => {
      const url = options.http2Url ?? options.url;
      return { stream: new OctetStream(await dialHttp2(options, url, waiting)), url };
    },
    memory: () => (options.pid === undefined ? undefined : residentOctets(options.pid)),
  };
}

/** What Node calls faults of certificates. */
const untrusted = /CERT|^UNABLE_TO_|^HOSTNAME_MISMATCH$|^INVALID_(?:CA|PURPOSE)$/;

/** @throws {SetupFailed} with the reason */
export async function dial(
  { insecure }: Pick<ServerWaysOptions, "insecure">,
  url: URL,
  { patience, signal }: Waiting,
  alpn?: string,
): Promise<Socket> {
  const secure = url.protocol === "wss:";
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const port = url.port === "" ? (secure ? 443 : 80) : Number(url.port);
  const to = { host, port, allowHalfOpen: true, noDelay: true };
  const tls = { ...to, servername: /^[\d.:]+$|:/.test(host) ? "" : host, rejectUnauthorized: !insecure };
  const socket = secure ? connectTls({ ...tls, ...(alpn ? { ALPNProtocols: [alpn] } : {}) }) : connectTcp(to);
  const connected = Promise.withResolvers<void>();
  const fail = (error: Error): void => {
    socket.destroy();
    const { code = "" } = error as NodeJS.ErrnoException;
    const why = untrusted.test(code)
      ? `its certificate is not to be trusted: ${code} (--insecure takes it unchecked)`
      : error.message || code;
    connected.reject(new SetupFailed(`${url.host}: ${why}`));
  };
  const abort = (): void => fail(new Error("ended early"));
  const timer = setTimeout(() => fail(new Error(`no connection within ${patience} ms`)), patience);
  signal.addEventListener("abort", abort, { once: true });
  socket.once("error", fail);
  socket.once(secure ? "secureConnect" : "connect", connected.resolve);
  try {
    await connected.promise;
    return socket;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
    socket.off("error", fail);
  }
}

async function dialHttp2(options: ServerWaysOptions, url: URL, waiting: Waiting): Promise<Socket> {
  const socket = await dial(options, url, waiting, "h2");
  if (!("alpnProtocol" in socket) || socket.alpnProtocol === "h2") return socket;
  socket.destroy();
  throw new NotApplicable("the server does not choose HTTP/2 in ALPN");
}

/** Asks a server that does not speak HTTP/2, and may say so by saying nothing, once, and not for every case. */
class Http2Sessions {
  readonly #options: ServerWaysOptions;
  #spoken = false;
  #declined: NotApplicable | undefined;

  constructor(options: ServerWaysOptions) {
    this.#options = options;
  }

  async open(waiting: Waiting): Promise<ClientHttp2Session> {
    if (this.#declined !== undefined) throw this.#declined;
    try {
      const session = await http2Session(this.#options, waiting);
      this.#spoken = true;
      return session;
    } catch (error) {
      if (error instanceof NotApplicable && !this.#spoken) this.#declined = error;
      throw error;
    }
  }
}

/**
 * A connection of HTTP/2 whose server has sent its settings.
 *
 * @throws {NotApplicable} when HTTP/2 or the extended CONNECT method is not offered there
 */
async function http2Session(options: ServerWaysOptions, waiting: Waiting): Promise<ClientHttp2Session> {
  const url = options.http2Url ?? options.url;
  const socket = await dialHttp2(options, url, waiting);
  const session = connectHttp2(`${url.protocol === "wss:" ? "https" : "http"}://${url.host}`, {
    createConnection: () => new ContinuationGuard(socket),
  });
  // What becomes of the connection shows on its streams.
  session.on("error", () => {});
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => refuse(), waiting.patience);
    const refuse = (): void => {
      clearTimeout(timer);
      session.destroy();
      reject(new NotApplicable("the server does not speak HTTP/2 here"));
    };
    session.once("error", refuse);
    session.once("close", refuse);
    session.once("remoteSettings", () => {
      clearTimeout(timer);
      session.off("close", refuse);
      session.off("error", refuse);
      resolve();
    });
  });
  if (session.remoteSettings.enableConnectProtocol) return session;
  session.destroy();
  throw new NotApplicable("the server does not offer the extended CONNECT method (RFC 8441 §3)");
}

/** What Linux tells of a process; `undefined` where there is no such process, or no Linux. */
function residentOctets(pid: number): number | undefined {
  try {
    const kibibytes = /^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
  } catch {
    return undefined;
  }
}

async function openStream(
  session: ClientHttp2Session,
  fields: Readonly<Record<string, string>>,
  { patience }: Waiting,
): Promise<Http2Opening> {
  const stream = requestOn(session, fields);
  stream.once("close", () => session.destroy());
  const octets = new OctetStream(stream);
  const headers = await responseOf(stream, patience);
  if (headers[":status"] !== 200) {
    stream.destroy();
    throw new SetupFailed(`the extended CONNECT was answered with ${headers[":status"] ?? "nothing"}`);
  }
  const subprotocol = headers["sec-websocket-protocol"];
  return {
    stream: octets,
    extensions: String(headers["sec-websocket-extensions"] ?? ""),
    subprotocol: subprotocol === undefined ? undefined : String(subprotocol),
  };
}

/** @throws {SetupFailed} where the server lets nobody ask: it has sent GOAWAY, or gone */
function requestOn(session: ClientHttp2Session, fields: Readonly<Record<string, string>>): ClientHttp2Stream {
  try {
    return session.request(fields, { endStream: false });
  } catch (error) {
    session.destroy();
    const { code = "", message } = error as NodeJS.ErrnoException;
    if (!code.startsWith("ERR_HTTP2_")) throw error;
    throw new SetupFailed(`no stream could be opened: ${message}`);
  }
}

/** The pseudo-header fields of RFC 8441 §4, and the fields of the opening handshake that remain. */
function extendedConnect(url: URL, fields: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    ":method": "CONNECT",
    ":protocol": "websocket",
    ":scheme": url.protocol === "wss:" ? "https" : "http",
    ":authority": url.host,
    ":path": `${url.pathname}${url.search}`,
    "sec-websocket-version": "13",
    ...fields,
  };
}

/** The response's fields; none where the stream ended without a response. */
async function responseOf(
  stream: ClientHttp2Stream,
  patience: number,
): Promise<Readonly<Record<string, string | number | string[] | undefined>>> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve({}), patience);
    const done = (headers: Readonly<Record<string, string | number | string[] | undefined>>): void => {
      clearTimeout(timer);
      resolve(headers);
    };
    stream.once("response", (headers) => done(headers as Record<string, string>));
    stream.once("close", () => done({}));
  });
}
