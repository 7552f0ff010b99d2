/** What a client's opening handshake consists of (RFC 6455 §4.2.1): each requirement a row, each with its switch. */
import type { Head } from "../wire/head.ts";
import { readExtensionList } from "./extension-list.ts";
import type { Broken, Fault } from "./faults.ts";
import { token } from "./head-reader.ts";
import type { Refusal } from "./refusal.ts";
import { asksFor } from "./upgrade-tokens.ts";

interface RequestRule {
  /** The mutants that do without this rule. */
  readonly without: Fault | readonly Fault[];
  readonly breaks: (request: Head, broken: Broken) => boolean;
  /** Default: 400. */
  readonly refusal?: Refusal;
}

const requestLine = /^(\S+) (\S+) HTTP\/\d\.\d$/;
const upgradeToo: Refusal = {
  status: 426,
  fields: [
    ["Connection", "Upgrade"],
    ["Upgrade", "websocket"],
  ],
};
/** RFC 6455 §4.4: a server that does not know the version says which it does know. */
const otherVersion: Refusal = {
  status: 426,
  fields: [...upgradeToo.fields!, ["Sec-WebSocket-Version", "13"]],
};
/** Where the content ends is not known, or it is more than a GET should have. */
const content: Refusal = { status: 400, closes: true };

const rules: readonly RequestRule[] = [
  {
    without: "accepts-any-method",
    breaks: ({ startLine }) => !startLine.startsWith("GET "),
    refusal: { status: 405, fields: [["Allow", "GET"]] },
  },
  {
    without: "accepts-old-versions-of-http",
    breaks: ({ startLine }) => / HTTP\/(?:0|1\.0)/.test(startLine),
    refusal: { status: 505, closes: true },
  },
  { without: "accepts-any-request-line", breaks: ({ startLine }) => !requestLine.test(startLine) },
  {
    without: "accepts-any-request-target",
    breaks: ({ startLine }) => !/^(?:\/|https?:\/\/[^/])/i.test(target(startLine)),
  },
  { without: "accepts-fragments-in-targets", breaks: ({ startLine }) => target(startLine).includes("#") },
  {
    without: "accepts-any-octets-in-targets",
    breaks: ({ startLine }) => /[^\x21-\x7e]/.test(target(startLine)),
  },
  // RFC 9112 §6.3: content is read before the protocol is switched; there is none to a GET that opens a WebSocket.
  {
    without: ["ignores-content", "ignores-transfer-codings"],
    breaks: (request) => request.value("Transfer-Encoding") !== undefined,
    refusal: content,
  },
  {
    without: ["ignores-content", "accepts-any-content-length"],
    breaks: (request) => !request.all("Content-Length").every((length) => /^\d+$/.test(length)),
    refusal: content,
  },
  {
    without: ["ignores-content", "accepts-any-content-length"],
    breaks: (request) => new Set(request.all("Content-Length")).size > 1,
    refusal: content,
  },
  {
    without: "ignores-content",
    breaks: (request) => request.all("Content-Length").some((length) => Number(length) > 0),
    refusal: content,
  },
  { without: "accepts-requests-without-host", breaks: (request) => request.all("Host").length === 0 },
  { without: "accepts-an-empty-host", breaks: (request) => request.all("Host").includes("") },
  {
    without: "accepts-any-host",
    breaks: (request) =>
      !request
        .all("Host")
        .every((host) => /^(?:[\w.~%!$&'()*+,;=-]*|\[[\da-fA-F:.]+\])(?::\d*)?$/.test(host)),
  },
  { without: "accepts-two-hosts", breaks: (request) => request.all("Host").length > 1 },
  {
    without: "accepts-requests-without-upgrade",
    breaks: (request) => request.list("Upgrade").length === 0,
    refusal: upgradeToo,
  },
  {
    without: "accepts-any-upgrade",
    breaks: (request, broken) => request.list("Upgrade").length > 0 && !asksFor(request, "Upgrade", broken),
    refusal: upgradeToo,
  },
  {
    without: "accepts-requests-without-connection",
    breaks: (request) => request.list("Connection").length === 0,
  },
  {
    without: "accepts-any-connection",
    breaks: (request, broken) =>
      request.list("Connection").length > 0 && !asksFor(request, "Connection", broken),
  },
  {
    without: "accepts-requests-without-a-key",
    breaks: (request) => request.all("Sec-WebSocket-Key").length === 0,
  },
  { without: "accepts-two-keys", breaks: (request) => request.all("Sec-WebSocket-Key").length > 1 },
  {
    without: "accepts-any-key",
    breaks: (request, broken) => !request.all("Sec-WebSocket-Key").every((key) => isKey(key, broken)),
  },
  {
    without: "accepts-requests-without-a-version",
    breaks: (request) => request.all("Sec-WebSocket-Version").length === 0,
    refusal: otherVersion,
  },
  {
    without: "accepts-two-versions",
    breaks: (request) => request.all("Sec-WebSocket-Version").length > 1,
    refusal: otherVersion,
  },
  {
    without: "accepts-any-version",
    breaks: (request, broken) => {
      const versions = request.all("Sec-WebSocket-Version");
      return versions.length > 0 && !versions.some((version) => is13(version, broken));
    },
    refusal: otherVersion,
  },
  {
    without: "accepts-any-list-of-subprotocols",
    breaks: (request) => {
      const list = request.list("Sec-WebSocket-Protocol");
      const asked = request.all("Sec-WebSocket-Protocol").length > 0;
      return asked && (list.length === 0 || !list.every((name) => token.test(name)));
    },
  },
  {
    without: "accepts-any-list-of-extensions",
    breaks: (request) => {
      const offered = request.value("Sec-WebSocket-Extensions");
      return offered !== undefined && readExtensionList(offered) === undefined;
    },
  },
];

/** What a request is refused with; `undefined` when it may stand. */
export function requestRefusal(request: Head, broken: Broken): Refusal | undefined {
  const rule = rules.find(({ without, breaks }) => breaks(request, broken) && ![without].flat().some(broken));
  return rule && (rule.refusal ?? { status: 400 });
}

/** The request-target; one that may stand where there is none, for that is another rule's business. */
function target(startLine: string): string {
  return requestLine.exec(startLine)?.[2] ?? "/";
}

/** RFC 6455 §4.2.1: "a base64-encoded … value that, when decoded, is 16 bytes in length." */
function isKey(key: string, broken: Broken): boolean {
  if (broken("decodes-keys-leniently")) return Buffer.from(key, "base64").length === 16;
  if (broken("accepts-keys-of-any-length")) {
    return /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(key);
  }
  return /^[A-Za-z0-9+/]{21}[AQgw]==$/.test(key);
}

/** RFC 6455 §4.3: "Limited to 0-255 range, with no leading zeros", and here it is 13. */
function is13(version: string, broken: Broken): boolean {
  if (broken("reads-versions-as-numbers")) return Number(version) === 13;
  if (broken("reads-versions-in-eight-bits")) return (Number(version) & 0xff) === 13;
  if (broken("reads-versions-as-lists")) return version.split(/\s*,\s*/).includes("13");
  return version === "13";
}
