/** What a client takes for an acceptance (RFC 6455 §4.1): each requirement a row, each with its switch. */
import type { Head } from "../wire/head.ts";
import { acceptFor } from "../wire/opening.ts";
import { OFFER, takeDeflate } from "./deflate-terms.ts";
import { readExtensionList } from "./extension-list.ts";
import type { Broken, Fault } from "./faults.ts";
import type { Agreement } from "./message-codec.ts";
import type { Asked } from "./opening-client.ts";
import { asksFor } from "./upgrade-tokens.ts";

/** A response that may stand. */
export interface Taken {
  /** Present when permessage-deflate was agreed on. */
  readonly agreement: Agreement | undefined;
}

interface ResponseRule {
  /** The mutant that does without this rule. */
  readonly without: Fault;
  readonly breaks: (response: Head, asked: Asked, broken: Broken) => boolean;
}

/** RFC 6455 §4.1: "The client MUST validate the server's response as follows". */
const rules: readonly ResponseRule[] = [
  {
    without: "takes-any-status-line",
    breaks: ({ startLine }) => !/^HTTP\/1\.\d \d{3}(?: |$)/.test(startLine),
  },
  {
    without: "takes-any-status",
    breaks: ({ startLine, status }) => /^HTTP\/1\.\d \d{3}(?: |$)/.test(startLine) && status !== 101,
  },
  { without: "takes-responses-without-upgrade", breaks: (response) => response.all("Upgrade").length === 0 },
  {
    without: "takes-any-upgrade",
    breaks: (response, _, broken) =>
      response.all("Upgrade").length > 0 &&
      !(asksFor(response, "Upgrade", broken) && response.list("Upgrade").length === 1),
  },
  {
    without: "takes-responses-without-connection",
    breaks: (response) => response.all("Connection").length === 0,
  },
  {
    without: "takes-any-connection",
    breaks: (response, _, broken) =>
      response.all("Connection").length > 0 && !asksFor(response, "Connection", broken),
  },
  {
    without: "takes-responses-without-accept",
    breaks: (response) => response.all("Sec-WebSocket-Accept").length === 0,
  },
  { without: "takes-two-accepts", breaks: (response) => response.all("Sec-WebSocket-Accept").length > 1 },
  {
    without: "takes-any-accept",
    breaks: (response, { key }, broken) => {
      const accepts = response.all("Sec-WebSocket-Accept");
      return accepts.length > 0 && !accepts.some((value) => sameAccept(value, acceptFor(key), broken));
    },
  },
  {
    without: "takes-two-subprotocols",
    breaks: (response) => response.all("Sec-WebSocket-Protocol").length > 1,
  },
  {
    without: "takes-any-subprotocol",
    breaks: (response, { subprotocols }, broken) => {
      const [chosen] = response.all("Sec-WebSocket-Protocol");
      if (chosen === undefined) return false;
      if (broken("takes-a-list-of-subprotocols"))
        return !response.list("Sec-WebSocket-Protocol").every((name) => subprotocols.includes(name));
      if (broken("compares-subprotocols-without-case")) return !subprotocols.includes(chosen.toLowerCase());
      return !subprotocols.includes(chosen);
    },
  },
];

/** What a response to `asked` amounts to; `undefined` fails the connection. */
export function takeResponse(response: Head, asked: Asked, broken: Broken): Taken | undefined {
  if (rules.some(({ without, breaks }) => breaks(response, asked, broken) && !broken(without)))
    return undefined;
  if (aversions.some(({ only, to }) => broken(only) && to(response, asked))) return undefined;
  const value = response.value("Sec-WebSocket-Extensions");
  if (value === undefined) return { agreement: undefined };
  const extensions = readExtensionList(value);
  if (extensions === undefined)
    return broken("takes-any-list-of-extensions") ? { agreement: undefined } : undefined;
  const agreed = extensions.filter(({ name }) => name === "permessage-deflate");
  const others = agreed.length < extensions.length;
  if (others && !broken("takes-any-extension")) return undefined;
  if (agreed.length > 1 && !broken("takes-deflate-twice")) return undefined;
  if (agreed.length === 0) return { agreement: undefined };
  if (asked.offer === undefined && !broken("takes-deflate-unoffered")) return undefined;
  const agreement = takeDeflate(agreed[0]!, asked.offer ?? OFFER, broken);
  return agreement && { agreement };
}

/** RFC 6455 §4.1: "ignoring any leading and trailing whitespace" */
function sameAccept(value: string, right: string, broken: Broken): boolean {
  if (broken("compares-accept-without-case")) return value.toLowerCase() === right.toLowerCase();
  if (broken("compares-the-beginning-of-accept"))
    return value.replace(/^"/, "").startsWith(right.slice(0, 27));
  return value === right;
}

function extensionsIn(response: Head): string {
  return response.value("Sec-WebSocket-Extensions") ?? "";
}

interface Aversion {
  /** The mutant that has it. */
  readonly only: Fault;
  readonly to: (response: Head, asked: Asked) => boolean;
}

/** What only a mutant has against a response. */
const aversions: readonly Aversion[] = [
  {
    only: "takes-no-subprotocol",
    to: (response) => response.value("Sec-WebSocket-Protocol") !== undefined,
  },
  { only: "knows-no-quoted-values", to: (response) => extensionsIn(response).includes('"') },
  {
    only: "takes-no-parameter-that-it-did-not-ask-for",
    to: (response) => extensionsIn(response).includes("server_"),
  },
  {
    only: "takes-no-limit-of-its-window",
    to: (response) => extensionsIn(response).includes("client_max_window_bits"),
  },
  {
    only: "wants-the-usual-reason-phrase",
    to: ({ startLine }) => !startLine.endsWith(" 101 Switching Protocols"),
  },
  { only: "wants-upgrade-first", to: ({ fields }) => fields[0]?.[0].toLowerCase() !== "upgrade" },
  {
    only: "refuses-unknown-fields",
    to: ({ fields }) => fields.some(([name]) => !/^(?:upgrade|connection|sec-websocket-.*)$/i.test(name)),
  },
  {
    only: "wants-its-favourite-subprotocol",
    to: (response, { subprotocols }) => response.value("Sec-WebSocket-Protocol") === subprotocols.at(-1),
  },
  {
    only: "wants-its-offer-taken-up",
    to: (response, { offer }) =>
      offer !== undefined && response.value("Sec-WebSocket-Extensions") === undefined,
  },
  {
    only: "refuses-octets-beyond-ascii",
    to: ({ fields }) => fields.some(([, value]) => /[^\x20-\x7e\t]/.test(value)),
  },
];
