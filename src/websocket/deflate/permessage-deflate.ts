/**
 * RFC 7692 §5, §7: whether and how permessage-deflate is used, settled in the opening handshake.
 *
 *     parameter                     in an offer     in a response
 *     server_no_context_takeover    no value        no value, and there if it was offered
 *     client_no_context_takeover    no value        no value
 *     server_max_window_bits        8-15            8-15, and there, no larger, if it was offered
 *     client_max_window_bits        8-15 or none    8-15, and only if it was offered
 *
 * An end that takes over its context compresses a message with what it remembers of those before: smaller,
 * but both ends hold a window for each direction of each connection. So that is off unless asked for.
 */
import { invalidResponse, type WebSocketHandshakeError } from "../errors.ts";
import type { Extension } from "../handshake/header.ts";
import {
  type CompleteDeflateOptions,
  completeDeflateOptions,
  deflateDefaults,
  LARGEST_WINDOW,
  type PerMessageDeflateOptions,
  SMALLEST_OWN_WINDOW,
} from "./permessage-deflate-options.ts";

export type { PerMessageDeflateOptions } from "./permessage-deflate-options.ts";

export const PERMESSAGE_DEFLATE = "permessage-deflate";

/** What both ends agreed on. */
export interface DeflateParameters {
  readonly serverNoContextTakeover: boolean;
  readonly clientNoContextTakeover: boolean;
  /** 8-15; who compresses uses no larger window. */
  readonly serverMaxWindowBits: number;
  readonly clientMaxWindowBits: number;
}

// ── The server's half ─────────────────────────────────────────────────────────────────────────────

/**
 * Accepts the first of a client's offers that it can agree to.
 *
 * RFC 7692 §5: "The order of elements is important as it specifies the client's preference."
 *
 * @param offers all that the client sent; those of other extensions are passed over
 * @returns what is agreed on, and the header value that says so; undefined when every offer is declined
 * @throws {TypeError|RangeError} as {@link completeDeflateOptions}
 */
export function acceptDeflateOffer(
  offers: readonly Extension[],
  options: PerMessageDeflateOptions,
): { readonly parameters: DeflateParameters; readonly response: string } | undefined {
  const complete = completeDeflateOptions(options) ?? deflateDefaults;
  for (const offer of offers) {
    if (offer.name !== PERMESSAGE_DEFLATE) continue;
    const offered = readParameters(offer);
    // RFC 7692 §7: a server MUST decline an offer with a parameter that is unknown, invalid or comes twice, or
    // whose configuration it does not support. The next offer may be a fallback (§7.1.3).
    if (typeof offered === "string") continue;
    const accepted = accept(offered, complete);
    if (accepted !== undefined) return accepted;
  }
  return undefined;
}

function accept(
  offered: OfferedParameters,
  options: CompleteDeflateOptions,
): { readonly parameters: DeflateParameters; readonly response: string } | undefined {
  const serverMaxWindowBits = Math.min(
    offered.serverMaxWindowBits ?? LARGEST_WINDOW,
    options.serverMaxWindowBits,
  );
  if (serverMaxWindowBits < SMALLEST_OWN_WINDOW) return undefined;
  const clientMaxWindowBits = chooseClientWindow(offered.clientMaxWindowBits, options.clientMaxWindowBits);
  if (clientMaxWindowBits === undefined) return undefined;
  const parameters: DeflateParameters = {
    // RFC 7692 §7.1.1.1: a server accepts the parameter by sending it back, and MAY send it unasked.
    serverNoContextTakeover: offered.serverNoContextTakeover || options.serverNoContextTakeover,
    // RFC 7692 §7.1.1.2: in an offer it is a hint, which saves us a window if we take it.
    clientNoContextTakeover: offered.clientNoContextTakeover || options.clientNoContextTakeover,
    serverMaxWindowBits,
    clientMaxWindowBits,
  };
  const namesServerWindow = offered.serverMaxWindowBits !== undefined || serverMaxWindowBits < LARGEST_WINDOW;
  return {
    parameters,
    response: format(
      parameters,
      namesServerWindow && serverMaxWindowBits,
      clientMaxWindowBits < LARGEST_WINDOW && clientMaxWindowBits,
    ),
  };
}

/** The client's window; 15 goes without saying, undefined when the client would not obey. */
function chooseClientWindow(offered: number | true | undefined, most: number): number | undefined {
  // RFC 7692 §7.1.2.2: "If a received extension negotiation offer doesn't have the
  // "client_max_window_bits" extension parameter, the corresponding extension negotiation response to the
  // offer MUST NOT include the "client_max_window_bits" extension parameter."
  if (offered === undefined) return most === LARGEST_WINDOW ? LARGEST_WINDOW : undefined;
  if (offered === true) return most;
  // A value is a hint that may be ignored, and one of 8 is: clients on zlib that are held to it use 9.
  if (offered < SMALLEST_OWN_WINDOW && most === LARGEST_WINDOW) return LARGEST_WINDOW;
  return Math.min(offered, most);
}

// ── The client's half ─────────────────────────────────────────────────────────────────────────────

/**
 * The offer of a client, a value for `Sec-WebSocket-Extensions`. There is no fallback in it: who asks for a
 * small window has little memory, with compression or without.
 *
 * @throws {TypeError|RangeError} as {@link completeDeflateOptions}
 */
export function deflateOffer(options: PerMessageDeflateOptions): string {
  const complete = completeDeflateOptions(options) ?? deflateDefaults;
  const { serverMaxWindowBits, clientMaxWindowBits } = complete;
  return format(
    complete,
    serverMaxWindowBits < LARGEST_WINDOW && serverMaxWindowBits,
    // Without a value it says that the server may choose.
    clientMaxWindowBits < LARGEST_WINDOW ? clientMaxWindowBits : true,
  );
}

/**
 * Reads the server's answer to {@link deflateOffer}.
 *
 * @throws {WebSocketHandshakeError} `handshake/invalid-response`
 */
export function checkDeflateResponse(
  extension: Extension,
  options: PerMessageDeflateOptions,
): DeflateParameters {
  const offered = completeDeflateOptions(options) ?? deflateDefaults;
  const answered = readParameters(extension);
  // RFC 7692 §7: the client MUST fail the connection when the response has a parameter that is unknown,
  // invalid or comes twice, or when it does not support the configuration.
  if (typeof answered === "string") throw invalid(answered);
  const { serverMaxWindowBits = LARGEST_WINDOW, clientMaxWindowBits = LARGEST_WINDOW } = answered;
  // Only an offer may leave the value out.
  if (clientMaxWindowBits === true) throw invalid("client_max_window_bits has no value");
  if (offered.serverNoContextTakeover && !answered.serverNoContextTakeover) {
    throw invalid("server_no_context_takeover was asked for and is missing");
  }
  // RFC 7692 §7.1.2.1: a server accepts the parameter "with the same or smaller value as the offer".
  if (serverMaxWindowBits > offered.serverMaxWindowBits) {
    throw invalid("server_max_window_bits is missing or larger than was asked for");
  }
  return {
    serverNoContextTakeover: answered.serverNoContextTakeover,
    // What the server lets us do and we do not want to, we do not.
    clientNoContextTakeover: answered.clientNoContextTakeover || offered.clientNoContextTakeover,
    serverMaxWindowBits,
    clientMaxWindowBits: Math.min(clientMaxWindowBits, offered.clientMaxWindowBits),
  };
}

function invalid(what: string): WebSocketHandshakeError {
  return invalidResponse(`permessage-deflate: ${what}`);
}

// ── Both ──────────────────────────────────────────────────────────────────────────────────────────

/** The parameters of one offer or response; window bits are undefined when they were not named. */
interface OfferedParameters {
  readonly serverNoContextTakeover: boolean;
  readonly clientNoContextTakeover: boolean;
  readonly serverMaxWindowBits: number | undefined;
  /** True without a value. */
  readonly clientMaxWindowBits: number | true | undefined;
}

/** Reads the parameters, or says in words what is wrong with them. */
function readParameters({ parameters }: Extension): OfferedParameters | string {
  const values = new Map<string, string | true>();
  for (const { name, value = true } of parameters) {
    if (values.has(name)) return "a parameter comes twice";
    values.set(name, value);
  }
  let serverMaxWindowBits: number | undefined;
  let clientMaxWindowBits: number | true | undefined;
  for (const [name, value] of values) {
    switch (name) {
      case "server_no_context_takeover":
      case "client_no_context_takeover":
        if (value !== true) return `${name} has a value`;
        break;
      case "server_max_window_bits":
        serverMaxWindowBits = value === true ? undefined : parseWindowBits(value);
        if (serverMaxWindowBits === undefined) return `${name} is not a number from 8 to 15`;
        break;
      case "client_max_window_bits":
        clientMaxWindowBits = value === true ? true : parseWindowBits(value);
        if (clientMaxWindowBits === undefined) return `${name} is not a number from 8 to 15`;
        break;
      default:
        return "a parameter is not defined";
    }
  }
  return {
    serverNoContextTakeover: values.has("server_no_context_takeover"),
    clientNoContextTakeover: values.has("client_no_context_takeover"),
    serverMaxWindowBits,
    clientMaxWindowBits,
  };
}

/** RFC 7692 §7.1.2.1: "a decimal integer value without leading zeroes between 8 to 15, inclusive". */
function parseWindowBits(value: string): number | undefined {
  return /^(?:[89]|1[0-5])$/.test(value) ? Number(value) : undefined;
}

function format(
  { serverNoContextTakeover, clientNoContextTakeover }: Omit<DeflateParameters, `${string}Bits`>,
  serverMaxWindowBits: number | boolean,
  clientMaxWindowBits: number | boolean,
): string {
  let text = PERMESSAGE_DEFLATE;
  if (serverNoContextTakeover) text += "; server_no_context_takeover";
  if (clientNoContextTakeover) text += "; client_no_context_takeover";
  if (serverMaxWindowBits !== false) text += `; server_max_window_bits=${serverMaxWindowBits}`;
  if (clientMaxWindowBits !== false) text += "; client_max_window_bits";
  if (typeof clientMaxWindowBits === "number") text += `=${clientMaxWindowBits}`;
  return text;
}
