/** RFC 6455 §5.5.2: Ping. */
import type { Case } from "../../case.ts";
import { finish } from "../../peer/closing.ts";
import type { Peer } from "../../peer/peer.ts";
import type { Trial } from "../../peer/trial.ts";
import { Deviation } from "../../verdict.ts";
import { type FrameToWrite, Opcode } from "../../wire/frame.ts";
import { octetsOf } from "../content.ts";
import { type Cut, sendCut } from "../cut.ts";
import { both, type CaseInSection } from "../section.ts";

const answered =
  "Upon receipt of a Ping frame, an endpoint MUST send a Pong frame in response, unless it already received a Close frame.";
const soon = "It SHOULD respond with Pong frame as soon as is practical.";

type OnePing = readonly [
  number: number,
  autobahn: string,
  title: string,
  payload: (trial: Trial) => Buffer,
  cut?: Cut,
];

const pings: readonly OnePing[] = [
  [3, "2.2", "a Ping with a text", () => Buffer.from("Hello, wörld")],
  [4, "2.3", "a Ping with octets that are no text", () => Buffer.from("00fffefd80c0c100ff", "hex")],
  [5, "2.4", "a Ping of 125 octets", (trial) => octetsOf(trial.random, 125)],
  [6, "2.6", "a Ping of 125 octets, octet by octet", (trial) => octetsOf(trial.random, 125), 1],
];

function onePing([number, autobahn, title, payload, cut = "in one write"]: OnePing): CaseInSection<Trial> {
  return {
    number,
    title,
    requirement: answered,
    level: "MUST",
    autobahn: [autobahn],
    run: async (trial) => {
      const peer = await trial.open();
      const octets = payload(trial);
      await sendCut(peer, cut, [{ opcode: Opcode.Ping, payload: octets }]);
      await peer.expectPong(octets);
      await finish(peer);
    },
  };
}

const singly: readonly CaseInSection<Trial>[] = [
  {
    number: 1,
    title: "a Ping without payload",
    requirement: answered,
    level: "MUST",
    autobahn: ["2.1"],
    run: async (trial) => {
      const peer = await trial.open();
      peer.ping();
      await peer.expectPong();
      await finish(peer);
    },
  },
  {
    number: 2,
    title: "a Ping between the fragments of a message",
    requirement: answered,
    level: "MUST",
    autobahn: ["5.6"],
    run: async (trial) => {
      const peer = await trial.open();
      const [first, last] = peer.fragments(Opcode.Text, ["frag", "ment"]);
      peer.send(first!, { opcode: Opcode.Ping, payload: "now" }, last!);
      const { messages } = await peer.expectPong("now");
      await peer.expectText("fragment");
      noteLate(peer, messages);
      await finish(peer);
    },
  },
  ...pings.map(onePing),
];

const among: readonly CaseInSection<Trial>[] = [
  {
    number: 7,
    title: "a Ping before a text, one after it, and one after a binary message",
    requirement: answered,
    level: "MUST",
    run: async (trial) => {
      const peer = await trial.open();
      peer.ping("first");
      await peer.expectPong("first");
      await peer.expectWorking("a text");
      peer.ping("second");
      await peer.expectPong("second");
      peer.binary(Buffer.from([0, 0xff]));
      await peer.expectBinary(Buffer.from([0, 0xff]));
      peer.ping("third");
      await peer.expectPong("third");
      await finish(peer);
    },
  },
  {
    number: 8,
    title: "a Ping in an unfinished message is answered while it is unfinished",
    requirement: soon,
    level: "SHOULD",
    run: async (trial) => {
      const peer = await trial.open();
      const [first, last] = peer.fragments(Opcode.Binary, [octetsOf(trial.random, 1_000), Buffer.from([1])]);
      peer.send(first!, { opcode: Opcode.Ping, payload: "now" });
      await peer.expectPong("now");
      peer.send(last!);
      await peer.expectBinary(Buffer.concat([first!.payload as Buffer, Buffer.from([1])]));
      await finish(peer);
    },
  },
  {
    number: 9,
    title: "Pings of 0 to 8, and of 117 to 125 octets",
    requirement: answered,
    level: "MUST",
    run: async (trial) => {
      const peer = await trial.open();
      for (let more = 0; more <= 8; more++) {
        for (const length of [more, 117 + more]) {
          const payload = octetsOf(trial.random, length);
          peer.ping(payload);
          await peer.expectPong(payload);
        }
      }
      await finish(peer);
    },
  },
];

/** A Pong that came behind a message which had not ended when its Ping was sent. */
function noteLate(peer: Peer, messages: number): void {
  if (messages === 0) return;
  const expected = "the Pong before the message is answered, which had not ended by the time of the Ping";
  // All of it came at once: who reads and answers it at once is "as soon as is practical" in either order.
  peer.note({ severity: "info", expected, came: "the message, then the Pong" });
}

// ── Many at a time

/**
 * Many Pings at once. RFC 6455 §5.5.3 lets the peer answer only the last of them, so that no other Pong need come; those
 * that come are in the order of their Pings.
 */
function manyPings(
  number: number,
  count: number,
  cut: Cut,
  autobahn: readonly string[],
): CaseInSection<Trial> {
  return {
    number,
    title: `${count} Pings, ${cut}`,
    requirement: answered,
    level: "MUST",
    autobahn,
    run: async (trial) => {
      const peer = await trial.open();
      const payloads = Array.from({ length: count }, (_, i) => `payload ${i}`);
      const pings = payloads.map((payload): FrameToWrite => ({ opcode: Opcode.Ping, payload }));
      await sendCut(peer, cut, [...pings, { opcode: Opcode.Text, payload: "that was all" }]);
      judgeMany(peer, payloads, await pongsTo(peer, payloads));
      await finish(peer);
    },
  };
}

/** The payloads of the Pongs that come until the text behind the Pings is echoed, and another text after it. */
async function pongsTo(peer: Peer, pings: readonly string[]): Promise<readonly string[]> {
  const expected = `${pings.length} Pongs and an echo`;
  const pongs: string[] = [];
  for (let echoes = 0; echoes < 2; ) {
    const frame = await peer.frame(expected);
    if (frame.opcode === Opcode.Close) throw new Deviation(expected, peer.describe({ kind: "frame", frame }));
    if (frame.opcode === Opcode.Pong) pongs.push(frame.payload.toString());
    else if (frame.fin && ++echoes === 1) peer.text("now it was");
  }
  return pongs;
}

function judgeMany(peer: Peer, pings: readonly string[], pongs: readonly string[]): void {
  if (!pongs.includes(pings.at(-1)!))
    throw new Deviation("a Pong for the last Ping", `${pongs.length} others`);
  const answered = [...new Set(pongs)].map((payload) => pings.indexOf(payload)).filter((place) => place >= 0);
  if (answered.some((place, i) => place < (answered[i - 1] ?? 0))) {
    // Nothing asks for an order but "as soon as is practical": whoever answers a later Ping first could have been sooner.
    const came = `Pongs for the Pings ${answered.join(", ")}, counted from 0`;
    peer.note({ severity: "info", expected: "Pongs in the order of their Pings", came });
  }
  const left = pings.length - answered.length;
  if (left > 0) {
    const expected = `${pings.length} Pongs, or fewer with the last Ping's among them`;
    peer.note({ severity: "info", expected, came: `${left} fewer`, clause: "RFC 6455 §5.5.3" });
  }
  const more = pongs.length - answered.length;
  if (more > 0) peer.note({ severity: "info", expected: "one Pong for each Ping", came: `${more} more` });
}

export const ping: readonly Case<Trial>[] = both("rfc6455/5.5.2", { profile: "core", overHttp2: true }, [
  ...singly,
  ...among,
  manyPings(10, 10, "in one write", ["2.10"]),
  manyPings(11, 10, "octet by octet", ["2.11"]),
  manyPings(12, 50, "in one write", []),
]);
