/** RFC 9112: the syntax of a response, and how long it is, where RFC 6455 leaves it to HTTP. */
import type { Case } from "../../case.ts";
import type { ClientTrial } from "../../client/client-trial.ts";
import { withLine } from "../head-text.ts";
import { abandons, takes, takesOrAbandons } from "../responses.ts";
import { may, must, should } from "../rule.ts";
import { forClients } from "../section.ts";

const BARE_LF = may(
  "Although the line terminator for the start-line and fields is the sequence CRLF, a recipient MAY recognize a single LF as a line terminator and ignore any preceding CR.",
);
const BARE_CR = must(
  "A recipient of such a bare CR MUST consider that element to be invalid or replace each bare CR with SP before processing the element or forwarding the message.",
);
const STATUS_LINE = should(
  "A client SHOULD ignore the reason-phrase content because it is not a reliable channel for information",
);
/** A client may also hold that such a response does not conform (RFC 6455 §4.1), since nobody may send one. */
const FOLDED = must(
  'A user agent that receives an obs-fold in a response message that is not within a "message/http" container MUST replace each received obs-fold with one or more SP octets prior to interpreting the field value.',
);
const NO_BODY = must(
  "Any response to a HEAD request and any response with a 1xx (Informational), 204 (No Content), or 304 (Not Modified) status code is always terminated by the first empty line after the header fields, regardless of the header fields present in the message, and thus cannot contain a message body or trailer section.",
);

const profile = { profile: "handshake" } as const;

export const responseSyntax: readonly Case<ClientTrial>[] = [
  ...forClients("rfc9112/2.2", profile, [
    takesOrAbandons(50, "lines that end in LF alone", BARE_LF, (plain) =>
      plain.replace(/\r\n(?!\r\n$|$)/g, "\n"),
    ),
    takesOrAbandons(51, "a bare CR in a value", BARE_CR, withLine("X-Bare: a\rb")),
    abandons(52, "the Accept behind a bare CR", BARE_CR, (plain) =>
      plain.replace("Sec-WebSocket-Accept: ", "X-Bare: a\rSec-WebSocket-Accept: "),
    ),
  ]),
  ...forClients("rfc9112/4", profile, [
    takes(1, "no reason phrase", STATUS_LINE, { statusLine: "HTTP/1.1 101 " }),
    takes(2, "another reason phrase", STATUS_LINE, {
      statusLine: "HTTP/1.1 101 Web Socket Protocol Handshake",
    }),
  ]),
  ...forClients("rfc9112/5.2", profile, [
    takesOrAbandons(50, "a value on two lines", FOLDED, withLine("X-Folded: a\r\n b")),
    takesOrAbandons(51, "a Connection on two lines", FOLDED, (plain) =>
      plain.replace("Connection: ", "Connection: keep-alive,\r\n "),
    ),
  ]),
  ...forClients("rfc9112/6.3", profile, [
    takesOrAbandons(50, "Content-Length: 0 with 101", NO_BODY, withLine("Content-Length: 0")),
    takesOrAbandons(
      51,
      "a Content-Length with 101, and frames behind it",
      NO_BODY,
      withLine("Content-Length: 9"),
    ),
    takesOrAbandons(
      52,
      "Transfer-Encoding with 101, and frames behind it",
      NO_BODY,
      withLine("Transfer-Encoding: chunked"),
    ),
  ]),
];
