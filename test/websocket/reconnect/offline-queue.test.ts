import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { messageOf, OfflineQueue, type QueueLimits } from "../../../src/websocket/reconnect/offline-queue.ts";
import { queueDefaults } from "../../../src/websocket/reconnect/reconnect-options.ts";
import { FakeSocket } from "../reconnect-world.ts";

const limited = (limits: Partial<QueueLimits>): OfflineQueue =>
  new OfflineQueue({ ...queueDefaults, ...limits });

/** Takes out all that waits. */
function drained(queue: OfflineQueue): (string | Uint8Array)[] {
  const messages: (string | Uint8Array)[] = [];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) messages.push(next);
  return messages;
}

function filled(queue: OfflineQueue, ...messages: string[]): OfflineQueue {
  for (const message of messages) queue.push(message);
  return queue;
}

describe("messages that wait", () => {
  it("come out once, in the order in which they came in", () => {
    const queue = filled(limited({}), "a", "", "b");
    queue.push(Uint8Array.of(1, 2));
    expect([queue.length, queue.bytes]).toEqual([4, 4]);
    expect(drained(queue)).toEqual(["a", "", "b", Uint8Array.of(1, 2)]);
    expect([queue.length, queue.bytes, queue.dropped]).toEqual([0, 0, 0]);
  });

  it("are copies: bytes stay the sender's", () => {
    const queue = limited({});
    const bytes = Buffer.from("before");
    queue.push(bytes);
    bytes.fill("x");
    expect(drained(queue)).toEqual([new Uint8Array(Buffer.from("before"))]);
  });

  it("count as bytes of UTF-8", () => {
    expect(filled(limited({}), "aé€😀", "\ud800").bytes).toBe(10 + 3);
  });

  it("are given up all at once, and counted", () => {
    const queue = filled(limited({}), "a", "b");
    queue.shift();
    queue.push("c");
    queue.clear();
    expect([queue.length, queue.bytes, queue.dropped, queue.shift()]).toEqual([0, 0, 2, undefined]);
  });
});

describe("a queue that is full", () => {
  it("lets the oldest give way, as many as it takes", () => {
    const queue = filled(limited({ maxBytes: 6 }), "aa", "bb", "cc", "dddd");
    expect([queue.dropped, queue.bytes]).toEqual([2, 6]);
    expect(drained(queue)).toEqual(["cc", "dddd"]);
    expect(drained(filled(limited({ maxMessages: 2 }), "", "1", "2"))).toEqual(["1", "2"]);
  });

  it("lets the newest give way", () => {
    const queue = filled(limited({ maxBytes: 4, whenFull: "drop-newest" }), "aa", "bbb", "cc", "d");
    expect(queue.dropped).toBe(2);
    expect(drained(queue)).toEqual(["aa", "cc"]);
  });

  it("tells whoever sends, and drops nothing", () => {
    const queue = filled(limited({ maxMessages: 1, whenFull: "throw" }), "a");
    expect(() => queue.push("b")).toThrow("no more messages may wait");
    expect([drained(queue), queue.dropped]).toEqual([["a"], 0]);
  });

  it("does not drive out everything for a message that would still not fit", () => {
    const queue = filled(limited({ maxBytes: 4 }), "aa", "bbbbb", "€€");
    expect([drained(queue), queue.dropped]).toEqual([["aa"], 2]);
  });

  it("takes nothing when it has no room at all", () => {
    for (const whenFull of ["drop-oldest", "drop-newest"] as const) {
      const queue = filled(limited({ maxMessages: 0, whenFull }), "", "a");
      expect([queue.length, queue.dropped]).toEqual([0, 2]);
    }
  });

  it("says beforehand whether something would have to give way", () => {
    const queue = filled(limited({ maxBytes: 3 }), "a");
    expect([queue.hasRoomFor("bb"), queue.hasRoomFor("€"), queue.hasRoomFor(new Uint8Array(3))]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it("agrees with a naive queue, whatever happens", () => {
    const limits = { maxBytes: 12, maxMessages: 5 };
    const step = fc.oneof(fc.string({ maxLength: 6 }), fc.constant(undefined));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const queue = limited(limits);
        const naive: string[] = [];
        const size = (text: string): number => Buffer.byteLength(text);
        const bytes = (): number => naive.reduce((sum, text) => sum + size(text), 0);
        let gone = 0;
        for (const text of steps) {
          if (text === undefined) expect(queue.shift()).toBe(naive.shift());
          else {
            queue.push(text);
            if (size(text) > limits.maxBytes) gone++;
            else {
              naive.push(text);
              for (; bytes() > limits.maxBytes || naive.length > limits.maxMessages; gone++) naive.shift();
            }
          }
          expect([queue.length, queue.bytes, queue.dropped]).toEqual([naive.length, bytes(), gone]);
        }
        expect(drained(queue)).toEqual(naive);
      }),
    );
  });
});

describe("a queue that has a socket", () => {
  function openSocket(): FakeSocket {
    const socket = new FakeSocket("", []);
    socket.open();
    return socket;
  }

  it("hands over everything, in order", () => {
    const socket = openSocket();
    expect(filled(limited({}), "a", "b").moveTo(socket, 0)).toBe(false);
    expect(socket.sent).toEqual(["a", "b"]);
  });

  it("stops when the socket holds more than it may, and says that it is not done", () => {
    const socket = openSocket();
    socket.send = (data) => {
      socket.sent.push(data);
      socket.bufferedAmount += 10;
    };
    const queue = filled(limited({}), "a", "b", "c");
    expect(queue.moveTo(socket, 10)).toBe(true);
    expect(socket.sent).toEqual(["a", "b"]);
    expect(drained(queue)).toEqual(["c"]);
  });

  it("keeps the rest when the socket closes on the way, and counts none of it as handed over", () => {
    const socket = openSocket();
    socket.send = (data) => {
      socket.sent.push(data);
      socket.readyState = 2;
    };
    const queue = filled(limited({}), "a", "b");
    expect(queue.moveTo(socket, 0)).toBe(false);
    expect([socket.sent, drained(queue)]).toEqual([["a"], ["b"]]);
  });
});

describe("what can be sent", () => {
  it("is text, an ArrayBuffer, or any view, which is not copied", () => {
    const bytes = Uint8Array.of(0, 1, 2, 3);
    expect(messageOf("text")).toBe("text");
    expect(messageOf(bytes)).toBe(bytes);
    expect(messageOf(bytes.buffer)).toEqual(bytes);
    const view = messageOf(new DataView(bytes.buffer, 1, 2)) as Uint8Array;
    expect([view, view.buffer === bytes.buffer]).toEqual([Uint8Array.of(1, 2), true]);
    expect(messageOf(new Uint16Array(bytes.buffer))).toEqual(bytes);
  });

  it.each([undefined, null, 5, {}, [1], new Blob(["a"])])("is not %o", (data) => {
    expect(() => messageOf(data as never)).toThrow(TypeError);
  });
});
