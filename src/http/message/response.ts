/**
 * RFC 9110 §15, RFC 9112 §4: what a handler answers, as a value, and its form on the wire.
 *
 * A response is plain data, so that a handler can be tested with one deep-equal and without a socket.
 */
import type { Readable } from "node:stream";

/** Field names in lower case. A list is sent as one line a value, which only `Set-Cookie` needs. */
export type ResponseHeaders = Readonly<Record<string, string | readonly string[]>>;

/** The answer to one request. */
export interface HttpResponse {
  readonly status: number;
  readonly headers?: ResponseHeaders | undefined;
  /** A stream belongs to whoever sends the response, who destroys it when it is not wanted. */
  readonly body?: string | Uint8Array | Readable | undefined;
}

/** A response whose content is `value` as JSON (RFC 8259). */
export function jsonResponse(status: number, value: unknown, headers?: ResponseHeaders): HttpResponse {
  return {
    status,
    headers: headers === undefined ? jsonType : { ...jsonType, ...headers },
    body: JSON.stringify(value),
  };
}

const jsonType: ResponseHeaders = Object.freeze({ "content-type": "application/json" });

/**
 * The bytes of `response` on a connection that closes after it: for the answers that node:http leaves
 * to us to write, because no request came to be (RFC 9112 §4). Takes no stream.
 *
 * @param date the moment of the answer; RFC 9110 §6.6.1: "An origin server with a clock […] MUST generate a
 *   Date header field in all 2xx (Successful), 3xx (Redirection), and 4xx (Client Error) responses"
 * @param defaults fields unless `response` says otherwise: names and values in turn
 */
export function serializeResponse(
  response: HttpResponse,
  date: Date,
  defaults: readonly string[] = [],
): Buffer {
  const body = Buffer.from((response.body as string | Uint8Array | undefined) ?? "");
  const lines = fieldLines(response.headers, defaults);
  const fields = lines.map((text, at) => (at % 2 === 0 ? `${text}: ` : `${text}\r\n`));
  const connection = connectionOptions(response.headers, true);
  const head =
    `HTTP/1.1 ${response.status} ${reasonPhrase(response.status)}\r\n` +
    `date: ${date.toUTCString()}\r\n${fields.join("")}` +
    `content-length: ${body.length}\r\nconnection: ${connection}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head, "latin1"), body]);
}

/**
 * The fields of a response, names and values in turn as node:http takes them: `defaults`, of the same form, unless
 * `headers` say otherwise, then these; a list has a line for each of its values.
 */
export function fieldLines(headers: ResponseHeaders = {}, defaults: readonly string[] = []): string[] {
  const lines: string[] = [];
  for (let at = 0; at < defaults.length; at += 2) {
    const name = defaults[at]!;
    if (headers[name] === undefined) lines.push(name, defaults[at + 1]!);
  }
  for (const name of Object.keys(headers)) {
    const value = headers[name]!;
    if (typeof value === "string") lines.push(name, value);
    else for (const line of value) lines.push(name, line);
  }
  return lines;
}

/**
 * The value of the Connection field; undefined when none is needed. RFC 9110 §7.8: "A sender of Upgrade MUST
 * also send an "Upgrade" connection option in the Connection header field".
 */
export function connectionOptions(headers: ResponseHeaders = {}, close: boolean): string | undefined {
  if (headers.upgrade === undefined) return close ? "close" : undefined;
  return close ? "upgrade, close" : "upgrade";
}

/** The phrase RFC 9110 §15 gives to `status`; empty for one that it does not name. */
export function reasonPhrase(status: number): string {
  return reasonPhrases[status] ?? "";
}

const reasonPhrases: Readonly<Record<number, string>> = {
  200: "OK",
  201: "Created",
  202: "Accepted",
  204: "No Content",
  206: "Partial Content",
  301: "Moved Permanently",
  302: "Found",
  303: "See Other",
  304: "Not Modified",
  307: "Temporary Redirect",
  308: "Permanent Redirect",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  406: "Not Acceptable",
  408: "Request Timeout",
  409: "Conflict",
  410: "Gone",
  411: "Length Required",
  412: "Precondition Failed",
  413: "Content Too Large",
  414: "URI Too Long",
  415: "Unsupported Media Type",
  416: "Range Not Satisfiable",
  417: "Expectation Failed",
  421: "Misdirected Request",
  422: "Unprocessable Content",
  426: "Upgrade Required",
  428: "Precondition Required", // RFC 6585 §3
  429: "Too Many Requests", // RFC 6585 §4
  431: "Request Header Fields Too Large", // RFC 6585 §5
  500: "Internal Server Error",
  501: "Not Implemented",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
  505: "HTTP Version Not Supported",
};
