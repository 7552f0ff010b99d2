/** RFC 7692 §7: offers of permessage-deflate that a server has to decline. */
import type { Case } from "../../case.ts";
import type { ServerTrial } from "../../server/server-trial.ts";
import { declines } from "../deflate-offers.ts";
import { must, type Rule } from "../rule.ts";
import { type CaseInSection, forServers } from "../section.ts";

const MUST_DECLINE =
  "A server MUST decline an extension negotiation offer for this extension if any of the following conditions are met: … The negotiation offer contains";
const undefinedParameter = must(`${MUST_DECLINE} an extension parameter not defined for use in an offer.`);
const invalidValue = must(`${MUST_DECLINE} an extension parameter with an invalid value.`);
const sameName = must(`${MUST_DECLINE} multiple extension parameters with the same name.`);

/** What has to be declined, in rows: `[parameters, rule]`. */
const declined: readonly (readonly [parameters: string, rule: Rule])[] = [
  ["foo", undefinedParameter],
  ["foo=1", undefinedParameter],
  ["client_max_window_bits; foo", undefinedParameter],
  ["no_context_takeover", undefinedParameter],
  ["max_window_bits=10", undefinedParameter],
  ["constructor", undefinedParameter],
  ["server_no_context_takeover; server_no_context_takeover", sameName],
  ["client_no_context_takeover; client_no_context_takeover", sameName],
  ["server_max_window_bits=10; server_max_window_bits=10", sameName],
  ["server_max_window_bits=10; server_max_window_bits=12", sameName],
  ["client_max_window_bits; client_max_window_bits", sameName],
  ["client_max_window_bits=10; client_max_window_bits=10", sameName],
  ["client_max_window_bits; client_max_window_bits=10", sameName],
  ["server_no_context_takeover; client_max_window_bits; server_no_context_takeover", sameName],
  ["server_no_context_takeover=1", invalidValue],
  ["server_no_context_takeover=true", invalidValue],
  ["client_no_context_takeover=1", invalidValue],
  ["client_no_context_takeover=false", invalidValue],
  ["server_max_window_bits", invalidValue],
  ...[
    "7",
    "16",
    "0",
    "08",
    "015",
    "8.0",
    "+9",
    "-9",
    "0x9",
    "1e1",
    "100",
    "10000000000000000000010",
    "ten",
    "true",
  ].flatMap((value): [string, Rule][] => [
    [`server_max_window_bits=${value}`, invalidValue],
    [`client_max_window_bits=${value}`, invalidValue],
  ]),
  ['server_max_window_bits="7"', invalidValue],
  ['client_max_window_bits="16"', invalidValue],
  ["server_max_window_bits=", invalidValue],
  ["client_max_window_bits=", invalidValue],
  ['server_max_window_bits=""', invalidValue],
  ['client_max_window_bits=""', invalidValue],
];

export const offersToDecline: readonly Case<ServerTrial>[] = forServers(
  "rfc7692/7",
  { profile: "deflate" },
  declined.map(
    ([parameters, rule], i): CaseInSection<ServerTrial> =>
      declines(i + 1, `an offer with ${parameters}`, rule, `permessage-deflate; ${parameters}`),
  ),
);
