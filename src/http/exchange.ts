/**
 * One request of node:http and its response (RFC 9112): from the head to the last byte, and the log line.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Log } from "../log.ts";
import type { Handler } from "./handler.ts";
import { headProblem } from "./head.ts";
import { announcesContent, announcesMoreThan, type ContentFields } from "./json-content.ts";
import { HttpProblem, problem } from "./problem.ts";
import { type ContentLimits, IncomingRequest } from "./request.ts";
import { connectionOptions, type HttpResponse } from "./response.ts";
import { apiHeaders } from "./security-headers.ts";
import { parseTarget } from "./target.ts";

export interface ExchangeLimits extends ContentLimits {
  /** How long the rest of a refused content is read, so that the client gets to see the refusal; milliseconds. */
  readonly lingerTimeout: number;
}

/** What an exchange needs of its server. */
export interface ExchangeContext {
  readonly handler: Handler;
  readonly log: Log;
  readonly limits: ExchangeLimits;
  /** Aborted when the connection is gone. */
  signal(): AbortSignal;
  /** Whether the connection must not outlive this exchange. */
  mustClose(): boolean;
  /** Whether somebody else has answered on this connection already. */
  isAnswered(): boolean;
}

/**
 * Answers one request. Never rejects.
 *
 * @param expectsContinue the client waits for 100 (Continue) before it sends content (RFC 9110 §10.1.1)
 */
export async function serveExchange(
  message: IncomingMessage,
  response: ServerResponse,
  context: ExchangeContext,
  expectsContinue = false,
): Promise<void> {
  const started = performance.now();
  let awaited = expectsContinue;
  const sendContinue = (): void => {
    if (awaited) response.writeContinue();
    awaited = false;
  };
  response.on("error", () => {}); // the connection went away; "close" follows
  const result = await respond(message, context, sendContinue);
  const ended = await send(message, response, result, context, awaited);
  context.log.info(ended ? "http.request" : "http.aborted", {
    method: message.method,
    path: loggablePath(message.url),
    status: result.status,
    ms: Math.round(performance.now() - started),
    address: message.socket.remoteAddress,
  });
}

/** Without the query, which may hold what is nobody's business; short enough for a line. */
export function loggablePath(target = ""): string {
  return target.split("?", 1)[0]!.slice(0, 256);
}

/** The response of the handler, or of the error that came instead. */
async function respond(
  message: IncomingMessage,
  context: ExchangeContext,
  sendContinue: () => void,
): Promise<HttpResponse> {
  try {
    const malformed = headProblem(message.httpVersion, message.rawHeaders);
    if (malformed !== undefined) return malformed.response;
    const target = parseTarget(message.url!);
    const { limits } = context;
    const requestContext = { limits, signal: () => context.signal(), beforeReading: sendContinue };
    return await context.handler(new IncomingRequest(message, target, requestContext));
  } catch (error) {
    if (error instanceof HttpProblem) return error.response;
    const signal = context.signal();
    if (signal.aborted && error === signal.reason) return unavailable;
    context.log.error("http.failed", {
      method: message.method,
      path: loggablePath(message.url),
      error: error instanceof Error ? error.stack : String(error),
    });
    return internalError;
  }
}

/** Of a handler that gave up because the client had. Nobody gets it. */
const unavailable = problem(503, { code: "http/unavailable", detail: "The connection is gone." });
const internalError = problem(500, { code: "http/internal", detail: "The server failed; its log says why." });

/** Writes `result`. Whether all of it was handed to the connection. */
async function send(
  message: IncomingMessage,
  response: ServerResponse,
  result: HttpResponse,
  context: ExchangeContext,
  continueAwaited: boolean,
): Promise<boolean> {
  const { body } = result;
  if (context.isAnswered() || message.socket.destroyed) {
    if (body instanceof Readable) body.destroy();
    return false;
  }
  const unread = announcesContent(message.headers as ContentFields) && !message.complete;
  const abandoned = unread && isAbandoned(message, result, context.limits, continueAwaited);
  try {
    writeHead(response, result, abandoned || context.mustClose());
  } catch (error) {
    // A handler's field that HTTP cannot carry.
    context.log.error("http.failed", { path: loggablePath(message.url), error: String(error) });
    if (body instanceof Readable) body.destroy();
    writeHead(response, internalError, abandoned || context.mustClose());
    return finish(message, response, internalError.body as string, 0);
  }
  if (body instanceof Readable) return stream(message, response, body);
  return finish(message, response, body, abandoned ? context.limits.lingerTimeout : 0);
}

/** Whether we will not wait for the content that is still to come, so that the connection must end. */
function isAbandoned(
  message: IncomingMessage,
  result: HttpResponse,
  limits: ExchangeLimits,
  continueAwaited: boolean,
): boolean {
  if (result.status === 408 || continueAwaited) return true;
  return announcesMoreThan(limits.maxContentBytes, message.headers as ContentFields);
}

function writeHead(response: ServerResponse, result: HttpResponse, close: boolean): void {
  const { status, body } = result;
  const headers: Record<string, string | string[]> = { ...apiHeaders } as Record<string, string>;
  for (const [name, value] of Object.entries(result.headers ?? {})) {
    headers[name] = typeof value === "string" ? value : [...value];
  }
  // RFC 9112 §6.3: 204 and 304 have no content, whatever their fields say.
  const mayHaveContent = status !== 204 && status !== 304;
  if (mayHaveContent && !(body instanceof Readable)) {
    headers["content-length"] ??= String(body === undefined ? 0 : Buffer.byteLength(body));
  }
  // RFC 9112 §9.6: the last response says so. node:http would, but not where there is such a field already.
  const connection = connectionOptions(result.headers, close || !response.shouldKeepAlive);
  if (connection !== undefined) headers.connection = connection;
  response.writeHead(status, headers);
}

/**
 * Sends content that is whole. With `lingerTimeout`, the connection is closed only when the client has
 * stopped sending, or the time is over: RFC 9112 §9.6 warns that closing with bytes unread resets the
 * connection, and with it the response that the client has not read yet.
 */
async function finish(
  message: IncomingMessage,
  response: ServerResponse,
  body: string | Uint8Array | undefined,
  lingerTimeout: number,
): Promise<boolean> {
  resumeContent(message);
  const closed = new Promise<boolean>((resolve) =>
    response.once("close", () => resolve(response.writableFinished)),
  );
  if (lingerTimeout > 0) {
    response.flushHeaders();
    if (body !== undefined) response.write(body);
    await endOf(message, lingerTimeout);
    response.end();
  } else {
    response.end(body);
  }
  return closed;
}

/** Discards what the handler left unread: what was read in part does not go on by itself. */
function resumeContent(message: IncomingMessage): void {
  if (announcesContent(message.headers as ContentFields)) message.resume();
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
async function stream(message: IncomingMessage, response: ServerResponse, body: Readable): Promise<boolean> {
  resumeContent(message);
  if (message.method === "HEAD") {
    body.destroy();
    response.end();
    return true;
  }
  try {
    await pipeline(body, response);
    return true;
  } catch {
    response.destroy();
    return false;
  }
}
