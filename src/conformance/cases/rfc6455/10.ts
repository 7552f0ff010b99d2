/** RFC 6455 §10.2 and §10.7: origins, and what is no handshake at all, as servers see them. */

import type { Case } from "../../case.ts";
import { finalResponse } from "../../peer/acceptance.ts";
import { expectAnswered, expectRefused } from "../../peer/refusal.ts";
import type { ServerTrial } from "../../server/server-trial.ts";
import { Deviation } from "../../verdict.ts";
import { encodeFrame, Opcode } from "../../wire/frame.ts";
import { type Departure, depart, sendHead } from "../requests.ts";
import { type Rule, should } from "../rule.ts";
import { type CaseInSection, forServers } from "../section.ts";

const forbidden = should(
  "If the origin indicated is unacceptable to the server, then it SHOULD respond to the WebSocket handshake with a reply containing HTTP 403 Forbidden status code.",
);
const verified = should(
  "Servers that are not intended to process input from any web page but only for certain sites SHOULD verify the |Origin| field is an origin they expect.",
);
const validated = should(
  "If the invalid data is sent during the WebSocket handshake, the server SHOULD return an appropriate HTTP [RFC2616] status code.",
);

/** The server accepts, for it lets anybody in, or says 403. */
function origin(number: number, title: string, departure: Departure): CaseInSection<ServerTrial> {
  const run = async (trial: ServerTrial): Promise<void> => {
    const handshake = await depart(trial, departure);
    const response = await finalResponse(handshake);
    const refused = response !== undefined && response.status >= 400;
    if (refused && response.status !== 403) {
      throw new Deviation("101, or 403 (Forbidden)", JSON.stringify(response.startLine));
    }
    await expectAnswered(trial, { ...handshake, response });
  };
  return { number, title, ...forbidden, run };
}

/** An origin that none can be: to accept it is as right as to refuse it. */
function oddOrigin(number: number, title: string, departure: Departure): CaseInSection<ServerTrial> {
  const run = async (trial: ServerTrial): Promise<void> => {
    await expectAnswered(trial, await depart(trial, departure));
  };
  return { number, title, ...verified, run };
}

/** Octets that are no request; behind them the end of a head, so that nobody waits for one. */
function noise(
  number: number,
  title: string,
  rule: Rule,
  octets: (trial: ServerTrial) => Buffer,
): CaseInSection<ServerTrial> {
  const run = async (trial: ServerTrial): Promise<void> => {
    const ending = Buffer.from("\r\n\r\n");
    await expectRefused(trial, await sendHead(trial, "", Buffer.concat([octets(trial), ending])));
  };
  return { number, title, ...rule, run };
}

export const origins: readonly Case<ServerTrial>[] = forServers("rfc6455/10.2", { profile: "handshake" }, [
  origin(1, "an Origin of another site", { fields: { Origin: "https://elsewhere.example" } }),
  origin(2, "the Origin null", { fields: { Origin: "null" } }),
  origin(3, "an Origin that begins like the server's own", (plain, { url }) =>
    plain.replace(/\r\n\r\n$/, `\r\nOrigin: http://${url.hostname}.elsewhere.example\r\n\r\n`),
  ),
  oddOrigin(4, "an Origin that is none", { fields: { Origin: "%%% no origin" } }),
  oddOrigin(5, "two Origins", {
    fields: { Origin: "https://one.example" },
    more: [["Origin", "https://other.example"]],
  }),
]);

/** The beginning of a ClientHello (RFC 8446 §4.1.2). */
const CLIENT_HELLO = Buffer.from("16030100c8010000c40303", "hex");

export const noHandshakes: readonly Case<ServerTrial>[] = forServers(
  "rfc6455/10.7",
  { profile: "handshake" },
  [
    noise(1, "a frame where a request belongs", validated, ({ random }) =>
      encodeFrame({ opcode: Opcode.Text, payload: "no request", maskingKey: random.octets(4) }),
    ),
    noise(2, "the beginning of a TLS handshake where a request belongs", validated, ({ random }) =>
      Buffer.concat([CLIENT_HELLO, random.octets(40)]),
    ),
    noise(3, "a response where a request belongs", validated, () =>
      Buffer.from("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade"),
    ),
    noise(4, "a line of text where a request belongs", validated, () => Buffer.from("hello")),
  ],
);
