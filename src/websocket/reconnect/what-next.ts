/**
 * What a client that comes back makes of the end of a connection (RFC 6455 §7.4, §7.2.3).
 *
 * One question decides: would the same attempt, made again later, meet the same end? Where the peer says
 * that the fault is ours, it would, and an endless loop of them helps nobody.
 */

/** How a connection ended, or an attempt that never became one. */
export interface Ended {
  /** 1006 when there was no Close frame, which includes every failed opening handshake (RFC 6455 §7.1.5). */
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
  /** The HTTP status that refused the opening handshake, where it is known: no browser tells. */
  readonly status?: number | undefined;
}

export type Next =
  /** Connect again after a delay that grows with every loss. */
  | { readonly action: "back off" }
  /** Connect again within so many milliseconds; undefined when the server left that to us. */
  | { readonly action: "spread"; readonly within: number | undefined }
  /** Do not connect again; `unauthorized`: not before the login is renewed. */
  | { readonly action: "stop"; readonly state: "closed" | "failed" | "unauthorized" };

/** No server makes us wait longer than this, in milliseconds. */
const LONGEST_HINT = 5 * 60 * 1000;

/** What follows a close that was not our own wish. */
export function whatNext({ code, reason, status }: Ended): Next {
  const within = retryAfter(reason);
  if (status === 401) return { action: "stop", state: "unauthorized" };
  switch (code) {
    // RFC 6455 §7.4.1: "…the purpose for which the connection was established has been fulfilled." There is
    // nothing to come back for. A close without a code (1005) does not say so.
    case 1000:
      return { action: "stop", state: "closed" };
    // A protocol error, data of a kind that is not accepted, bad data, a policy, a message too big, an
    // extension that is missing: we did it, and would do it again.
    case 1002:
    case 1003:
    case 1007:
    case 1008:
    case 1009:
    case 1010:
      return { action: "stop", state: "failed" };
    // Service restart, try again later: everybody was sent away at the same time. Who just goes away (1001)
    // may be a server that goes down, and says when it is back, or a single connection that had to end.
    case 1001:
      return within === undefined ? { action: "back off" } : { action: "spread", within };
    case 1012:
    case 1013:
      return { action: "spread", within };
    // Barewire's own: the login that the connection stood on has ended.
    case 4401:
      return { action: "stop", state: "unauthorized" };
  }
  // Lost (1006), internal error (1011), bad gateway (1014), and codes of applications
  // that only they understand: `shouldReconnect` is for those.
  return { action: "back off" };
}

/** What follows when the application has an opinion; undefined is none. */
export function overruled(next: Next, shouldReconnect: boolean | undefined): Next {
  if (shouldReconnect === undefined || shouldReconnect === (next.action !== "stop")) return next;
  return shouldReconnect ? { action: "back off" } : { action: "stop", state: "closed" };
}

/**
 * The hint that a server put into the reason of its Close frame, in milliseconds and at most 5 minutes:
 * `retry-after=1500`, and after a space whatever is for people. Undefined when there is none.
 */
export function retryAfter(reason: string): number | undefined {
  const digits = /^retry-after=(0|[1-9][0-9]*)(?: |$)/.exec(reason)?.[1];
  return digits === undefined ? undefined : Math.min(Number(digits), LONGEST_HINT);
}
