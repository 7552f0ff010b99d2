/**
 * RFC 7239: whom a trusted proxy names as the one who asked, in `Forwarded` or in the older `X-Forwarded-For`.
 *
 *     Forwarded: for=203.0.113.9, for=198.51.100.7;by=10.0.0.2, for="[fd00::2]:4711"
 *                      ▲                 ▲                           ▲
 *                 anybody's claim   the client: the first      trusted, and says who came      ◀── the peer: trusted
 *                                   that is not trusted        before it
 *
 * Read from the right, where the nearest proxy wrote. RFC 7239 §8.1: the field "cannot be relied upon to be correct,
 * as it may be modified, […] by every node on the way to the server, including the client making the request." So each
 * hop is believed only as far as the hop behind it is trusted, and what cannot be read ends the walk: the client is
 * then the last hop that could.
 *
 * https://www.rfc-editor.org/rfc/rfc7239
 */
import { AddressRanges, canonicalAddress } from "../../addresses.ts";
import { trimWhitespace } from "../message/whitespace.ts";

/** The field in which proxies name their clients. A proxy passes on the other one as it came, from anybody. */
export type ForwardedField = "forwarded" | "x-forwarded-for";

/** Which proxies stand before us, and where they say whom they stand for. */
export interface TrustedProxyOptions {
  /** Addresses and networks, such as `127.0.0.1`, `10.0.0.0/8`, `fd00::/8`. */
  readonly addresses: readonly string[];
  /** The one field that all of them write; by default `x-forwarded-for`. */
  readonly field?: ForwardedField | undefined;
}

/** More proxies than anybody has in a row. */
const maxHops = 16;

/** Says who asked, from the address of the peer and the field that it sent. */
export class TrustedProxies {
  /** Its name in lower case. */
  readonly field: ForwardedField;
  readonly #ranges: AddressRanges;

  /** @throws {TypeError} when an address or the field is invalid */
  constructor({ addresses, field = "x-forwarded-for" }: TrustedProxyOptions) {
    if (field !== "x-forwarded-for" && field !== "forwarded") {
      throw new TypeError(`${JSON.stringify(field)} is no field that names clients`);
    }
    this.field = field;
    this.#ranges = new AddressRanges(addresses);
  }

  /** Whether what `peer` says of its clients is believed. */
  trusts(peer: string): boolean {
    return this.#ranges.contains(peer);
  }

  /**
   * Who asks. Also for an upgrade: `proxies.clientAddress(request.remoteAddress, request.header(proxies.field))`.
   *
   * @param peer the address of the connection, as the kernel writes it
   * @param value the value of {@link field}, its lines joined by ", "; undefined when it did not come
   */
  clientAddress(peer: string, value: string | undefined): string {
    let client = canonicalAddress(peer) ?? peer;
    let rest = value ?? "";
    for (let hops = 0; hops < maxHops && this.trusts(client); hops++) {
      rest = withoutEmptyElements(rest);
      const start = this.field === "forwarded" ? startOfElement(rest) : rest.lastIndexOf(",") + 1;
      const element = trimWhitespace(rest.slice(start));
      const address = this.field === "forwarded" ? forOfElement(element) : addressOfNode(element);
      if (address === undefined) break;
      client = address;
      rest = rest.slice(0, start);
    }
    return client;
  }
}

/** RFC 9110 §5.6.1.2: "A recipient MUST parse and ignore a reasonable number of empty list elements". */
function withoutEmptyElements(value: string): string {
  let end = value.length;
  while (end > 0 && ", \t".includes(value[end - 1]!)) end--;
  return value.slice(0, end);
}

/**
 * Where the last element starts. A comma in a quoted string separates nothing; and the quotation mark that opens a
 * string is known, read from the right, by not being escaped. So nothing that a client wrote further left, such as a
 * string without an end, changes how the elements of our proxies are read.
 */
function startOfElement(value: string): number {
  for (let at = value.length - 1; at >= 0; at--) {
    if (value[at] === ",") return at + 1;
    if (value[at] !== '"') continue;
    do at--;
    while (at >= 0 && (value[at] !== '"' || value[at - 1] === "\\"));
  }
  return 0;
}

// RFC 7239 §4: forwarded-pair = token "=" ( token / quoted-string ), from RFC 9110 §5.6.2 and §5.6.4.
const PAIR = /([\w!#$%&'*+\-.^`|~]+)=(?:([\w!#$%&'*+\-.^`|~]+)|"((?:[^"\\]|\\.)*)")/y;

/** The address in the `for` of an element; undefined when it has none or is malformed. */
function forOfElement(element: string): string | undefined {
  let node: string | undefined;
  let at = 0;
  const names = new Set<string>();
  for (;;) {
    while (isBetweenPairs(element, at)) at++;
    if (at === element.length) break;
    PAIR.lastIndex = at;
    const pair = PAIR.exec(element);
    if (pair === null) return undefined;
    at = PAIR.lastIndex;
    if (at < element.length && !isBetweenPairs(element, at)) return undefined;
    // RFC 7239 §4: "The parameter names are case-insensitive." and "Each parameter MUST NOT occur more than once".
    const name = pair[1]!.toLowerCase();
    if (names.has(name)) return undefined;
    names.add(name);
    if (name === "for") node = pair[2] ?? pair[3]!.replace(/\\(.)/g, "$1");
  }
  return node === undefined ? undefined : addressOfNode(node, true);
}

function isBetweenPairs(element: string, at: number): boolean {
  return element[at] === ";" || element[at] === " " || element[at] === "\t";
}

/**
 * RFC 7239 §6: the address of a node, whose port is of no interest.
 *
 *     node     = nodename [ ":" node-port ]
 *     nodename = IPv4address / "[" IPv6address "]" / "unknown" / obfnode
 *
 * `unknown` and `_hidden` (§6.2, §6.3) are no addresses: the proxy will not say.
 */
const NODE = /^(?:\[([\d:.A-Fa-f]+)\]|([\d.]+))(?::(?:\d{1,5}|_[\w.-]+))?$/;

/** @param strict whether IPv6 must stand in brackets; X-Forwarded-For has no grammar, and most write it without */
function addressOfNode(node: string, strict = false): string | undefined {
  const [whole, ipv6, ipv4] = NODE.exec(node) ?? [];
  if (whole === undefined) return strict ? undefined : canonicalAddress(node);
  const text = ipv6 ?? ipv4!;
  return ipv6 !== undefined && !ipv6.includes(":") ? undefined : canonicalAddress(text);
}
