/**
 * Our WebSocket server as a bare target for conformance suites and load: an echo at `/echo` and at `/`, a fan-out at
 * `/broadcast`, for any origin, without a login. In a process of its own it is `barewire echo`; tests and tools start
 * it in theirs.
 */
import { type Endpoint, WebSocketServer, type WebSocketServerOptions } from "../websocket/index.ts";
import { EchoHttp2, type EchoTls } from "./echo-http2.ts";
import { BROADCAST_PATH, ECHO_PATH, echo, echoPaths, FanOut } from "./echo-paths.ts";

export interface EchoOptions {
  /** Default 0, which picks a free one. */
  readonly port?: number | undefined;
  /** Default 127.0.0.1: whoever reaches the address may use it. */
  readonly host?: string | undefined;
  /** Whether compression is agreed to (RFC 7692), with every parameter that a client may offer. Default false. */
  readonly deflate?: boolean | undefined;
  /** With it the port speaks TLS: WebSocket over HTTP/1.1 and over HTTP/2 (RFC 8441). */
  readonly tls?: EchoTls | undefined;
  /** One more port, for HTTP/2 in cleartext with prior knowledge; 0 picks a free one. Default none. */
  readonly http2Port?: number | undefined;
  /** Longest message, inflated, in bytes. Default 64 MiB; beyond it 1009. */
  readonly maxMessageBytes?: number | undefined;
}

/** A running echo. */
export interface Echo {
  /** Where messages are echoed: `ws://127.0.0.1:9001/echo`. */
  readonly url: string;
  /** Where they go to everybody. */
  readonly broadcastUrl: string;
  /** The echo over HTTP/2 in cleartext; undefined without `http2Port`. */
  readonly http2Url: string | undefined;
  /** Closes all connections with 1001 and the ports; peers that do not answer are dropped after 2 seconds. */
  close(): Promise<void>;
}

export const LOOPBACK = "127.0.0.1";
export const DEFAULT_MAX_MESSAGE_BYTES: number = 64 * 1024 * 1024;

/** Of what a client offers, its first of these is chosen. */
const SUBPROTOCOLS: readonly string[] = ["echo", "conformance", "chat"];
/** How many bytes of answers may wait for a peer before it is not read from: one message may always be longer. */
const MAX_BUFFERED_BYTES = 16 * 1024 * 1024;
/** Load comes with all its connections at once; what Node's 511 have no room for would try again after a second. */
const BACKLOG = 4_096;
/** How long peers may take to answer a Close, in milliseconds. */
const DRAIN_WITHIN = 2_000;

/** Every parameter as the client wants it, and every message compressed: so that there is something to test. */
const DEFLATE = {
  serverNoContextTakeover: false,
  clientNoContextTakeover: false,
  threshold: 0,
  // A message may be all zeros. What bounds it is `maxMessageBytes`.
  maxInflateRatio: Number.POSITIVE_INFINITY,
} as const;

/** A port that is listened to. */
interface Entrance {
  readonly port: number;
  close(): Promise<void>;
}

interface Address {
  readonly port: number;
  readonly host: string;
  readonly backlog: number;
}

/** Makes a WebSocketServer on a port of its own, or on another server. */
type Serve = (where: Pick<WebSocketServerOptions, "port" | "host" | "backlog" | "server">) => WebSocketServer;

/**
 * Starts an echo; resolves when it can be connected to. Rejects with the error of `node:net` when a port cannot be
 * listened to (its `port` says which), and with that of `node:tls` when there is something wrong with `tls`.
 */
export async function startEcho(options: EchoOptions = {}): Promise<Echo> {
  const { port = 0, host = LOOPBACK, tls, http2Port } = options;
  const serve = serving(options);
  const at = { port, host, backlog: BACKLOG };
  const main =
    tls === undefined ? await onPortOfOurOwn(at, serve) : await onHttp2(at, new EchoHttp2(tls), serve);
  let http2: Entrance | undefined;
  try {
    if (http2Port !== undefined) http2 = await onHttp2({ ...at, port: http2Port }, new EchoHttp2(), serve);
  } catch (error) {
    await main.close();
    throw error;
  }
  const entrances = http2 === undefined ? [main] : [main, http2];
  const name = host.includes(":") ? `[${host}]` : host;
  const origin = `${tls === undefined ? "ws" : "wss"}://${name}:${main.port}`;
  let closed: Promise<unknown> | undefined;
  return {
    url: origin + ECHO_PATH,
    broadcastUrl: origin + BROADCAST_PATH,
    http2Url: http2 && `ws://${name}:${http2.port}${ECHO_PATH}`,
    async close() {
      closed ??= Promise.all(entrances.map((entrance) => entrance.close()));
      await closed;
    },
  };
}

function serving({ deflate = false, maxMessageBytes = DEFAULT_MAX_MESSAGE_BYTES }: EchoOptions): Serve {
  const fanOut = new FanOut(); // one for all ports
  const connect = (socket: Endpoint, path: string): void => {
    if (path === BROADCAST_PATH) fanOut.join(socket);
    else socket.addEventListener("message", echo);
  };
  return (where) => {
    const server = new WebSocketServer({
      ...where,
      path: echoPaths,
      origins: "any",
      subprotocols: SUBPROTOCOLS,
      perMessageDeflate: deflate && DEFLATE,
      maxMessageBytes,
      maxBufferedBytes: MAX_BUFFERED_BYTES,
      overflow: "wait",
      maxConnections: Number.POSITIVE_INFINITY,
      maxConnectionsPerAddress: Number.POSITIVE_INFINITY,
    });
    server.addEventListener("connection", ({ socket, request }) => connect(socket, request.path));
    return server;
  };
}

async function onPortOfOurOwn(at: Address, serve: Serve): Promise<Entrance> {
  const server = serve(at);
  await server.listening;
  return { port: server.address!.port, close: () => stop(server) };
}

async function onHttp2(at: Address, http2: EchoHttp2, serve: Serve): Promise<Entrance> {
  const server = serve({ server: http2.http });
  const port = await http2.listen(at);
  return {
    port,
    async close() {
      await stop(server);
      await http2.close();
    },
  };
}

async function stop(server: WebSocketServer): Promise<void> {
  await server.drain({ deadline: DRAIN_WITHIN });
  await server.close();
}
