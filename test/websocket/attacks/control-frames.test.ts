/** RFC 6455 §5.5: floods of control frames. */
import { describe, expect, it } from "vitest";
import { openPeer } from "../listen.ts";
import { eventually } from "../next-event.ts";
import { bystander, flood, frame, growth, KIB, MIB, places, settle, times, victim } from "./victim.ts";

const ping = frame({ opcode: 9 });
const longPing = frame({ opcode: 9, payload: Buffer.alloc(125, "p") });

describe.each(places)("RFC 6455 §5.5.2 Pings, %s", (place) => {
  it.each([
    ["250,000 empty ones", ping, 16 * KIB, 16],
    ["50,000 of 125 octets", longPing, KIB, 50],
  ])("%s from a peer that reads no Pong make the server hold little", async (_, one, perBlock, blocks) => {
    const { port, heard } = await victim(place);
    const served = await bystander(port);
    const peer = await openPeer(port);
    peer.socket.pause();
    await settle(peer);
    const grown = await growth();
    await flood(peer, times(perBlock, one), blocks);
    expect(heard[0]!.socket.bufferedAmount).toBeLessThan(MIB);
    await served();
    expect(await grown()).toBeLessThan(3 * MIB);
    expect(heard[0]).toMatchObject({ messages: 0, end: [] });
    // RFC 6455 §5.5.3: the latest Ping is answered as soon as it reads again, and so is the one after it.
    peer.socket.resume();
    peer.send({ opcode: 9, payload: "last" });
    await eventually(() => expect(peer.received.subarray(-6).toString("latin1")).toBe("\x8a\x04last"));
  });

  it("are all answered to a peer that reads", async () => {
    const { port } = await victim(place);
    const served = await bystander(port);
    const peer = await openPeer(port);
    await flood(peer, times(10_000, ping), 5);
    await eventually(() => expect(peer.receivedBytes).toBe(100_000));
    await served();
  });
});

describe.each(places)("RFC 6455 §5.5.3 Pongs that nobody asked for, %s", (place) => {
  it("are told and forgotten, 100,000 of them", async () => {
    const { port, heard } = await victim(place);
    const served = await bystander(port);
    const peer = await openPeer(port);
    const grown = await growth();
    expect(await flood(peer, times(10_000, frame({ opcode: 10, payload: "pong" })), 10)).toBe(10);
    await eventually(() => expect(heard[0]!.pongs).toBe(100_000));
    await served();
    expect(await grown()).toBeLessThan(2 * MIB);
  });
});

describe.each(places)("RFC 6455 §5.5.1 after a Close, %s", (place) => {
  const close = frame({ opcode: 8, payload: [0x03, 0xe8] });

  it("nothing is answered or told: no Close, no Ping, no message, nor what is no frame", async () => {
    const message = frame({ opcode: 2, payload: Buffer.alloc(KIB) });
    const block = Buffer.concat([close, longPing, message, Buffer.alloc(KIB, 0xff)]);
    const { port, heard } = await victim(place);
    const served = await bystander(port);
    const peer = await openPeer(port, { halfOpen: true });
    const grown = await growth();
    peer.write(Buffer.concat([close, times(100, block)]));
    await flood(peer, times(100, block), 20);
    await peer.end();
    expect(peer.received.toString("hex")).toBe("880203e8");
    await eventually(() =>
      expect(heard[0]).toMatchObject({ messages: 0, pongs: 0, end: ["close 1000 clean"] }),
    );
    await served();
    expect(await grown()).toBeLessThan(2 * MIB);
  });

  it("of the server, a peer that goes on and never answers is dropped after the close timeout", async () => {
    const { port, heard } = await victim(place, { closeTimeout: 100 });
    const served = await bystander(port);
    const peer = await openPeer(port, { halfOpen: true });
    const grown = await growth();
    heard[0]!.socket.close(1000);
    const block = times(100, frame({ fin: false, opcode: 0, payload: Buffer.alloc(KIB) }));
    peer.write(frame({ fin: false, opcode: 2 }));
    while (!peer.closed) {
      await flood(peer, block, 1);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(heard[0]!.messages).toBe(0);
    expect(heard[0]!.end.at(-1)).toBe("close 1006 unclean");
    await served();
    expect(await grown()).toBeLessThan(2 * MIB);
  });
});
