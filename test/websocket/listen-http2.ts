/** HTTP/2 servers on a free port of 127.0.0.1, and raw clients for them; all end with the test. */
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  createSecureServer,
  createServer,
  type Http2SecureServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type IncomingHttpStatusHeader,
  type OutgoingHttpHeaders,
  type SecureServerOptions,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import { onTestFinished } from "vitest";
import { type Answer, RawPeer } from "./raw-peer.ts";
import { selfSigned } from "./self-signed.ts";

export interface Http2Listening<Server> {
  readonly http: Server;
  readonly port: number;
  /** A new session with it, whose server's settings have come. */
  session(): Promise<ClientHttp2Session>;
}

/** An HTTP/2 server without TLS. */
export function listenHttp2(http: Http2Server = createServer()): Promise<Http2Listening<Http2Server>> {
  return listening(http, "http", undefined);
}

/** One with TLS, whose certificate its sessions trust. */
export async function listenHttp2Secure(
  options: SecureServerOptions = {},
): Promise<Http2Listening<Http2SecureServer> & { readonly ca: string }> {
  const certificate = selfSigned();
  const http = createSecureServer({ ...certificate, ...options });
  return { ...(await listening(http, "https", certificate.cert)), ca: certificate.cert };
}

async function listening<Server extends Http2Server | Http2SecureServer>(
  http: Server,
  scheme: string,
  ca: string | undefined,
): Promise<Http2Listening<Server>> {
  const sockets = new Set<Socket>();
  http.on("connection", (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    http.close();
    for (const socket of sockets) socket.destroy();
  });
  const { port } = http.address() as AddressInfo;
  const session = async (): Promise<ClientHttp2Session> => {
    const session = connect(`${scheme}://127.0.0.1:${port}`, ca === undefined ? {} : { ca });
    session.on("error", () => {}); // a test that ends
    onTestFinished(() => session.destroy());
    await new Promise((resolve) => session.once("remoteSettings", resolve));
    return session;
  };
  return { http, port, session };
}

type AnswerHeaders = IncomingHttpHeaders & IncomingHttpStatusHeader;

/** The stream of a request that asked for a WebSocket, with its answer. */
export interface AskedStream {
  readonly stream: ClientHttp2Stream;
  readonly headers: AnswerHeaders;
  /** The same stream as octets. */
  readonly peer: RawPeer;
}

/** Sends an extended CONNECT, its headers replaced or left out. */
export async function ask(
  session: ClientHttp2Session,
  headers: OutgoingHttpHeaders = {},
  endStream = false,
): Promise<AskedStream> {
  const stream = session.request(
    {
      ":method": "CONNECT",
      ":protocol": "websocket",
      ":path": "/",
      "sec-websocket-version": "13",
      ...headers,
    },
    { endStream },
  );
  const answered = new Promise<AnswerHeaders>((resolve, reject) => {
    stream.once("response", resolve);
    stream.once("error", reject);
    stream.once("close", () => reject(new Error(`closed with ${stream.rstCode} before an answer`)));
  });
  const response = await answered;
  return { stream, headers: response, peer: new RawPeer(stream as unknown as Socket) };
}

/** Sends an extended CONNECT that must be accepted. */
export async function open(session: ClientHttp2Session, headers?: OutgoingHttpHeaders): Promise<AskedStream> {
  const asked = await ask(session, headers);
  if (asked.headers[":status"] !== 200) throw new Error(`refused with ${asked.headers[":status"]}`);
  return asked;
}

/** Sends an extended CONNECT and returns the whole answer, behind which the server must have closed the stream. */
export async function refusal(
  session: ClientHttp2Session,
  headers?: OutgoingHttpHeaders,
): Promise<Answer & { readonly rstCode: number }> {
  const asked = await ask(session, headers);
  await asked.peer.close();
  const { ":status": status = 0, ...fields } = asked.headers;
  return {
    status,
    headers: fields as Record<string, string>,
    body: asked.peer.received.toString(),
    rstCode: asked.stream.rstCode,
  };
}

/** The sessions of a server, as they come. */
export function sessionsOf(http: {
  on(event: "session", listener: (session: ServerHttp2Session) => void): unknown;
}): ServerHttp2Session[] {
  const sessions: ServerHttp2Session[] = [];
  http.on("session", (session) => sessions.push(session));
  return sessions;
}

/** An HTTP/2 server that takes extended CONNECTs and leaves the answers to a test. */
export async function answering(
  answer: (stream: ServerHttp2Stream) => void,
): Promise<Http2Listening<Http2Server> & { readonly url: string; readonly streams: ServerHttp2Stream[] }> {
  const listening = await listenHttp2(createServer({ settings: { enableConnectProtocol: true } }));
  const streams: ServerHttp2Stream[] = [];
  listening.http.on("stream", (stream) => {
    streams.push(stream);
    stream.on("error", () => {});
    answer(stream);
  });
  return { ...listening, url: `ws://127.0.0.1:${listening.port}/`, streams };
}
