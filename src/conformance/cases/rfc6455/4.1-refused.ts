/** RFC 6455 §4.1: responses on which a client has to fail the connection. */
import { createHash } from "node:crypto";
import type { Case } from "../../case.ts";
import type { ClientTrial } from "../../client/client-trial.ts";
import { expectAbandoned } from "../../peer/refusal.ts";
import { NotApplicable } from "../../verdict.ts";
import { acceptFor } from "../../wire/opening.ts";
import { withLine } from "../head-text.ts";
import {
  abandons,
  type Departure,
  needed,
  plainResponse,
  takesOrAbandons,
  withSubprotocols,
} from "../responses.ts";
import { may, must } from "../rule.ts";
import { type CaseInSection, forClients } from "../section.ts";
import { ACCEPT, CONNECTION, UPGRADE } from "./4.1-sentences.ts";

const STATUS = must(
  "If the status code received from the server is not 101, the client handles the response per HTTP [RFC2616] procedures.",
);
const EXTENSION = must(
  "If the response includes a |Sec-WebSocket-Extensions| header field and this header field indicates the use of an extension that was not present in the client's handshake (the server has indicated an extension not requested by the client), the client MUST _Fail the WebSocket Connection_.",
);
const PROTOCOL = must(
  "If the response includes a |Sec-WebSocket-Protocol| header field and this header field indicates the use of a subprotocol that was not present in the client's handshake (the server has indicated a subprotocol not requested by the client), the client MUST _Fail the WebSocket Connection_.",
);
const CONFORMS = must(
  "If the server's response does not conform to the requirements for the server's handshake as defined in this section and in Section 4.2.2, the client MUST _Fail the WebSocket Connection_.",
);

/** A response of plain HTTP, which has all the fields of an acceptance nevertheless. */
function status(statusLine: string, ...more: readonly (readonly [string, string])[]): Departure {
  return { statusLine: `HTTP/1.1 ${statusLine}`, more: [...more, ["Content-Length", "0"]] };
}

/** The plain response with another Accept, made of the right one or of the key. */
function accept(change: (right: string, key: string) => string): Departure {
  return (plain, { request }) => {
    const key = request.value("Sec-WebSocket-Key") ?? "";
    return plain.replace(/(Sec-WebSocket-Accept:) (\S+)/, (_, name: string, right: string) => {
      return `${name} ${change(right, key)}`;
    });
  };
}

function swappedCase(text: string): string {
  return text.replace(/[A-Za-z]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) ^ 0x20));
}

function acceptOfDecoded(key: string): string {
  const guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  return createHash("sha1").update(Buffer.from(key, "base64")).update(guid).digest("base64");
}

function statusLine(line: string): Departure {
  return { statusLine: line };
}

/** The connection ends, on our side, before there is a whole response. */
function ends(number: number, title: string, length: (head: string) => number): CaseInSection<ClientTrial> {
  const run = async (trial: ClientTrial): Promise<void> => {
    const opening = await trial.request();
    const head = plainResponse(opening);
    const sent = Buffer.from(head.slice(0, length(head)), "latin1");
    if (sent.length > 0) opening.connection.send(sent, "a part of a response");
    opening.connection.end();
    await expectAbandoned(opening.connection);
  };
  return { number, title, ...CONFORMS, run };
}

const unofferedDeflate: CaseInSection<ClientTrial> = abandons(
  91,
  "permessage-deflate, which was not offered",
  EXTENSION,
  (plain, { request }) => {
    if (/permessage-deflate/.test(request.value("Sec-WebSocket-Extensions") ?? "")) {
      throw new NotApplicable("the client offers permessage-deflate");
    }
    return withLine("Sec-WebSocket-Extensions: permessage-deflate")(plain);
  },
);

/** A subprotocol that was asked for, in letters in which it was not. */
function otherSpelling(asked: readonly string[]): string {
  const other = needed(asked, 1)
    .map(swappedCase)
    .find((name) => !asked.includes(name));
  if (other === undefined) throw new NotApplicable("the subprotocols have no other spelling");
  return other;
}

export const refusedResponses: readonly Case<ClientTrial>[] = forClients(
  "rfc6455/4.1",
  { profile: "handshake" },
  [
    abandons(50, "200 (OK)", STATUS, status("200 OK")),
    abandons(51, "204 (No Content)", STATUS, { statusLine: "HTTP/1.1 204 No Content" }),
    abandons(52, "400 (Bad Request)", STATUS, status("400 Bad Request")),
    abandons(
      53,
      "401 (Unauthorized)",
      STATUS,
      status("401 Unauthorized", ["WWW-Authenticate", "Basic realm=x"]),
    ),
    abandons(54, "403 (Forbidden)", STATUS, status("403 Forbidden")),
    abandons(
      55,
      "426 (Upgrade Required)",
      STATUS,
      status("426 Upgrade Required", ["Sec-WebSocket-Version", "99"]),
    ),
    abandons(56, "500 (Internal Server Error)", STATUS, status("500 Internal Server Error")),
    abandons(
      57,
      "503 (Service Unavailable)",
      STATUS,
      status("503 Service Unavailable", ["Retry-After", "3600"]),
    ),
    abandons(58, "307 (Temporary Redirect)", STATUS, (_, { request }) => {
      const location = `http://${request.value("Host") ?? "localhost"}/redirected`;
      return `HTTP/1.1 307 Temporary Redirect\r\nLocation: ${location}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`;
    }),
    abandons(59, "200 (OK) without a field of the handshake", STATUS, () => {
      return "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
    }),

    abandons(60, "no Upgrade", UPGRADE, { fields: { Upgrade: undefined } }),
    abandons(61, "an empty Upgrade", UPGRADE, { fields: { Upgrade: "" } }),
    abandons(62, "Upgrade: h2c", UPGRADE, { fields: { Upgrade: "h2c" } }),
    abandons(63, "Upgrade: websockets", UPGRADE, { fields: { Upgrade: "websockets" } }),
    abandons(64, "Upgrade: websocket, h2c", UPGRADE, { fields: { Upgrade: "websocket, h2c" } }),
    abandons(65, "no Connection", CONNECTION, { fields: { Connection: undefined } }),
    abandons(66, "Connection: keep-alive", CONNECTION, { fields: { Connection: "keep-alive" } }),
    abandons(67, "Connection: close", CONNECTION, { fields: { Connection: "close" } }),
    abandons(68, "a token of which Upgrade is a part", CONNECTION, { fields: { Connection: "no-upgrade" } }),

    abandons(70, "no Accept", ACCEPT, { fields: { "Sec-WebSocket-Accept": undefined } }),
    abandons(71, "an empty Accept", ACCEPT, { fields: { "Sec-WebSocket-Accept": "" } }),
    abandons(
      72,
      "the Accept of another key",
      ACCEPT,
      accept(() => acceptFor("dGhlIHNhbXBsZSBub25jZQ==")),
    ),
    abandons(
      73,
      "the key for an Accept",
      ACCEPT,
      accept((_, key) => key),
    ),
    abandons(
      74,
      "the Accept of the decoded key",
      ACCEPT,
      accept((_, key) => acceptOfDecoded(key)),
    ),
    abandons(75, "small letters of the Accept for capital ones", ACCEPT, accept(swappedCase)),
    abandons(
      76,
      "an Accept without its padding",
      ACCEPT,
      accept((right) => right.slice(0, -1)),
    ),
    abandons(
      77,
      "more behind the Accept",
      ACCEPT,
      accept((right) => `${right}A`),
    ),
    abandons(
      78,
      "a space within the Accept",
      ACCEPT,
      accept((right) => `${right.slice(0, 9)} ${right.slice(9)}`),
    ),
    abandons(
      79,
      "an Accept in quotation marks",
      ACCEPT,
      accept((right) => `"${right}"`),
    ),
    abandons(
      80,
      "an Accept in hexadecimal",
      ACCEPT,
      accept((right) => Buffer.from(right, "base64").toString("hex")),
    ),

    abandons(90, "an extension that was not offered", EXTENSION, {
      more: [["Sec-WebSocket-Extensions", "x-unoffered"]],
    }),
    unofferedDeflate,
    abandons(
      92,
      "a subprotocol that was not asked for",
      PROTOCOL,
      withSubprotocols(() => ["x-unoffered"]),
    ),
    abandons(
      93,
      "an empty subprotocol",
      CONFORMS,
      withSubprotocols(() => [""]),
    ),
    abandons(
      94,
      "two of the subprotocols that were asked for, on one line",
      CONFORMS,
      withSubprotocols((asked) => [needed(asked, 2).slice(0, 2).join(", ")]),
    ),
    abandons(
      95,
      "a subprotocol in other letters than it was asked for",
      PROTOCOL,
      withSubprotocols((asked) => [otherSpelling(asked)]),
    ),

    abandons(100, "a status of four digits", CONFORMS, statusLine("HTTP/1.1 1010 Switching Protocols")),
    abandons(101, "a status of two digits", CONFORMS, statusLine("HTTP/1.1 10 Switching Protocols")),
    abandons(102, "a status that is no number", CONFORMS, statusLine("HTTP/1.1 one Switching Protocols")),
    abandons(103, "no space before the status", CONFORMS, statusLine("HTTP/1.1101 Switching Protocols")),
    abandons(104, "a status line without a version", CONFORMS, statusLine("101 Switching Protocols")),
    abandons(105, "a protocol that is not HTTP", CONFORMS, statusLine("WS/1.1 101 Switching Protocols")),
    takesOrAbandons(106, "101 of HTTP/2.0", may(CONFORMS.requirement), {
      statusLine: "HTTP/2.0 101 Switching Protocols",
    }),
    takesOrAbandons(107, "101 of HTTP/1.0", may(CONFORMS.requirement), {
      statusLine: "HTTP/1.0 101 Switching Protocols",
    }),
    takesOrAbandons(108, "a status line without a space at its end", may(CONFORMS.requirement), {
      statusLine: "HTTP/1.1 101",
    }),

    ends(110, "the end of the connection in place of a response", () => 0),
    ends(111, "the end of the connection within the status line", () => 12),
    ends(112, "the end of the connection before the last octet of the response", (head) => head.length - 1),
  ],
);
