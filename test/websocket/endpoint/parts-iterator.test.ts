import { describe, expect, it } from "vitest";
import { type MessageInParts, PartsIterator } from "../../../src/websocket/endpoint/parts-iterator.ts";
import { WebSocketClosedError } from "../../../src/websocket/errors.ts";
import { FakeSocket } from "../fake-socket.ts";
import { turn } from "../next-event.ts";

function open(limit = 10_000) {
  const socket = new FakeSocket();
  return { socket, messages: new PartsIterator(socket, limit) };
}
async function read(message: MessageInParts): Promise<string[]> {
  const parts: string[] = [];
  for await (const part of message) parts.push(`${message.isText ? "text" : "binary"} ${part}`);
  return parts;
}
async function all(messages: PartsIterator): Promise<string[][]> {
  const found: string[][] = [];
  for await (const message of messages) found.push(await read(message));
  return found;
}
const next = async (messages: PartsIterator): Promise<MessageInParts> => (await messages.next()).value!;

describe("messages in parts", () => {
  it("come in their order, with their parts as they arrive", async () => {
    const { socket, messages } = open();
    const loop = all(messages);
    socket.parts("a", "b");
    await turn();
    socket.parts("c", undefined);
    socket.parts(Buffer.from("d"), undefined);
    socket.parts(undefined);
    socket.parts("e", undefined);
    socket.over();
    expect(await loop).toEqual([["text a", "text b", "text c"], ["binary d"], [], ["text e"]]);
  });

  it("begin before they are complete", async () => {
    const { socket, messages } = open();
    socket.parts("a");
    const message = await next(messages);
    const parts = message[Symbol.asyncIterator]();
    expect(await parts.next()).toEqual({ done: false, value: "a" });
    const second = parts.next();
    socket.parts("b", undefined);
    expect(await second).toEqual({ done: false, value: "b" });
    expect((await parts.next()).done).toBe(true);
  });

  it("that nobody reads to the end are skipped", async () => {
    const { socket, messages } = open();
    socket.parts("a1", "a2", "a3", undefined);
    socket.parts("b1", "b2", undefined);
    socket.parts("c1", undefined);
    socket.over();
    const found: string[] = [];
    for await (const message of messages) {
      for await (const part of message) {
        found.push(String(part));
        break;
      }
      expect(await read(message)).toEqual([]); // parts are read once
    }
    expect(found).toEqual(["a1", "b1", "c1"]);
  });

  it("that nobody reads at all are skipped", async () => {
    const { socket, messages } = open();
    socket.parts("a1", "a2", undefined);
    socket.parts("b1", undefined);
    await next(messages);
    expect(await read(await next(messages))).toEqual(["text b1"]);
  });

  it("cannot be read when the next one was asked for: no part of another gets into them", async () => {
    const { socket, messages } = open();
    socket.parts("a1", "a2", undefined);
    socket.parts("b1", "b2", undefined);
    const [a, b] = [await next(messages), await next(messages)];
    await expect(read(a)).rejects.toThrow("read a message before you ask for the next one");
    expect(await read(b)).toEqual(["text b1", "text b2"]);
  });

  it("that are asked for at once come one after the other", async () => {
    const { socket, messages } = open();
    const asked = [messages.next(), messages.next(), messages.next()];
    socket.parts("a1", "a2", undefined);
    socket.parts(Buffer.from("b1"), Buffer.from("b2"), undefined);
    socket.over();
    const [, second, third] = await Promise.all(asked);
    expect(second!.value!.isText).toBe(false);
    expect(third!.done).toBe(true);
  });

  it("pause the socket when what is not read exceeds the limit, and are bounded when they are empty", async () => {
    const { socket, messages } = open(1000);
    socket.parts(Buffer.alloc(600), Buffer.alloc(600));
    expect(socket.isPaused).toBe(true);
    const parts = (await next(messages))[Symbol.asyncIterator]();
    await parts.next();
    expect(socket.isPaused).toBe(true);
    await parts.next();
    expect(socket.isPaused).toBe(false);

    const flood = open(1000);
    let count = 0;
    while (!flood.socket.isPaused && count++ < 1000) flood.socket.parts(undefined);
    expect(count).toBeLessThan(20);
  });
});

describe("the end of messages in parts", () => {
  it("is quiet between two of them when the connection ended cleanly", async () => {
    const { socket, messages } = open();
    socket.parts("a", undefined);
    socket.over(4000);
    expect(await all(messages)).toEqual([["text a"]]);
  });

  it("is an error when it did not", async () => {
    const { socket, messages } = open();
    socket.parts("a", undefined);
    socket.over(1006);
    expect(await read(await next(messages))).toEqual(["text a"]);
    await expect(messages.next()).rejects.toBeInstanceOf(WebSocketClosedError);
    expect((await messages.next()).done).toBe(true);
  });

  it.each([1000, 1006])(
    "is an error within one of them: what is cut short is no message (%i)",
    async (code) => {
      const { socket, messages } = open();
      socket.parts("a", "b");
      socket.over(code, "why");
      const message = await next(messages);
      const found: string[] = [];
      const loop = (async () => {
        for await (const part of message) found.push(String(part));
      })();
      await expect(loop).rejects.toMatchObject({ name: "WebSocketClosedError", code, reason: "why" });
      expect(found).toEqual(["a", "b"]);
    },
  );

  it("reaches who waits for a part", async () => {
    const { socket, messages } = open();
    socket.parts("a");
    const parts = (await next(messages))[Symbol.asyncIterator]();
    await parts.next();
    const waiting = parts.next();
    socket.over(1000);
    await expect(waiting).rejects.toBeInstanceOf(WebSocketClosedError);
    expect((await messages.next()).done).toBe(true);
  });

  it("within one that is skipped is quiet when the connection ended cleanly", async () => {
    const { socket, messages } = open();
    socket.parts("a");
    await next(messages);
    const second = messages.next();
    socket.over(1000);
    expect((await second).done).toBe(true);
  });

  it("is at once when the connection was over before", async () => {
    const socket = new FakeSocket();
    socket.over(1006);
    expect(await all(new PartsIterator(socket, 10))).toEqual([]);
  });

  it("of the loop listens no more and resumes the socket", async () => {
    const { socket, messages } = open(10);
    socket.parts("a", undefined);
    socket.parts("b".repeat(100), undefined);
    expect(socket.isPaused).toBe(true);
    for await (const message of messages) {
      expect(await read(message)).toEqual(["text a"]);
      break;
    }
    expect(socket.isPaused).toBe(false);
    socket.parts("c".repeat(1000), undefined);
    expect(socket.isPaused).toBe(false);
    expect((await messages.next()).done).toBe(true);
  });
});
