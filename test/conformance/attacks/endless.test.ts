/** Peers that send without end: each is a deviation soon, whatever the level of the case, and none fills our memory. */
import { Duplex } from "node:stream";
import { describe, expect, it, onTestFinished } from "vitest";
import { Tally } from "../../../src/conformance/peer/bounds.ts";
import { expectFailure } from "../../../src/conformance/peer/closing.ts";
import { Connection } from "../../../src/conformance/peer/connection.ts";
import { OctetStream } from "../../../src/conformance/peer/octet-stream.ts";
import { Peer } from "../../../src/conformance/peer/peer.ts";
import { Random } from "../../../src/conformance/random.ts";
import { Deviation } from "../../../src/conformance/verdict.ts";
import { encodeFrame, type FrameToWrite, Opcode } from "../../../src/conformance/wire/frame.ts";
import { WireLog } from "../../../src/conformance/wire/wire-log.ts";

const PATIENCE = 10_000;
const text = { opcode: Opcode.Text };
const part = { opcode: Opcode.Continuation, fin: false };

describe("a peer that sends without end", () => {
  it.each<[string, readonly FrameToWrite[], FrameToWrite, RegExp]>([
    ["Pings", [], { opcode: Opcode.Ping }, /10,001 of them on one connection/],
    [
      "fragments",
      [{ ...text, fin: false }],
      { ...part, payload: Buffer.alloc(1 << 20) },
      /^82 frames with [\d,]+ octets/,
    ],
  ])("of %s is given up", async (_, first, over, came) => {
    const failure = await peerThatSends(first, over)
      .expectText("?")
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Deviation);
    expect(failure).toMatchObject({ level: "MUST", came: expect.stringMatching(came) });
  });

  it("of small frames is given up as well", () => {
    const tally = new Tally("an echo");
    const pong = { payload: Buffer.alloc(0) };
    for (let i = 0; i < 131_072; i++) tally.count(pong);
    expect(() => tally.count(pong)).toThrow("expected an echo; came 131,073 frames with 0 octets");
  });

  it("is given up where a Pong is waited for, and where it is to fail the connection", async () => {
    const messages = (): Peer => peerThatSends([], { ...text, payload: Buffer.alloc(1 << 20) });
    await expect(messages().expectPong("?")).rejects.toThrow(/came 81 frames/);
    await expect(expectFailure(messages(), 1002)).rejects.toThrow(/came 81 frames/);
  });

  it("of one frame that is never whole is not waited for", async () => {
    for (const statedLength of [2n ** 63n - 1n, 2n ** 64n - 1n, 1 << 30, (80 << 20) + 1]) {
      const octets = encodeFrame({ opcode: Opcode.Binary, statedLength });
      const peer = peerOn(Buffer.concat([octets, Buffer.alloc(100)]), Buffer.alloc(0));
      await expect(peer.expectText("?")).rejects.toThrow(/came a frame that announces \d/);
      expect(peer.connection.log.entries.at(-1)).toMatchObject({ direction: "received", length: 110 });
    }
  });

  it("of octets without a head, or of anything else, is not kept", async () => {
    const { connection } = peerOn(Buffer.alloc(0), Buffer.alloc(8 << 20));
    const reading = async (): Promise<void> => {
      while ((await connection.more()) === "octets");
    };
    await expect(reading()).rejects.toThrow(/came [\d,]+ octets without one/);
  });

  it("of nothing but a Ping now and then has no more time than one that is silent", async () => {
    const ping = encodeFrame({ opcode: Opcode.Ping });
    const stream = new Duplex({ read: () => {}, write: (_chunk, _encoding, done) => done() });
    const timer = setInterval(() => stream.push(ping), 5);
    onTestFinished(() => clearInterval(timer));
    expect(await peerWith(stream, 30).next()).toEqual({ kind: "nothing" });
  });
});

function peerThatSends(first: readonly FrameToWrite[], over: FrameToWrite): Peer {
  const one = encodeFrame(over);
  const times = Math.max(1, Math.floor(65_536 / one.length));
  return peerOn(Buffer.concat(first.map(encodeFrame)), Buffer.concat(Array<Buffer>(times).fill(one)));
}

/** Where `over` is empty, nothing comes after `first`. */
function peerOn(first: Buffer, over: Buffer): Peer {
  const stream = new Duplex({
    read() {
      if (over.length > 0) this.push(over);
    },
    write: (_chunk, _encoding, done) => done(),
  });
  if (first.length > 0) stream.push(first);
  return peerWith(stream, PATIENCE);
}

function peerWith(stream: Duplex, patience: number): Peer {
  onTestFinished(() => void stream.destroy());
  const log = new WireLog(() => 0);
  const connection = new Connection(new OctetStream(stream), { log, number: 1, patience });
  return new Peer(connection, { role: "server", random: new Random(1), note: () => {}, extensions: "" });
}
