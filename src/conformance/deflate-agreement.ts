/** What both sides of a case have agreed on for permessage-deflate (RFC 7692 §7.1), from the offer and its answer. */
import type { DeflateWish } from "./trial.ts";
import { Deviation } from "./verdict.ts";
import { type Extension, parameter, readExtensions } from "./wire/extensions.ts";
import type { DeflateOptions } from "./wire/message-deflate.ts";

export interface DeflateAgreement {
  /** How the client compresses. */
  readonly client: DeflateOptions;
  /** How the server compresses. */
  readonly server: DeflateOptions;
}

/** The offer of a client that wishes this (RFC 7692 §7.1.2.2: the hint is always given, so that the server may ask). */
export function deflateOffer(wish: DeflateWish): string {
  const { ourWindowBits, peerWindowBits, ourNoContextTakeover, peerNoContextTakeover } = wish;
  return [
    "permessage-deflate",
    ...(ourNoContextTakeover ? ["client_no_context_takeover"] : []),
    ...(peerNoContextTakeover ? ["server_no_context_takeover"] : []),
    ...(ourWindowBits === undefined ? [] : [`client_max_window_bits=${ourWindowBits}`]),
    ...(peerWindowBits === undefined ? [] : [`server_max_window_bits=${peerWindowBits}`]),
  ].join("; ");
}

/** The answer of a server that wishes this, to this offer; `undefined` where the offer does not allow it. */
export function deflateAnswer(wish: DeflateWish, offers: string): string | undefined {
  const { ourWindowBits, peerWindowBits, ourNoContextTakeover, peerNoContextTakeover } = wish;
  const offer = readExtensions(offers).find(({ name }) => name === "permessage-deflate");
  if (offer === undefined) return undefined;
  // RFC 7692 §7.1.2.2: without the hint, "the server MUST NOT include" client_max_window_bits "in the response".
  if (peerWindowBits !== undefined && parameter(offer, "client_max_window_bits") === undefined)
    return undefined;
  const most = parameter(offer, "server_max_window_bits");
  const ours = typeof most === "string" ? Math.min(Number(most), ourWindowBits ?? 15) : ourWindowBits;
  const fresh = ourNoContextTakeover || parameter(offer, "server_no_context_takeover") !== undefined;
  return [
    "permessage-deflate",
    ...(fresh ? ["server_no_context_takeover"] : []),
    ...(peerNoContextTakeover ? ["client_no_context_takeover"] : []),
    ...(ours === undefined ? [] : [`server_max_window_bits=${ours}`]),
    ...(peerWindowBits === undefined ? [] : [`client_max_window_bits=${peerWindowBits}`]),
  ].join("; ");
}

/** What a response says was agreed on; `undefined` when it does not name the extension. */
export function deflateAgreement(response: string): DeflateAgreement | undefined {
  const agreed = readExtensions(response).find(({ name }) => name === "permessage-deflate");
  if (agreed === undefined) return undefined;
  return {
    client: {
      windowBits: windowBits(agreed, "client_max_window_bits"),
      contextTakeover: parameter(agreed, "client_no_context_takeover") === undefined,
    },
    server: {
      windowBits: windowBits(agreed, "server_max_window_bits"),
      contextTakeover: parameter(agreed, "server_no_context_takeover") === undefined,
    },
  };
}

function windowBits(agreed: Extension, name: string): number {
  const value = parameter(agreed, name);
  if (value === undefined) return 15;
  // RFC 7692 §7.1.2: "a decimal integer value without leading zeroes between 8 to 15, inclusive"
  if (typeof value === "string" && /^(?:[89]|1[0-5])$/.test(value)) return Number(value);
  const expected = `${name} with a value from 8 to 15`;
  throw new Deviation(expected, value === true ? "no value" : value, {
    level: "MUST",
    clause: "RFC 7692 §7.1.2",
  });
}
