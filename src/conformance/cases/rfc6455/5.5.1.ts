/** RFC 6455 §5.5.1: the Close frame, what it may carry and what comes after it. */
import type { Case } from "../../case.ts";
import { closes, expectClosing, expectClosingAfter, finish } from "../../peer/closing.ts";
import type { Trial } from "../../peer/trial.ts";
import { Deviation } from "../../verdict.ts";
import { closePayload, type Frame, type FrameToWrite, Opcode } from "../../wire/frame.ts";
import { textOf } from "../content.ts";
import { sendCut } from "../cut.ts";
import { both, type CaseInSection } from "../section.ts";
import { violates } from "../violating.ts";

const inResponse =
  "If an endpoint receives a Close frame and did not previously send a Close frame, the endpoint MUST send a Close frame in response.";
const body =
  "If there is a body, the first two bytes of the body MUST be a 2-byte unsigned integer (in network byte order) representing a status code with value /code/ defined in Section 7.4.";
const reason = "Following the 2-byte integer, the body MAY contain UTF-8-encoded data with value /reason/";
const noMoreData = "The application MUST NOT send any more data frames after sending a Close frame.";
/** RFC 6455 §7.1.1: "discarding any trailing bytes that may have been received" is a SHOULD. */
const consideredClosed =
  "After both sending and receiving a Close message, an endpoint considers the WebSocket connection closed and MUST close the underlying TCP connection.";

const close: FrameToWrite = { opcode: Opcode.Close, payload: closePayload(1000) };

// ── 1 to 19: what a Close frame carries

const notUtf8 = Buffer.from("cebae1bdb9cf83cebcceb5eda0806564", "hex");

/**
 * §8.1 has an endpoint fail that "is to interpret a byte stream as UTF-8"; but the interpretation of the reason "is not
 * defined by this specification", and who makes nothing of it may close as if it were none.
 */
const uninterpreted = { code: "RFC 6455 §5.5.1" };

const carried: readonly CaseInSection<Trial>[] = [
  {
    number: 1,
    title: "a Close frame without payload",
    requirement: inResponse,
    level: "MUST",
    autobahn: ["7.3.1"],
    run: async (trial) => closes(await trial.open()),
  },
  {
    number: 2,
    title: "a Close frame of one octet",
    requirement: body,
    level: "MUST",
    autobahn: ["7.3.2"],
    run: async (trial) =>
      violates(trial, { frames: [{ opcode: Opcode.Close, payload: Buffer.from([0x03]) }] }),
  },
  {
    number: 3,
    title: "a Close frame with a status code alone",
    requirement: inResponse,
    level: "MUST",
    autobahn: ["7.3.3"],
    run: async (trial) => closes(await trial.open(), 1000),
  },
  {
    number: 4,
    title: "a Close frame with a status code and a reason",
    requirement: inResponse,
    level: "MUST",
    autobahn: ["7.3.4"],
    run: async (trial) => closes(await trial.open(), 1000, "Hello, wörld"),
  },
  {
    number: 5,
    title: "a Close frame with a reason of 123 octets, the longest",
    requirement: inResponse,
    level: "MUST",
    autobahn: ["7.3.5"],
    run: async (trial) => closes(await trial.open(), 1000, "*".repeat(123)),
  },
  {
    number: 6,
    title: "a Close frame with a reason of 123 octets, its characters of one to four",
    requirement: reason,
    level: "MUST",
    run: async (trial) => closes(await trial.open(), 1000, textOf(trial.random, 123)),
  },
  {
    number: 7,
    title: "a Close frame whose reason is not UTF-8",
    requirement: reason,
    level: "MUST",
    autobahn: ["7.5.1"],
    run: async (trial) =>
      violates(trial, {
        frames: [{ opcode: Opcode.Close, payload: closePayload(1000, notUtf8) }],
        codes: [1007, 1002],
        leeway: uninterpreted,
      }),
  },
  {
    number: 8,
    title: "a Close frame whose reason of 123 octets ends within a character",
    requirement: reason,
    level: "MUST",
    run: async (trial) =>
      violates(trial, {
        frames: [
          {
            opcode: Opcode.Close,
            payload: closePayload(1000, Buffer.from(`${"*".repeat(122)}é`).subarray(0, 123)),
          },
        ],
        codes: [1007, 1002],
        leeway: uninterpreted,
      }),
  },
  {
    number: 9,
    title: "a Close frame with a reason, octet by octet",
    requirement: inResponse,
    level: "MUST",
    run: async (trial) => {
      const peer = await trial.open();
      await sendCut(peer, "octet by octet", [{ ...close, payload: closePayload(1000, "bye") }]);
      await expectClosing(peer, 1000);
    },
  },
];

// ── 21 to 29: what comes before it

const before: readonly CaseInSection<Trial>[] = [
  {
    number: 21,
    title: "a text and its echo, then a Close frame",
    requirement: inResponse,
    level: "MUST",
    autobahn: ["7.1.1"],
    run: async (trial) => {
      const peer = await trial.open();
      await peer.expectWorking("Hello");
      await finish(peer);
    },
  },
  {
    number: 22,
    title: "a text and a Close frame in one write",
    requirement: inResponse,
    level: "MUST",
    run: async (trial) => {
      const peer = await trial.open();
      peer.send({ opcode: Opcode.Text, payload: "Hello" }, close);
      noteEchoes(trial, await expectClosingAfter(peer, 1000), 1);
    },
  },
  {
    number: 23,
    title: "256 KiB of text, another text, a Close frame and a Ping in one write",
    requirement: inResponse,
    level: "MUST",
    autobahn: ["7.1.6"],
    run: async (trial) => {
      const peer = await trial.open();
      const long = { opcode: Opcode.Text, payload: textOf(trial.random, 256 * 1024) };
      peer.send(long, { opcode: Opcode.Text, payload: "another" }, close, { opcode: Opcode.Ping });
      // 1009 of who takes no message as long as that.
      noteEchoes(trial, await expectClosingAfter(peer, 1000, 1009), 2);
    },
  },
  {
    number: 24,
    title: "a Close frame within an unfinished message",
    requirement: inResponse,
    level: "MUST",
    run: async (trial) => {
      const peer = await trial.open();
      peer.send({ opcode: Opcode.Text, payload: "unfinished", fin: false }, close);
      checkNoEcho(await expectClosingAfter(peer, 1000));
    },
  },
];

// ── 31 to 49: what comes after it

/** Sends the frames behind a Close frame; the peer answers the Close frame alone. */
async function discarded(trial: Trial, ...behind: readonly FrameToWrite[]): Promise<readonly Frame[]> {
  const peer = await trial.open();
  peer.send(close, ...behind);
  const came = await expectClosingAfter(peer, 1000);
  checkNoEcho(came);
  return came;
}

const after: readonly CaseInSection<Trial>[] = [
  {
    number: 31,
    title: "two Close frames",
    requirement: inResponse,
    level: "MUST",
    autobahn: ["7.1.2"],
    run: async (trial) => void (await discarded(trial, { opcode: Opcode.Close })),
  },
  {
    number: 32,
    title: "a Ping after the Close frame",
    requirement: inResponse,
    level: "MUST",
    autobahn: ["7.1.3"],
    run: async (trial) => {
      const came = await discarded(trial, { opcode: Opcode.Ping, payload: "too late" });
      if (came.length === 0) return;
      // A Pong is no data frame: nothing forbids it, nor asks for it.
      trial.note({ severity: "info", expected: "no Pong for a Ping behind a Close frame", came: "a Pong" });
    },
  },
  {
    number: 33,
    title: "a text after the Close frame",
    requirement: noMoreData,
    level: "MUST",
    autobahn: ["7.1.4"],
    run: async (trial) => void (await discarded(trial, { opcode: Opcode.Text, payload: "too late" })),
  },
  {
    number: 34,
    title: "a fragment, a Close frame and the last fragment",
    requirement: noMoreData,
    level: "MUST",
    autobahn: ["7.1.5"],
    run: async (trial) => {
      const peer = await trial.open();
      const [first, last] = peer.fragments(Opcode.Text, ["frag", "ment"]);
      peer.send(first!, close, last!);
      checkNoEcho(await expectClosingAfter(peer, 1000));
    },
  },
  {
    number: 35,
    title: "a frame after the Close frame that would fail the connection",
    requirement: consideredClosed,
    level: "SHOULD",
    run: async (trial) => void (await discarded(trial, { opcode: 0x3, rsv: 7, payload: "?" })),
  },
  {
    number: 36,
    title: "the beginning of a frame after the Close frame, which never ends",
    requirement: consideredClosed,
    level: "SHOULD",
    run: async (trial) =>
      void (await discarded(trial, { opcode: Opcode.Binary, payload: "and so on", statedLength: 1_000_000 })),
  },
];

/** @throws {Deviation} when a message came back that was not whole when we closed */
function checkNoEcho(frames: readonly Frame[]): void {
  if (!frames.some(({ opcode, fin }) => opcode < Opcode.Close && fin)) return;
  const expected = "no message: none had come before the Close frame";
  throw new Deviation(expected, "the echo of what came behind it", { clause: "RFC 6455 §6.1" });
}

/** Notes how many of the messages came back that stood before the Close frame. */
function noteEchoes(trial: Trial, frames: readonly Frame[], sent: number): void {
  const echoes = frames.filter(({ opcode, fin }) => opcode < Opcode.Close && fin).length;
  if (echoes === sent) return;
  // RFC 6455 §5.5.1: "there is no guarantee that the endpoint that has already sent a Close frame will continue to
  // process data", so that nobody is bound to answer it, either.
  const expected = `${sent === 1 ? "an echo" : `${sent} echoes`}, though we would not have to read it`;
  trial.note({ severity: "info", expected, came: `${echoes} before its Close frame` });
}

export const closeFrames: readonly Case<Trial>[] = both(
  "rfc6455/5.5.1",
  { profile: "core", overHttp2: true },
  [...carried, ...before, ...after],
);
