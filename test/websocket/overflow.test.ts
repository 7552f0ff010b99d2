/** What happens to messages for a peer that reads too slowly, by policy: `backlog.ts` behind an endpoint. */
import { afterEach, describe, expect, it } from "vitest";
import { CLOSING, Endpoint, type EndpointOptions, OPEN } from "../../src/websocket/endpoint/endpoint.ts";
import { broadcast } from "../../src/websocket/server/server.ts";
import { FakeDuplex } from "./fake-duplex.ts";
import { readFrames } from "./naive-codec.ts";
import { nextEvent, turn } from "./next-event.ts";

const streams: FakeDuplex[] = [];
afterEach(() => {
  for (const stream of streams.splice(0)) stream.destroy();
});

/** Room for four messages of 1000 bytes. What an endpoint sends first fills the stream. */
const ROOM = 4 * (1000 + 64);

async function blocked(options: EndpointOptions) {
  const stream = new FakeDuplex({ highWaterMark: 16 * 1024 });
  streams.push(stream);
  const socket = new Endpoint({ maxBufferedBytes: ROOM, closeTimeout: 50, ...options });
  socket.attach({ stream, role: "server", head: Buffer.alloc(0) });
  stream.stuck = true;
  socket.send(Buffer.alloc(20_000));
  await turn();
  const send = (name: string, key?: string) => socket.send(name.padEnd(1000, "."), { key });
  /** The names of what has left. */
  const sent = async (): Promise<string[]> => {
    stream.unstick();
    await turn();
    await turn();
    return readFrames(stream.written, "client")
      .filter(({ opcode }) => opcode !== 2)
      .map(({ opcode, payload }) =>
        opcode === 8
          ? `close ${payload[0]! * 256 + payload[1]!}`
          : Buffer.from(payload).toString().replace(/\.+$/, ""),
      );
  };
  return { socket, send, sent };
}
const names = Array.from("abcdefg");

describe("a peer that reads too slowly, by policy", () => {
  it("close: it is told 1013, and what waited is dropped", async () => {
    const { socket, send, sent } = await blocked({ overflow: "close" });
    for (const name of names) send(name);
    expect([socket.readyState, socket.dropped]).toEqual([CLOSING, 5]);
    expect(await sent()).toEqual(["close 1013"]);
    await nextEvent(socket, "close");
  });

  it("drop-newest: it gets the first, as many as there was room for", async () => {
    const { socket, send, sent } = await blocked({ overflow: "drop-newest" });
    for (const name of names) send(name);
    expect([socket.readyState, socket.dropped]).toEqual([OPEN, 3]);
    expect(await sent()).toEqual(["a", "b", "c", "d"]);
  });

  it("drop-oldest: it gets the latest", async () => {
    const { socket, send, sent } = await blocked({ overflow: "drop-oldest" });
    for (const name of names) send(name);
    expect([socket.readyState, socket.dropped]).toEqual([OPEN, 3]);
    expect(await sent()).toEqual(["d", "e", "f", "g"]);
  });

  it("coalesce: it gets the latest of each key, in the order of the first", async () => {
    const { socket, send, sent } = await blocked({ overflow: "coalesce" });
    for (let i = 0; i < 100; i++) send(`x${i}`, "x");
    send("once");
    for (let i = 0; i < 100; i++) send(`y${i}`, "y");
    for (let i = 100; i < 200; i++) send(`x${i}`, "x");
    expect(socket.dropped).toBe(199 + 99);
    expect(await sent()).toEqual(["x199", "once", "y99"]);
  });

  it("wait: it gets all from who waits, and `send` says when there is room", async () => {
    const { socket, send, sent } = await blocked({ overflow: "wait" });
    const rooms = names.map((name) => send(name));
    expect(rooms.map((room) => room === undefined)).toEqual([true, true, true, true, false, false, false]);
    let room = false;
    rooms[4]!.then(() => (room = true));
    await turn();
    expect(room).toBe(false);
    expect(await sent()).toEqual(names);
    await Promise.all(rooms);
    expect([socket.readyState, socket.dropped]).toEqual([OPEN, 0]);
  });

  it("wait: who does not wait is refused at twice the room, without an unhandled rejection", async () => {
    const { socket, send, sent } = await blocked({ overflow: "wait" });
    const rooms = Array.from({ length: 10 }, (_, i) => send(`${i}`));
    await expect(rooms[8]).rejects.toThrow("wait for the promise of the last send");
    expect(socket.dropped).toBe(2);
    expect(await sent()).toEqual(["0", "1", "2", "3", "4", "5", "6", "7"]);
  });

  it("wait: the promise is settled when the connection ends", async () => {
    const { socket, send } = await blocked({ overflow: "wait" });
    const rooms = names.map((name) => send(name));
    socket.terminate();
    await Promise.all(rooms);
    expect(send("too late")).toBeUndefined();
  });
});

describe("what is sent in another way", () => {
  it("is subject to the policy as well: a broadcast", async () => {
    const { socket, send, sent } = await blocked({ overflow: "drop-oldest" });
    for (const name of names) broadcast([socket], name.padEnd(996, "."));
    send("h");
    expect(socket.dropped).toBe(4);
    expect(await sent()).toEqual(["e", "f", "g", "h"]);
  });

  it("comes before the Close of who closes, all that waits", async () => {
    for (const overflow of ["close", "drop-oldest", "wait"] as const) {
      const { socket, send, sent } = await blocked({ overflow });
      for (const name of ["a", "b", "c"]) send(name);
      socket.close(4000);
      expect(await sent(), overflow).toEqual(["a", "b", "c", "close 4000"]);
    }
  });

  it("is ready when nothing waits", async () => {
    const { socket, send, sent } = await blocked({ overflow: "wait" });
    for (const name of ["a", "b"]) send(name);
    let ready = false;
    const waiting = socket.ready().then(() => (ready = true));
    await turn();
    expect(ready).toBe(false);
    await sent();
    await waiting;
    await socket.ready(); // at once
    socket.terminate();
    await socket.ready();
  });
});
