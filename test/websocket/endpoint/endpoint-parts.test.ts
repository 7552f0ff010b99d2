/** `endpoint.ts` and `send-parts.ts`: large messages that nobody holds whole, end to end. */
import { describe, expect, it } from "vitest";
import type { Endpoint } from "../../../src/websocket/endpoint/endpoint.ts";
import { noise } from "../compressible.ts";
import { connect } from "../host.ts";
import { listen } from "../listen.ts";
import { nextEvent, turn } from "../next-event.ts";

const MIB = 1024 * 1024;

async function pair(options: Parameters<typeof listen>[0] = {}) {
  const { server, url } = await listen({ closeTimeout: 2000, ...options });
  const connected = nextEvent<{ socket: Endpoint }>(server, "connection");
  const client = connect(url);
  await nextEvent(client, "open");
  return { client, socket: (await connected).socket };
}

describe("a message that is sent and received in parts", () => {
  it("may be far longer than what either end holds", async () => {
    const { client, socket } = await pair({ inParts: true, maxMessageBytes: 1e9, maxUnreadBytes: 100_000 });
    const chunk = noise(64 * 1024);
    const COUNT = 800;
    let most = 0;
    const sent = client.sendParts(
      (function* () {
        for (let i = 0; i < COUNT; i++) {
          most = Math.max(most, client.bufferedAmount);
          yield chunk;
        }
      })(),
    );
    let bytes = 0;
    for await (const message of socket.messagesInParts()) {
      for await (const part of message) bytes += part.length;
      break;
    }
    await sent;
    expect(bytes).toBe(COUNT * chunk.length);
    expect(most).toBeLessThan(2 * MIB);
  });

  it("waits for a peer that does not read: the source is not asked for more than there is room for", async () => {
    const { client, socket } = await pair({ maxMessageBytes: 1e9 });
    socket.pause();
    let asked = 0;
    const sent = client.sendParts(
      (function* () {
        while (asked++ < 500) yield Buffer.alloc(64 * 1024);
      })(),
    );
    for (let before = -1; before !== asked; ) {
      before = asked;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(asked).toBeLessThan(400);
    expect(client.bufferedAmount).toBeLessThan(2 * MIB);
    const message = nextEvent(socket, "message");
    socket.resume();
    await sent;
    expect((await message).data).toHaveLength(500 * 64 * 1024);
  });

  it("that cannot be completed closes the connection with 1011, so that nobody takes it for whole", async () => {
    for (const parts of [
      ["a", Buffer.from("b")],
      (function* () {
        yield "a";
        throw new Error("of the source");
      })(),
    ]) {
      const { client, socket } = await pair();
      const heard: unknown[] = [];
      socket.onmessage = ({ data }) => heard.push(data);
      const closed = nextEvent(socket, "close");
      await expect(client.sendParts(parts)).rejects.toThrow();
      expect(await closed).toMatchObject({ code: 1011, wasClean: true });
      expect(heard).toEqual([]);
    }
  });

  it("is followed by what was sent meanwhile, and by the Close of who closes, without it when it is not whole", async () => {
    const { client, socket } = await pair();
    const heard: unknown[] = [];
    socket.onmessage = ({ data }) => heard.push(data);
    let go: () => void = () => {};
    const sent = client.sendParts(
      (async function* () {
        yield "one ";
        await new Promise<void>((resolve) => (go = resolve));
        yield "message";
      })(),
    );
    await turn();
    client.send("behind");
    go();
    await sent;
    const stuck = client.sendParts(
      (async function* () {
        yield "never whole";
        await new Promise(() => {});
      })(),
    );
    await turn();
    const closed = nextEvent(socket, "close");
    client.close(4000, "enough");
    await expect(stuck).rejects.toThrow("the connection is closing");
    expect(await closed).toMatchObject({ code: 4000, reason: "enough", wasClean: true });
    expect(heard).toEqual(["one message", "behind"]);
  });

  it("is not sent, its promise says, when the connection is terminated before its end", async () => {
    const drops: readonly ((client: Endpoint) => Promise<void>)[] = [
      (client) => {
        const sent = client.sendParts(["a", "b"]);
        client.terminate();
        return sent;
      },
      (client) =>
        client.sendParts(
          (function* () {
            yield "a";
            client.terminate();
            yield "b";
          })(),
        ),
      (client) =>
        client.sendParts(
          (function* () {
            yield "a";
            client.terminate();
          })(),
        ),
    ];
    for (const drop of drops) {
      const { client } = await pair();
      await expect(drop(client)).rejects.toThrow("the connection is closing");
    }
  });

  it("is not taken for its own parts: a TypeError says so, and the connection stays open", async () => {
    const { client, socket } = await pair();
    for (const message of ["text", Buffer.from("bytes")]) {
      await expect(client.sendParts(message as unknown as string[])).rejects.toThrow(
        "for one message use send",
      );
    }
    const heard = nextEvent(socket, "message");
    client.send("still open");
    expect((await heard).data).toBe("still open");
  });

  it("needs the option, and a connection", async () => {
    const { client } = await pair();
    expect(() => client.messagesInParts()).toThrow(TypeError);
    client.terminate();
    await nextEvent(client, "close");
    await expect(client.sendParts(["a"])).rejects.toThrow("the connection is closing");
  });
});
