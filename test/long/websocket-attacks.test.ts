/** The attacks of test/websocket/attacks at their full length. */
import { describe, expect, it } from "vitest";
import type { Overflow } from "../../src/websocket/connection/backlog.ts";
import { checkStuckReader } from "../websocket/attacks/stuck-reader.ts";
import {
  bystander,
  closeCode,
  flood,
  frame,
  growth,
  heardFailure,
  KIB,
  MIB,
  places,
  settle,
  times,
  victim,
} from "../websocket/attacks/victim.ts";
import { connectPeer, openPeer } from "../websocket/listen.ts";
import { eventually } from "../websocket/next-event.ts";

const policies: readonly Overflow[] = ["close", "drop-oldest", "drop-newest", "coalesce", "wait"];

describe.each(places)("at full length, %s", (place) => {
  it.each(policies)("a peer that takes nothing of 100 MiB makes us hold what may wait: %s", (overflow) =>
    checkStuckReader(place, overflow, 1600),
  );

  it("a million fragments of one octet fail with 1008, and hold little until then", async () => {
    const { port, heard } = await victim(place);
    const served = await bystander(port);
    const peer = await openPeer(port);
    const grown = await growth();
    const block = times(16 * KIB, frame({ fin: false, opcode: 0, payload: [7] }));
    peer.write(frame({ fin: false, opcode: 2 }));
    expect(await flood(peer, block, 63)).toBe(63);
    await settle(peer);
    await served();
    expect(await grown()).toBeLessThan(4 * MIB);
    await flood(peer, block, 1);
    expect(await closeCode(peer)).toBe(1008);
    await heardFailure(heard[0], 1008);
  });

  it("ten million Pings from a peer that reads no Pong make us hold little", async () => {
    const { port, heard } = await victim(place);
    const served = await bystander(port);
    const peer = await openPeer(port);
    peer.socket.pause();
    const grown = await growth();
    const block = times(16 * KIB, frame({ opcode: 9 }));
    for (let i = 0; i < 10; i++) {
      await flood(peer, block, 61);
      await served();
      expect(heard[0]!.socket.bufferedAmount).toBeLessThan(MIB);
    }
    expect(await grown()).toBeLessThan(8 * MIB); // of the 60 MB that were offered, what the peer could not write included
  });

  it("a thousand connections that announce 1 MiB each take no memory", async () => {
    const { port, heard } = await victim(place, { maxConnectionsPerAddress: 2000 });
    const served = await bystander(port);
    const peers = await Promise.all(Array.from({ length: 1000 }, () => openPeer(port)));
    const grown = await growth();
    const announcement = frame({ opcode: 2, payload: [7], lengthOctets: 9, claimedLength: BigInt(MIB) });
    for (const peer of peers) peer.write(announcement);
    for (const peer of peers) await settle(peer);
    await served();
    expect(await grown()).toBeLessThan(1000 * 8 * KIB);
    expect(heard.every(({ end }) => end.length === 0)).toBe(true);
  });
});

describe.each(["direct", "portable"] as const)("at full length, %s", (place) => {
  it("a thousand connections that say nothing are all that one address gets", async () => {
    const { port } = await victim(place);
    const served = await bystander(port);
    const grown = await growth();
    const silent = await Promise.all(Array.from({ length: 999 }, () => connectPeer(port)));
    const refused = await connectPeer(port);
    expect((await refused.answer()).status).toBe(503);
    expect(await grown()).toBeLessThan(1000 * 16 * KIB);
    await served();
    for (const peer of silent) peer.socket.destroy();
    await eventually(() => openPeer(port));
  });
});
