/**
 * One attempt at an opening handshake over HTTP/1.1 (RFC 6455 §4.1), on the client of `node:http`.
 *
 * What it takes and yields is the same for any HTTP: {@link Dial}.
 */
import { randomBytes } from "node:crypto";
import { type ClientRequest, request as httpRequest, type IncomingMessage } from "node:http";
import { isIP, type Socket, connect as tcpConnect } from "node:net";
import type { Duplex } from "node:stream";
import { connect as tlsConnect } from "node:tls";
import { invalidResponse, WebSocketHandshakeError } from "../errors.ts";
import type { Agreement } from "../handshake/agreement.ts";
import { checkResponse, upgradeHeaders } from "../handshake/client-handshake.ts";
import { groupHeaders } from "../handshake/header.ts";
import type { DialRequest } from "./client-options.ts";
import { readRefusal } from "./refused-answer.ts";

/** A connection whose opening handshake is done. */
export interface Dialled extends Agreement {
  readonly stream: Duplex;
  /** What came behind the handshake. */
  readonly head: Buffer;
}

/**
 * Makes one attempt and calls `done` once, never before it has returned.
 *
 * @returns what ends the attempt early: `done` gets that error, or the refusal if that came first
 * @throws {SyntaxError|TypeError|RangeError} when the request is none, before anything is sent
 */
export type Dial = (
  request: DialRequest,
  done: (outcome: Dialled | WebSocketHandshakeError) => void,
) => (reason: WebSocketHandshakeError) => void;

const MAX_HEADER_BYTES = 16 * 1024;

export const dialHttp1: Dial = (request, done) => {
  const key = randomBytes(16).toString("base64"); // RFC 6455 §4.1, item 7
  const http = send(request, key);
  let over = false;
  const finish = (outcome: Dialled | WebSocketHandshakeError): void => {
    if (over) return;
    over = true;
    if (outcome instanceof WebSocketHandshakeError) {
      http.destroy();
      http.socket?.destroy(); // whose answer is complete, node:http would keep for another request
    }
    done(outcome);
  };
  let stop = finish;
  let answered = false;
  http.once("upgrade", (response, stream, head) => {
    // Node before version 24 takes a 101 behind another answer for one that was asked for.
    if (answered) stream.destroy();
    else finish(establish({ response, stream, head }, key, request));
  });
  http.once("response", (response) => {
    if (over) return;
    answered = true;
    const { statusCode: status = 0, rawHeaders } = response;
    // An answer 101 without Upgrade, or without Connection, is an ordinary one for node:http.
    if (status === 101) return finish(invalidResponse("Upgrade or Connection is missing"));
    const answer = { status, headers: groupHeaders(rawHeaders), body: response };
    const finishReading = readRefusal(answer, request.maxBodyBytes, finish);
    stop = () => finishReading();
  });
  http.on("error", (cause: NodeJS.ErrnoException) => finish(failure(cause)));
  return (reason) => stop(reason);
};

function send({ url, headers, ...request }: DialRequest, key: string): ClientRequest {
  const http = httpRequest({
    path: url.pathname + url.search,
    headers: {
      Host: url.host,
      ...headers,
      ...upgradeHeaders(key, request.subprotocols, request.perMessageDeflate),
    },
    setHost: false,
    maxHeaderSize: MAX_HEADER_BYTES,
    insecureHTTPParser: false,
    createConnection: (_options, created) => openStream({ url, headers, ...request }, "http/1.1", created),
  });
  http.end();
  return http;
}

type Created = (error: Error | null, stream: Duplex) => void;
/** Node's types want a stream even where there is an error instead. */
const none = undefined as unknown as Duplex;

/**
 * Opens what an attempt speaks through: TCP or what the application opens, and TLS over it.
 *
 * @param protocol what TLS offers (RFC 7301)
 * @returns the stream, or undefined where `created` will be told
 */
export function openStream(
  { url, tls, connect }: DialRequest,
  protocol: "http/1.1" | "h2",
  created: Created,
): Duplex | undefined {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const secure = url.protocol === "wss:";
  const port = url.port === "" ? (secure ? 443 : 80) : Number(url.port);
  const secured = {
    host,
    ALPNProtocols: [protocol],
    // RFC 6455 §4.1, item 5: "Clients MUST use the Server Name Indication extension in the TLS handshake".
    // RFC 6066 §3: there is none for an address.
    servername: isIP(host) === 0 ? host : "",
    ...tls,
  };
  if (connect === undefined) return secure ? tlsConnect({ ...secured, port }) : tcpConnect({ host, port });
  const through = (stream: Duplex): Duplex => {
    // The stream beneath may fail when it is destroyed, and node:http no longer listens.
    return secure ? tlsConnect({ ...secured, socket: stream }).on("error", () => {}) : stream;
  };
  const opened = connect({ host, port, secure });
  if (!("then" in opened)) {
    // Node before version 24 waits for a stream that has failed already. It tells of that in a moment.
    if (opened.errored) {
      opened.once("error", () => {});
      throw opened.errored;
    }
    return through(opened);
  }
  opened.then(
    (stream) => created(null, through(stream)),
    (cause) => created(new Error("the stream could not be opened", { cause }), none),
  );
  return undefined;
}

function establish(
  answer: { readonly response: IncomingMessage; readonly stream: Duplex; readonly head: Buffer },
  key: string,
  { subprotocols, perMessageDeflate }: DialRequest,
): Dialled | WebSocketHandshakeError {
  const { response, stream, head } = answer;
  try {
    // HTTP/1.0 has neither 101 nor Upgrade (RFC 9110 §15.2, §7.8).
    if (response.httpVersion !== "1.1") throw invalidResponse("its version of HTTP is not 1.1");
    const agreement = checkResponse(groupHeaders(response.rawHeaders), key, subprotocols, perMessageDeflate);
    if ("setNoDelay" in stream) (stream as Socket).setNoDelay(true).setTimeout(0);
    return { stream, head, ...agreement };
  } catch (error) {
    if (!(error instanceof WebSocketHandshakeError)) throw error;
    stream.destroy();
    return error;
  }
}

function failure(cause: NodeJS.ErrnoException): WebSocketHandshakeError {
  const readable = cause.code?.startsWith("HPE_") !== true; // what node:http's parser calls its errors
  // One error for several addresses has no message of its own.
  const message = cause.message || (cause.code ?? "the connection failed");
  return new WebSocketHandshakeError(
    readable ? "handshake/unreachable" : "handshake/invalid-response",
    message,
    { cause },
  );
}
