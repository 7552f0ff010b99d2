/** RFC 6455 §7: peers that go in the wrong way, at the wrong time, or not at all. */
import { constants, deflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { noise, zeros } from "../compressible.ts";
import { connectPeer, openPeer } from "../listen.ts";
import { eventually } from "../next-event.ts";
import { handshake, type RawPeer } from "../raw-peer.ts";
import { bystander, frame, growth, type Heard, MIB, places, settle, times, victim } from "./victim.ts";

const close = frame({ opcode: 8, payload: [0x03, 0xe8] });
const compressed = (plain: Uint8Array): Buffer =>
  deflateRawSync(plain, { level: 1, finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);

/** What a peer has sent when it goes. */
const states: readonly (readonly [string, readonly Buffer[]])[] = [
  ["when it is open", []],
  ["within a frame's header", [Buffer.of(0x82)]],
  ["within a frame", [frame({ opcode: 2, payload: zeros(1000) }).subarray(0, 500)]],
  ["within a fragmented message", [frame({ fin: false, opcode: 1, payload: "a" })]],
  ["within a Ping", [frame({ opcode: 9, payload: "ping" }).subarray(0, 8)]],
  ["within a Close", [close.subarray(0, 7)]],
  ["while a message inflates", [frame({ opcode: 2, rsv: 4, payload: compressed(noise(200_000)) })]],
  ["behind many Pings", [times(10_000, frame({ opcode: 9, payload: "ping" }))]],
];

async function openCompressed(port: number): Promise<RawPeer> {
  const peer = await connectPeer(port, true);
  peer.write(handshake({ "Sec-WebSocket-Extensions": "permessage-deflate" }));
  expect((await peer.answer()).status).toBe(101);
  return peer;
}

/** Exactly one end, and no error: nobody broke a rule of frames. */
const ended = (heard: Heard | undefined, end: string): Promise<void> =>
  eventually(() => expect(heard?.end).toEqual([end]));

describe.each(places)("a peer that goes without a Close, %s", (place) => {
  it.each(states)("ends with 1006 %s: by FIN, and by RST", async (_, sent) => {
    const { server, port, heard } = await victim(place, { perMessageDeflate: true });
    const served = await bystander(port);
    for (const go of ["end", "resetAndDestroy"] as const) {
      const peer = await openCompressed(port);
      if (sent.length > 0) peer.write(Buffer.concat(sent));
      peer.socket[go]();
      await ended(heard.at(-1), "close 1006 unclean");
      await peer.close();
    }
    await served();
    expect(server.clients.size).toBe(1);
  });

  it("is not waited for when it goes within its handshake, and is not told to anybody", async () => {
    const { server, port, heard } = await victim(place);
    const served = await bystander(port);
    for (const go of ["end", "resetAndDestroy"] as const) {
      for (const sent of ["", "GET / HT", handshake().slice(0, -2)]) {
        const peer = await connectPeer(port);
        peer.write(sent);
        await settle(peer);
        peer.socket[go]();
        await peer.close();
      }
    }
    await served();
    expect(heard).toEqual([]);
    expect(server.clients.size).toBe(1);
  });

  it("ends with 1006 while much is being compressed for it, and leaves nothing behind", async () => {
    const { port, heard } = await victim(place, { perMessageDeflate: true, overflow: "wait" });
    const served = await bystander(port);
    const grown = await growth();
    for (let i = 0; i < 10; i++) {
      const peer = await openCompressed(port);
      const { socket } = heard.at(-1)!;
      for (let j = 0; j < 4; j++) void socket.send(noise(100_000, j));
      peer.socket.resetAndDestroy();
      await ended(heard.at(-1), "close 1006 unclean");
    }
    await served();
    expect(await grown()).toBeLessThan(2 * MIB);
  });
});

describe.each(places)("RFC 6455 §7.1.1 a closing handshake, %s", (place) => {
  it("that gets no answer is over after the close timeout, though the peer sends on", async () => {
    const { port, heard } = await victim(place, { closeTimeout: 100 });
    const served = await bystander(port);
    const peer = await openPeer(port, { halfOpen: true });
    heard[0]!.socket.close(4000, "go");
    peer.send({ opcode: 9, payload: "still here" });
    await peer.end();
    await ended(heard[0], "close 1006 unclean");
    await served();
  });

  it("that is complete is over after the close timeout, though the peer does not end TCP", async () => {
    const { port, heard } = await victim(place, { closeTimeout: 100 });
    const served = await bystander(port);
    const asked = await openPeer(port, { halfOpen: true });
    heard[0]!.socket.close(1000);
    const asking = await openPeer(port, { halfOpen: true });
    for (const peer of [asked, asking]) peer.write(close);
    await Promise.all([asked, asking].map((peer) => peer.end()));
    await Promise.all(heard.map((one) => ended(one, "close 1000 clean")));
    await eventually(() => {
      for (const peer of [asked, asking]) if (!peer.closed) peer.write("x");
      expect([asked.closed, asking.closed]).toEqual([true, true]);
    });
    await served();
  });

  it("that both begin is clean, with the code of each other", async () => {
    const { port, heard } = await victim(place);
    const served = await bystander(port);
    const peer = await openPeer(port);
    heard[0]!.socket.close(4001, "ours");
    peer.send({ opcode: 8, payload: [0x0f, 0xa2] });
    expect(await peer.frames(1)).toEqual([`8 0fa1${Buffer.from("ours").toString("hex")}`]);
    await peer.close();
    await ended(heard[0], "close 4002 clean");
    await served();
  });

  it("is over for all when the server closes, whatever their peers do", async () => {
    const { server, port, heard } = await victim(place, { closeTimeout: 100 });
    const peers = await Promise.all(Array.from({ length: 20 }, () => openPeer(port, { halfOpen: true })));
    for (const [i, peer] of peers.entries()) {
      if (i % 4 === 0) peer.socket.pause();
      if (i % 4 === 1) peer.write(frame({ opcode: 2, payload: zeros(1000) }).subarray(0, 500));
      if (i % 4 === 2) peer.write(close);
      if (i % 4 === 3) peer.socket.resetAndDestroy();
    }
    await server.close();
    expect(server.clients.size).toBe(0);
    expect(heard).toHaveLength(20);
    expect(heard.every(({ end }) => end.length === 1)).toBe(true);
  });
});
