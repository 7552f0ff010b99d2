/** What can go wrong when one asks a STUN server, through no fault of the program that does. */

/** Why there is no answer. */
export type StunErrorCode =
  /** No answer in time (RFC 8489 §6.2.1, §6.2.2). */
  | "stun/timeout"
  /** The name does not resolve, nobody listens there, or the connection failed before the answer. */
  | "stun/unreachable"
  /** The signal was aborted. */
  | "stun/aborted"
  /** Answers came, and none was made with our password (RFC 8489 §9.1.4). */
  | "stun/integrity"
  /** The server refused; `status` says how. */
  | "stun/refused"
  /** 300 that is not to be followed: the second in a row, to where we have been, or to nowhere (RFC 8489 §10). */
  | "stun/redirect"
  /** The answer is not one to a Binding request: no XOR-MAPPED-ADDRESS, no ERROR-CODE, attributes that must be understood. */
  | "stun/invalid-response";

/** A STUN transaction failed; {@link code} says why. */
export class StunError extends Error {
  override readonly name = "StunError";
  readonly code: StunErrorCode;
  /** The number in ERROR-CODE (RFC 8489 §14.8), when there was one. */
  readonly status: number | undefined;
  /** The types that the server did not understand, when it said so (420). */
  readonly unknownAttributes: readonly number[];

  constructor(code: StunErrorCode, message: string, details: StunErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.status = details.status;
    this.unknownAttributes = details.unknownAttributes ?? [];
  }
}

/** What else a {@link StunError} says. What a server wrote for people is never part of its message. */
export interface StunErrorDetails {
  readonly status?: number | undefined;
  readonly unknownAttributes?: readonly number[] | undefined;
  readonly cause?: unknown;
}
