/** A peer that takes nothing while others are sent the same messages: what we hold, and what everybody gets. */
import { expect } from "vitest";
import type { Overflow } from "../../../src/websocket/connection/backlog.ts";
import type { Endpoint } from "../../../src/websocket/endpoint/endpoint.ts";
import { broadcast } from "../../../src/websocket/server/server.ts";
import { openPeer } from "../listen.ts";
import { eventually, turn } from "../next-event.ts";
import { bystander, growth, KIB, MIB, type Place, victim } from "./victim.ts";

const SIZE = 64 * KIB;
/** What goes on the wire for one message. */
const ON_THE_WIRE = SIZE + 10;
/** What a stream holds by itself, and one write. */
const OF_THE_STREAM = 2 * SIZE;

/** What these policies have dropped is let go of when a thousand messages are: bufferedAmount does not tell. */
const dropsOldest: ReadonlySet<Overflow> = new Set(["drop-oldest", "coalesce"]);

/** A peer that reads and forgets: how much it has read. */
async function reader(port: number): Promise<() => number> {
  const { socket } = await openPeer(port);
  let bytes = 0;
  socket.removeAllListeners("data").on("data", (chunk: Buffer) => {
    bytes += chunk.length;
  });
  return () => bytes;
}

/** Sends `count` messages of 64 KiB to two peers that read and to one that does not. */
export async function checkStuckReader(place: Place, overflow: Overflow, count: number): Promise<void> {
  const options = { overflow, maxBufferedBytes: MIB, closeTimeout: 60_000 };
  const { port, heard } = await victim(place, options);
  const served = await bystander(port);
  const readers = [await reader(port), await reader(port)];
  const stuck = await openPeer(port);
  stuck.socket.pause();
  const [first, second, socket] = heard.map((one) => one.socket) as [Endpoint, Endpoint, Endpoint];
  const drops: number[] = [];
  socket.addEventListener("drain", ({ dropped }) => drops.push(dropped));
  const grown = await growth();
  let most = 0;
  for (let i = 0; i < count; i++) {
    const payload = Buffer.alloc(SIZE, i);
    broadcast([first, second], payload);
    socket.send(payload, { key: String(i % 40) });
    most = Math.max(most, socket.bufferedAmount);
    if (i % 16 === 0) await served();
    else await turn();
  }
  const room = overflow === "wait" ? 2 * MIB : MIB;
  expect(most).toBeLessThanOrEqual(room + SIZE + OF_THE_STREAM);
  await eventually(() => {
    expect(readers.map((bytes) => bytes())).toEqual([count * ON_THE_WIRE, count * ON_THE_WIRE]);
  });
  await served();
  if (!dropsOldest.has(overflow)) {
    expect(await grown()).toBeLessThan(room + SIZE + OF_THE_STREAM + 2 * MIB);
  }
  if (overflow === "close") {
    expect(socket.readyState).toBe(2);
    expect(socket.bufferedAmount).toBeLessThanOrEqual(SIZE + OF_THE_STREAM);
    socket.terminate();
    return;
  }
  expect(socket.dropped).toBeGreaterThan(0);
  stuck.socket.resume();
  // Whatever was not dropped arrives, whole.
  const left = count - socket.dropped;
  await eventually(() => expect(stuck.receivedBytes).toBe(left * ON_THE_WIRE));
  expect(drops.reduce((sum, dropped) => sum + dropped, 0)).toBe(socket.dropped);
  expect(socket.readyState).toBe(1);
}
