/** The tokens of Upgrade and Connection (RFC 6455 §4.1, §4.2.1), found as they should be, or otherwise. */
import type { Head } from "../wire/head.ts";
import type { Broken } from "./faults.ts";

/** Whether the field has its token. RFC 6455 §4.2.1: "the value "websocket"" and "the token "Upgrade"", both "an ASCII case-insensitive value". */
export function asksFor(request: Head, field: "Upgrade" | "Connection", broken: Broken): boolean {
  const name = field === "Upgrade" ? "upgrade" : "connection";
  const wanted = field === "Upgrade" ? "websocket" : "Upgrade";
  if (broken(`compares-${name}-with-case`)) return request.list(field).includes(wanted);
  if (broken(`reads-the-first-${name}-alone`)) {
    return request
      .all(field)[0]!
      .toLowerCase()
      .split(/[ \t]*,[ \t]*/)
      .includes(wanted.toLowerCase());
  }
  if (broken(`reads-${name}-as-one-value`))
    return request.value(field)!.toLowerCase() === wanted.toLowerCase();
  if (broken(`finds-${name}-within-words`)) return new RegExp(wanted, "i").test(request.value(field)!);
  return request.hasToken(field, wanted);
}
