/** The opening handshake over HTTP/2 (RFC 8441 §4, §5): each requirement a row, each with its switch. */
import { Head } from "../wire/head.ts";
import type { Field } from "../wire/opening.ts";
import { chooseDeflate } from "./deflate-terms.ts";
import { readExtensionList } from "./extension-list.ts";
import type { Broken, Fault } from "./faults.ts";
import type { Agreement } from "./message-codec.ts";

/** What is answered to a request. */
export interface Http2Answer {
  readonly status: number;
  readonly fields: readonly Field[];
  /** Whether frames follow. */
  readonly opens: boolean;
  readonly agreement: Agreement | undefined;
}

interface Http2Rule {
  /** The mutant that does without this rule. */
  readonly without: Fault;
  readonly breaks: (request: Head) => boolean;
  /** Default 400. */
  readonly status?: number;
}

const isPseudo = ([name]: Field): boolean => name.startsWith(":");
const ofTheConnection: readonly string[] = ["connection", "upgrade", "keep-alive", "transfer-encoding"];

const rules: readonly Http2Rule[] = [
  {
    without: "accepts-connect-without-protocol",
    breaks: (request) => request.value(":protocol") === undefined,
    status: 501,
  },
  // RFC 8441 §5: "it MUST have a value of "websocket""
  {
    without: "accepts-connect-of-any-protocol",
    breaks: (request) =>
      request.value(":protocol") !== undefined && request.all(":protocol").at(-1) !== "websocket",
    status: 501,
  },
  // RFC 8441 §4: "the :scheme and :path pseudo-header fields of the target URI … MUST also be included."
  {
    without: "accepts-connect-without-path",
    breaks: (request) => request.value(":protocol") !== undefined && request.value(":path") === undefined,
  },
  {
    without: "accepts-connect-without-scheme",
    breaks: (request) => request.value(":protocol") !== undefined && request.value(":scheme") === undefined,
  },
  // RFC 9113 §8.3: "All pseudo-header fields MUST appear in a field block before all regular field lines."
  {
    without: "accepts-pseudo-fields-behind-others",
    breaks: ({ fields }) => fields.findLastIndex(isPseudo) > fields.findIndex((field) => !isPseudo(field)),
  },
  {
    without: "accepts-pseudo-fields-twice",
    breaks: ({ fields }) =>
      new Set(fields.filter(isPseudo).map(([name]) => name)).size < fields.filter(isPseudo).length,
  },
  // RFC 9113 §8.2: "A field name MUST NOT contain characters in the ranges 0x00-0x20, 0x41-0x5a, or 0x7f-0xff".
  {
    without: "accepts-capitals-in-field-names",
    breaks: ({ fields }) => fields.some(([name]) => /[A-Z]/.test(name)),
  },
  // RFC 8441 §5, of Connection and Upgrade: "They MUST NOT be included in the CONNECT request defined here."
  {
    without: "accepts-connection-fields-over-http2",
    breaks: ({ fields }) => fields.some(([name]) => ofTheConnection.includes(name)),
  },
  {
    without: "accepts-any-version",
    breaks: (request) => request.value("sec-websocket-version") !== "13",
  },
];

/** What only a mutant has against a request: RFC 8441 §5 does without keys. */
const strictness: readonly { readonly only: Fault; readonly breaks: (request: Head) => boolean }[] = [
  { only: "wants-a-key-over-http2", breaks: (request) => request.value("sec-websocket-key") === undefined },
  {
    only: "checks-keys-over-http2",
    breaks: (request) => request.all("sec-websocket-key").some((key) => !/^[A-Za-z0-9+/]{22}==$/.test(key)),
  },
  {
    only: "refuses-unknown-subprotocols",
    breaks: (request) => request.value("sec-websocket-protocol") !== undefined,
  },
];

/** What the server answers to a request with these fields, pseudo-header fields among them. */
export function answerConnect(fields: readonly Field[], broken: Broken): Http2Answer {
  const request = new Head("", fields);
  const rule = rules.find(({ without, breaks }) => breaks(request) && !broken(without));
  const refused = rule ?? strictness.find(({ only, breaks }) => broken(only) && breaks(request));
  if (refused !== undefined)
    return { status: rule?.status ?? 400, fields: [], opens: false, agreement: undefined };
  const offered = readExtensionList(request.value("sec-websocket-extensions") ?? "") ?? [];
  const deflate = chooseDeflate(offered, broken);
  const [subprotocol] = request.list("sec-websocket-protocol");
  return {
    status: broken("answers-connect-with-101") ? 101 : 200,
    fields: [
      ...(subprotocol === undefined ? [] : [["sec-websocket-protocol", subprotocol] as const]),
      ...(deflate === undefined ? [] : [["sec-websocket-extensions", deflate.element] as const]),
    ],
    opens: true,
    agreement: deflate?.agreement,
  };
}
