/** RFC 7692 §7.1: messages of all sizes with each agreement on windows and context takeover. Autobahn's group 13. */
import type { Case } from "../../case.ts";
import type { DeflateWish, Trial } from "../../peer/trial.ts";
import { describeSize, exchange, messageSizes } from "../compressed-volume.ts";
import { json } from "../payloads.ts";
import { both } from "../section.ts";

const configured =
  'The extension parameters with the "client_" prefix are used by the client to configure its compressor and by the server to configure its decompressor. The extension parameters with the "server_" prefix are used by the server to configure its compressor and by the client to configure its decompressor.';

const fresh: DeflateWish = { peerNoContextTakeover: true };

/**
 * What is asked of the peer: of a server in our offers, of a client in our answer. Autobahn's server asks a client to
 * do without context takeover only if the client has said that it may; RFC 7692 §7.1.1.2 lets a server ask any.
 */
const agreements: readonly { readonly title: string; readonly wishes: readonly DeflateWish[] }[] = [
  { title: "nothing asked", wishes: [{}] },
  { title: "no context takeover", wishes: [fresh] },
  { title: "a window of 512 octets", wishes: [{ peerWindowBits: 9 }] },
  { title: "a window of 32,768 octets", wishes: [{ peerWindowBits: 15 }] },
  { title: "no context takeover, a window of 512 octets", wishes: [{ ...fresh, peerWindowBits: 9 }] },
  { title: "no context takeover, a window of 32,768 octets", wishes: [{ ...fresh, peerWindowBits: 15 }] },
  {
    title: "three choices: no context takeover with a window of 512 octets, without, nothing asked",
    wishes: [{ ...fresh, peerWindowBits: 9 }, fresh, {}],
  },
];

export const agreedParameters: readonly Case<Trial>[] = both(
  "rfc7692/7.1",
  { profile: "deflate" },
  agreements.flatMap(({ title, wishes }, agreement) =>
    messageSizes.map((size, i) => ({
      number: agreement * messageSizes.length + i + 1,
      title: `${title}: ${describeSize(size)}`,
      requirement: configured,
      level: "MUST" as const,
      autobahn: [`13.${agreement + 1}.${i + 1}`],
      run: (trial: Trial) => {
        // Autobahn's client says that it may do without context takeover itself.
        const mayDoWithout = trial.role === "server" ? { ourNoContextTakeover: true } : {};
        return exchange(trial, {
          ...size,
          payload: json,
          wishes: wishes.map((wish) => ({ ...wish, ...mayDoWithout })),
        });
      },
    })),
  ),
);
