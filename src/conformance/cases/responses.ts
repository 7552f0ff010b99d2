/** Cases in which one response departs from the plain one, and the client takes it, fails on it, or may do either. */
import type { ClientOpening, ClientTrial } from "../client/client-trial.ts";
import { finish } from "../peer/closing.ts";
import type { Peer } from "../peer/peer.ts";
import { expectAbandoned, expectTakenOrAbandoned } from "../peer/refusal.ts";
import { NotApplicable } from "../verdict.ts";
import { encodeHead } from "../wire/head.ts";
import { openingResponse, type ResponseChange } from "../wire/opening.ts";
import { withLine } from "./head-text.ts";
import type { Rule } from "./rule.ts";
import type { CaseInSection } from "./section.ts";

/** How a response departs from the plain one: in what it says, or in the octets of its head, given in Latin-1. */
export type Departure = ResponseChange | ((plain: string, opening: ClientOpening) => string);

/** Makes a case of what a client is asked, and of how the response departs. */
type MakeCase = (
  number: number,
  title: string,
  rule: Rule,
  departure: Departure,
) => CaseInSection<ClientTrial>;

/** The client has to take the response for an acceptance; the connection works. */
export const takes: MakeCase = judgedBy(async (trial, departure) => {
  await expectWorks(respond(trial, await trial.request(), departure));
});

/** The client has to fail the connection. */
export const abandons: MakeCase = judgedBy(async (trial, departure) => {
  const opening = await trial.request();
  respond(trial, opening, departure);
  await expectAbandoned(opening.connection);
});

/** The client may take the response or fail the connection; it must not do a third thing. */
export const takesOrAbandons: MakeCase = judgedBy(async (trial, departure) => {
  await expectTakenOrAbandoned(respond(trial, await trial.request(), departure));
});

function judgedBy(judge: (trial: ClientTrial, departure: Departure) => Promise<void>): MakeCase {
  return (number, title, rule, departure) => ({
    number,
    title,
    ...rule,
    run: (trial) => judge(trial, departure),
  });
}

/** Answers the request. What the response says of extensions is agreed on only where it is a {@link ResponseChange}. */
export function respond(trial: ClientTrial, opening: ClientOpening, departure: Departure): Peer {
  if (typeof departure !== "function") return trial.accept(opening, departure);
  const head = departure(plainResponse(opening), opening);
  opening.connection.send(Buffer.from(head, "latin1"), head.split("\r\n", 1)[0]!);
  return trial.peer(opening.connection, "");
}

/** The head that accepts the request, in Latin-1. */
export function plainResponse({ request }: ClientOpening): string {
  const { startLine, fields } = openingResponse(request);
  return encodeHead(startLine, fields).toString("latin1");
}

/** What the response says of subprotocols, made of those that the client asks for: a line for each. */
export function withSubprotocols(choose: (asked: readonly string[]) => readonly string[]): Departure {
  return (plain, { request }) => {
    const lines = choose(request.list("Sec-WebSocket-Protocol"));
    const without = plain.replace(/^Sec-WebSocket-Protocol: .*\r\n/m, "");
    return lines.reduce((head, value) => withLine(`Sec-WebSocket-Protocol: ${value}`)(head), without);
  };
}

/** The subprotocols that the client asks for, of which the case needs so many. @throws {NotApplicable} */
export function needed(asked: readonly string[], count: number): readonly string[] {
  if (asked.length >= count) return asked;
  const some = count === 1 ? "no subprotocol" : "no more than one subprotocol";
  throw new NotApplicable(`the client asks for ${some}`);
}

/** The client echoes a text and takes part in the closing handshake. */
export async function expectWorks(peer: Peer): Promise<void> {
  await peer.expectWorking();
  await finish(peer);
}
