/** RFC 8441: attacks that HTTP/2 makes possible, and whether a stream is as well protected as a connection. */
import { describe, expect, it } from "vitest";
import { serve } from "../http2-server.ts";
import { ask, listenHttp2, open } from "../listen-http2.ts";
import { eventually, turn } from "../next-event.ts";
import type { RawPeer } from "../raw-peer.ts";
import { frame, growth, KIB, MIB, times } from "./victim.ts";

const CONNECT = {
  ":method": "CONNECT",
  ":protocol": "websocket",
  ":path": "/",
  "sec-websocket-version": "13",
};

async function echoed(peer: RawPeer): Promise<void> {
  peer.write(frame({ opcode: 1, payload: "?" }));
  expect(await peer.frames(1)).toEqual(["1 3f"]);
}

async function victim(options: Parameters<typeof serve>[1] = {}) {
  const { http, session } = await listenHttp2();
  const server = serve(http, options);
  const ends: string[] = [];
  server.addEventListener("connection", ({ socket }) => {
    socket.addEventListener("message", ({ data }) => socket.send(data));
    socket.addEventListener("error", ({ error }) =>
      ends.push(`error ${(error as { closeCode?: number }).closeCode}`),
    );
    socket.addEventListener("close", ({ code }) => ends.push(`close ${code}`));
  });
  return { server, session, ends, bystander: (await open(await session())).peer };
}

describe("RFC 8441 streams under attack", () => {
  it("count: a session of many gets 503, and the next client a place when they are reset", async () => {
    const { session, bystander } = await victim({ maxConnections: 11 });
    const greedy = await session();
    for (let i = 0; i < 10; i++) await open(greedy);
    expect((await ask(greedy)).headers[":status"]).toBe(503);
    greedy.destroy();
    const next = await session();
    await eventually(async () => expect((await ask(next)).headers[":status"]).toBe(200));
    await echoed(bystander);
  });

  it("that are reset at once, 500 of them, leave nothing behind, decided on or not", async () => {
    const accept = (): Promise<undefined> => turn().then(() => undefined);
    const { server, session, bystander } = await victim({ accept });
    const rapid = await session();
    const grown = await growth();
    for (let i = 0; i < 500; i++) {
      const stream = rapid.request(CONNECT);
      stream.on("error", () => {});
      stream.close(8);
    }
    await echoed(bystander);
    await eventually(() => expect(server.clients.size).toBe(1));
    expect(await grown()).toBeLessThan(4 * MIB);
  });

  it("whose peer opens no window are refused, closed and dropped like others", async () => {
    const { server, session, ends, bystander } = await victim({ maxConnections: 3 });
    const closed = await session();
    closed.settings({ initialWindowSize: 0 });
    await new Promise((resolve) => closed.once("localSettings", resolve));
    // Refused streams have their place until they are gone.
    const refused = [await ask(closed, { origin: "https://a" }), await ask(closed, { origin: "https://b" })];
    expect(refused.map(({ headers }) => headers[":status"])).toEqual([403, 403]);
    refused.push(await ask(closed));
    expect(refused[2]!.headers[":status"]).toBe(503);
    await Promise.all(refused.map(({ peer }) => peer.close()));
    await eventually(async () => expect((await ask(closed)).headers[":status"]).toBe(200));
    const [, stuck] = server.clients;
    stuck!.send(Buffer.alloc(KIB));
    stuck!.close(1000);
    await eventually(() => expect(ends).toEqual(["close 1006"]));
    await echoed(bystander);
  });

  it("fail at lengths and floods as connections do, each alone on its session", async () => {
    const { session, ends, bystander } = await victim({ maxFragments: 1000 });
    const shared = await session();
    const neighbour = (await open(shared)).peer;
    for (const [code, octets] of [
      [1009, frame({ opcode: 2, lengthOctets: 9, claimedLength: 2n ** 53n })],
      [1002, frame({ opcode: 2, lengthOctets: 9, claimedLength: 2n ** 63n })],
      [
        1008,
        Buffer.concat([frame({ fin: false, opcode: 2 }), times(1000, frame({ fin: false, opcode: 0 }))]),
      ],
    ] as const) {
      const { peer } = await open(shared);
      peer.write(octets);
      expect(await peer.frames(1)).toEqual([expect.stringMatching(new RegExp(`^8 0${code.toString(16)}`))]);
      await eventually(() => expect(ends).toEqual([`error ${code}`, "close 1006"]));
      ends.length = 0;
      await echoed(neighbour);
      await echoed(bystander);
    }
  });

  it("end with 1006 when their half ends, or their session is reset, without a Close", async () => {
    const { server, session, ends, bystander } = await victim();
    const ending = await session();
    const { stream } = await open(ending);
    stream.end();
    await eventually(() => expect(ends).toEqual(["close 1006"]));
    ends.length = 0;
    const reset = await session();
    for (let i = 0; i < 5; i++) await open(reset);
    reset.socket.destroy();
    await eventually(() => expect(ends).toEqual(times5("close 1006")));
    expect(server.clients.size).toBe(1);
    await echoed(bystander);
  });
});

const times5 = (text: string): string[] => Array.from({ length: 5 }, () => text);
