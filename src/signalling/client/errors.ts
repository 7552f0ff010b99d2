import type { LeaveReason, LoginRefusalCode, RefusalCode } from "./wire.ts";

/**
 * The server's reasons, and those of this side: no answer in time, no connection, too much at once, over.
 * `lost`: said before a reconnect that could not be resumed, so that nobody knows whether it was heard.
 */
export type SignallingErrorCode =
  | RefusalCode
  | LoginRefusalCode
  | LeaveReason
  | "timeout"
  | "offline"
  | "busy"
  | "ended";

/** Why something asked of a `SignallingSession` was not done. */
export class SignallingError extends Error {
  override readonly name = "SignallingError";
  readonly code: SignallingErrorCode;
  /** Milliseconds after which the server would do it; only with `rate-limited`. */
  readonly retryAfter: number | undefined;

  /** @param message the server's words; the code again for what this side says */
  constructor(code: SignallingErrorCode, message: string = code, retryAfter?: number) {
    super(message);
    this.code = code;
    this.retryAfter = retryAfter;
  }
}
