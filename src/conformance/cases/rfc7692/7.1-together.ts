/** RFC 7692 §7.1: the four parameters, each alone and all together. */
import type { Case } from "../../case.ts";
import { Closed } from "../../peer/received.ts";
import type { DeflateWish, Trial } from "../../peer/trial.ts";
import { NotApplicable } from "../../verdict.ts";
import { converse } from "../converse.ts";
import { must } from "../rule.ts";
import { both, type CaseInSection } from "../section.ts";

const independently = must(
  "These parameters enable two methods (no_context_takeover and max_window_bits) of constraining memory usage that may be applied independently to either direction of WebSocket traffic.",
);

/** One bit of the case's number for each. */
const parameters: readonly { readonly title: string; readonly wish: DeflateWish }[] = [
  { title: "we take no context over", wish: { ourNoContextTakeover: true } },
  { title: "the peer takes no context over", wish: { peerNoContextTakeover: true } },
  { title: "we have a window of 1,024 octets", wish: { ourWindowBits: 10 } },
  { title: "the peer has a window of 1,024 octets", wish: { peerWindowBits: 10 } },
];

function together(chosen: number): CaseInSection<Trial> {
  const all = parameters.filter((_, bit) => (chosen & (1 << bit)) !== 0);
  const wish: DeflateWish = Object.assign({}, ...all.map((parameter) => parameter.wish));
  return {
    number: 201 + chosen,
    title: all.map(({ title }) => title).join(", ") || "no parameters",
    ...independently,
    run: async (trial) => {
      const peer = await trial.openDeflate(wish);
      try {
        await peer.expectWorking("agreed?");
      } catch (error) {
        // RFC 7692 §7: a client fails the connection when it "does not support the configuration"; but §7.1.1.2: it
        // "MUST support the "client_no_context_takeover" extension parameter".
        const mustSupport = all.length === 1 && wish.peerNoContextTakeover;
        if (!(error instanceof Closed) || trial.role === "server" || all.length === 0 || mustSupport)
          throw error;
        throw new NotApplicable(`the client does not agree to ${peer.extensions}`);
      }
      await converse(peer, trial.random);
    },
  };
}

export const parametersTogether: readonly Case<Trial>[] = both(
  "rfc7692/7.1",
  { profile: "deflate" },
  Array.from({ length: 2 ** parameters.length }, (_, chosen) => together(chosen)),
);
