/**
 * What both sides of a case agree on for permessage-deflate, from the offers and their answer (RFC 7692 §7.1).
 *
 *     parameter                     in an offer     in a response
 *     server_no_context_takeover    no value        no value, and there if it was offered
 *     client_no_context_takeover    no value        no value
 *     server_max_window_bits        8 to 15         8 to 15, and there, no larger, if it was offered
 *     client_max_window_bits        8 to 15, none   8 to 15, and only if it was offered
 */

import { Deviation } from "../verdict.ts";
import { type Extension, isExtensionList, readExtensions } from "../wire/extensions.ts";
import { type DeflateOptions, MessageDeflater, MessageInflater } from "../wire/message-deflate.ts";
import type { DeflateWish } from "./trial.ts";

export interface DeflateAgreement {
  /** How the client compresses. */
  readonly client: DeflateOptions;
  /** How the server compresses. */
  readonly server: DeflateOptions;
}

/** The parameters of one offer or response; `undefined` for a window that is not mentioned. */
export interface DeflateParameters {
  readonly serverNoContextTakeover: boolean;
  readonly clientNoContextTakeover: boolean;
  readonly serverMaxWindowBits: number | undefined;
  /** True where it has no value. */
  readonly clientMaxWindowBits: number | true | undefined;
}

export const PERMESSAGE_DEFLATE = "permessage-deflate";

/** The largest window, and what an absent parameter stands for (RFC 7692 §7.1.2.1). */
const LARGEST = 15;

/** The offers of a client that wishes one of these, the first most. The server may always ask for a window. */
export function deflateOffer(...wishes: readonly DeflateWish[]): string {
  return (wishes.length === 0 ? [{}] : wishes)
    .map(({ ourWindowBits, peerWindowBits, ourNoContextTakeover, peerNoContextTakeover }: DeflateWish) =>
      [
        PERMESSAGE_DEFLATE,
        ...(ourNoContextTakeover ? ["client_no_context_takeover"] : []),
        ourWindowBits === undefined ? "client_max_window_bits" : `client_max_window_bits=${ourWindowBits}`,
        ...(peerNoContextTakeover ? ["server_no_context_takeover"] : []),
        ...(peerWindowBits === undefined ? [] : [`server_max_window_bits=${peerWindowBits}`]),
      ].join("; "),
    )
    .join(", ");
}

/** The answer of a server that wishes one of these, the first most; `undefined` where no offer allows it. */
export function deflateAnswer(offers: string, ...wishes: readonly DeflateWish[]): string | undefined {
  const valid = deflateElements(offers)
    .map(readDeflateParameters)
    .filter((offer) => typeof offer !== "string");
  for (const wish of wishes.length === 0 ? [{}] : wishes) {
    for (const offer of valid) {
      const answer = answerTo(offer, wish);
      if (answer !== undefined) return answer;
    }
  }
  return undefined;
}

function answerTo(offer: DeflateParameters, wish: DeflateWish): string | undefined {
  const { ourWindowBits, peerWindowBits, ourNoContextTakeover, peerNoContextTakeover } = wish;
  const hint = offer.clientMaxWindowBits;
  // RFC 7692 §7.1.2.2: without the hint, "the corresponding extension negotiation response to the offer MUST NOT
  // include the "client_max_window_bits" extension parameter."
  if (peerWindowBits !== undefined && hint === undefined) return undefined;
  const most = offer.serverMaxWindowBits;
  const ours = most === undefined ? ourWindowBits : Math.min(most, ourWindowBits ?? LARGEST);
  const theirs =
    peerWindowBits === undefined ? undefined : Math.min(peerWindowBits, hint === true ? LARGEST : hint!);
  return [
    PERMESSAGE_DEFLATE,
    ...(ourNoContextTakeover || offer.serverNoContextTakeover ? ["server_no_context_takeover"] : []),
    ...(peerNoContextTakeover ? ["client_no_context_takeover"] : []),
    ...(ours === undefined ? [] : [`server_max_window_bits=${ours}`]),
    ...(theirs === undefined ? [] : [`client_max_window_bits=${theirs}`]),
  ].join("; ");
}

/**
 * What a response says was agreed on; `undefined` when it does not name the extension. A response that says nonsense,
 * as a case may want to, agrees on nothing but the extension.
 */
export function deflateAgreement(response: string): DeflateAgreement | undefined {
  const [agreed] = deflateElements(response);
  if (agreed === undefined) return undefined;
  const read = readDeflateParameters(agreed);
  if (typeof read === "string") return { client: {}, server: {} };
  const { clientMaxWindowBits, serverMaxWindowBits = LARGEST } = read;
  return {
    client: {
      windowBits: typeof clientMaxWindowBits === "number" ? clientMaxWindowBits : LARGEST,
      contextTakeover: !read.clientNoContextTakeover,
    },
    server: { windowBits: serverMaxWindowBits, contextTakeover: !read.serverNoContextTakeover },
  };
}

/** How the suite compresses for, and decompresses from, a peer of this role that agreed on what `response` says. */
export function deflateCodecs(
  role: "server" | "client",
  response: string,
): { readonly deflater: MessageDeflater; readonly inflater: MessageInflater } | undefined {
  const agreed = deflateAgreement(response);
  if (agreed === undefined) return undefined;
  const ours = role === "server" ? agreed.client : agreed.server;
  return { deflater: new MessageDeflater(ours), inflater: new MessageInflater(agreed[role]) };
}

/**
 * Holds a server's response against the offers that it answers.
 *
 * @throws {Deviation} when it is none that these offers allow
 */
export function judgeDeflateResponse(offers: string, response: string): void {
  const [accepted, another] = deflateElements(response);
  if (accepted === undefined) return;
  if (!isExtensionList(response)) deviates("a list of extensions", response, "RFC 6455 §9.1");
  if (another !== undefined) deviates("the extension once", response, "RFC 7692 §5");
  const answer = readDeflateParameters(accepted);
  if (typeof answer === "string") deviates("a valid response", `${response}: ${answer}`, "RFC 7692 §7");
  if (answer.clientMaxWindowBits === true)
    deviates("client_max_window_bits with a value", response, "RFC 7692 §7.1.2.2");
  const valid = deflateElements(offers)
    .map(readDeflateParameters)
    .filter((offer) => typeof offer !== "string");
  const faults = valid.map((offer) => faultOf(answer, offer));
  if (faults.includes(undefined)) return;
  const [expected, clause] = faults[0] ?? ["the offer declined", "RFC 7692 §7"];
  deviates(expected, response, clause);
}

/** Why the answer is none to this offer: what was to be expected, and the clause. */
function faultOf(
  answer: DeflateParameters,
  offer: DeflateParameters,
): readonly [expected: string, clause: string] | undefined {
  if (offer.serverNoContextTakeover && !answer.serverNoContextTakeover)
    return ["server_no_context_takeover, which was asked for", "RFC 7692 §7.1.1.1"];
  if (offer.serverMaxWindowBits !== undefined) {
    const most = offer.serverMaxWindowBits;
    if (answer.serverMaxWindowBits === undefined || answer.serverMaxWindowBits > most)
      return [`server_max_window_bits=${most}, which was asked for, or less`, "RFC 7692 §7.1.2.1"];
  }
  if (offer.clientMaxWindowBits === undefined && answer.clientMaxWindowBits !== undefined)
    return ["no client_max_window_bits, which was not offered", "RFC 7692 §7.1.2.2"];
  return undefined;
}

/** The elements of the list that are of this extension. */
export function deflateElements(value: string): readonly Extension[] {
  return readExtensions(value).filter(({ name }) => name === PERMESSAGE_DEFLATE);
}

/** The parameters, or what is wrong with them (RFC 7692 §7). */
export function readDeflateParameters({ parameters }: Extension): DeflateParameters | string {
  const values = new Map<string, string | undefined>();
  for (const [name, value] of parameters) {
    if (values.has(name)) return `${name} twice`;
    values.set(name, value);
    const allowed = valuesOf.get(name);
    if (allowed === undefined) return `${name}, which is no parameter`;
    if (!allowed.test(value === undefined ? "" : `=${value}`))
      return value === undefined
        ? `${name} without a value`
        : `${name} with the value ${JSON.stringify(value)}`;
  }
  const bits = (name: string): number | true | undefined => {
    const value = values.get(name);
    return value === undefined ? values.has(name) || undefined : Number(value);
  };
  return {
    serverNoContextTakeover: values.has("server_no_context_takeover"),
    clientNoContextTakeover: values.has("client_no_context_takeover"),
    serverMaxWindowBits: bits("server_max_window_bits") as number | undefined,
    clientMaxWindowBits: bits("client_max_window_bits"),
  };
}

/** RFC 7692 §7.1.2.1: "a decimal integer value without leading zeroes between 8 to 15, inclusive" */
const valuesOf: ReadonlyMap<string, RegExp> = new Map([
  ["server_no_context_takeover", /^$/],
  ["client_no_context_takeover", /^$/],
  ["server_max_window_bits", /^=(?:[89]|1[0-5])$/],
  ["client_max_window_bits", /^(?:=(?:[89]|1[0-5]))?$/],
]);

function deviates(expected: string, came: string, clause: string): never {
  throw new Deviation(expected, came, { level: "MUST", clause });
}
