/** RFC 6455 §5.5.3: Pong. */
import type { Case } from "../../case.ts";
import { finish } from "../../peer/closing.ts";
import type { Trial } from "../../peer/trial.ts";
import { Deviation } from "../../verdict.ts";
import { Opcode } from "../../wire/frame.ts";
import { octetsOf } from "../content.ts";
import { both, type CaseInSection } from "../section.ts";

const unsolicited = "A response to an unsolicited Pong frame is not expected.";
const identical =
  'A Pong frame sent in response to a Ping frame must have identical "Application data" as found in the message body of the Ping frame being replied to.';

/** Pongs that nobody asked for are passed over in silence: what comes next is the Pong for a Ping sent behind them. */
async function passedOver(trial: Trial, payloads: readonly (Buffer | string)[]): Promise<void> {
  const peer = await trial.open();
  peer.send(...payloads.map((payload) => ({ opcode: Opcode.Pong, payload })));
  peer.ping("a question");
  const { messages, pongs } = await peer.expectPong("a question");
  if (messages > 0) throw new Deviation("nothing in answer to a Pong", "a message");
  const sent = payloads.map((payload) => Buffer.from(payload));
  const answers = pongs.filter((pong) => sent.some((payload) => payload.equals(pong.payload))).length;
  if (answers > 0) {
    // A peer may send Pongs of its own accord; but two that answer Pongs with Pongs would never come to an end.
    const came = answers === 1 ? "the same Pong back" : `${answers} of the Pongs back`;
    peer.note({ severity: "warn", expected: "nothing in answer to a Pong", came });
  }
  await peer.expectWorking();
  await finish(peer);
}

function pong(
  number: number,
  title: string,
  autobahn: readonly string[],
  payloads: (trial: Trial) => readonly (Buffer | string)[],
): CaseInSection<Trial> {
  return {
    number,
    title,
    requirement: unsolicited,
    level: "MUST",
    autobahn,
    run: async (trial) => passedOver(trial, payloads(trial)),
  };
}

export const pongs: readonly Case<Trial>[] = both("rfc6455/5.5.3", { profile: "core", overHttp2: true }, [
  pong(1, "an unsolicited Pong without payload", ["2.7"], () => [""]),
  pong(2, "an unsolicited Pong with a text", ["2.8"], () => ["nobody asked"]),
  {
    number: 3,
    title: "an unsolicited Pong, then a Ping with another payload, each in a write of its own",
    requirement: identical,
    level: "MUST",
    autobahn: ["2.9"],
    run: async (trial) => {
      const peer = await trial.open();
      await peer.sendChopped(Infinity, { opcode: Opcode.Pong, payload: "nobody asked" });
      peer.ping("a question");
      await peer.expectPong("a question");
      await finish(peer);
    },
  },
  pong(4, "an unsolicited Pong with octets that are no text", [], () => [Buffer.from("80ff00c0", "hex")]),
  pong(5, "an unsolicited Pong of 125 octets", [], (trial) => [octetsOf(trial.random, 125)]),
  pong(6, "100 unsolicited Pongs in one write", [], () => Array.from({ length: 100 }, (_, i) => `pong ${i}`)),
  {
    number: 7,
    title: "Pings that differ in one octet are answered by Pongs that do",
    requirement: identical,
    level: "MUST",
    run: async (trial) => {
      const peer = await trial.open();
      const payload = octetsOf(trial.random, 125);
      for (const at of [0, 3, 4, 63, 124]) {
        payload[at] = payload[at]! ^ 0xff;
        peer.ping(payload);
        await peer.expectPong(payload);
      }
      await finish(peer);
    },
  },
]);
