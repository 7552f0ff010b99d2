/** A WebSocket client for Node: RFC 6455 §4.1, with redirects, time limit and cancellation around `dial.ts`. */

import { Endpoint } from "../endpoint/endpoint.ts";
import { CONNECTING } from "../endpoint/ready-state.ts";
import { startTimer } from "../endpoint/timer.ts";
import { WebSocketHandshakeError } from "../errors.ts";
import { type DialRequest, readArguments, type WebSocketOptions } from "./client-options.ts";
import { type Dialled, dialHttp1 } from "./dial.ts";
import { dialHttp2 } from "./http2-client.ts";
import { notFollowed, redirected } from "./redirect.ts";

export type { WebSocketOptions } from "./client-options.ts";

const DEFAULT_HANDSHAKE_TIMEOUT = 10_000;

/**
 * Connects when it is made. The `open` event says that it succeeded; else `error` (with a
 * {@link WebSocketHandshakeError}) and `close` (1006) say that it did not.
 */
export class WebSocket extends Endpoint {
  /** Where it was told to connect to: `ws:` or `wss:`, without user and password. */
  readonly url: string;
  readonly #mostRedirects: number;
  /** Ends the attempt that is under way. */
  #giveUp: ((reason: WebSocketHandshakeError) => void) | undefined;
  /** Calls off the time limit and the signal. */
  #settled: () => void = () => {};

  /**
   * @param url `ws:` or `wss:`, or `http:` or `https:` in their place, without a fragment (RFC 6455 §3). User
   *   and password in it are sent as Basic credentials (RFC 7617)
   * @param subprotocols those we speak, the preferred one first
   * @throws {SyntaxError} when the URL or the subprotocols are none
   * @throws {TypeError} when an option is of the wrong kind, or `headers` holds one of the handshake's own
   * @throws {RangeError} when a number is out of its range
   */
  constructor(
    url: string | URL,
    subprotocols: string | readonly string[] = [],
    options: WebSocketOptions = {},
  ) {
    super(options);
    const request = readArguments(url, subprotocols, options);
    this.url = request.url.href;
    this.#mostRedirects = options.followRedirects ?? 0;
    if (options.signal?.aborted === true)
      this.#fail(aborted("the signal has aborted", options.signal.reason));
    else {
      this.#dial(request, 0);
      this.#limit(options);
    }
  }

  /** While connecting: gives up, and `error` and `close` follow. Else as {@link Endpoint.close}. */
  override close(code?: number, reason?: string): void {
    if (this.readyState === CONNECTING) this.#giveUp?.(aborted("closed before it was established"));
    else super.close(code, reason);
  }

  override terminate(): void {
    if (this.readyState === CONNECTING) this.#giveUp?.(aborted("terminated before it was established"));
    else super.terminate();
  }

  #dial(request: DialRequest, redirects: number): void {
    const dial = request.http2 === undefined ? dialHttp1 : dialHttp2;
    this.#giveUp = dial(request, (outcome) => {
      this.#giveUp = undefined;
      if (!(outcome instanceof WebSocketHandshakeError)) this.#establish(outcome);
      else this.#follow(request, outcome, redirects);
    });
  }

  /** RFC 6455 §4.1: "the server might redirect the client using a 3xx status code". */
  #follow(request: DialRequest, answer: WebSocketHandshakeError, redirects: number): void {
    try {
      const next = this.#mostRedirects === 0 ? undefined : redirected(request, answer);
      if (next === undefined) this.#fail(answer);
      else if (redirects === this.#mostRedirects) this.#fail(notFollowed("there were too many", answer));
      else this.#dial(next, redirects + 1);
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  #establish({ stream, head, subprotocol, extensions, deflate }: Dialled): void {
    this.#settled();
    this.subprotocol = subprotocol;
    this.extensions = extensions;
    this.attach({ stream, role: "client", head, deflate });
  }

  #fail(error: Error): void {
    this.#settled();
    // As in a browser, nothing is announced before the caller had a chance to listen.
    queueMicrotask(() => this.abandon(error));
  }

  #limit({ handshakeTimeout = DEFAULT_HANDSHAKE_TIMEOUT, signal }: WebSocketOptions): void {
    const stopTimer = startTimer(handshakeTimeout, () => {
      this.#giveUp?.(new WebSocketHandshakeError("handshake/timeout", "no answer in time"));
    });
    const abort = (): void => this.#giveUp?.(aborted("the signal has aborted", signal?.reason));
    signal?.addEventListener("abort", abort, { once: true });
    this.#settled = () => {
      stopTimer();
      signal?.removeEventListener("abort", abort);
    };
  }
}

function aborted(message: string, cause?: unknown): WebSocketHandshakeError {
  return new WebSocketHandshakeError("handshake/aborted", message, { cause });
}
