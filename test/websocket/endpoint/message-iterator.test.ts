import { describe, expect, it } from "vitest";
import { endOf, MessageIterator, sizeOf } from "../../../src/websocket/endpoint/message-iterator.ts";
import { WebSocketClosedError } from "../../../src/websocket/errors.ts";
import { FakeSocket } from "../fake-socket.ts";

/** What a message costs besides its bytes while it is unread. */
const COST = 64;

async function all(messages: AsyncIterable<string | Buffer>): Promise<string[]> {
  const found: string[] = [];
  for await (const message of messages) found.push(String(message));
  return found;
}

describe("the messages of a socket", () => {
  it("come in their order, those that were there before the loop and those that come in it", async () => {
    const socket = new FakeSocket();
    const messages = new MessageIterator(socket, 1000);
    socket.message("a", Buffer.from("b"));
    const loop = all(messages);
    socket.message("c");
    await Promise.resolve();
    socket.message("d", "");
    socket.over();
    expect(await loop).toEqual(["a", "b", "c", "d", ""]);
  });

  it("are those from the call on", async () => {
    const socket = new FakeSocket();
    socket.message("before");
    const messages = new MessageIterator(socket, 1000);
    socket.message("after");
    socket.over();
    expect(await all(messages)).toEqual(["after"]);
  });

  it("are for each loop, all of them", async () => {
    const socket = new FakeSocket();
    const loops = [all(new MessageIterator(socket, 1000)), all(new MessageIterator(socket, 1000))];
    socket.message("a", "b");
    socket.over();
    expect(await Promise.all(loops)).toEqual([
      ["a", "b"],
      ["a", "b"],
    ]);
  });

  it("end when the connection ended cleanly, whatever the code", async () => {
    for (const code of [1000, 1001, 1005, 4000]) {
      const socket = new FakeSocket();
      const messages = new MessageIterator(socket, 1000);
      socket.over(code);
      expect(await all(messages), `${code}`).toEqual([]);
    }
  });

  it("end with an error when it did not, behind the last of them (RFC 6455 §7.1.5)", async () => {
    const socket = new FakeSocket();
    const messages = new MessageIterator(socket, 1000);
    socket.message("a");
    socket.over(1006, "");
    expect(await messages.next()).toEqual({ done: false, value: "a" });
    const error = await messages.next().catch((error: unknown) => error);
    expect(error).toBeInstanceOf(WebSocketClosedError);
    expect(error).toMatchObject({ code: 1006, reason: "", name: "WebSocketClosedError" });
    expect(await messages.next()).toEqual({ done: true, value: undefined });
  });

  it("are none when the connection is over already", async () => {
    const socket = new FakeSocket();
    socket.over(1006);
    expect(await all(new MessageIterator(socket, 1000))).toEqual([]);
  });
});

describe("a loop that is left", () => {
  it("listens no more and holds nothing back: another takes up what comes", async () => {
    const socket = new FakeSocket();
    const messages = new MessageIterator(socket, 10);
    socket.message("a", "b", "c");
    expect(socket.isPaused).toBe(true);
    for await (const message of messages) {
      expect(message).toBe("a");
      break;
    }
    expect(socket.isPaused).toBe(false);
    socket.message("d".repeat(1000));
    expect(socket.isPaused).toBe(false);
    expect(await messages.next()).toEqual({ done: true, value: undefined });
    const others = all(new MessageIterator(socket, 1000));
    socket.message("e");
    socket.over();
    expect(await others).toEqual(["e"]);
  });

  it("by an error is left as well", async () => {
    const socket = new FakeSocket();
    const messages = new MessageIterator(socket, 10);
    socket.message("a", "b");
    const loop = (async () => {
      for await (const message of messages) throw new Error(String(message));
    })();
    await expect(loop).rejects.toThrow("a");
    expect(socket.isPaused).toBe(false);
  });
});

describe("messages that are not read", () => {
  it("pause the socket beyond the limit, until half of them is read; each loop in its own name", async () => {
    const socket = new FakeSocket();
    const limit = 4 * (2 * 10 + COST); // four strings of ten characters
    const [slow, fast] = [new MessageIterator(socket, limit), new MessageIterator(socket, limit)];
    for (let i = 0; i < 4; i++) socket.message("0123456789");
    expect(socket.isPaused).toBe(false);
    socket.message("0123456789");
    expect([...socket.holders]).toHaveLength(2);
    for (let i = 0; i < 5; i++) await fast.next();
    expect([...socket.holders]).toHaveLength(1);
    for (let i = 0; i < 2; i++) await slow.next();
    expect(socket.isPaused).toBe(true);
    await slow.next();
    expect(socket.isPaused).toBe(false);
  });

  it("are counted in bytes: two for each UTF-16 code unit of a text", () => {
    expect([sizeOf("aé😀"), sizeOf(Buffer.alloc(7)), sizeOf("")]).toEqual([8, 7, 0]);
    expect(sizeOf(new ArrayBuffer(9) as unknown as Buffer)).toBe(9);
  });
});

describe("the end as a reader is told", () => {
  it("is an error with code and reason, if it was not clean", () => {
    expect(endOf({ type: "close", code: 1000, reason: "", wasClean: true })).toBeUndefined();
    const error = endOf({ type: "close", code: 1002, reason: "no", wasClean: false });
    expect(error).toMatchObject({ code: 1002, reason: "no" });
  });
});
