/**
 * RFC 9112 §6, §9.6: how a response goes out, and when the connection must end with it.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline, Readable } from "node:stream";
import { announcesContent, announcesMoreThan, type ContentFields } from "../message/content-fields.ts";
import { connectionOptions, fieldLines, type HttpResponse } from "../message/response.ts";
import type { ExchangeLimits } from "./limits.ts";

/** What is sent, and what must be known beside it. */
export interface Transmission {
  readonly result: HttpResponse;
  /** See `fieldLines`. */
  readonly defaults: readonly string[];
  /** Whether this is the last response of the connection. */
  readonly close: boolean;
  /** See {@link lingerTimeoutOf}. */
  readonly lingerTimeout: number | undefined;
}

/**
 * How long content that is still to come is read on, in milliseconds, because we will not wait for all of it and the
 * connection must end; undefined when there is none, or it is worth waiting for.
 */
export function lingerTimeoutOf(
  message: IncomingMessage,
  result: HttpResponse,
  limits: ExchangeLimits,
  continueAwaited: boolean,
): number | undefined {
  const fields = message.headers as ContentFields;
  if (!announcesContent(fields) || message.complete) return undefined;
  const abandoned =
    result.status === 408 || continueAwaited || announcesMoreThan(limits.maxContentBytes, fields);
  return abandoned ? limits.lingerTimeout : undefined;
}

/**
 * Writes a response; its "close" says when it is out, or that it never will be.
 *
 * @throws when a field is not one that HTTP can carry; nothing was written then
 */
export function sendResponse(message: IncomingMessage, response: ServerResponse, what: Transmission): void {
  const { result, lingerTimeout = 0 } = what;
  const { body } = result;
  response.writeHead(result.status, headOf(response, what));
  // What was read in part, or not at all, does not go on by itself.
  if (announcesContent(message.headers as ContentFields)) message.resume();
  if (body instanceof Readable) stream(message, response, body);
  else if (lingerTimeout > 0) void sendAndLinger(message, response, body, lingerTimeout);
  else response.end(body);
}

/** All fields of the response, as the list that node:http checks and writes fastest. */
function headOf(response: ServerResponse, { result, defaults, close }: Transmission): string[] {
  const { status, headers = {}, body } = result;
  const head = fieldLines(headers, defaults);
  // RFC 9112 §6.3: 204 and 304 have no content, whatever their fields say.
  const mayHaveContent = status !== 204 && status !== 304;
  if (mayHaveContent && headers["content-length"] === undefined && !(body instanceof Readable)) {
    head.push("content-length", String(body === undefined ? 0 : Buffer.byteLength(body)));
  }
  // RFC 9112 §9.6: the last response says so. node:http would, but not where there is such a field already.
  const connection = connectionOptions(headers, close || !response.shouldKeepAlive);
  if (connection !== undefined) head.push("connection", connection);
  return head;
}

/**
 * Sends content that is whole, and closes the connection only when the client has stopped sending, or the time is
 * over: RFC 9112 §9.6 warns that closing with bytes unread resets the connection, and with it the response that the
 * client has not read yet.
 */
async function sendAndLinger(
  message: IncomingMessage,
  response: ServerResponse,
  body: string | Uint8Array | undefined,
  lingerTimeout: number,
): Promise<void> {
  response.flushHeaders();
  if (body !== undefined) response.write(body);
  await endOf(message, lingerTimeout);
  response.end();
}

/** Until `message` has come in, broken off, or `timeout` milliseconds have gone by. */
function endOf(message: IncomingMessage, timeout: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, timeout);
    const over = (): void => {
      clearTimeout(timer);
      resolve();
    };
    message.once("end", over).once("close", over);
  });
}

/** Sends a stream. When it fails half way, the connection is cut: the client must not take it for whole. */
function stream(message: IncomingMessage, response: ServerResponse, body: Readable): void {
  if (message.method === "HEAD") {
    body.destroy();
    response.end();
    return;
  }
  pipeline(body, response, (error) => {
    if (error) response.destroy();
  });
}
