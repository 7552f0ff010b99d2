/** RFC 6455 §9.1: what a client offers, and answers that do not follow the grammar. */
import type { Case } from "../../case.ts";
import type { ClientTrial } from "../../client/client-trial.ts";
import { expectAbandoned } from "../../peer/refusal.ts";
import { Deviation, NotApplicable } from "../../verdict.ts";
import { readExtensions } from "../../wire/extensions.ts";
import type { Head } from "../../wire/head.ts";
import { withLine } from "../head-text.ts";
import { respond, takes } from "../responses.ts";
import { must } from "../rule.ts";
import { type CaseInSection, forClients } from "../section.ts";
import { asks } from "./4.1-request.ts";

const MALFORMED = must(
  "If a value is received by either the client or the server during negotiation that does not conform to the ABNF below, the recipient of such malformed data MUST immediately _Fail the WebSocket Connection_.",
);
const FIELD = must(
  "A client requests extensions by including a |Sec-WebSocket-Extensions| header field, which follows the normal rules for HTTP header fields (see [RFC2616], Section 4.2) and the value of the header field is defined by the following ABNF [RFC2616].",
);
const REGISTERED = must("Any extension-token used MUST be a registered token (see Section 11.4).");
const OFFERING = must(
  "Note that the client is only offering to use any advertised extensions and MUST NOT use them unless the server indicates that it wishes to use the extension.",
);

const TOKEN = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+";
const PARAMETER = `[ \\t]*;[ \\t]*${TOKEN}(?:[ \\t]*=[ \\t]*(?:${TOKEN}|"${TOKEN}"))?`;
const EXTENSION = `${TOKEN}(?:${PARAMETER})*`;
const LIST = new RegExp(`^${EXTENSION}(?:[ \\t]*,[ \\t]*${EXTENSION})*$`);

/** The names that IANA has registered (RFC 6455 §11.4). */
const registered: readonly string[] = ["permessage-deflate", "bbf-usp-protocol"];

function offer(request: Head): string {
  const value = request.value("Sec-WebSocket-Extensions");
  if (value === undefined) throw new NotApplicable("the client offers no extension");
  return value;
}

/** An answer that takes up what was offered, but not in the grammar of §9.1; `$` stands for the extension's name. */
function malformed(number: number, title: string, answer: string): CaseInSection<ClientTrial> {
  const run = async (trial: ClientTrial): Promise<void> => {
    const opening = await trial.request();
    const [first] = readExtensions(offer(opening.request));
    if (first === undefined) throw new NotApplicable("the client offers no extension");
    const field = `Sec-WebSocket-Extensions: ${answer.replace("$", () => first.name)}`;
    respond(trial, opening, withLine(field));
    await expectAbandoned(opening.connection);
  };
  return { number, title, ...MALFORMED, run };
}

export const extensionsOfClients: readonly Case<ClientTrial>[] = forClients(
  "rfc6455/9.1",
  { profile: "handshake" },
  [
    asks(50, "an offer that follows the grammar", FIELD, (head) => {
      const value = offer(head);
      if (!LIST.test(value))
        throw new Deviation("a list of extensions and their parameters", JSON.stringify(value));
    }),
    asks(51, "an offer of registered extensions", REGISTERED, (head) => {
      const names = readExtensions(offer(head)).map(({ name }) => name);
      const unknown = names.find((name) => !registered.includes(name));
      // The registry may have grown since this was written.
      if (unknown !== undefined) throw new Deviation(registered.join(" or "), unknown, { level: "SHOULD" });
    }),
    takes(52, "an offer that is not taken up", OFFERING, (plain, { request }) => {
      offer(request);
      return plain;
    }),
    malformed(53, "a semicolon without a parameter", "$;"),
    malformed(54, "a parameter without a name", "$; =1"),
    malformed(55, "a quotation that does not end", '$; server_no_context_takeover="'),
    malformed(56, "two names without a comma", "$ $"),
    malformed(57, "an empty list", ""),
  ],
);
