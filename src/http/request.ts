/**
 * A request of node:http as handlers see it, and the reading of its content within a size and a time.
 */
import type { IncomingMessage } from "node:http";
import type { HttpHeaders, HttpRequest, Params } from "./handler.ts";
import { checkJsonFields, contentTooLarge, decodeJson } from "./json-content.ts";
import { HttpProblem } from "./problem.ts";
import type { RequestTarget } from "./target.ts";

export interface ContentLimits {
  /** The most content we read of one request. */
  readonly maxContentBytes: number;
  /** How long reading it may take, in milliseconds. */
  readonly contentTimeout: number;
}

/** What a request is read with. */
export interface RequestContext {
  readonly limits: ContentLimits;
  /** See {@link HttpRequest.signal}; made when it is asked for. */
  readonly signal: () => AbortSignal;
  /** Called once, before content is waited for: the place for 100 (Continue). */
  readonly beforeReading: () => void;
}

/** A request of node:http as {@link HttpRequest}. */
export class IncomingRequest implements HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: HttpHeaders;
  readonly remoteAddress: string;
  params: Params = {};
  readonly #message: IncomingMessage;
  readonly #context: RequestContext;
  readonly #rawQuery: string;
  #query: URLSearchParams | undefined;
  #json: Promise<unknown> | undefined;

  constructor(message: IncomingMessage, target: RequestTarget, context: RequestContext) {
    this.method = message.method!;
    this.path = target.path;
    this.#rawQuery = target.query;
    // The one field that node:http makes a list of is Set-Cookie, which means nothing in a request.
    const headers = message.headers as HttpHeaders;
    // RFC 9112 §3.2.2: "the origin server MUST ignore the received Host header field (if any) and
    // instead use the host information of the request-target."
    this.headers = target.authority === undefined ? headers : { ...headers, host: target.authority };
    this.remoteAddress = message.socket.remoteAddress ?? "";
    this.#message = message;
    this.#context = context;
  }

  get signal(): AbortSignal {
    return this.#context.signal();
  }

  get query(): URLSearchParams {
    this.#query ??= new URLSearchParams(this.#rawQuery);
    return this.#query;
  }

  json(): Promise<unknown> {
    if (this.#json === undefined) {
      this.#json = this.#readJson();
      this.#json.catch(() => {}); // for a handler that asks, and then fails for another reason
    }
    return this.#json;
  }

  async #readJson(): Promise<unknown> {
    const { limits, beforeReading } = this.#context;
    checkJsonFields(this.headers, limits.maxContentBytes);
    beforeReading();
    return decodeJson(await readContent(this.#message, limits));
  }
}

/**
 * All content of `message`, which is left paused when it is refused.
 *
 * @throws {HttpProblem} 413 as soon as it is too long, 408 when it takes too long, 400 when it breaks off
 */
function readContent(message: IncomingMessage, limits: ContentLimits): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const receive = (chunk: Buffer): void => {
      length += chunk.length;
      if (length > limits.maxContentBytes) fail(contentTooLarge(limits.maxContentBytes));
      else chunks.push(chunk);
    };
    const stop = (): void => {
      clearTimeout(timer);
      message.off("data", receive).off("end", complete).off("close", breakOff);
    };
    const complete = (): void => {
      stop();
      resolve(Buffer.concat(chunks, length));
    };
    const fail = (error: HttpProblem): void => {
      stop();
      message.pause();
      reject(error);
    };
    const breakOff = (): void =>
      fail(new HttpProblem(400, "http/incomplete-content", "The content broke off."));
    const timer = setTimeout(
      () => fail(new HttpProblem(408, "http/content-timeout", "The content did not arrive in time.")),
      limits.contentTimeout,
    );
    if (message.destroyed && !message.complete) return breakOff();
    message.on("data", receive).on("end", complete).on("close", breakOff);
  });
}
