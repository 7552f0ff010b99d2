/** RFC 7692 §7.1.1 and §7.1.2: each parameter of a response, which a client has to take, and to keep to. */
import type { Case } from "../../case.ts";
import type { ClientTrial } from "../../client/client-trial.ts";
import { type Answer, saying, takesAnswer } from "../deflate-responses.ts";
import { must } from "../rule.ts";
import { forClients } from "../section.ts";

const unasked = must(
  'A server MAY include the "server_no_context_takeover" extension parameter in an extension negotiation response even if the extension negotiation offer being accepted by the extension negotiation response didn\'t include the "server_no_context_takeover" extension parameter.',
);
const supported = must(
  'A client MUST support the "client_no_context_takeover" extension parameter in an extension negotiation response.',
);
const unaskedWindow = must(
  'A server MAY include the "server_max_window_bits" extension parameter in an extension negotiation response even if the extension negotiation offer being accepted by the response didn\'t include the "server_max_window_bits" extension parameter.',
);
const informs = must(
  'By including this parameter in an offer, a client informs the peer server that the client supports the "client_max_window_bits" extension parameter in an extension negotiation response',
);
const quoted = must("The value may be quoted.");

const allBits = [8, 9, 10, 11, 12, 13, 14, 15];

/** Only where the client asks for no smaller one. */
function serverWindow(bits: number, value = `${bits}`): Answer {
  return (answerable) =>
    bits <= (answerable.offer.serverMaxWindowBits ?? 15)
      ? saying(`server_max_window_bits=${value}`)(answerable)
      : undefined;
}

/** Only where the client says that it can do so, and has no smaller one. */
function clientWindow(bits: number, value = `${bits}`): Answer {
  return (answerable) => {
    const { clientMaxWindowBits: hint } = answerable.offer;
    if (hint === undefined || (hint !== true && bits > hint)) return undefined;
    return saying(`client_max_window_bits=${value}`)(answerable);
  };
}

const profile = { profile: "deflate" } as const;

export const answeredParameters: readonly Case<ClientTrial>[] = [
  ...forClients("rfc7692/5.2", profile, [
    takesAnswer(1, "server_max_window_bits in quotation marks", quoted, serverWindow(10, '"10"')),
    takesAnswer(2, "client_max_window_bits in quotation marks", quoted, clientWindow(10, '"10"')),
  ]),
  ...forClients("rfc7692/7.1.1.1", profile, [
    takesAnswer(
      101,
      "server_no_context_takeover, asked for or not",
      unasked,
      saying("server_no_context_takeover"),
    ),
  ]),
  ...forClients("rfc7692/7.1.1.2", profile, [
    takesAnswer(
      101,
      "client_no_context_takeover, offered or not",
      supported,
      saying("client_no_context_takeover"),
    ),
  ]),
  ...forClients("rfc7692/7.1.2.1", profile, [
    ...allBits.map((bits) =>
      takesAnswer(
        100 + bits,
        `server_max_window_bits=${bits}, asked for or not`,
        unaskedWindow,
        serverWindow(bits),
      ),
    ),
  ]),
  ...forClients("rfc7692/7.1.2.2", profile, [
    ...allBits.map((bits) =>
      takesAnswer(
        100 + bits,
        `client_max_window_bits=${bits} is kept to`,
        // zlib, which most have, cannot compress with a window of 256 octets.
        { ...informs, unsupported: bits === 8 },
        clientWindow(bits),
      ),
    ),
  ]),
];
