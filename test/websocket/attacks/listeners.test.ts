/** Applications that call back into what calls them, throw, or keep what they were given. */
import { describe, expect, it } from "vitest";
import type { Endpoint } from "../../../src/websocket/endpoint/endpoint.ts";
import { openPeer } from "../listen.ts";
import { eventually } from "../next-event.ts";
import { bystander, flood, frame, type Heard, KIB, places, times, victim } from "./victim.ts";

const close = frame({ opcode: 8, payload: [0x03, 0xe8] });
const text = (payload: string): Buffer => frame({ opcode: 1, payload });

describe.each(places)("a message that an application keeps, %s", (place) => {
  it("is the same after thousands more, on this connection and others", async () => {
    const kept: Buffer[] = [];
    const { port } = await victim(place, {}, (socket) => {
      socket.addEventListener("message", ({ data }) => kept.push(data as Buffer));
    });
    const served = await bystander(port);
    const peers = [await openPeer(port), await openPeer(port)];
    const sizes = [1, 7, 60, 125, 126, 1000, 5000, 70_000];
    // Each payload is one octet over and over, so that a foreign octet shows.
    for (let i = 0; i < 6; i++) {
      for (const [j, peer] of peers.entries()) {
        const all = sizes.map((size, k) =>
          frame({ opcode: 2, payload: Buffer.alloc(size, i * 20 + j * 10 + k) }),
        );
        await flood(peer, Buffer.concat(all), 1);
      }
      await served();
    }
    await flood(peers[0]!, times(500, frame({ opcode: 2, payload: Buffer.alloc(200, 0xff) })), 10);
    await eventually(() => expect(kept).toHaveLength(12 * sizes.length + 5000));
    const seen = kept.map((bytes) => `${bytes.length} ${bytes[0]} ${bytes.every((one) => one === bytes[0])}`);
    const sent = [0, 1].flatMap((j) =>
      sizes.flatMap((size, k) => Array.from({ length: 6 }, (_, i) => `${size} ${i * 20 + j * 10 + k} true`)),
    );
    const rest = Array.from({ length: 5000 }, () => "200 255 true");
    expect(seen.toSorted()).toEqual([...sent, ...rest].toSorted());
  });
});

type Act = (socket: Endpoint) => void;
const acts: Readonly<Record<string, Act>> = {
  "send()": (socket) => void socket.send("from within"),
  "close()": (socket) => socket.close(1000),
  "terminate()": (socket) => socket.terminate(),
  "ping()": (socket) => void socket.ping(),
};

/** A call from within the event makes the connection end by itself. */
const ends = new Set(["close()", "terminate()"]);

describe.each(places)("a call from within an event, %s", (place) => {
  describe.each(["message", "pong", "close", "drain"] as const)("%s", (event) => {
    it.each(Object.keys(acts))("%s leads to one end, and disturbs nobody", async (name) => {
      const { server, port, heard } = await victim(place, {}, (socket) => {
        socket.addEventListener(event, () => acts[name]!(socket));
        if (event === "drain") socket.send(Buffer.alloc(4_000_000));
      });
      const served = await bystander(port);
      const peer = await openPeer(port);
      peer.write(
        Buffer.concat([text("a"), frame({ opcode: 10 }), text("b"), frame({ opcode: 10 }), text("c")]),
      );
      await served();
      if (ends.has(name) && event !== "close") peer.write(close);
      else peer.socket.end(close);
      await eventually(() => expect(heard[0]!.end).toHaveLength(1));
      await served();
      expect(heard[0]!.end[0]).toMatch(/^close (1000 clean|1006 unclean)$/);
      expect(server.clients.size).toBe(1);
    });
  });

  it("for another connection leaves the octets of both as they are", async () => {
    const got: string[] = [];
    const all: Heard[] = [];
    const { port, heard } = await victim(place, {}, (socket, one) => {
      all.push(one);
      socket.addEventListener("message", ({ data }) => {
        got.push(String(data));
        if (data === "kill") all[1]!.socket.terminate();
        for (const { socket: other } of all) if (other !== socket) other.send(`${data}!`);
      });
    });
    const served = await bystander(port);
    const [first, second, third] = [await openPeer(port), await openPeer(port), await openPeer(port)];
    second.write(text("of the second").subarray(0, 12));
    third.write(text("of the third").subarray(0, 12));
    await served();
    first.write(Buffer.concat([text("one"), text("kill"), text("two")]));
    await second.close();
    third.write(text("of the third").subarray(12));
    await eventually(() => expect(got).toEqual(["one", "kill", "two", "of the third"]));
    await eventually(() => expect(heard[1]!.end).toEqual(["close 1006 unclean"]));
    expect(await third.frames(3)).toEqual(
      ["one!", "kill!", "two!"].map((sent) => `1 ${Buffer.from(sent).toString("hex")}`),
    );
    await served();
  });

  it("of pause() at each message, resumed in a later turn, loses nothing and keeps the order", async () => {
    const got: number[] = [];
    const { port } = await victim(place, {}, (socket) => {
      socket.addEventListener("message", ({ data }) => {
        got.push(Number(data));
        socket.pause();
        setImmediate(() => socket.resume());
      });
    });
    const served = await bystander(port);
    const peer = await openPeer(port);
    const numbers = Array.from({ length: 2000 }, (_, i) => i);
    peer.write(Buffer.concat(numbers.map((number) => text(String(number)))));
    await eventually(() => expect(got).toEqual(numbers));
    await served();
  });
});

describe.each(places)("listeners that throw in every event, %s", (place) => {
  it("disturb neither the connection nor others, and each error comes out", async () => {
    const thrown: string[] = [];
    const uncaught: string[] = [];
    const others = process.listeners("uncaughtException");
    process.removeAllListeners("uncaughtException");
    process.on("uncaughtException", (error) => void uncaught.push(error.message));
    try {
      const { server, port, heard, errors } = await victim(place, { maxMessageBytes: KIB }, (socket) => {
        for (const event of ["message", "pong", "error", "close", "drain"] as const) {
          socket.addEventListener(event, () => {
            thrown.push(event);
            throw new Error(event);
          });
        }
        thrown.push("connection");
        throw new Error("connection");
      });
      const served = await bystander(port);
      const peer = await openPeer(port);
      peer.write(
        Buffer.concat([text("a"), frame({ opcode: 10 }), text("b"), frame({ opcode: 9, payload: "?" })]),
      );
      expect(await peer.frames(1)).toEqual(["10 3f"]);
      peer.write(frame({ opcode: 2, payload: Buffer.alloc(KIB + 1) }));
      await peer.end();
      await eventually(() => expect(heard[0]!.end).toEqual(["error 1009", "close 1006 unclean"]));
      await served();
      expect(thrown).toEqual(["connection", "message", "pong", "message", "error", "close"]);
      // The server tells of its own listeners in its `error` event, as somebody listens to that.
      expect(errors.map(({ message }) => message)).toEqual(["connection"]);
      expect(uncaught).toEqual(thrown.slice(1));
      expect(server.clients.size).toBe(1);
    } finally {
      process.removeAllListeners("uncaughtException");
      for (const listener of others) process.on("uncaughtException", listener);
    }
  });
});
