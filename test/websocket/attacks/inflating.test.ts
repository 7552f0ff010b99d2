/** RFC 7692: messages that are small on the wire and large in memory. */
import { constants, deflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { json, noise, zeros } from "../compressible.ts";
import { connectPeer } from "../listen.ts";
import { eventually } from "../next-event.ts";
import { handshake, type RawPeer } from "../raw-peer.ts";
import {
  bystander,
  closeCode,
  frame,
  growth,
  heardFailure,
  KIB,
  MIB,
  places,
  times,
  victim,
} from "./victim.ts";

/** RFC 7692 §7.2.1. */
const compressed = (plain: Uint8Array): Buffer =>
  deflateRawSync(plain, { level: 9, finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);
const bomb = (plain: Uint8Array): Buffer => frame({ opcode: 2, rsv: 4, payload: compressed(plain) });

async function openCompressed(port: number): Promise<RawPeer> {
  const peer = await connectPeer(port);
  peer.write(handshake({ "Sec-WebSocket-Extensions": "permessage-deflate" }));
  const { headers } = await peer.answer();
  expect(headers["sec-websocket-extensions"]).toMatch(/^permessage-deflate/);
  return peer;
}

/** 8 MiB, in 8 KiB. */
const LARGE = bomb(zeros(8 * MIB));
/** Longer than what is inflated at once; at its end, beyond maxMessageBytes. */
const LONG = bomb(Buffer.concat([noise(40 * KIB), zeros(2 * MIB)]));
/** As long as a message may be that the ratio does not count for. */
const FREE = times(300, bomb(zeros(64 * KIB)));

const takeover = { clientNoContextTakeover: false, serverNoContextTakeover: false };

describe.each(places)("RFC 7692 §8 messages that inflate, %s", (place) => {
  const options = { perMessageDeflate: true, maxMessageBytes: 64 * MIB };

  it.each([
    ["without context takeover", true],
    ["with context takeover", takeover],
  ] as const)("fail with 1009 at 100 times their length, %s", async (_, perMessageDeflate) => {
    const { port, heard } = await victim(place, { ...options, perMessageDeflate });
    const served = await bystander(port);
    const grown = await growth();
    const peer = await openCompressed(port);
    peer.write(LARGE);
    expect(await closeCode(peer)).toBe(1009);
    await heardFailure(heard[0], 1009);
    await served();
    expect(await grown()).toBeLessThan(4 * MIB);
  });

  it("fail with 1009 at maxMessageBytes, also inflated", async () => {
    const { port, heard } = await victim(place, { ...options, maxMessageBytes: 256 * KIB });
    const served = await bystander(port);
    const peer = await openCompressed(port);
    peer.write(bomb(json(256 * KIB + 1)));
    expect(await closeCode(peer)).toBe(1009);
    await heardFailure(heard[0], 1009);
    await served();
  });

  it("fail with 1009 when they come in fragments of one octet, between Pings", async () => {
    const { port, heard } = await victim(place, options);
    const served = await bystander(port);
    const peer = await openCompressed(port);
    const octets = compressed(zeros(2 * MIB));
    const ping = frame({ opcode: 9 });
    const fragments = [...octets].flatMap((octet, i) => [
      frame({ fin: false, opcode: i === 0 ? 2 : 0, rsv: i === 0 ? 4 : 0, payload: [octet] }),
      ping,
    ]);
    peer.write(Buffer.concat([...fragments, frame({ opcode: 0 })]));
    expect(await peer.frames(octets.length)).toEqual(Array.from(octets, () => "10 "));
    expect(await closeCode(peer)).toBe(1009);
    await heardFailure(heard[0], 1009);
    await served();
  });

  it("are let go one by one when a segment is full of them, each just within the limits", async () => {
    const { port, heard } = await victim(place, options);
    const served = await bystander(port);
    const peer = await openCompressed(port);
    const grown = await growth();
    peer.write(FREE);
    await eventually(() => expect(heard[0]!.messages).toBe(300));
    await served();
    expect(await grown()).toBeLessThan(4 * MIB);
    expect(heard[0]!.end).toEqual([]);
  });

  it("are inflated a few at a time when 50 connections send long ones at once", async () => {
    const { port, heard } = await victim(place, { perMessageDeflate: true });
    const served = await bystander(port);
    const peers = await Promise.all(Array.from({ length: 50 }, () => openCompressed(port)));
    const grown = await growth();
    for (const peer of peers) peer.write(LONG);
    await served();
    const codes = await Promise.all(peers.map((peer) => closeCode(peer)));
    expect(new Set(codes)).toEqual(new Set([1009]));
    await Promise.all(heard.map((one) => heardFailure(one, 1009)));
    await served();
    expect(await grown()).toBeLessThan(8 * MIB);
  });
});
