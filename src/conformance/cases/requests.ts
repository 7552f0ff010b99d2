/** Cases in which one request departs from the plain one, and the server accepts it, refuses it, or may do either. */
import { expectOpened, finalResponse } from "../peer/acceptance.ts";
import { expectAnswered, expectRefused, type RefusalOptions } from "../peer/refusal.ts";
import type { Handshake, ServerTrial } from "../server/server-trial.ts";
import type { Head } from "../wire/head.ts";
import { encodeHead } from "../wire/head.ts";
import { openingRequest, type RequestChange } from "../wire/opening.ts";
import type { Rule } from "./rule.ts";
import type { CaseInSection } from "./section.ts";

/** How a request departs from the plain one: in what it says, or in the octets of its head, given in Latin-1. */
export type Departure = RequestChange | ((plain: string, trial: ServerTrial) => string);

/** The server has to accept the request; the connection works. */
export function accepts(
  number: number,
  title: string,
  rule: Rule & Choice,
  departure: Departure,
): CaseInSection<ServerTrial> {
  return acceptsWith(number, title, { ...rule, check: () => {} }, departure);
}

/** What a clause leaves to a server. */
export interface Choice {
  /** The clause by which it may refuse the request all the same: that is noted, and no fault. Default: none does. */
  readonly mayRefuse?: string;
}

/** The server has to refuse the request. */
export function refuses(
  number: number,
  title: string,
  rule: Rule & RefusalOptions,
  departure: Departure,
): CaseInSection<ServerTrial> {
  const { requirement, level } = rule;
  const run = async (trial: ServerTrial): Promise<void> => {
    await expectRefused(trial, await depart(trial, departure), rule);
  };
  return { number, title, requirement, level, run };
}

/** The server may accept the request or refuse it; it must not do a third thing. */
export function answers(
  number: number,
  title: string,
  rule: Rule & RefusalOptions,
  departure: Departure,
): CaseInSection<ServerTrial> {
  const { requirement, level } = rule;
  const run = async (trial: ServerTrial): Promise<void> =>
    expectAnswered(trial, await depart(trial, departure), rule);
  return { number, title, requirement, level, run };
}

/** The server accepts the request, with a response that `check` finds in order. */
export function acceptsWith(
  number: number,
  title: string,
  rule: Rule & Choice & { readonly check: (response: Head, trial: ServerTrial) => void },
  departure: Departure = {},
): CaseInSection<ServerTrial> {
  const { requirement, level, check, mayRefuse } = rule;
  const run = async (trial: ServerTrial): Promise<void> => {
    const handshake = await depart(trial, departure);
    const settled = { ...handshake, response: await finalResponse(handshake) };
    if (settled.response?.status === 101) check(settled.response, trial);
    else if (mayRefuse !== undefined) {
      const refusal = await expectRefused(trial, settled);
      const came = refusal === undefined ? "an end" : JSON.stringify(refusal.startLine);
      trial.note({ severity: "info", expected: "the handshake accepted", came, clause: mayRefuse });
      return;
    }
    await expectOpened(trial, settled);
  };
  return { number, title, requirement, level, run };
}

/** Sends the request and reads the head of what comes. */
export async function depart(trial: ServerTrial, departure: Departure): Promise<Handshake> {
  if (typeof departure !== "function") {
    const handshake = await trial.request(departure);
    return { ...handshake, key: departure.fields?.["Sec-WebSocket-Key"]?.trim() ?? handshake.key };
  }
  const { head, key } = plainHead(trial);
  return sendHead(trial, key, Buffer.from(departure(head, trial), "latin1"));
}

/** A plain request, with the key in it. */
export function plainHead(trial: ServerTrial, change: RequestChange = {}): { head: string; key: string } {
  const key = trial.random.octets(16).toString("base64");
  const { startLine, fields } = openingRequest({ url: trial.url, key }, change);
  return { head: encodeHead(startLine, fields).toString("latin1"), key };
}

/** Sends octets that begin with a request, in one write, and reads the head of what comes. */
export async function sendHead(trial: ServerTrial, key: string, octets: Buffer): Promise<Handshake> {
  const connection = await trial.dial();
  const summary = octets.toString("latin1").split("\r\n", 1)[0]!;
  connection.send(octets, summary);
  return { connection, key, response: await connection.readHead("an answer to the opening handshake") };
}
