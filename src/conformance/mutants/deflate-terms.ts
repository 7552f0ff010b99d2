/** permessage-deflate agreed on (RFC 7692 §5, §7.1): what a server answers to offers, and what a client takes. */
import type { ListedExtension } from "./extension-list.ts";
import type { Manner } from "./fault.ts";
import { type Broken, chosen, type Fault } from "./faults.ts";
import type { Agreement } from "./message-codec.ts";

/** What a server has chosen. */
export interface Chosen {
  /** The element of Sec-WebSocket-Extensions. */
  readonly element: string;
  readonly agreement: Agreement;
}

type Parameters = ListedExtension["parameters"];

interface ParameterRule {
  /** The mutant that does without this rule. */
  readonly without: Fault;
  readonly breaks: (parameters: Parameters, of: "offer" | "response") => boolean;
}

const NAME = "permessage-deflate";
const takeovers = ["server_no_context_takeover", "client_no_context_takeover"];
const windows = ["server_max_window_bits", "client_max_window_bits"];

/** The conditions of RFC 7692 §7.1 under which an offer MUST be declined, and a response failed. */
const rules: readonly ParameterRule[] = [
  {
    without: "accepts-unknown-deflate-parameters",
    breaks: (parameters) => parameters.some(([name]) => ![...takeovers, ...windows].includes(name)),
  },
  {
    without: "accepts-repeated-deflate-parameters",
    breaks: (parameters) => new Set(parameters.map(([name]) => name)).size < parameters.length,
  },
  {
    without: "accepts-values-of-no-context-takeover",
    breaks: (parameters) =>
      parameters.some(([name, value]) => takeovers.includes(name) && value !== undefined),
  },
  {
    // RFC 7692 §7.1.2: "a decimal integer value without leading zeroes between 8 to 15, inclusive"
    without: "accepts-window-bits-of-any-value",
    breaks: (parameters) =>
      parameters.some(
        ([name, value]) => windows.includes(name) && value !== undefined && !/^(?:[89]|1[0-5])$/.test(value),
      ),
  },
  {
    // RFC 7692 §7.1.2.2: in an offer, client_max_window_bits alone may go without a value.
    without: "accepts-window-bits-without-a-value",
    breaks: (parameters, of) =>
      parameters.some(
        ([name, value]) =>
          value === undefined && (name === windows[0] || (name === windows[1] && of === "response")),
      ),
  },
];

function mayStand(parameters: Parameters, of: "offer" | "response", broken: Broken): boolean {
  return !rules.some((rule) => rule.breaks(parameters, of) && !broken(rule.without));
}

/** A server's answer to what was offered; `undefined` declines. */
export function chooseDeflate(offered: readonly ListedExtension[], broken: Broken): Chosen | undefined {
  const draft = broken("takes-deflate-frame-for-permessage-deflate");
  const meant = offered.map((offer) =>
    draft && offer.name === "x-webkit-deflate-frame" ? { name: NAME, parameters: [] } : offer,
  );
  const offers = meant.filter(({ name }) => isDeflate(name, broken));
  const looked = broken("looks-at-the-first-offer-alone") ? offers.slice(0, 1) : offers;
  const offer = looked.find(({ parameters }) => mayStand(parameters, "offer", broken));
  return offer && answer(offer.parameters, broken);
}

function isDeflate(name: string, broken: Broken): boolean {
  if (broken("finds-permessage-deflate-within-names")) return name.includes(NAME);
  return name === NAME;
}

function answer(offer: Parameters, broken: Broken): Chosen {
  const given = new Map(offer);
  const element = [NAME];
  const [serverFresh, clientFresh] = takeovers.map((name) => given.has(name));
  if (serverFresh && !broken("leaves-out-server-no-context-takeover")) element.push(takeovers[0]!);
  if (clientFresh && !broken("takes-hints-without-saying-so")) element.push(takeovers[1]!);
  const ours = given.get(windows[0]!);
  if (ours !== undefined && !broken("leaves-out-server-max-window-bits")) {
    element.push(`${windows[0]}=${broken("answers-with-a-larger-server-window") ? 15 : ours}`);
  }
  const theirs = given.get(windows[1]!);
  if (theirs !== undefined && !broken("takes-hints-without-saying-so"))
    element.push(`${windows[1]}=${theirs}`);
  else if (broken("sets-client-max-window-bits-unasked") && !given.has(windows[1]!))
    element.push(`${windows[1]}=12`);
  const said = broken("answers-with-the-offer-itself")
    ? [NAME, ...offer.map(([name, value]) => (value === undefined ? name : `${name}=${value}`))]
    : element;
  return {
    element: (broken("accepts-an-offer-twice")
      ? [...said.slice(0, -1), `${said.at(-1)}, ${said.join("; ")}`]
      : said
    ).join("; "),
    agreement: {
      server: { windowBits: Number(ours ?? 15), contextTakeover: !serverFresh },
      client: { windowBits: Number(theirs ?? 15), contextTakeover: !clientFresh },
    },
  };
}

/** What the client offers: with the hint that it knows of windows (RFC 7692 §7.1.2.2). */
export const OFFER: string = `${NAME}; ${windows[1]}`;

/** What a client offers that is otherwise. */
const offers: Readonly<Partial<Record<Fault | Manner, string>>> = {
  "offers-no-hint": NAME,
  "asks-for-a-small-window-without-takeover": `${NAME}; ${takeovers[0]}; ${windows[0]}=10; ${windows[1]}`,
  "offers-a-parameter-twice": `${NAME}; ${windows[1]}; ${windows[1]}`,
  "offers-what-nobody-registered": `${NAME}; ${windows[1]}, unregistered`,
  "offers-with-a-semicolon-too-many": `${NAME};`,
};

/** The value of Sec-WebSocket-Extensions in the client's request. */
export function offerOf(broken: Broken): string | undefined {
  if (broken("offers-no-extension")) return undefined;
  return chosen(offers, broken) ?? OFFER;
}

/** What a server's response to `offer` amounts to; `undefined` fails the connection. */
export function takeDeflate(
  { parameters }: ListedExtension,
  offer: string,
  broken: Broken,
): Agreement | undefined {
  if (!mayStand(parameters, "response", broken)) return undefined;
  const given = new Map(parameters);
  if (!grants(given, offer) && !broken("takes-what-its-offer-rules-out")) return undefined;
  // RFC 7692 §7.1.2.2: without the hint, the response "MUST NOT include" the parameter.
  const limited = given.has(windows[1]!) && !offer.includes(windows[1]!);
  if (limited && !broken("takes-a-limit-that-it-did-not-offer")) return undefined;
  const [serverFresh, clientFresh] = takeovers.map((takeover) => given.has(takeover));
  const [theirs, ours] = windows.map((window) => given.get(window));
  return {
    server: { windowBits: bits(theirs), contextTakeover: !serverFresh },
    client: { windowBits: bits(ours), contextTakeover: !clientFresh },
  };
}

/** RFC 7692 §7.1.1.1, §7.1.2.1: whether the response grants what the offer asks for. */
function grants(given: ReadonlyMap<string, string | undefined>, offer: string): boolean {
  if (offer.includes(takeovers[0]!) && !given.has(takeovers[0]!)) return false;
  const most = /server_max_window_bits=(\d+)/.exec(offer)?.[1];
  return most === undefined || Number(given.get(windows[0]!) ?? 15) <= Number(most);
}

/** Of what a mutant lets pass, something that zlib can work with. */
function bits(value: string | undefined): number {
  const number = Number(value ?? 15);
  return number >= 8 && number <= 15 ? number : 15;
}
