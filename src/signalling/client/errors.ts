import type { LoginRefusalCode, RefusalCode } from "./wire.ts";

/** The server's reasons, and those of this side: no answer in time, no connection, too much at once, over. */
export type SignallingErrorCode =
  | RefusalCode
  | LoginRefusalCode
  | "timeout"
  | "offline"
  | "busy"
  | "left"
  | "ended";

/** Why a request of a `SignallingSession` was not fulfilled. */
export class SignallingError extends Error {
  override readonly name = "SignallingError";
  readonly code: SignallingErrorCode;

  constructor(code: SignallingErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
