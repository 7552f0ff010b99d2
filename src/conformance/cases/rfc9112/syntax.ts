/** RFC 9112 §2 to §5: the syntax of a request that opens a handshake, where RFC 6455 leaves it to HTTP. */
import type { Case } from "../../case.ts";
import type { ServerTrial } from "../../server/server-trial.ts";
import { replaced, withFirstLine, withLine } from "../head-text.ts";
import { accepts, answers, refuses } from "../requests.ts";
import { may, must, should } from "../rule.ts";
import { forServers } from "../section.ts";

const EMPTY_LINE = should(
  "In the interest of robustness, a server that is expecting to receive and parse a request-line SHOULD ignore at least one empty line (CRLF) received prior to the request-line.",
);
const BARE_LF = {
  ...may(
    "Although the line terminator for the start-line and fields is the sequence CRLF, a recipient MAY recognize a single LF as a line terminator and ignore any preceding CR.",
  ),
  plainHttp: true,
};
/** With CR replaced by SP, or the line consumed, what is left may be a plain GET, which is answered like any other. */
const BARE_CR = {
  ...must(
    "A recipient of such a bare CR MUST consider that element to be invalid or replace each bare CR with SP before processing the element or forwarding the message.",
  ),
  plainHttp: true,
};
const FIRST_LINE = {
  ...must(
    "A recipient that receives whitespace between the start-line and the first header field MUST either reject the message as invalid or consume each whitespace-preceded line without further processing of it",
  ),
  plainHttp: true,
};
const NO_REQUEST = {
  ...should(
    "When a server listening only for HTTP request messages, or processing what appears from the start-line to be an HTTP request message, receives a sequence of octets that does not match the HTTP-message grammar aside from the robustness exceptions listed above, the server SHOULD respond with a 400 (Bad Request) response and close the connection.",
  ),
  statuses: [400],
};
/** §3.2: "Recipients of an invalid request-line SHOULD respond with either a 400 (Bad Request) error or a 301". */
const REQUEST_LINE = {
  ...should(
    "A request-line begins with a method token, followed by a single space (SP), the request-target, and another single space (SP), and ends with the protocol version.",
  ),
  plainHttp: true,
};
const DELIMITERS = {
  ...may(
    "Although the request-line grammar rule requires that each of the component elements be separated by a single SP octet, recipients MAY instead parse on whitespace-delimited word boundaries",
  ),
  plainHttp: true,
};
const MINIMUM = should(
  "It is RECOMMENDED that all HTTP senders and recipients support, at a minimum, request-line lengths of 8000 octets.",
);
const TOO_LONG = {
  ...must(
    "A server that receives a request-target longer than any URI it wishes to parse MUST respond with a 414 (URI Too Long) status code",
  ),
  // Who limits the head as a whole says 431 (RFC 6585 §5).
  statuses: [414, 431],
};
const HOST = {
  ...must(
    "A server MUST respond with a 400 (Bad Request) status code to any HTTP/1.1 request message that lacks a Host header field and to any request message that contains more than one Host header field line or a Host header field with an invalid field value.",
  ),
  statuses: [400],
};
const ABSOLUTE = must(
  "When an origin server receives a request with an absolute-form of request-target, the origin server MUST ignore the received Host header field (if any) and instead use the host information of the request-target.",
);
const COLON = {
  ...must(
    "A server MUST reject, with a response status code of 400 (Bad Request), any received request message that contains whitespace between a header field name and colon.",
  ),
  statuses: [400],
};
const FOLDED = {
  ...must(
    'A server that receives an obs-fold in a request message that is not within a "message/http" container MUST either reject the message by sending a 400 (Bad Request), preferably with a representation explaining that obsolete line folding is unacceptable, or replace each received obs-fold with one or more SP octets prior to interpreting the field value or forwarding the message downstream.',
  ),
  statuses: [400],
};

/** All line ends are LF but the last two: a server that does not know LF sees one very long request line. */
function bareLineFeeds(plain: string): string {
  return plain.replace(/\r\n(?!\r\n$|$)/g, "\n");
}

/** A plain request without its Upgrade, which comes by another way. */
function smuggled(upgrade: string): (plain: string) => string {
  return (plain) => plain.replace("Upgrade: websocket\r\n", () => upgrade);
}

/** A request line of so many octets, by means of a query. */
function requestLineOf(octets: number): (plain: string) => string {
  return (plain) => {
    const [startLine = ""] = plain.split("\r\n", 1);
    const [, target = "/"] = startLine.split(" ");
    const start = `${target}${target.includes("?") ? "&" : "?"}x=`;
    const padding = "x".repeat(octets - startLine.length - (start.length - target.length));
    return plain.replace(target, () => start + padding);
  };
}

function absoluteForm(plain: string, { protocol, host, pathname, search }: URL): string {
  const scheme = protocol === "wss:" ? "https" : "http";
  return plain.replace(/^GET \S+/, () => `GET ${scheme}://${host}${pathname}${search}`);
}

const profile = { profile: "handshake" } as const;

export const requestSyntax: readonly Case<ServerTrial>[] = [
  ...forServers("rfc9112/2.2", profile, [
    accepts(1, "an empty line before the request", EMPTY_LINE, (plain) => `\r\n${plain}`),
    answers(2, "lines that end in LF alone", BARE_LF, bareLineFeeds),
    answers(3, "a bare CR in a value", BARE_CR, withLine("X-Bare: a\rb")),
    refuses(4, "Upgrade behind a bare CR", BARE_CR, smuggled("X-Bare: a\rUpgrade: websocket\r\n")),
    answers(5, "whitespace before the first field", FIRST_LINE, withFirstLine(" X-Indented: a")),
    refuses(6, "Upgrade in a first line that begins with whitespace", FIRST_LINE, (plain) =>
      withFirstLine(" Upgrade: websocket")(smuggled("")(plain)),
    ),
    refuses(7, "a line without a colon", NO_REQUEST, withLine("X-No-Colon")),
    refuses(8, "a field without a name", NO_REQUEST, withLine(": nameless")),
    refuses(9, "a space in a field name", NO_REQUEST, withLine("X Spaced: a")),
    refuses(10, "a separator in a field name", NO_REQUEST, withLine("X(Comment): a")),
    refuses(11, "octets beyond ASCII in a field name", NO_REQUEST, withLine("X-\u00e9t\u00e9: a")),
    refuses(12, "NUL in a field name", NO_REQUEST, withLine("X-\0: a")),
  ]),
  ...forServers("rfc9112/2.3", profile, [
    refuses(
      1,
      "http/1.1 in small letters",
      { ...should("HTTP-version is case-sensitive."), plainHttp: true },
      { version: "http/1.1" },
    ),
  ]),
  ...forServers("rfc9112/3", profile, [
    refuses(1, "a space in the target", REQUEST_LINE, replaced(" HTTP/1.1", "?a b HTTP/1.1")),
    refuses(2, "a request line without a version", REQUEST_LINE, replaced(" HTTP/1.1", "")),
    refuses(3, "a target with octets beyond ASCII", REQUEST_LINE, replaced(" HTTP/1.1", "?\u00e9 HTTP/1.1")),
    refuses(4, "NUL in the target", REQUEST_LINE, replaced(" HTTP/1.1", "?a\0b HTTP/1.1")),
    answers(5, "two spaces before the target", DELIMITERS, replaced("GET ", "GET  ")),
    answers(6, "a space behind the version", DELIMITERS, replaced("HTTP/1.1", "HTTP/1.1 ")),
    accepts(7, "a request line of 8,000 octets", MINIMUM, requestLineOf(8_000)),
    answers(8, "a request line of 24,000 octets", TOO_LONG, requestLineOf(24_000)),
  ]),
  ...forServers("rfc9112/3.2", profile, [
    refuses(1, "no Host", HOST, { fields: { Host: undefined } }),
    refuses(2, "two Hosts", HOST, { more: [["Host", "elsewhere.example"]] }),
    refuses(3, "one Host twice", HOST, (plain) => plain.replace(/(Host: .*\r\n)/, "$1$1")),
    refuses(4, "a space in Host", HOST, { fields: { Host: "local host" } }),
    refuses(5, "a path in Host", HOST, { fields: { Host: "localhost/path" } }),
    refuses(6, "userinfo in Host", HOST, { fields: { Host: "user@localhost" } }),
    refuses(7, "a port that is no number in Host", HOST, { fields: { Host: "localhost:http" } }),
  ]),
  ...forServers("rfc9112/3.2.2", profile, [
    accepts(1, "an absolute URI, and another Host", ABSOLUTE, (plain, { url }) =>
      absoluteForm(plain, url).replace(/Host: .*/, "Host: elsewhere.example"),
    ),
  ]),
  ...forServers("rfc9112/5.1", profile, [
    refuses(1, "a space before a colon", COLON, withLine("X-Spaced : a")),
    refuses(2, "a tab before a colon", COLON, withLine("X-Tabbed\t: a")),
    refuses(3, "a space before the colon of Upgrade", COLON, replaced("Upgrade: ", "Upgrade : ")),
    refuses(4, "a space before the colon of the key", COLON, replaced("-Key: ", "-Key : ")),
  ]),
  ...forServers("rfc9112/5.2", profile, [
    answers(1, "a value on two lines", FOLDED, withLine("X-Folded: a\r\n b")),
    answers(2, "Connection on two lines", FOLDED, replaced("Connection: ", "Connection: keep-alive,\r\n ")),
    answers(3, "a value that begins on the second line", FOLDED, replaced("Upgrade: ", "Upgrade:\r\n\t")),
  ]),
];
