/** RFC 7692 §7.2: messages of all sizes and of five kinds, compressed and decompressed. Autobahn's group 12. */
import type { Case } from "../../case.ts";
import type { Trial } from "../../peer/trial.ts";
import { describeSize, exchange, messageSizes } from "../compressed-volume.ts";
import { payloads } from "../payloads.ts";
import { both } from "../section.ts";

const transformation =
  "An endpoint uses the following algorithm to compress a message. … An endpoint uses the following algorithm to decompress a message.";

export const compressedPayloads: readonly Case<Trial>[] = both(
  "rfc7692/7.2",
  { profile: "deflate" },
  payloads.flatMap((payload, kind) =>
    messageSizes.map((size, i) => ({
      number: kind * messageSizes.length + i + 1,
      title: `${payload.name}, ${describeSize(size)}`,
      requirement: transformation,
      level: "MUST" as const,
      autobahn: [`12.${kind + 1}.${i + 1}`],
      run: (trial: Trial) => exchange(trial, { ...size, payload, wishes: [autobahnOffer(trial)] }),
    })),
  ),
);

/** Autobahn's client says that it may do without context takeover; its server leaves everything to the client. */
function autobahnOffer({ role }: Trial): { ourNoContextTakeover?: boolean } {
  return role === "server" ? { ourNoContextTakeover: true } : {};
}
