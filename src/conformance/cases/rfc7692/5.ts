/** RFC 7692 §5: which of a client's offers a server takes up. */
import type { Case } from "../../case.ts";
import { finish } from "../../peer/closing.ts";
import { deflateElements, readDeflateParameters } from "../../peer/deflate-agreement.ts";
import type { ServerTrial } from "../../server/server-trial.ts";
import { Deviation } from "../../verdict.ts";
import { readExtensions } from "../../wire/extensions.ts";
import { acceptsOffer, declines, expectPart } from "../deflate-offers.ts";
import { must, should } from "../rule.ts";
import { forServers } from "../section.ts";

const fallback = should(
  "This set of elements MAY include multiple PMCEs with the same extension name to offer the possibility to use the same algorithm with different configuration parameters.",
);
const another = should(
  'A client may also offer multiple PMCE choices to the server by including multiple elements in the "Sec-WebSocket-Extensions" header, one for each PMCE offered.',
);
const preferred = should(
  "It is recommended that a server accepts PMCEs with higher preference if the server supports them.",
);
const once = must(
  "A server MUST NOT accept a PMCE extension negotiation offer together with another extension if the PMCE will conflict with the extension on their use of the RSV1 bit.",
);
const included = must(
  'To accept the use of an offered PMCE, a server MUST include the extension name of the PMCE in the "Sec-WebSocket-Extensions" header field of its opening handshake of the WebSocket connection.',
);
const quoted = must("The value may be quoted.");

const PLAIN = "permessage-deflate";
const FRESH = "permessage-deflate; server_no_context_takeover";

export const negotiation: readonly Case<ServerTrial>[] = forServers("rfc7692/5", { profile: "deflate" }, [
  acceptsOffer(1, "an unknown extension first, permessage-deflate second", another, {
    offers: `permessage-foo; x=10, ${PLAIN}`,
    given: PLAIN,
  }),
  acceptsOffer(2, "permessage-deflate first, unknown extensions behind", another, {
    offers: `${PLAIN}, permessage-foo, permessage-bar; use_y`,
    given: PLAIN,
  }),
  acceptsOffer(3, "an unknown parameter in the first offer, none in the second", fallback, {
    offers: `${PLAIN}; use_y, ${PLAIN}`,
    given: PLAIN,
  }),
  acceptsOffer(4, "an invalid value in the first offer, none in the second", fallback, {
    offers: `${PLAIN}; server_max_window_bits=16, ${PLAIN}`,
    given: PLAIN,
  }),
  acceptsOffer(5, "a parameter twice in the first offer, nothing wrong with the second", fallback, {
    offers: `${FRESH}; server_no_context_takeover, ${PLAIN}`,
    given: PLAIN,
  }),
  acceptsOffer(6, "three offers that have to be declined, and a fourth", fallback, {
    offers: `${PLAIN}; x, ${PLAIN}; server_max_window_bits, ${PLAIN}; client_no_context_takeover=1, ${FRESH}`,
    given: FRESH,
  }),
  acceptsOffer(7, "the offer that comes first is taken up, where both could be", preferred, {
    offers: `${FRESH}, ${PLAIN}`,
    given: FRESH,
    check: (answer) => {
      const [accepted] = deflateElements(answer).map(readDeflateParameters);
      if (typeof accepted === "object" && accepted.serverNoContextTakeover) return;
      throw new Deviation(`an answer to the first offer, ${FRESH}`, answer);
    },
  }),
  acceptsOffer(8, "the same offer twice is accepted once", once, {
    offers: `${PLAIN}, ${PLAIN}`,
    given: PLAIN,
  }),
  acceptsOffer(9, "a value in quotation marks", quoted, {
    offers: `${PLAIN}; server_max_window_bits="10"`,
    given: `${PLAIN}; server_max_window_bits=10`,
  }),
  acceptsOffer(10, "a hint in quotation marks", quoted, {
    offers: `${PLAIN}; client_max_window_bits="10"`,
    given: `${PLAIN}; client_max_window_bits=10`,
  }),
  declines(
    11,
    "names that begin like permessage-deflate, or end like it",
    included,
    "permessage-deflate-2, permessage-deflat, x-permessage-deflate",
  ),
  declines(12, "x-webkit-deflate-frame alone", included, "x-webkit-deflate-frame; max_window_bits=10"),
  declines(
    13,
    "permessage-deflate as the value of a parameter",
    included,
    "x-foo; permessage-deflate; y=permessage-deflate",
  ),
  {
    number: 14,
    title: "the name in capital letters: accepted under whatever name was offered, or ignored",
    ...included,
    run: async (trial) => {
      await expectPart(trial);
      // Nothing says whether names of extensions are compared with regard to case.
      const peer = await trial.openWith({ fields: { "Sec-WebSocket-Extensions": "PERMESSAGE-DEFLATE" } });
      const [name] = readExtensions(peer.extensions).map((extension) => extension.name);
      if (name === undefined) await peer.expectWorking();
      else if (name.toLowerCase() !== PLAIN) throw new Deviation("no other extension than was offered", name);
      await finish(peer);
    },
  },
]);
