/** RFC 7692 §7.1.1 to §7.1.3: each parameter of an offer, as a server answers it. */
import type { Case } from "../../case.ts";
import type { ServerTrial } from "../../server/server-trial.ts";
import { Deviation } from "../../verdict.ts";
import { converse } from "../converse.ts";
import { acceptsOffer, expectPart, takesUp } from "../deflate-offers.ts";
import { must, should } from "../rule.ts";
import { forServers } from "../section.ts";

const confirmed = must(
  'A server accepts an extension negotiation offer that includes the "server_no_context_takeover" extension parameter by including the "server_no_context_takeover" extension parameter in the corresponding extension negotiation response to send back to the client.',
);
const recommended = should(
  'It is RECOMMENDED that a server supports the "server_no_context_takeover" extension parameter in an extension negotiation offer.',
);
const hint = must(
  "Absence of this extension parameter in an extension negotiation response indicates that the server can decompress messages built by the client using context takeover.",
);
const sameOrSmaller = must(
  'A server accepts an extension negotiation offer with this parameter by including the "server_max_window_bits" extension parameter in the extension negotiation response to send back to the client with the same or smaller value as the offer.',
);
const value = must(
  'The "client_max_window_bits" extension parameter in an extension negotiation response has a decimal integer value without leading zeroes between 8 to 15 inclusive indicating the base-2 logarithm of the LZ77 sliding window size and MUST conform to the ABNF below.',
);
const notOffered = must(
  'If a received extension negotiation offer doesn\'t have the "client_max_window_bits" extension parameter, the corresponding extension negotiation response to the offer MUST NOT include the "client_max_window_bits" extension parameter.',
);
const simplest = must(
  'Since the "client_max_window_bits" extension parameter is not included in this extension negotiation offer, the server must not accept the offer with an extension negotiation response that includes the "client_max_window_bits" extension parameter.',
);
const picking = must(
  'The server can accept "permessage-deflate" by picking any supported one from the listed offers.',
);

const PLAIN = "permessage-deflate";
const allBits = [8, 9, 10, 11, 12, 13, 14, 15];
const profile = { profile: "deflate" } as const;

export const offeredParameters: readonly Case<ServerTrial>[] = [
  ...forServers("rfc7692/7.1.1.1", profile, [
    {
      number: 1,
      title: "server_no_context_takeover is supported",
      ...recommended,
      run: async (trial) => {
        await expectPart(trial);
        const peer = await takesUp(trial, `${PLAIN}; server_no_context_takeover; client_max_window_bits`);
        if (peer === undefined) throw new Deviation("the offer accepted", "the offer declined");
        await converse(peer, trial.random);
      },
    },
    acceptsOffer(2, "server_no_context_takeover is confirmed, and kept to", confirmed, {
      offers: `${PLAIN}; server_no_context_takeover`,
    }),
  ]),
  ...forServers("rfc7692/7.1.1.2", profile, [
    acceptsOffer(
      1,
      "client_no_context_takeover, a hint: without it in the answer, the server remembers",
      hint,
      {
        offers: `${PLAIN}; client_no_context_takeover`,
      },
    ),
  ]),
  ...forServers("rfc7692/7.1.2.1", profile, [
    ...allBits.map((bits) =>
      acceptsOffer(
        bits,
        `server_max_window_bits=${bits} is confirmed, or undercut, and kept to`,
        sameOrSmaller,
        {
          offers: `${PLAIN}; server_max_window_bits=${bits}`,
        },
      ),
    ),
  ]),
  ...forServers("rfc7692/7.1.2.2", profile, [
    acceptsOffer(1, "no client_max_window_bits: there is none in the answer", notOffered, { offers: PLAIN }),
    acceptsOffer(2, "client_max_window_bits without a value", value, {
      offers: `${PLAIN}; client_max_window_bits`,
    }),
    acceptsOffer(3, "every parameter but client_max_window_bits: it is not in the answer", notOffered, {
      offers: `${PLAIN}; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=10`,
    }),
    ...allBits.map((bits) =>
      acceptsOffer(
        bits,
        `client_max_window_bits=${bits}, a hint: what is not in the answer does not hold`,
        value,
        {
          offers: `${PLAIN}; client_max_window_bits=${bits}`,
        },
      ),
    ),
  ]),
  ...forServers("rfc7692/7.1.3", profile, [
    acceptsOffer(1, "the simplest offer", simplest, { offers: PLAIN }),
    acceptsOffer(2, "a window of 1,024 octets, or any", picking, {
      offers: `${PLAIN}; client_max_window_bits; server_max_window_bits=10, ${PLAIN}; client_max_window_bits`,
    }),
    acceptsOffer(3, "a window of 1,024 octets without client_max_window_bits, or any with it", picking, {
      offers: `${PLAIN}; server_max_window_bits=10, ${PLAIN}; client_max_window_bits`,
    }),
    acceptsOffer(4, "all parameters in another order", picking, {
      offers: `${PLAIN}; client_max_window_bits=11; server_max_window_bits=12; client_no_context_takeover; server_no_context_takeover`,
    }),
  ]),
];
