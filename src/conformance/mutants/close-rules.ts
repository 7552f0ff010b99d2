/** What a Close frame must not carry (RFC 6455 §5.5.1, §7.4), one rule a row, each with the fault that leaves it out. */
import type { Broken, Fault } from "./faults.ts";
import { Utf8Reader } from "./utf8.ts";

interface CloseRule {
  /** The mutant that does without this rule. */
  readonly without: Fault;
  readonly breaks: (code: number, role: "server" | "client") => boolean;
}

/** The codes of RFC 6455 §7.4.1 that "MUST NOT be set as a status code in a Close control frame by an endpoint". */
const neverSent: readonly number[] = [1004, 1005, 1006, 1015];

const rules: readonly CloseRule[] = [
  // RFC 6455 §7.4.2: "Status codes in the range 0-999 are not used."
  { without: "accepts-close-codes-below-1000", breaks: (code) => code < 1000 },
  { without: "accepts-close-codes-that-are-never-sent", breaks: (code) => neverSent.includes(code) },
  // RFC 6455 §7.4.2: 1000-2999 "are reserved for definition by this protocol, its future revisions, and extensions"
  { without: "accepts-close-codes-nobody-defined", breaks: (code) => code > 1015 && code < 3000 },
  { without: "accepts-close-codes-above-4999", breaks: (code) => code > 4999 },
  // RFC 6455 §7.4.1: "Note that this status code is not used by the server".
  { without: "accepts-1010-from-a-server", breaks: (code, role) => role === "client" && code === 1010 },
];

/** The status code that the payload of a Close frame fails the connection with; `undefined` when it may stand. */
export function closeRefusal(payload: Buffer, role: "server" | "client", broken: Broken): number | undefined {
  if (payload.length === 0) return undefined;
  if (payload.length === 1) return broken("accepts-close-of-one-octet") ? undefined : 1002;
  const code = payload.readUInt16BE(0);
  if (broken("knows-no-code-but-1000") && code !== 1000) return 1002;
  if (broken("knows-no-code-above-1011") && code > 1011) return 1002;
  if (broken("refuses-long-reasons") && payload.length > 100) return 1002;
  if (rules.some(({ without, breaks }) => breaks(code, role) && !broken(without))) return 1002;
  if (broken("accepts-close-reasons-that-are-not-utf8")) return undefined;
  // RFC 6455 §5.5.1: the reason is "UTF-8-encoded data".
  const reason = new Utf8Reader(broken);
  return reason.push(payload.subarray(2)) && reason.complete ? undefined : 1007;
}
