/** RFC 6455 §7.1: closing the TCP connection, and failing the WebSocket connection. */
import type { Case } from "../../case.ts";
import { expectDropped, finish } from "../../peer/closing.ts";
import type { Peer } from "../../peer/peer.ts";
import type { Trial } from "../../peer/trial.ts";
import type { ServerTrial } from "../../server/server-trial.ts";
import { Deviation } from "../../verdict.ts";
import { closePayload, type FrameToWrite, Opcode } from "../../wire/frame.ts";
import { both, forServers } from "../section.ts";
import { pingBehind, violates } from "../violating.ts";

const cleanly =
  "An endpoint SHOULD use a method that cleanly closes the TCP connection, as well as the TLS session, if applicable, discarding any trailing bytes that may have been received.";
const immediately =
  "when a server is instructed to _Close the WebSocket Connection_ it SHOULD initiate a TCP Close immediately, and when a client is instructed to do the same, it SHOULD wait for a TCP Close from the server.";
const notProcessed =
  "An endpoint MUST NOT continue to attempt to process data (including a responding Close frame) from the remote endpoint after being instructed to _Fail the WebSocket Connection_.";
const closeFrameFirst =
  "If _The WebSocket Connection is Established_ prior to the point where the endpoint is required to _Fail the WebSocket Connection_, the endpoint SHOULD send a Close frame with an appropriate status code (Section 7.4) before proceeding to _Close the WebSocket Connection_.";

const wrong: FrameToWrite = { opcode: 0x3 };
const text: FrameToWrite = { opcode: Opcode.Text, payload: "behind the violation" };
const close: FrameToWrite = { opcode: Opcode.Close, payload: closePayload(1000) };

export const closingTcp: readonly Case<Trial>[] = both(
  "rfc6455/7.1.1",
  { profile: "core", overHttp2: true },
  [
    {
      number: 1,
      title: "the connection ends after the closing handshake, and is not reset",
      requirement: cleanly,
      level: "SHOULD",
      run: async (trial) => {
        const peer = await trial.open();
        await peer.expectWorking();
        await finish(peer);
        if (peer.connection.ended === "end") return;
        throw new Deviation("an end of the TCP connection", "a reset of it");
      },
    },
  ],
);

export const failingTcp: readonly Case<ServerTrial>[] = forServers(
  "rfc6455/7.1.1",
  { profile: "core", overHttp2: true },
  [
    {
      number: 2,
      title: "a server that fails the connection closes TCP without a Close frame of ours",
      requirement: immediately,
      level: "SHOULD",
      run: async (trial) => {
        const peer = await trial.open();
        peer.send(wrong);
        await untilClosed(peer);
        await expectEnd(peer);
      },
    },
  ],
);

export const failing: readonly Case<Trial>[] = both("rfc6455/7.1.7", { profile: "core", overHttp2: true }, [
  {
    number: 1,
    title: "a violation is answered by a Close frame, and its code is 1002",
    requirement: closeFrameFirst,
    level: "SHOULD",
    run: async (trial) => violates(trial, { frames: [wrong] }),
  },
  {
    number: 2,
    title: "a violation, and in the same write a text, a Ping and a Close frame",
    requirement: notProcessed,
    level: "MUST",
    run: async (trial) => violates(trial, { frames: [wrong, text, pingBehind, close] }),
  },
  {
    number: 3,
    title: "a violation, and a text and a Ping after the peer has sent its Close frame",
    requirement: notProcessed,
    level: "MUST",
    run: async (trial) => {
      const peer = await trial.open();
      peer.send(wrong);
      await untilClosed(peer);
      peer.send(text, pingBehind);
      if (peer.role === "client") peer.close(1002);
      await expectDropped(peer);
    },
  },
  {
    number: 4,
    title: "a violation, and our Close frame under way at the same time as the peer's",
    requirement: notProcessed,
    level: "MUST",
    // One Close frame comes, and no second in answer to ours.
    run: async (trial) => violates(trial, { frames: [wrong, close] }),
  },
]);

/** Reads on to the peer's Close frame, or the end that comes without one. */
async function untilClosed(peer: Peer): Promise<void> {
  for (;;) {
    const received = await peer.next();
    if (received.kind === "nothing") throw new Deviation("the connection failed", peer.describe(received));
    if (received.kind !== "frame" || received.frame.opcode === Opcode.Close) return;
  }
}

/** A Pong may still come before the end: it is no data frame (RFC 6455 §5.5.1). */
async function expectEnd(peer: Peer): Promise<void> {
  let received = await peer.next();
  while (received.kind === "frame" && received.frame.opcode === Opcode.Pong) received = await peer.next();
  if (received.kind === "end" || received.kind === "reset") return;
  throw new Deviation("the end of the TCP connection", peer.describe(received));
}
