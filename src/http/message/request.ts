/**
 * A request of node:http as handlers see it, and the reading of its content within a size and a time.
 */
import type { IncomingMessage } from "node:http";
import type { ContentLimits } from "../server/limits.ts";
import { type ContentForm, checkContentFields, contentFormOf, contentTooLarge } from "./content-fields.ts";
import { decodeForm, type FormFields } from "./form-content.ts";
import type { HttpHeaders, HttpRequest, Params } from "./handler.ts";
import { decodeJson } from "./json-content.ts";
import { HttpProblem } from "./problem.ts";
import type { RequestTarget } from "./target.ts";

/** What a request asks of the exchange that it is half of. */
export interface RequestContext {
  readonly id: string;
  readonly limits: ContentLimits;
  /** See {@link HttpRequest.signal}; made when it is asked for. */
  readonly signal: AbortSignal;
  /** See {@link HttpRequest.clientAddress}; found when it is asked for. */
  readonly clientAddress: string;
  /** Called once, before content is waited for: the place for 100 (Continue). */
  beforeReading(): void;
}

const noParams: Params = Object.freeze({});

/** A request of node:http as {@link HttpRequest}. */
export class IncomingRequest implements HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: HttpHeaders;
  readonly id: string;
  params: Params = noParams;
  route: string | undefined;
  readonly #message: IncomingMessage;
  readonly #context: RequestContext;
  readonly #rawQuery: string;
  #query: URLSearchParams | undefined;
  #json: Promise<unknown> | undefined;
  #form: Promise<FormFields> | undefined;

  constructor(message: IncomingMessage, target: RequestTarget, context: RequestContext) {
    this.method = message.method!;
    this.path = target.path;
    this.#rawQuery = target.query;
    // The one field that node:http makes a list of is Set-Cookie, which means nothing in a request.
    const headers = message.headers as HttpHeaders;
    // RFC 9112 §3.2.2: "the origin server MUST ignore the received Host header field (if any) and
    // instead use the host information of the request-target."
    this.headers = target.authority === undefined ? headers : { ...headers, host: target.authority };
    this.id = context.id;
    this.#message = message;
    this.#context = context;
  }

  get remoteAddress(): string {
    return this.#message.socket.remoteAddress ?? "";
  }

  get clientAddress(): string {
    return this.#context.clientAddress;
  }

  get signal(): AbortSignal {
    return this.#context.signal;
  }

  get query(): URLSearchParams {
    this.#query ??= new URLSearchParams(this.#rawQuery);
    return this.#query;
  }

  get contentForm(): ContentForm | "other" | "none" {
    return contentFormOf(this.headers);
  }

  json(): Promise<unknown> {
    this.#json ??= kept(this.#read("json", decodeJson));
    return this.#json;
  }

  form(): Promise<FormFields> {
    this.#form ??= kept(this.#read("form", decodeForm));
    return this.#form;
  }

  async #read<T>(form: ContentForm, decode: (content: Uint8Array) => T): Promise<T> {
    const { limits } = this.#context;
    checkContentFields(this.headers, form, limits.maxContentBytes);
    this.#context.beforeReading();
    return decode(await readContent(this.#message, limits));
  }
}

/** For a handler that asks, and then fails for another reason: nobody waits for `content`, and that is no error. */
function kept<T>(content: Promise<T>): Promise<T> {
  content.catch(() => {});
  return content;
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
    if (message.readableEnded) {
      // Only where the server is somebody else's: a body parser in front of us, say.
      stop();
      return reject(new Error("The content of the request was read before it came here."));
    }
    message.on("data", receive).on("end", complete).on("close", breakOff);
  });
}
