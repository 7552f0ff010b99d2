/** RFC 6455 §4.1: responses that a client has to take for an acceptance. */
import type { Case } from "../../case.ts";
import type { ClientOpening, ClientTrial } from "../../client/client-trial.ts";
import { expectClosing, expectFailure, finish } from "../../peer/closing.ts";
import { orLimit } from "../../peer/limits.ts";
import { Deviation } from "../../verdict.ts";
import { encodeFrame, type FrameToWrite, Opcode } from "../../wire/frame.ts";
import {
  expectWorks,
  needed,
  plainResponse,
  takes,
  takesOrAbandons,
  withSubprotocols,
} from "../responses.ts";
import { may, must } from "../rule.ts";
import { type CaseInSection, forClients } from "../section.ts";
import { ACCEPT, CONNECTION, UPGRADE } from "./4.1-sentences.ts";

const NAMES = must(
  "Please note that according to [RFC2616], all header field names in both HTTP requests and HTTP responses are case-insensitive.",
);
const ESTABLISHED = must(
  "If the server's response is validated as provided for above, it is said that _The WebSocket Connection is Established_ and that the WebSocket Connection is in the OPEN state.",
);
const PROTOCOL = must(
  "The _Subprotocol In Use_ is defined to be the value of the |Sec-WebSocket-Protocol| header field in the server's handshake or the null value if that header field was not present in the server's handshake.",
);
/** Browsers fail here, as the WHATWG's standard has it. */
const NO_PROTOCOL = may(PROTOCOL.requirement);

/** The plain response with each field name in another spelling. */
function named(spelling: (name: string) => string): (plain: string) => string {
  return (plain) => plain.replace(/^[A-Za-z-]+(?=: )/gm, spelling);
}

function unmasked(...frames: readonly FrameToWrite[]): Buffer {
  return Buffer.concat(frames.map(encodeFrame));
}

/** Sends the response and what is behind it in these pieces, each a write of its own. */
async function sendPieces({ connection }: ClientOpening, pieces: readonly Buffer[]): Promise<void> {
  const sizes = pieces.map(({ length }) => length).join(", ");
  connection.log.event(connection.number, `a response in pieces of ${sizes} octets`);
  for (const piece of pieces) await connection.written(piece);
}

/** A text in the same stream of octets as the response; it is echoed. */
function withText(
  number: number,
  title: string,
  text: string,
  pieces: (head: Buffer, frame: Buffer) => readonly Buffer[],
): CaseInSection<ClientTrial> {
  const run = async (trial: ClientTrial): Promise<void> => {
    const opening = await trial.request();
    const head = Buffer.from(plainResponse(opening), "latin1");
    const peer = trial.peer(opening.connection, "");
    await sendPieces(opening, pieces(head, unmasked({ opcode: Opcode.Text, payload: text })));
    peer.text("later");
    const expected = "the echo of the text that was sent with the response";
    const size = { length: Buffer.byteLength(text), frames: 1 };
    const { payload } = await orLimit(peer.message(expected), size, peer.connection);
    if (payload.toString() === "later") {
      throw new Deviation(
        expected,
        "the echo of a text sent afterwards: the octets behind the response were lost",
      );
    }
    if (!payload.equals(Buffer.from(text))) throw new Deviation(expected, "another text");
    await peer.expectText("later");
    await finish(peer);
  };
  return { number, title, ...ESTABLISHED, run };
}

const { concat } = Buffer;

const pieces: readonly CaseInSection<ClientTrial>[] = [
  {
    number: 40,
    title: "a response octet by octet",
    ...ESTABLISHED,
    run: async (trial) => {
      const opening = await trial.request();
      const octets = [...Buffer.from(plainResponse(opening), "latin1")];
      await sendPieces(
        opening,
        octets.map((octet) => Buffer.from([octet])),
      );
      await expectWorks(trial.peer(opening.connection, ""));
    },
  },
  withText(41, "a frame in the same write as the response", "early", (head, frame) => [
    concat([head, frame]),
  ]),
  withText(42, "a frame with the last octet of the response", "early", (head, frame) => [
    head.subarray(0, -1),
    concat([head.subarray(-1), frame]),
  ]),
  withText(43, "half a frame with the response, the rest behind it", "cut in two", (head, frame) => [
    concat([head, frame.subarray(0, 5)]),
    frame.subarray(5),
  ]),
  withText(
    44,
    "20,000 octets of a frame with the second half of the response",
    "x".repeat(20_000),
    (head, frame) => [head.subarray(0, 13), concat([head.subarray(13), frame])],
  ),
  {
    number: 45,
    title: "a Close frame in the same write as the response",
    ...ESTABLISHED,
    run: async (trial) => {
      const opening = await trial.request();
      const close = unmasked({ opcode: Opcode.Close, payload: Buffer.from([0x03, 0xe8]) });
      await sendPieces(opening, [concat([Buffer.from(plainResponse(opening), "latin1"), close])]);
      await expectClosing(trial.peer(opening.connection, ""), 1000);
    },
  },
  {
    number: 46,
    title: "a second 101 behind the first",
    ...ESTABLISHED,
    run: async (trial) => {
      const opening = await trial.request();
      const head = Buffer.from(plainResponse(opening), "latin1");
      await sendPieces(opening, [concat([head, head])]);
      // "HT" is a frame with a reserved bit, and a Close frame in pieces.
      await expectFailure(trial.peer(opening.connection, ""), 1002);
    },
  },
];

export const taken: readonly Case<ClientTrial>[] = forClients("rfc6455/4.1", { profile: "handshake" }, [
  takes(20, "Upgrade: WebSocket", UPGRADE, { fields: { Upgrade: "WebSocket" } }),
  takes(21, "Upgrade: WEBSOCKET", UPGRADE, { fields: { Upgrade: "WEBSOCKET" } }),
  takes(22, "Connection: upgrade", CONNECTION, { fields: { Connection: "upgrade" } }),
  takes(23, "Connection: keep-alive, Upgrade", CONNECTION, { fields: { Connection: "keep-alive, Upgrade" } }),
  takes(24, "Connection: Upgrade,keep-alive, without a space", CONNECTION, {
    fields: { Connection: "Upgrade,keep-alive" },
  }),
  takes(25, "Upgrade in the second of two Connection fields", CONNECTION, {
    fields: { Connection: "keep-alive" },
    more: [["Connection", "Upgrade"]],
  }),
  takes(26, "spaces and tabs around the Accept", ACCEPT, (plain) =>
    plain.replace(/(Sec-WebSocket-Accept:) (\S+)/, "$1 \t $2\t "),
  ),
  takes(
    27,
    "field names in small letters",
    NAMES,
    named((name) => name.toLowerCase()),
  ),
  takes(
    28,
    "field names in capital letters",
    NAMES,
    named((name) => name.toUpperCase()),
  ),
  takes(29, "fields in reverse order, and others between them", ESTABLISHED, (plain) => {
    const [startLine = "", ...lines] = plain.trimEnd().split("\r\n");
    const mixed = lines.reverse().flatMap((line, i) => [`X-Field-${i}: a=b; "c", d`, line]);
    return `${[startLine, ...mixed].join("\r\n")}\r\n\r\n`;
  }),
  takes(30, "cookies, a Date and a Server besides", ESTABLISHED, {
    more: [
      ["Set-Cookie", "a=1; Path=/"],
      ["Set-Cookie", "b=2; Path=/"],
      ["Date", "Sun, 06 Nov 1994 08:49:37 GMT"],
      ["Server", "example/1.0"],
      ["Sec-WebSocket-Version", "13"],
    ],
  }),
  takes(
    33,
    "the first subprotocol that was asked for",
    PROTOCOL,
    withSubprotocols((asked) => [needed(asked, 1)[0]!]),
  ),
  takes(
    34,
    "the last subprotocol that was asked for",
    PROTOCOL,
    withSubprotocols((asked) => [needed(asked, 1).at(-1)!]),
  ),
  takesOrAbandons(
    35,
    "no subprotocol although some were asked for",
    NO_PROTOCOL,
    withSubprotocols((asked) => needed(asked, 1).slice(asked.length)),
  ),
  ...pieces,
]);
