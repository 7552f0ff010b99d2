/** The client's request to open a connection (RFC 6455 §4.1). */
import type { Random } from "../random.ts";
import { encodeHead } from "../wire/head.ts";
import { type Field, openingRequest, type RequestChange } from "../wire/opening.ts";
import { offerOf } from "./deflate-terms.ts";
import { type Broken, chosen, type Fault } from "./faults.ts";

/** A request as it is sent. */
export interface Asked {
  readonly key: string;
  readonly octets: Buffer;
  /** In order of preference. */
  readonly subprotocols: readonly string[];
  /** Sec-WebSocket-Extensions; `undefined` where there is none. */
  readonly offer: string | undefined;
}

const SUBPROTOCOLS: readonly string[] = ["conformance.v2", "conformance.v1"];

/** What a mutant asks with instead. */
const changes: Readonly<Partial<Record<Fault, RequestChange>>> = {
  "asks-with-post": { method: "POST" },
  "asks-with-http-1.0": { version: "HTTP/1.0" },
  "asks-for-the-root": { target: "/" },
  "asks-for-a-fragment": { target: "/#fragment" },
  "asks-for-a-target-with-a-quotation-mark": { target: '/"' },
  "asks-without-upgrade": { fields: { Upgrade: undefined } },
  "asks-without-connection": { fields: { Connection: "keep-alive" } },
  "asks-for-version-8": { fields: { "Sec-WebSocket-Version": "8" } },
  "asks-with-the-version-twice": { more: [["Sec-WebSocket-Version", "13"]] },
  "asks-with-two-origins": { more: [["Origin", "http://elsewhere.example"]] },
  "asks-with-content": { more: [["Content-Length", "4"]] },
  "asks-with-a-space-in-a-field-name": { more: [["X Space", "1"]] },
};

/** The opening request for this URL. */
export function askToOpen(url: URL, random: Random, broken: Broken): Asked {
  const key = keyFor(random, broken);
  const offer = offerOf(broken);
  const subprotocols = broken("asks-for-a-subprotocol-twice")
    ? [...SUBPROTOCOLS, SUBPROTOCOLS[0]!]
    : SUBPROTOCOLS;
  const change = chosen(changes, broken) ?? {};
  const { startLine, fields } = openingRequest({ url, key }, change);
  const all: Field[] = [
    ...fields,
    ["Origin", `http://${url.host}`],
    ["Sec-WebSocket-Protocol", subprotocols.join(", ")],
    ...(offer === undefined ? [] : [["Sec-WebSocket-Extensions", offer] as const]),
  ];
  const head = encodeHead(startLine, arranged(all, url, broken));
  const content = Buffer.from(broken("asks-with-content") ? "text" : "");
  return { key, octets: Buffer.concat([head, content]), subprotocols, offer };
}

/** RFC 6455 §4.1: "a nonce consisting of a randomly selected 16-byte value" */
function keyFor(random: Random, broken: Broken): string {
  if (broken("asks-with-the-same-key-each-time")) return "AQIDBAUGBwgJCgsMDQ4PEA==";
  return random.octets(broken("asks-with-a-key-of-15-octets") ? 15 : 16).toString("base64");
}

function arranged(fields: readonly Field[], url: URL, broken: Broken): readonly Field[] {
  if (broken("says-host-last")) return [...fields.slice(1), fields[0]!];
  if (broken("asks-with-the-key-twice"))
    return fields.flatMap((field) => (/Key$/.test(field[0]) ? [field, field] : [field]));
  if (broken("leaves-the-port-out-of-host")) return [["Host", url.hostname], ...fields.slice(1)];
  return fields;
}
