/** The application's part in an opening handshake that obeys the RFC: its decision, within a time. */

import { startTimer } from "../endpoint/timer.ts";
import { checkHeaders, type Refused, refuse } from "../handshake/handshake.ts";
import type { UpgradeRequest } from "../handshake/upgrade-request.ts";
import { encodeClose } from "../wire/close.ts";
import type { Decision, WebSocketServerOptions, Welcome } from "./server-options.ts";

/** What a decision comes to. */
export type Decided = Exclude<Decision, undefined>;

/** Go on, without more ado. */
export const WELCOME: Welcome = {};

export class Acceptance {
  readonly #accept: NonNullable<WebSocketServerOptions["accept"]>;
  readonly #within: number;
  readonly #failed: (error: Error) => void;
  /** Ends the wait for one decision each. */
  readonly #undecided = new Set<(refused: Refused) => void>();

  /**
   * @param within how long a decision may take, in milliseconds
   * @param failed is told when `accept` throws, or returns what is no decision
   */
  constructor(
    accept: NonNullable<WebSocketServerOptions["accept"]>,
    within: number,
    failed: (error: Error) => void,
  ) {
    this.#accept = accept;
    this.#within = within;
    this.#failed = failed;
  }

  /** Asks the application. Never rejects: who cannot decide refuses with 500, who takes too long with 503. */
  async decide(request: UpgradeRequest): Promise<Decided> {
    const { promise: givenUp, resolve: giveUp } = Promise.withResolvers<Refused>();
    this.#undecided.add(giveUp);
    const stopTimer = startTimer(this.#within, () =>
      giveUp(refuse(503, "the server took too long to decide")),
    );
    try {
      return checked(await Promise.race([this.#accept(request), givenUp]));
    } catch (error) {
      this.#failed(error as Error);
      return refuse(500, "the server could not decide");
    } finally {
      stopTimer();
      this.#undecided.delete(giveUp);
    }
  }

  /** Decides about all that are undecided. */
  giveUp(refused: Refused): void {
    for (const giveUp of this.#undecided) giveUp(refused);
  }
}

const MEMBERS: readonly string[] = ["context", "headers"];

/**
 * Only what says clearly that somebody may come in lets him in: a `false` out of habit must not.
 *
 * @throws {TypeError|RangeError} on what is no decision
 */
export function checked(decision: Decision): Decided {
  if (decision === undefined) return WELCOME;
  if (!isPlain(decision)) {
    throw new TypeError("accept returns undefined, refuse(…), { close } or { context, headers }");
  }
  if ("status" in decision) return refuse(decision.status, decision.detail, decision.headers);
  if ("close" in decision) {
    encodeClose(decision.close.code, decision.close.reason, true); // may it be sent?
    return decision;
  }
  const unknown = Object.keys(decision).find((name) => !MEMBERS.includes(name));
  if (unknown !== undefined) throw new TypeError(`accept returned { ${unknown} }, which means nothing`);
  checkHeaders(
    decision.headers ?? [],
    /^(?:upgrade|connection|date|transfer-encoding|content-.*|sec-websocket-.*)$/i,
  );
  return decision;
}

/** An Error that was returned and not thrown, for one, is no welcome. */
function isPlain(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
