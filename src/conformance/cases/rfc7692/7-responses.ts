/** RFC 7692 §5 and §7: responses that a client must not accept, and its own offers, which have to be valid, too. */
import type { Case } from "../../case.ts";
import type { ClientTrial } from "../../client/client-trial.ts";
import { deflateElements, readDeflateParameters } from "../../peer/deflate-agreement.ts";
import { Deviation, NotApplicable } from "../../verdict.ts";
import { accepting, refusesAnswer, saying, without } from "../deflate-responses.ts";
import { must, type Rule } from "../rule.ts";
import { forClients } from "../section.ts";

const MUST_FAIL =
  "A client MUST _Fail the WebSocket Connection_ if the peer server accepted an extension negotiation offer for this extension with an extension negotiation response meeting any of the following conditions: … The negotiation response contains";
const undefinedParameter = must(`${MUST_FAIL} an extension parameter not defined for use in a response.`);
const invalidValue = must(`${MUST_FAIL} an extension parameter with an invalid value.`);
const sameName = must(`${MUST_FAIL} multiple extension parameters with the same name.`);
const invalidResponse = must(
  "If a server gives an invalid response, such as accepting a PMCE that the client did not offer, the client MUST _Fail the WebSocket Connection_.",
);
const conflict = must(
  "A client that received a response accepting a PMCE extension negotiation offer together with such an extension MUST _Fail the WebSocket Connection_.",
);
const validOffer = must(
  "The negotiation offer contains an extension parameter not defined for use in an offer. … The negotiation offer contains an extension parameter with an invalid value. … The negotiation offer contains multiple extension parameters with the same name.",
);

/** What has to be refused, in rows: `[parameters, rule]`. */
const refused: readonly (readonly [parameters: string, rule: Rule])[] = [
  ["foo", undefinedParameter],
  ["foo=1", undefinedParameter],
  ["no_context_takeover", undefinedParameter],
  ["max_window_bits=10", undefinedParameter],
  ["constructor", undefinedParameter],
  ["server_no_context_takeover; server_no_context_takeover", sameName],
  ["client_no_context_takeover; client_no_context_takeover", sameName],
  ["server_max_window_bits=8; server_max_window_bits=8", sameName],
  ["client_max_window_bits=10; client_max_window_bits=10", sameName],
  ["client_max_window_bits=10; client_max_window_bits=12", sameName],
  ["server_no_context_takeover=1", invalidValue],
  ["server_no_context_takeover=true", invalidValue],
  ["client_no_context_takeover=1", invalidValue],
  ["client_no_context_takeover=false", invalidValue],
  ["server_max_window_bits", invalidValue],
  ["client_max_window_bits", invalidValue],
  ...["7", "16", "0", "08", "010", "8.0", "+9", "-9", "0x9", "1e1", "100", "ten", "true"].flatMap(
    (value): [string, Rule][] => [
      [`server_max_window_bits=${value}`, invalidValue],
      [`client_max_window_bits=${value}`, invalidValue],
    ],
  ),
];

export const responsesToRefuse: readonly Case<ClientTrial>[] = [
  ...forClients("rfc7692/5", { profile: "deflate" }, [
    refusesAnswer(101, "a response with permessage-deflate twice", conflict, ({ needed }) => [
      [...accepting(needed), ...accepting(needed)].join(", "),
    ]),
    refusesAnswer(102, "a response with permessage-deflate in two lines", conflict, ({ needed }) => [
      ...accepting(needed),
      ...accepting(needed),
    ]),
    refusesAnswer(
      103,
      "a response with permessage-deflate twice, once as it was offered",
      conflict,
      ({ needed }) => [
        ...accepting(needed),
        ...accepting([...without(needed, "server_no_context_takeover"), "server_no_context_takeover"]),
      ],
    ),
    refusesAnswer(
      104,
      "a response without server_no_context_takeover, which was asked for",
      invalidResponse,
      ({ offer, needed }) =>
        offer.serverNoContextTakeover ? accepting(without(needed, "server_no_context_takeover")) : undefined,
    ),
    refusesAnswer(
      105,
      "a response without server_max_window_bits, which was asked for",
      invalidResponse,
      ({ offer, needed }) =>
        offer.serverMaxWindowBits === undefined
          ? undefined
          : accepting(without(needed, "server_max_window_bits")),
    ),
    refusesAnswer(
      106,
      "a response with larger server_max_window_bits than were asked for",
      invalidResponse,
      (answerable) => {
        const { serverMaxWindowBits: most } = answerable.offer;
        if (most === undefined || most === 15) return undefined;
        return saying(`server_max_window_bits=${most + 1}`)(answerable);
      },
    ),
    refusesAnswer(
      107,
      "a response with client_max_window_bits, which was not offered",
      invalidResponse,
      (answerable) =>
        answerable.offer.clientMaxWindowBits === undefined
          ? saying("client_max_window_bits=15")(answerable)
          : undefined,
    ),
  ]),
  ...forClients("rfc7692/7", { profile: "deflate" }, [
    ...refused.map(([parameters, rule], i) =>
      refusesAnswer(101 + i, `a response with ${parameters}`, rule, saying(parameters)),
    ),
    {
      number: 201,
      title: "the client's own offers have no parameter that is undefined, invalid or repeated",
      ...validOffer,
      run: async (trial) => {
        const opening = await trial.request();
        const value = opening.request.value("Sec-WebSocket-Extensions") ?? "";
        const offers = deflateElements(value).map(readDeflateParameters);
        trial.accept(opening).close(1000);
        if (offers.length === 0) throw new NotApplicable("the client does not offer permessage-deflate");
        const fault = offers.find((offer) => typeof offer === "string");
        if (fault !== undefined) throw new Deviation("valid offers", `${value}: ${fault}`);
      },
    },
  ]),
];
