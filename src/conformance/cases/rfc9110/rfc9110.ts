/** RFC 9110: what HTTP's semantics ask of a server in an opening handshake, where RFC 6455 leaves it to HTTP. */
import type { Case } from "../../case.ts";
import { expectRefused } from "../../peer/refusal.ts";
import type { ServerTrial } from "../../server/server-trial.ts";
import { Deviation, NotApplicable } from "../../verdict.ts";
import type { Head } from "../../wire/head.ts";
import { replaced, withLine } from "../head-text.ts";
import { accepts, acceptsWith, answers, depart, refuses } from "../requests.ts";
import { may, must, should } from "../rule.ts";
import { type CaseInSection, forServers } from "../section.ts";

const NAMES = must("Field names are case-insensitive");
const ORDER = must(
  "The order in which field lines with differing field names are received in a section is not significant.",
);
const TOO_LARGE = must(
  "A server that receives a request header field line, field value, or set of fields larger than it wishes to process MUST respond with an appropriate 4xx (Client Error) status code.",
);
const WHITESPACE = must(
  "When a specific version of HTTP allows such whitespace to appear in a message, a field parsing implementation MUST exclude such whitespace prior to evaluating the field value.",
);
const OPAQUE = should(
  "A recipient SHOULD treat other allowed octets in field content (i.e., obs-text) as opaque data.",
);
const INVALID = must(
  "Field values containing CR, LF, or NUL characters are invalid and dangerous, due to the varying ways that implementations might parse and interpret those characters; a recipient of CR, LF, or NUL within a field value MUST either reject the message or replace each of those characters with SP before further processing or forwarding of that message.",
);
const EMPTY_ELEMENTS =
  "A recipient MUST parse and ignore a reasonable number of empty list elements: enough to handle common mistakes by senders that merge values, but not so much that they could be used as a denial-of-service mechanism.";
const MINOR_VERSION = should(
  "A recipient that receives a message with a major version number that it implements and a minor version number higher than what it implements SHOULD process the message as if it were in the highest minor version within that major version to which the recipient is conformant.",
);
/** §10.1.1 lets a server leave it out "if the framing indicates that there is no content". */
const CONTINUE = should(
  'If a server receives both an Upgrade and an Expect header field with the "100-continue" expectation (Section 10.1.1), the server MUST send a 100 (Continue) response before sending a 101 (Switching Protocols) response.',
);
const EXPECTATION = may(
  "A server that receives an Expect field value containing a member other than 100-continue MAY respond with a 417 (Expectation Failed) status code to indicate that the unexpected expectation cannot be met.",
);
const LENGTH = must(
  "A server MUST NOT send a Content-Length header field in any response with a status code of 1xx (Informational) or 204 (No Content).",
);
const ALLOW = must(
  "An origin server MUST generate an Allow header field in a 405 (Method Not Allowed) response and MAY do so in any other response.",
);
const REQUIRED = must(
  "A server that sends a 426 (Upgrade Required) response MUST send an Upgrade header field to indicate the acceptable protocols, in order of descending preference.",
);

/** The names of all fields in another spelling. */
function named(spelling: (name: string) => string): (plain: string) => string {
  return (plain) =>
    plain.replace(/^[^:\r\n]+(?=: )/gm, (name) => (name.includes(" ") ? name : spelling(name)));
}

function reversed(plain: string): string {
  const [startLine = "", ...lines] = plain.trimEnd().split("\r\n");
  return `${[startLine, ...lines.reverse()].join("\r\n")}\r\n\r\n`;
}

function without(name: string): (response: Head) => void {
  return (response) => {
    const value = response.value(name);
    if (value !== undefined) throw new Deviation(`no ${name} with 101`, `${name}: ${value}`);
  };
}

const allowed: CaseInSection<ServerTrial> = {
  number: 1,
  title: "405 comes with the methods that are allowed",
  ...ALLOW,
  run: async (trial) => {
    const handshake = await depart(trial, { method: "PUT", fields: { "Content-Length": "0" } });
    const response = await expectRefused(trial, handshake, { plainHttp: true });
    if (response?.status !== 405)
      throw new NotApplicable("the server does not answer 405 (Method Not Allowed)");
    if (response.value("Allow") === undefined) throw new Deviation("an |Allow| header field", "none");
  },
};

const upgradeRequired: CaseInSection<ServerTrial> = {
  number: 2,
  title: "426 comes with the protocol that is required",
  ...REQUIRED,
  run: async (trial) => {
    const departures = [
      { fields: { Upgrade: undefined, Connection: undefined } },
      { fields: { "Sec-WebSocket-Version": "25" } },
    ];
    let seen = false;
    for (const departure of departures) {
      const response = await expectRefused(trial, await depart(trial, departure), { plainHttp: true });
      if (response?.status !== 426) continue;
      seen = true;
      if (response.hasToken("Upgrade", "websocket")) continue;
      throw new Deviation("426 with |Upgrade|: websocket", response.value("Upgrade") ?? "none");
    }
    if (!seen) throw new NotApplicable("the server does not answer 426 (Upgrade Required)");
  },
};

const profile = { profile: "handshake" } as const;

export const httpSemantics: readonly Case<ServerTrial>[] = [
  ...forServers("rfc9110/5.1", profile, [
    accepts(
      1,
      "field names in small letters",
      NAMES,
      named((name) => name.toLowerCase()),
    ),
    accepts(
      2,
      "field names in capital letters",
      NAMES,
      named((name) => name.toUpperCase()),
    ),
  ]),
  ...forServers("rfc9110/5.3", profile, [accepts(1, "the fields in reverse order", ORDER, reversed)]),
  ...forServers("rfc9110/5.4", profile, [
    answers(1, "a field of 24,000 octets", TOO_LARGE, withLine(`X-Long: ${"x".repeat(24_000)}`)),
    answers(2, "a field name of 24,000 octets", TOO_LARGE, withLine(`${"X".repeat(24_000)}: long`)),
    answers(3, "a list of 4,000 subprotocols", TOO_LARGE, {
      fields: { "Sec-WebSocket-Protocol": Array.from({ length: 4_000 }, (_, i) => `x${i}`).join() },
    }),
  ]),
  ...forServers("rfc9110/5.5", profile, [
    accepts(1, "no space behind the colons", WHITESPACE, (plain) =>
      plain.replace(/^([^: \r\n]+): /gm, "$1:"),
    ),
    accepts(2, "tabs and spaces around every value", WHITESPACE, (plain) =>
      plain.replace(/^([^: \r\n]+): (.*)$/gm, "$1:\t $2 \t "),
    ),
    accepts(3, "octets beyond ASCII in a value", OPAQUE, withLine("X-Text: \u00e9\u00ff\u0080")),
    answers(4, "NUL in a value", INVALID, withLine("X-Null: a\0b")),
    // With SP for NUL it is no key any more; but that is seen only by who decodes it, as nobody must (RFC 6455 §4.2.2).
    refuses(5, "NUL in the key", should(INVALID.requirement), (plain) =>
      plain.replace(/(Key: .{8})./, "$1\0"),
    ),
    // With SP for NUL it is an Upgrade to something else, and the request one of plain HTTP.
    refuses(
      6,
      "NUL behind the value of Upgrade",
      { ...INVALID, plainHttp: true },
      replaced("websocket", "websocket\0x"),
    ),
  ]),
  ...forServers("rfc9110/5.6.1.2", profile, [
    accepts(1, "empty elements in Connection", must(EMPTY_ELEMENTS), {
      fields: { Connection: ", ,Upgrade," },
    }),
    accepts(
      2,
      "empty elements in Sec-WebSocket-Protocol",
      { ...should(EMPTY_ELEMENTS), mayRefuse: "RFC 6455 §4.2.2" },
      {
        fields: { "Sec-WebSocket-Protocol": ",x-first,,x-second, " },
      },
    ),
    accepts(3, "empty elements in Sec-WebSocket-Extensions", should(EMPTY_ELEMENTS), {
      fields: { "Sec-WebSocket-Extensions": ", x-first; a=1 ,, x-second," },
    }),
  ]),
  ...forServers("rfc9110/6.2", profile, [accepts(1, "HTTP/1.2", MINOR_VERSION, { version: "HTTP/1.2" })]),
  ...forServers("rfc9110/7.8", profile, [
    answers(1, "Expect: 100-continue without content", CONTINUE, { fields: { Expect: "100-continue" } }),
    upgradeRequired,
  ]),
  ...forServers("rfc9110/8.6", profile, [
    acceptsWith(1, "101 has no Content-Length", { ...LENGTH, check: without("Content-Length") }),
  ]),
  ...forServers("rfc9110/10.1.1", profile, [
    answers(1, "an expectation that nobody knows", EXPECTATION, { fields: { Expect: "x-miracles" } }),
  ]),
  ...forServers("rfc9110/10.2.1", profile, [allowed]),
];
