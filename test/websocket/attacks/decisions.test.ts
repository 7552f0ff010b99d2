/** `accept`: an application that decides late, wrongly or never, and peers that do not wait for it. */
import { describe, expect, it } from "vitest";
import { refuse } from "../../../src/websocket/index.ts";
import type { Decision } from "../../../src/websocket/server/server-options.ts";
import { connectPeer } from "../listen.ts";
import { eventually } from "../next-event.ts";
import { handshake, type RawPeer } from "../raw-peer.ts";
import { bystander, flood, frame, growth, KIB, MIB, places, settle, times, victim } from "./victim.ts";

/** Bystanders are let in at once. */
const unlessBystander =
  (decide: () => Decision | Promise<Decision>) =>
  ({ path }: { path: string }) =>
    path === "/bystander" ? undefined : decide();

async function ask(port: number): Promise<RawPeer> {
  const peer = await connectPeer(port, true);
  peer.write(handshake());
  return peer;
}

/** How a peer goes: its half only, both, or by a reset. */
const ways = ["end", "destroy", "resetAndDestroy"] as const;

const never = (): Promise<Decision> => new Promise(() => {});

describe.each(places)("a decision, %s", (place) => {
  it("that never comes is 503 when its time is over", async () => {
    const { port, heard } = await victim(place, { accept: unlessBystander(never), handshakeTimeout: 100 });
    const served = await bystander(port);
    const peer = await ask(port);
    expect((await peer.answer()).status).toBe(503);
    await peer.end();
    await served();
    expect(heard).toEqual([]);
  });

  it.each<[string, () => unknown]>([
    ["is rejected", () => Promise.reject(new Error("SECRET"))],
    [
      "is thrown",
      () => {
        throw new Error("SECRET");
      },
    ],
    ["is true", () => true],
    ["is null", () => null],
    ["is a string", () => "no"],
    ["is a code that may not be sent", () => ({ close: { code: 1006, reason: "" } })],
    ["is to close with nothing", () => ({ close: undefined })],
  ])("that %s is 500 without its reason, and one error event", async (_, decide) => {
    const { port, heard, errors } = await victim(place, {
      accept: unlessBystander(decide as () => Decision),
    });
    const served = await bystander(port);
    const peer = await ask(port);
    const answer = await peer.answer();
    expect(answer.status).toBe(500);
    expect(JSON.stringify(answer)).not.toContain("SECRET");
    await peer.end();
    await served();
    expect([heard, errors.length]).toEqual([[], 1]);
  });

  it("is refused before it can inject a header, and its detail cannot", async () => {
    expect(() => refuse(403, "", [["X", "1\r\nY: 2"]])).toThrow(TypeError);
    expect(() => refuse(403, "", [["X\r\nY", "1"]])).toThrow(TypeError);
    expect(() => refuse(403, "", [["X", "\u010d\u010a"]])).toThrow(TypeError);
    const detail = "x\r\n\r\nHTTP/1.1 200 OK\r\nX-Injected: 1\r\n\r\n";
    const { port } = await victim(place, { accept: unlessBystander(() => refuse(403, detail)) });
    const peer = await ask(port);
    const answer = await peer.answer();
    expect(answer.headers["x-injected"]).toBeUndefined();
    expect(JSON.parse(answer.body)).toMatchObject({ status: 403, detail });
    await peer.end();
    expect(peer.received).toHaveLength(0);
  });

  it("that comes when the peer is gone does nothing, and leaves nothing behind", async () => {
    const decide: (() => void)[] = [];
    const accept = unlessBystander(() => new Promise((resolve) => decide.push(() => resolve(undefined))));
    const { server, port, heard, errors } = await victim(place, { accept });
    const served = await bystander(port);
    const peers = await Promise.all(Array.from({ length: 40 }, () => ask(port)));
    await eventually(() => expect(decide).toHaveLength(40));
    for (const [i, peer] of peers.entries()) peer.socket[ways[i % ways.length]!]();
    await Promise.all(peers.filter((_, i) => ways[i % ways.length] !== "end").map((peer) => peer.close()));
    await served();
    for (const go of decide) go();
    await served();
    await Promise.all(peers.map((peer) => peer.end()));
    await eventually(() => expect(server.clients.size).toBe(1));
    expect(heard.filter(({ end }) => end.join() !== "close 1006 unclean")).toEqual([]);
    expect(errors).toEqual([]);
  });

  it("is not disturbed by what the peer sends meanwhile, which waits in the network", async () => {
    let decide: (() => void) | undefined;
    const accept = unlessBystander(
      () =>
        new Promise((resolve) => {
          decide = () => resolve(undefined);
        }),
    );
    const { port, heard } = await victim(place, { accept, maxMessageBytes: MIB });
    const served = await bystander(port);
    const peer = await ask(port);
    await eventually(() => expect(decide).toBeDefined());
    const grown = await growth();
    const block = times(16, frame({ opcode: 2, payload: Buffer.alloc(4 * KIB) }));
    const taken = await flood(peer, block, 200);
    expect(taken).toBeLessThan(200);
    expect(await grown()).toBeLessThan(2 * MIB);
    await served();
    decide!();
    await settle(peer);
    await eventually(() => expect(heard[0]!.messages).toBe(16 * (taken + 1)));
    await served();
  });

  it.each(["drain", "close"] as const)("that many wait for is 503 for all at %s()", async (how) => {
    let asked = 0;
    const accept = (): Promise<Decision> => {
      asked++;
      return never();
    };
    const { server, port, heard } = await victim(place, { accept });
    const peers = await Promise.all(Array.from({ length: 50 }, () => ask(port)));
    await eventually(() => expect(asked).toBe(50));
    const over = server[how]();
    const answers = how === "drain" || place === "attached" ? peers : [];
    for (const peer of answers) expect((await peer.answer()).status).toBe(503);
    await over;
    for (const peer of peers) peer.socket.end();
    await Promise.all(peers.map((peer) => peer.close()));
    expect(heard).toEqual([]);
  });
});
