/** RFC 6455 §5.4, §10.4: messages in very many pieces, and lengths that are only announced. */
import { describe, expect, it } from "vitest";
import { openPeer } from "../listen.ts";
import { eventually } from "../next-event.ts";
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
} from "./victim.ts";

const first = frame({ fin: false, opcode: 2 });
const last = frame({ opcode: 0 });
const ping = frame({ opcode: 9 });

describe.each(places)("RFC 6455 §5.4 a message in pieces, %s", (place) => {
  it.each([
    ["no octets", []],
    ["one octet", [7]],
  ])("fails with 1008 at a quarter of a million with %s, and holds little until then", async (_, payload) => {
    const { port, heard } = await victim(place, { maxFragments: 16 * 16 * KIB });
    const served = await bystander(port);
    const peer = await openPeer(port);
    const grown = await growth();
    const block = times(16 * KIB, frame({ fin: false, opcode: 0, payload }));
    peer.write(first);
    expect(await flood(peer, block, 8)).toBe(8);
    await settle(peer);
    expect(await grown()).toBeLessThan(4 * MIB);
    await served();
    expect(heard[0]).toMatchObject({ messages: 0, end: [] });
    await flood(peer, block, 8);
    expect(await closeCode(peer)).toBe(1008);
    await heardFailure(heard[0], 1008);
    await served();
  });

  it("passes with 65,537 of 64 octets", async () => {
    const { port, heard } = await victim(place, { maxMessageBytes: 8 * MIB });
    const served = await bystander(port);
    const peer = await openPeer(port);
    const grown = await growth();
    peer.write(first);
    await flood(peer, times(4 * KIB, frame({ fin: false, opcode: 0, payload: Buffer.alloc(64) })), 16);
    await settle(peer);
    await served();
    expect(await grown()).toBeLessThan(12 * MIB); // of 4 MiB, whose end is unknown
    peer.write(last);
    await eventually(() => expect(heard[0]).toMatchObject({ messages: 1, end: [] }));
    expect(await grown()).toBeLessThan(2 * MIB);
  });

  it("goes on between as many Pings as it has pieces, each of them answered", async () => {
    const { port, heard } = await victim(place);
    const served = await bystander(port);
    const peer = await openPeer(port);
    const piece = Buffer.concat([frame({ fin: false, opcode: 0, payload: [7] }), ping]);
    peer.write(first);
    await flood(peer, times(1000, piece), 20);
    peer.write(last);
    await eventually(() => expect(heard[0]!.messages).toBe(1));
    await peer.until(() => peer.receivedBytes === 2 * 20_000);
    await served();
  });

  it("fails with 1008 beyond maxFragments, and with 1009 beyond maxMessageBytes in all", async () => {
    const { port, heard } = await victim(place, { maxFragments: 3, maxMessageBytes: 10 });
    const served = await bystander(port);
    for (const [i, code, pieces] of [
      [0, 1008, ["a", "b", "c", "d"]],
      [1, 1009, ["aaaaa", "bbbbb", "c"]],
    ] as const) {
      const peer = await openPeer(port);
      peer.send(...pieces.map((payload, at) => ({ fin: false, opcode: at === 0 ? 1 : 0, payload })));
      expect(await closeCode(peer)).toBe(code);
      await heardFailure(heard[i], code);
    }
    await served();
  });
});

describe.each(places)("RFC 6455 §5.2 lengths, %s", (place) => {
  it.each([
    ["2^63", 2n ** 63n, 1002],
    ["2^64 - 1", 2n ** 64n - 1n, 1002],
    ["2^63 - 1", 2n ** 63n - 1n, 1009],
    ["2^53", 2n ** 53n, 1009],
    ["2^32", 2n ** 32n, 1009],
    ["maxMessageBytes + 1", BigInt(MIB) + 1n, 1009],
  ])("of %s fail before any payload", async (_, claimedLength, code) => {
    const { port, heard } = await victim(place);
    const served = await bystander(port);
    const peer = await openPeer(port);
    peer.write(frame({ opcode: 2, lengthOctets: 9, claimedLength }));
    expect(await closeCode(peer)).toBe(code);
    await heardFailure(heard[0], code);
    await served();
  });

  it("that are announced by 300 connections, and never sent, take no memory", async () => {
    const { port, heard } = await victim(place);
    const served = await bystander(port);
    const peers = await Promise.all(Array.from({ length: 300 }, () => openPeer(port)));
    const grown = await growth();
    const announcement = frame({ opcode: 2, payload: [7], lengthOctets: 9, claimedLength: BigInt(MIB) });
    for (const peer of peers) peer.write(announcement);
    await Promise.all(peers.map((peer) => settle(peer)));
    expect(await grown()).toBeLessThan(300 * 8 * KIB); // of the 300 MiB that were announced
    await served();
    expect(heard.every(({ end }) => end.length === 0)).toBe(true);
  });
});
