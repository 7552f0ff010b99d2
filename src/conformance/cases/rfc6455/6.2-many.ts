/** RFC 6455 §6.2: many messages, one after the other. */
import type { Case } from "../../case.ts";
import { finish } from "../../peer/closing.ts";
import type { Trial } from "../../peer/trial.ts";
import { Opcode } from "../../wire/frame.ts";
import { contentFor, inOctets } from "../content.ts";
import { both, type CaseInSection } from "../section.ts";

const another = "Subsequent data frames MUST be interpreted as belonging to a new WebSocket message.";

/** Autobahn|Testsuite sends 1,000 to time them. Whether they come back shows sooner; how fast is for profile perf. */
const MESSAGES = 100;

/** 101 to 116: messages of 0 to 4,096 octets, each sent when the one before has come back. */
export const manyMessages: readonly Case<Trial>[] = both(
  "rfc6455/6.2",
  { profile: "core", overHttp2: true },
  [Opcode.Text, Opcode.Binary].flatMap((opcode, kind) =>
    [0, 16, 64, 256, 1_024, 4_096].map(
      (length, i): CaseInSection<Trial> => ({
        number: 101 + i + 10 * kind,
        title: `${MESSAGES} ${kind === 0 ? "texts" : "binary messages"} of ${inOctets(length)}, one after the other`,
        requirement: another,
        level: "MUST",
        autobahn: [`9.${7 + kind}.${i + 1}`],
        run: async (trial) => {
          const peer = await trial.open();
          for (let sent = 0; sent < MESSAGES; sent++) {
            const payload = contentFor(opcode, trial.random, length);
            peer.send({ opcode, payload });
            await peer.expectMessage(opcode, payload);
          }
          await finish(peer);
        },
      }),
    ),
  ),
);
