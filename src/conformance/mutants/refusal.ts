/** A request that is refused (RFC 6455 §4.2.2): an HTTP response in place of the opening handshake's. */
import type { Field } from "../wire/opening.ts";

export interface Refusal {
  /** `undefined`: the connection ends without a response. */
  readonly status: number | undefined;
  readonly fields?: readonly Field[];
  /** Whether the connection ends with it. Default false. */
  readonly closes?: boolean;
}
