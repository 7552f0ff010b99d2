/** RFC 9110: what HTTP's semantics ask of a client in an opening handshake, where RFC 6455 leaves it to HTTP. */
import type { Case } from "../../case.ts";
import type { ClientOpening, ClientTrial } from "../../client/client-trial.ts";
import { Deviation } from "../../verdict.ts";
import { withLine } from "../head-text.ts";
import { abandons, expectWorks, plainResponse, takes, takesOrAbandons } from "../responses.ts";
import { asks } from "../rfc6455/4.1-request.ts";
import { may, must, should } from "../rule.ts";
import { type CaseInSection, forClients } from "../section.ts";

const WHITESPACE = must(
  "When a specific version of HTTP allows such whitespace to appear in a message, a field parsing implementation MUST exclude such whitespace prior to evaluating the field value.",
);
const OPAQUE = should(
  "A recipient SHOULD treat other allowed octets in field content (i.e., obs-text) as opaque data.",
);
const INVALID = must(
  "Field values containing CR, LF, or NUL characters are invalid and dangerous, due to the varying ways that implementations might parse and interpret those characters; a recipient of CR, LF, or NUL within a field value MUST either reject the message or replace each of those characters with SP before further processing or forwarding of that message.",
);
const EMPTY_ELEMENTS = must(
  "A recipient MUST parse and ignore a reasonable number of empty list elements: enough to handle common mistakes by senders that merge values, but not so much that they could be used as a denial-of-service mechanism.",
);
const LARGE = may(
  "A client MAY discard or truncate received field lines that are larger than the client wishes to process if the field semantics are such that the dropped value(s) can be safely ignored without changing the message framing or response semantics.",
);
const HOST_FIRST = should(
  "A user agent that sends Host SHOULD send it as the first field in the header section of a request.",
);
const CONTENT = should(
  "A client SHOULD NOT generate content in a GET request unless it is made directly to an origin server that has previously indicated, in or out of band, that such a request has a purpose and will be adequately supported.",
);
const INTERIM = must(
  "A client MUST be able to parse one or more 1xx responses received prior to a final response, even if the client does not expect one.",
);

/** Other responses before the one that accepts. */
function behind(...heads: readonly string[]): (plain: string) => string {
  return (plain) => `${heads.map((head) => `${head}\r\n\r\n`).join("")}${plain}`;
}

const lateInterim: CaseInSection<ClientTrial> = {
  number: 4,
  title: "100 (Continue), octet by octet, before 101",
  ...INTERIM,
  run: async (trial) => {
    const opening: ClientOpening = await trial.request();
    const { connection } = opening;
    const octets = Buffer.from(`HTTP/1.1 100 Continue\r\n\r\n${plainResponse(opening)}`, "latin1");
    connection.log.octets(connection.number, "sent", "100, then 101, octet by octet", octets);
    await connection.writeChopped(octets, 1);
    await expectWorks(trial.peer(connection, ""));
  },
};

const profile = { profile: "handshake" } as const;

export const httpSemanticsOfClients: readonly Case<ClientTrial>[] = [
  ...forClients("rfc9110/5.4", profile, [
    takesOrAbandons(
      50,
      "a field of 24,000 octets in the response",
      LARGE,
      withLine(`X-Long: ${"x".repeat(24_000)}`),
    ),
    takesOrAbandons(51, "three thousand fields in the response", LARGE, (plain) =>
      plain.replace("\r\n", () => `\r\n${"a:\r\n".repeat(3_000)}`),
    ),
  ]),
  ...forClients("rfc9110/5.5", profile, [
    takes(50, "no space behind the colons", WHITESPACE, (plain) => plain.replace(/^([^: \r\n]+): /gm, "$1:")),
    takes(51, "tabs and spaces around every value", WHITESPACE, (plain) =>
      plain.replace(/^([^: \r\n]+): (.*)$/gm, "$1:\t $2 \t "),
    ),
    takes(52, "octets beyond ASCII in a value", OPAQUE, withLine("X-Text: \u00e9\u00ff\u0080")),
    takesOrAbandons(53, "NUL in a value", INVALID, withLine("X-Null: a\0b")),
    abandons(54, "NUL behind the value of Upgrade", INVALID, (plain) =>
      plain.replace("websocket", "websocket\0x"),
    ),
  ]),
  ...forClients("rfc9110/5.6.1.2", profile, [
    takes(50, "empty elements in Connection", EMPTY_ELEMENTS, { fields: { Connection: ", ,Upgrade," } }),
  ]),
  ...forClients("rfc9110/7.2", profile, [
    asks(1, "Host is the first field", HOST_FIRST, ({ fields }) => {
      const [first] = fields[0] ?? ["none"];
      if (first.toLowerCase() !== "host") throw new Deviation("Host", first);
    }),
  ]),
  ...forClients("rfc9110/9.3.1", profile, [
    asks(1, "a request without content", CONTENT, (request) => {
      const length = request.value("Content-Length");
      const coding = request.value("Transfer-Encoding");
      if (coding !== undefined) throw new Deviation("no content", `Transfer-Encoding: ${coding}`);
      if (length !== undefined && length !== "0")
        throw new Deviation("no content", `Content-Length: ${length}`);
    }),
  ]),
  ...forClients("rfc9110/15.2", profile, [
    takes(1, "100 (Continue) before 101", INTERIM, behind("HTTP/1.1 100 Continue")),
    takes(
      2,
      "103 (Early Hints) before 101",
      INTERIM,
      behind("HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload"),
    ),
    takes(
      3,
      "two interim responses before 101",
      INTERIM,
      behind("HTTP/1.1 100 Continue", "HTTP/1.1 102 Processing"),
    ),
    lateInterim,
  ]),
];
