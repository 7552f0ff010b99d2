/** RFC 6455 §4.2.1 items 6 to 10: the version, and what may be in a request besides. */
import type { Case } from "../../case.ts";
import { expectRefused } from "../../peer/refusal.ts";
import type { ServerTrial } from "../../server/server-trial.ts";
import { Deviation } from "../../verdict.ts";
import { accepts, answers, depart, refuses } from "../requests.ts";
import { may, must, should } from "../rule.ts";
import { type CaseInSection, forServers } from "../section.ts";

const VERSION = "A |Sec-WebSocket-Version| header field, with a value of 13.";
const PROTOCOL =
  "Optionally, a |Sec-WebSocket-Protocol| header field, with a list of values indicating which protocols the client would like to speak, ordered by preference.";
const EXTENSIONS =
  "Optionally, a |Sec-WebSocket-Extensions| header field, with a list of values indicating which extensions the client would like to speak.";
const OTHERS =
  "Optionally, other header fields, such as those used to send cookies or request authentication to a server. Unknown header fields are ignored, as per [RFC2616].";
const ORIGIN = "Optionally, an |Origin| header field. This header field is sent by all browser clients.";

const version = must(VERSION);
/** "If the server chooses to accept the incoming connection": not without a subprotocol of its own, or a login, maybe. */
const UNWANTED = "RFC 6455 §4.2.2";
const GRAMMAR =
  "If the server, while reading the handshake, finds that the client did not send a handshake that matches the description below …, including but not limited to any violations of the ABNF grammar specified for the components of the handshake, the server MUST stop processing the client's handshake and return an HTTP response with an appropriate error code (such as 400 Bad Request).";
const others = must(OTHERS);

function withVersion(value: string | undefined): { fields: Record<string, string | undefined> } {
  return { fields: { "Sec-WebSocket-Version": value } };
}

function withProtocol(value: string): { fields: Record<string, string> } {
  return { fields: { "Sec-WebSocket-Protocol": value } };
}

/**
 * Subprotocols that do not follow the grammar. A server that speaks none at all need not read them, and so does not
 * "find" that (§4.2.1), which is worth knowing and no more; but it must not choose from them.
 */
function nonsense(number: number, title: string, value: string): CaseInSection<ServerTrial> {
  const run = async (trial: ServerTrial): Promise<void> => {
    const handshake = await depart(trial, withProtocol(value));
    const { response } = handshake;
    if (response?.status !== 101) {
      await expectRefused(trial, handshake);
      return;
    }
    const chosen = response.value("Sec-WebSocket-Protocol");
    const came = `${JSON.stringify(response.startLine)}${chosen === undefined ? "" : `, and the subprotocol ${chosen}`}`;
    throw new Deviation("a refusal", came, { level: chosen === undefined ? "MAY" : "MUST" });
  };
  return { number, title, ...must(GRAMMAR), run };
}

export const otherFields: readonly Case<ServerTrial>[] = forServers(
  "rfc6455/4.2.1",
  { profile: "handshake" },
  [
    refuses(100, "no version", version, withVersion(undefined)),
    refuses(101, "an empty version", version, withVersion("")),
    refuses(102, "the version 013", version, withVersion("013")),
    refuses(103, "the versions 13, 8", version, withVersion("13, 8")),
    refuses(104, "the versions 8, 13", version, withVersion("8, 13")),
    refuses(105, "the version 13.0", version, withVersion("13.0")),
    refuses(106, "the version 1 3", version, withVersion("1 3")),
    refuses(107, "the version +13", version, withVersion("+13")),
    refuses(108, "the version 0x0d", version, withVersion("0x0d")),
    refuses(109, "a version that is no number", version, withVersion("thirteen")),
    refuses(110, "the version 269, which is 13 in eight bits", version, withVersion("269")),
    refuses(111, "the version 4294967309, which is 13 in 32 bits", version, withVersion("4294967309")),
    accepts(112, "spaces and tabs around the version", version, (plain) =>
      plain.replace(/(Sec-WebSocket-Version:) (\S+)/, "$1\t $2 \t"),
    ),

    answers(120, "an Origin that is the server's own", should(ORIGIN), (plain, { url }) =>
      plain.replace(/\r\n\r\n$/, `\r\nOrigin: ${url.protocol.replace("ws", "http")}//${url.host}\r\n\r\n`),
    ),
    accepts(
      121,
      "a list of subprotocols",
      { ...must(PROTOCOL), mayRefuse: UNWANTED },
      withProtocol("first.example, second.example"),
    ),
    accepts(122, "a list of extensions that nobody knows", must(EXTENSIONS), {
      fields: { "Sec-WebSocket-Extensions": "x-first; a; b=1, x-second" },
    }),
    accepts(123, "fields that nobody knows", others, {
      more: [
        ["X-Unknown", "anything at all: ;,=\"'"],
        ["Sec-WebSocket-Unknown", "13"],
        ["Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="],
        ["x!#$%&'*+-.^_`|~", "a name of every character that a token may have"],
      ],
    }),
    accepts(
      124,
      "cookies and credentials",
      { ...others, mayRefuse: UNWANTED },
      {
        more: [
          ["Cookie", "a=1; b=2"],
          ["Authorization", "Basic dXNlcjpwYXNz"],
        ],
      },
    ),
    // RFC 9110 §5.4: as many fields as the server "wishes to process", and no more.
    accepts(
      125,
      "forty fields more",
      { ...others, mayRefuse: "RFC 9110 §5.4" },
      {
        more: Array.from({ length: 40 }, (_, i) => [`X-Field-${i}`, `${i}`] as const),
      },
    ),
    answers(126, "three thousand empty fields before those that matter", may(OTHERS), (plain) =>
      plain.replace("\r\n", () => `\r\n${"a:\r\n".repeat(3_000)}`),
    ),

    nonsense(130, "an empty list of subprotocols", ""),
    nonsense(131, "a subprotocol with a separator", "first/example"),
    nonsense(132, "two subprotocols without a comma", "first second"),
    nonsense(133, "a subprotocol in quotation marks", '"first"'),
    nonsense(134, "a subprotocol beyond ASCII", "pr\u00e9mier"),
    answers(135, "a subprotocol twice", may(PROTOCOL), withProtocol("first.example, first.example")),
  ],
);
