/** Cases in which a client's offer of permessage-deflate is answered, rightly or wrongly. */
import type { ClientOpening, ClientTrial } from "../client/client-trial.ts";
import { type DeflateParameters, deflateElements, readDeflateParameters } from "../peer/deflate-agreement.ts";
import type { Peer } from "../peer/peer.ts";
import { Closed } from "../peer/received.ts";
import { expectAbandoned } from "../peer/refusal.ts";
import { NotApplicable } from "../verdict.ts";
import { converse } from "./converse.ts";
import type { Rule } from "./rule.ts";
import type { CaseInSection } from "./section.ts";

/** What a case makes an answer of. */
export interface Answerable {
  /** The client's first valid offer. */
  readonly offer: DeflateParameters;
  /** The parameters that it asks of every response. */
  readonly needed: readonly string[];
}

/** The lines of Sec-WebSocket-Extensions in the response; `undefined` where the offer allows none such. */
export type Answer = (answerable: Answerable) => readonly string[] | undefined;

/** The client has to fail the connection. */
export function refusesAnswer(
  number: number,
  title: string,
  rule: Rule,
  answer: Answer,
): CaseInSection<ClientTrial> {
  const run = async (trial: ClientTrial): Promise<void> => {
    const opening = await trial.request();
    respond(trial, opening, answer);
    await expectAbandoned(opening.connection);
  };
  return { number, title, ...rule, run };
}

/**
 * The client has to take the answer and keep to it.
 *
 * @param unsupported whether it may refuse, as RFC 7692 §7 wants of one that "does not support the configuration"
 */
export function takesAnswer(
  number: number,
  title: string,
  rule: Rule & { readonly unsupported?: boolean },
  answer: Answer,
): CaseInSection<ClientTrial> {
  const { requirement, level, unsupported = false } = rule;
  const run = async (trial: ClientTrial): Promise<void> => {
    const peer = respond(trial, await trial.request(), answer);
    try {
      await peer.expectWorking("agreed?");
    } catch (error) {
      if (!unsupported || !(error instanceof Closed)) throw error;
      throw new NotApplicable(`the client does not support ${peer.extensions}`);
    }
    await converse(peer, trial.random);
  };
  return { number, title, requirement, level, run };
}

/** A response with these parameters. */
export function accepting(parameters: readonly string[]): readonly string[] {
  return [["permessage-deflate", ...parameters].join("; ")];
}

/** A response with this parameter, or several, in place of what it would say of the first of them. */
export function saying(parameters: string): Answer {
  const name = parameters.split(/[=;]/, 1)[0]!;
  return ({ needed }) => accepting([...without(needed, name), parameters]);
}

/** The parameters but for that of this name. */
export function without(parameters: readonly string[], name: string): readonly string[] {
  return parameters.filter((parameter) => parameter.split("=", 1)[0] !== name);
}

function respond(trial: ClientTrial, opening: ClientOpening, answer: Answer): Peer {
  const answerable = answerableOf(opening.request.value("Sec-WebSocket-Extensions") ?? "");
  const lines = answerable && answer(answerable);
  const more = (lines ?? []).map((line): [string, string] => ["Sec-WebSocket-Extensions", line]);
  const peer = trial.accept(opening, { more });
  if (lines !== undefined) return peer;
  // It has nothing to do here; it is not to take that for a fault.
  peer.close(1000);
  throw new NotApplicable(
    answerable ? "the client's offer allows no such answer" : "the client does not offer permessage-deflate",
  );
}

function answerableOf(offers: string): Answerable | undefined {
  const [offer] = deflateElements(offers)
    .map(readDeflateParameters)
    .filter((parameters) => typeof parameters !== "string");
  if (offer === undefined) return undefined;
  const { serverNoContextTakeover, serverMaxWindowBits } = offer;
  const needed = [
    ...(serverNoContextTakeover ? ["server_no_context_takeover"] : []),
    ...(serverMaxWindowBits === undefined ? [] : [`server_max_window_bits=${serverMaxWindowBits}`]),
  ];
  return { offer, needed };
}
