/** The opening handshake of RFC 6455 §4 in its plainest correct form, from which cases depart. */
import { createHash } from "node:crypto";
import type { Head } from "./head.ts";

/** A field of a head. */
export type Field = readonly [name: string, value: string];

/** RFC 6455 §1.3 */
const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** What Sec-WebSocket-Accept has to say to this key (RFC 6455 §4.2.2 item 5.4). */
export function acceptFor(key: string): string {
  return createHash("sha1").update(`${key}${GUID}`, "latin1").digest("base64");
}

/** What a correct request says; what is given in `change` takes the place of the field, and `undefined` removes it. */
export interface RequestChange {
  readonly method?: string;
  readonly target?: string;
  readonly version?: string;
  /** By name, in any case. */
  readonly fields?: Readonly<Record<string, string | undefined>>;
  /** Put at the end, also where the field is there already. */
  readonly more?: readonly Field[];
}

/** The start line and the fields of an opening request (RFC 6455 §4.1). */
export function openingRequest(
  { url, key }: { readonly url: URL; readonly key: string },
  change: RequestChange = {},
): { startLine: string; fields: readonly Field[] } {
  const fields: Field[] = [
    ["Host", url.host],
    ["Upgrade", "websocket"],
    ["Connection", "Upgrade"],
    ["Sec-WebSocket-Key", key],
    ["Sec-WebSocket-Version", "13"],
  ];
  const target = change.target ?? `${url.pathname}${url.search}`;
  return {
    startLine: `${change.method ?? "GET"} ${target} ${change.version ?? "HTTP/1.1"}`,
    fields: [...changed(fields, change.fields ?? {}), ...(change.more ?? [])],
  };
}

/** What a correct response says, as {@link RequestChange} for requests. */
export interface ResponseChange {
  readonly statusLine?: string;
  readonly fields?: Readonly<Record<string, string | undefined>>;
  readonly more?: readonly Field[];
}

/**
 * The start line and the fields of the response that accepts `request` (RFC 6455 §4.2.2). Of subprotocols that the
 * client asks for the first is chosen, since many clients, and all browsers, fail when there is none.
 */
export function openingResponse(
  request: Head,
  change: ResponseChange = {},
): { startLine: string; fields: readonly Field[] } {
  const fields: Field[] = [
    ["Upgrade", "websocket"],
    ["Connection", "Upgrade"],
    ["Sec-WebSocket-Accept", acceptFor(request.value("Sec-WebSocket-Key") ?? "")],
  ];
  const [subprotocol] = request.list("Sec-WebSocket-Protocol");
  if (subprotocol !== undefined) fields.push(["Sec-WebSocket-Protocol", subprotocol]);
  return {
    startLine: change.statusLine ?? "HTTP/1.1 101 Switching Protocols",
    fields: [...changed(fields, change.fields ?? {}), ...(change.more ?? [])],
  };
}

function changed(fields: readonly Field[], by: Readonly<Record<string, string | undefined>>): Field[] {
  const names = new Map(Object.keys(by).map((name) => [name.toLowerCase(), name]));
  const kept: Field[] = [];
  for (const [name, value] of fields) {
    const changedName = names.get(name.toLowerCase());
    if (changedName === undefined) kept.push([name, value]);
    else {
      names.delete(name.toLowerCase());
      const other = by[changedName];
      if (other !== undefined) kept.push([changedName, other]);
    }
  }
  for (const name of names.values()) {
    const value = by[name];
    if (value !== undefined) kept.push([name, value]);
  }
  return kept;
}
