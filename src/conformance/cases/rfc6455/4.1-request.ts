/** RFC 6455 §4.1: the opening request of a client. */
import type { Case } from "../../case.ts";
import type { ClientTrial } from "../../client/client-trial.ts";
import { Deviation, NotApplicable } from "../../verdict.ts";
import type { Head } from "../../wire/head.ts";
import { expectWorks } from "../responses.ts";
import { must, type Rule } from "../rule.ts";
import { type CaseInSection, forClients } from "../section.ts";

const VALID = must("The handshake MUST be a valid HTTP request as specified by [RFC2616].");
const METHOD = must("The method of the request MUST be GET, and the HTTP version MUST be at least 1.1.");
const TARGET = must(
  'The "Request-URI" part of the request MUST match the /resource name/ defined in Section 3 (a relative URI) or be an absolute http/https URI that, when parsed, has a /resource name/, /host/, and /port/ that match the corresponding ws/wss URI.',
);
const HOST = must(
  'The request MUST contain a |Host| header field whose value contains /host/ plus optionally ":" followed by /port/ (when not using the default port).',
);
const UPGRADE = must(
  'The request MUST contain an |Upgrade| header field whose value MUST include the "websocket" keyword.',
);
const CONNECTION = must(
  'The request MUST contain a |Connection| header field whose value MUST include the "Upgrade" token.',
);
const KEY = must(
  "The value of this header field MUST be a nonce consisting of a randomly selected 16-byte value that has been base64-encoded (see Section 4 of [RFC4648]).",
);
const NONCE = must("The nonce MUST be selected randomly for each connection.");
const ORIGIN = must(
  "The value of this header field is the ASCII serialization of origin of the context in which the code establishing the connection is running.",
);
const VERSION = must("The value of this header field MUST be 13.");
const PROTOCOLS = must(
  "The elements that comprise this value MUST be non-empty strings with characters in the range U+0021 to U+007E not including separator characters as defined in [RFC2616] and MUST all be unique strings.",
);
const WAIT = must(
  "Once the client's opening handshake has been sent, the client MUST wait for a response from the server before sending any further data.",
);

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
/** 22 characters and the padding; of the last character only two bits are used (RFC 4648 §3.5: the others are zero). */
const BASE64_OF_16 = /^[A-Za-z0-9+/]{21}[AQgw]==$/;
const URI_HOST = /^(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~!$&'()*+,;=%-]+)(?::\d+)?$/;
/** RFC 6454 §6.2, §7.1. */
const ORIGINS = /^(?:null|[a-z][a-z0-9+.-]*:\/\/[^\s/?#A-Z]+(?: [a-z][a-z0-9+.-]*:\/\/[^\s/?#A-Z]+)*)$/;

/** A request that `check` finds in order; it is accepted, and the connection works. */
export function asks(
  number: number,
  title: string,
  rule: Rule,
  check: (request: Head, trial: ClientTrial) => void,
): CaseInSection<ClientTrial> {
  const run = async (trial: ClientTrial): Promise<void> => {
    const opening = await trial.request();
    check(opening.request, trial);
    await expectWorks(trial.accept(opening));
  };
  return { number, title, ...rule, run };
}

function single(request: Head, name: string): string {
  const values = request.all(name);
  if (values.length !== 1) throw new Deviation(`|${name}| once`, JSON.stringify(values));
  return values[0]!;
}

function checkHead({ startLine, fields }: Head): void {
  if (!/^[A-Z]+ [\x21-\x7e]+ HTTP\/1\.\d$/.test(startLine)) {
    throw new Deviation("a method, a target and a version, a space between each", JSON.stringify(startLine));
  }
  const odd = fields.find(([name, value]) => !TOKEN.test(name) || !FIELD_VALUE.test(value));
  if (odd !== undefined) {
    throw new Deviation("fields of a name, a colon and a value", JSON.stringify(odd.join(": ")));
  }
}

function checkTarget({ startLine }: Head, { url }: ClientTrial): void {
  const target = startLine.split(" ")[1] ?? "";
  const absolute = /^https?:\/\//i.test(target) ? URL.parse(target) : null;
  if (!target.startsWith("/") && absolute === null) {
    throw new Deviation("a target that begins with /, or is an absolute http or https URI", target);
  }
  if (url === undefined) return;
  const name = `${url.pathname}${url.search}`;
  const resource = absolute === null ? target : `${absolute.pathname}${absolute.search}`;
  if (resource !== name || (absolute !== null && absolute.host !== url.host)) {
    throw new Deviation(`the resource name of ${url.href}: ${name}`, target);
  }
}

function checkHost(request: Head, { url }: ClientTrial): void {
  const host = single(request, "Host");
  if (!URI_HOST.test(host)) throw new Deviation("a host and a port", JSON.stringify(host));
  if (url !== undefined && host.toLowerCase() !== url.host) {
    throw new Deviation(`|Host|: ${url.host}`, host);
  }
}

function checkSubprotocols(request: Head): void {
  const value = request.value("Sec-WebSocket-Protocol");
  if (value === undefined) throw new NotApplicable("the client asks for no subprotocol");
  const names = value.split(",").map((name) => name.trim());
  if (!names.every((name) => TOKEN.test(name)))
    throw new Deviation("a list of tokens", JSON.stringify(value));
  if (new Set(names).size !== names.length) throw new Deviation("no subprotocol twice", value);
}

const freshKey: CaseInSection<ClientTrial> = {
  number: 9,
  title: "another key for another connection",
  ...NONCE,
  connections: 2,
  run: async (trial) => {
    const keys: string[] = [];
    for (let i = 0; i < 2; i++) {
      const opening = await trial.request();
      keys.push(single(opening.request, "Sec-WebSocket-Key"));
      await expectWorks(trial.accept(opening));
    }
    if (keys[0] === keys[1]) throw new Deviation("two keys", `${keys[0]}, twice`);
  },
};

export const request: readonly Case<ClientTrial>[] = forClients("rfc6455/4.1", { profile: "handshake" }, [
  asks(1, "a request line and fields that are well-formed", VALID, checkHead),
  asks(2, "the method is GET", METHOD, ({ startLine }) => {
    if (!startLine.startsWith("GET ")) throw new Deviation("GET", startLine);
  }),
  asks(3, "the version is 1.1 or higher", METHOD, ({ startLine }) => {
    if (!/ HTTP\/1\.[1-9]$/.test(startLine)) throw new Deviation("HTTP/1.1", startLine);
  }),
  asks(4, "the target is the resource name", TARGET, checkTarget),
  asks(5, "Host, once, with the port where it is not the default", HOST, checkHost),
  asks(6, "Upgrade: websocket", UPGRADE, (head) => {
    if (!head.hasToken("Upgrade", "websocket"))
      throw new Deviation("|Upgrade|: websocket", head.value("Upgrade") ?? "none");
  }),
  asks(7, "Connection: Upgrade", CONNECTION, (head) => {
    if (!head.hasToken("Connection", "Upgrade"))
      throw new Deviation("|Connection|: Upgrade", head.value("Connection") ?? "none");
  }),
  asks(8, "a key of 16 octets in base64", KEY, (head) => {
    const key = single(head, "Sec-WebSocket-Key");
    if (!BASE64_OF_16.test(key)) throw new Deviation("16 octets in base64", JSON.stringify(key));
  }),
  freshKey,
  asks(10, "the version is 13", VERSION, (head) => {
    const version = single(head, "Sec-WebSocket-Version");
    if (version !== "13") throw new Deviation("13", JSON.stringify(version));
  }),
  asks(11, "subprotocols are tokens, each another", PROTOCOLS, checkSubprotocols),
  asks(12, "an Origin is one, in its serialization", ORIGIN, (head) => {
    const values = head.all("Origin");
    if (values.length === 0) throw new NotApplicable("the client is no browser, and sends no Origin");
    if (values.length > 1 || !ORIGINS.test(values[0]!))
      throw new Deviation("an origin", values.join(" and "));
  }),
  {
    number: 13,
    title: "nothing behind the request until there is a response",
    ...WAIT,
    run: async (trial) => {
      const opening = await trial.request();
      const { connection } = opening;
      if (connection.unreadLength > 0) {
        const came = `${connection.unreadLength} octets more`;
        connection.logUnread("octets behind the request");
        throw new Deviation("nothing behind the request", came);
      }
      // What was sent before the echo stands before it.
      await expectWorks(trial.accept(opening));
    },
  },
]);
