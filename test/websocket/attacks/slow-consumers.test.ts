/** An application that does not keep up with its peer: what it holds meanwhile, and that nothing is lost. */
import { constants, deflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { json, zeros } from "../compressible.ts";
import { connectPeer, openPeer } from "../listen.ts";
import { eventually, turn } from "../next-event.ts";
import { handshake } from "../raw-peer.ts";
import { bystander, flood, frame, growth, KIB, MIB, places, settle, times, victim } from "./victim.ts";

/** The largest read of a socket, and what the two kernels and streams between the ends hold. */
const CHUNK = 256 * KIB;
const compressed = (plain: Uint8Array): Buffer =>
  deflateRawSync(plain, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);
/** 40 KiB, which become 30 MiB. */
const BOMBS = times(500, frame({ opcode: 2, rsv: 4, payload: compressed(zeros(60 * KIB)) }));
const BLOCK = times(64, frame({ opcode: 2, payload: Buffer.alloc(4 * KIB) }));
const BLOCKS = 64;

const ways = {
  "pause()": (socket) => {
    let read = 0;
    socket.addEventListener("message", () => read++);
    socket.pause();
    return { go: () => socket.resume(), read: () => read };
  },
  "for await": (socket) => {
    const messages = socket[Symbol.asyncIterator]();
    return consumer(() => messages.next());
  },
  "streams()": (socket) => {
    const messages = socket.streams().readable.getReader();
    return consumer(() => messages.read());
  },
} satisfies Record<string, (socket: Socket) => Consumer>;

type Socket = Awaited<ReturnType<typeof victim>>["heard"][0]["socket"];
interface Consumer {
  go(): void;
  read(): number;
}

function consumer(next: () => Promise<{ done?: boolean | undefined }>): Consumer {
  let read = 0;
  const go = async (): Promise<void> => {
    while ((await next()).done !== true) read++;
  };
  return { go: () => void go().catch(() => {}), read: () => read };
}

describe.each(places)("a consumer that does not keep up, %s", (place) => {
  it.each(Object.keys(ways) as (keyof typeof ways)[])(
    "holds its bound and a chunk of messages, and loses none: %s",
    async (way) => {
      let slow: Consumer | undefined;
      const { port } = await victim(place, { maxUnreadBytes: MIB }, (socket) => {
        slow = ways[way](socket);
      });
      const served = await bystander(port);
      const peer = await openPeer(port);
      const grown = await growth();
      const taken = await flood(peer, BLOCK, BLOCKS);
      expect(taken).toBeLessThan(BLOCKS);
      await served();
      expect(await grown()).toBeLessThan(MIB + 4 * CHUNK + BLOCK.length);
      slow!.go();
      expect(await flood(peer, BLOCK, BLOCKS - taken - 1)).toBe(BLOCKS - taken - 1);
      await eventually(() => expect(slow!.read()).toBe(64 * BLOCKS));
      await served();
    },
  );

  it.each([
    ["empty", frame({ opcode: 2 })],
    ["of one octet", frame({ opcode: 2, payload: [7] })],
    ["of one letter", frame({ opcode: 1, payload: "7" })],
  ])("is not filled up by messages that are %s", async (_, one) => {
    const { port, heard } = await victim(place, { maxUnreadBytes: MIB }, (socket) => {
      messages = socket[Symbol.asyncIterator]();
    });
    let messages: AsyncIterableIterator<unknown> | undefined;
    const served = await bystander(port);
    const peer = await openPeer(port);
    const grown = await growth();
    await flood(peer, times(20_000, one), 20);
    await served();
    expect(await grown()).toBeLessThan(8 * MIB);
    expect(heard[0]!.messages).toBeLessThan(20_000);
    void messages?.return?.();
  });

  it("holds messages and not what arrived around them", async () => {
    let messages: AsyncIterableIterator<unknown> | undefined;
    const { port } = await victim(place, { maxUnreadBytes: MIB }, (socket) => {
      messages = socket[Symbol.asyncIterator]();
    });
    const served = await bystander(port);
    const peer = await openPeer(port);
    const grown = await growth();
    const pong = frame({ opcode: 10, payload: Buffer.alloc(125) });
    const block = Buffer.concat([frame({ opcode: 2, payload: [7] }), times(500, pong)]);
    await flood(peer, block, 400);
    await settle(peer);
    await served();
    expect(await grown()).toBeLessThan(4 * MIB); // of 25 MiB that arrived
    void messages?.return?.();
  });

  it("holds what a chunk inflates to, and no more of it", async () => {
    let slow: Consumer | undefined;
    const options = { maxUnreadBytes: MIB, perMessageDeflate: true };
    const { port } = await victim(place, options, (socket) => {
      slow = ways["for await"](socket);
    });
    const served = await bystander(port);
    const peer = await connectPeer(port);
    peer.write(handshake({ "Sec-WebSocket-Extensions": "permessage-deflate" }));
    expect((await peer.answer()).status).toBe(101);
    const grown = await growth();
    peer.write(BOMBS);
    await settle(peer);
    await served();
    expect(await grown()).toBeLessThan(3 * MIB);
    peer.write(frame({ opcode: 2, rsv: 4, payload: compressed(json(60 * KIB)) }));
    slow!.go();
    await eventually(() => expect(slow!.read()).toBe(501));
    await turn();
    await served();
  });
});
