/**
 * One request of node:http and its response (RFC 9112): from the head to the last byte, and the log line.
 *
 *     serve ──▶ the handler ──▶ its response, or that of what it threw ──▶ sent ──▶ "close" ──▶ recorded
 *                    └─────────── meanwhile the connection is gone ───────────────────────────▶ recorded as aborted
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { silentLog } from "../../log.ts";
import { announcesContent, type ContentFields } from "../message/content-fields.ts";
import { headProblem } from "../message/head.ts";
import { HttpProblem, problem } from "../message/problem.ts";
import { IncomingRequest, type RequestContext } from "../message/request.ts";
import type { HttpResponse } from "../message/response.ts";
import { parseTarget } from "../message/target.ts";
import type { ExchangeContext } from "./exchange-options.ts";
import type { ContentLimits } from "./limits.ts";
import { isRequestId } from "./request-id.ts";
import { lingerTimeoutOf, sendResponse } from "./sending.ts";

/** What an exchange needs of its connection. */
export interface ExchangeConnection {
  /** Of the peer, in the one form of `canonicalAddress`. */
  readonly address: string;
  /** Aborted when the connection is gone. */
  readonly signal: AbortSignal;
  /** Whether somebody else has answered on it already. */
  readonly answered: boolean;
  /** Whether it must not outlive the response that is being written. */
  mustClose(): boolean;
  /** Told once: the response is out, or never will be. */
  finish(): void;
}

/** A request that has come, and where its response goes. */
export interface Arrival {
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
  readonly connection: ExchangeConnection;
  /** Whether the client waits for 100 (Continue) before it sends content (RFC 9110 §10.1.1). */
  readonly expectsContinue?: boolean;
  /** The request target, where `message.url` may not be it any more. */
  readonly target?: string;
}

/** One request on its way to its response. */
export class Exchange implements RequestContext {
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
  readonly id: string;
  readonly #connection: ExchangeConnection;
  readonly #context: ExchangeContext;
  readonly #started = performance.now();
  readonly #target: string;
  #continueAwaited: boolean;
  #clientAddress: string | undefined;
  #request: IncomingRequest | undefined;
  /** What is being sent; nothing as long as the handler works. */
  #result: HttpResponse | undefined;
  #recorded = false;

  constructor(arrival: Arrival, context: ExchangeContext) {
    const { message, target = message.url! } = arrival;
    this.message = message;
    this.response = arrival.response;
    this.#connection = arrival.connection;
    this.#context = context;
    this.#target = target;
    this.#continueAwaited = arrival.expectsContinue === true;
    this.id = this.#givenId() ?? context.nextId();
  }

  get limits(): ContentLimits {
    return this.#context.limits;
  }

  get signal(): AbortSignal {
    return this.#connection.signal;
  }

  get clientAddress(): string {
    const { proxies } = this.#context;
    const { address } = this.#connection;
    if (proxies === undefined) return address;
    this.#clientAddress ??= proxies.clientAddress(address, this.#field(proxies.field));
    return this.#clientAddress;
  }

  beforeReading(): void {
    if (this.#continueAwaited) this.response.writeContinue();
    this.#continueAwaited = false;
  }

  /** What a trusted proxy has named the request in its own log. */
  #givenId(): string | undefined {
    if (this.#context.proxies?.trusts(this.#connection.address) !== true) return undefined;
    const given = this.#field("x-request-id");
    return isRequestId(given) ? given : undefined;
  }

  /** A field whose lines node:http joins. */
  #field(name: string): string | undefined {
    return this.message.headers[name] as string | undefined;
  }

  /** Answers the request. Never throws. A handler that answers at once is answered at once. */
  serve(): void {
    this.response.on("error", ignore); // the connection went away; "close" follows
    this.response.on("close", () => this.#close());
    const answer = this.#answer();
    // What of the content came together with the head is there in a moment: then less seems unread than now.
    if (isPromise(answer) || announcesContent(this.message.headers as ContentFields))
      void this.#sendLater(answer);
    else this.#send(answer);
  }

  async #sendLater(answer: HttpResponse | Promise<HttpResponse>): Promise<void> {
    let result: HttpResponse;
    try {
      result = await answer;
    } catch (error) {
      result = this.#refusal(error);
    }
    this.#send(result);
  }

  /** The response of the handler, or of the error that came instead. */
  #answer(): HttpResponse | Promise<HttpResponse> {
    try {
      const malformed = headProblem(this.message.httpVersion, this.message.rawHeaders);
      if (malformed !== undefined) return malformed.response;
      this.#request = new IncomingRequest(this.message, parseTarget(this.#target), this);
      return this.#context.handler(this.#request);
    } catch (error) {
      return this.#refusal(error);
    }
  }

  #refusal(error: unknown): HttpResponse {
    if (error instanceof HttpProblem) return error.response;
    const { signal } = this.#connection;
    if (signal.aborted && error === signal.reason) return unavailable;
    this.#logFailure(error);
    return internalError;
  }

  #send(result: HttpResponse): void {
    this.#result = result;
    if (this.#connection.answered || this.message.socket.destroyed || this.response.destroyed) {
      this.#discard(result);
      this.#record(true);
      return;
    }
    try {
      this.#transmit(result);
    } catch (error) {
      // A handler's field that HTTP cannot carry, or no response at all.
      this.#logFailure(error);
      this.#discard(result);
      this.#result = internalError;
      this.#transmit(internalError);
    }
  }

  #transmit(result: HttpResponse): void {
    const { message, response } = this;
    const { limits, fields } = this.#context;
    const lingerTimeout = lingerTimeoutOf(message, result, limits, this.#continueAwaited);
    const close = lingerTimeout !== undefined || this.#connection.mustClose();
    const defaults = ["x-request-id", this.id, ...fields];
    sendResponse(message, response, { result, defaults, close, lingerTimeout });
  }

  #discard(result: HttpResponse | undefined): void {
    if (result?.body instanceof Readable) result.body.destroy();
  }

  #close(): void {
    // A handler that still works finds the connection gone when it answers, and is recorded then.
    if (this.#result !== undefined) this.#record(!this.response.writableFinished);
    this.#connection.finish();
  }

  #record(aborted: boolean): void {
    const { log, onExchange } = this.#context;
    if (this.#recorded) return;
    this.#recorded = true;
    const { method = "" } = this.message;
    const { status } = this.#result ?? internalError;
    const route = this.#request?.route;
    const milliseconds = performance.now() - this.#started;
    if (log !== silentLog) {
      log.info(aborted ? "http.aborted" : "http.request", {
        id: this.id,
        method,
        path: loggablePath(this.#target),
        route,
        status,
        ms: Math.round(milliseconds),
        bytes: this.#bytes(),
        address: this.clientAddress,
      });
    }
    try {
      onExchange?.({ method, route, status, seconds: milliseconds / 1_000, aborted });
    } catch (error) {
      this.#logFailure(error);
    }
  }

  /** How much content there was to send; unknown of a stream. */
  #bytes(): number | undefined {
    const { body = "" } = this.#result!;
    if (this.message.method === "HEAD") return 0;
    return body instanceof Readable ? undefined : Buffer.byteLength(body);
  }

  #logFailure(error: unknown): void {
    this.#context.log.error("http.failed", {
      id: this.id,
      method: this.message.method,
      path: loggablePath(this.#target),
      error: error instanceof Error ? error.stack : String(error),
    });
  }
}

/** Without the query, which may hold what is nobody's business; short enough for a line. */
function loggablePath(target: string): string {
  return target.split("?", 1)[0]!.slice(0, 256);
}

function isPromise(answer: HttpResponse | Promise<HttpResponse>): answer is Promise<HttpResponse> {
  return typeof (answer as Partial<Promise<HttpResponse>> | undefined)?.then === "function";
}

function ignore(): void {}

/** Of a handler that gave up because the client had. Nobody gets it. */
const unavailable = problem(503, { code: "http/unavailable", detail: "The connection is gone." });
const internalError = problem(500, { code: "http/internal", detail: "The server failed; its log says why." });
