import { describe, expect, it } from "vitest";
import { Unread } from "../../../src/websocket/endpoint/unread.ts";

/** What an item costs besides its bytes. */
const COST = 64;

/** A queue for two items of 100 bytes, and what it did to its socket. */
function queue(maxBytes = 2 * (100 + COST)) {
  const calls: string[] = [];
  const unread: Unread<string> = new Unread(
    {
      pause: (by) => calls.push(by === unread ? "pause" : "pause by another"),
      resume: (by) => calls.push(by === unread ? "resume" : "resume by another"),
    },
    maxBytes,
  );
  const push = (...items: string[]): void => {
    for (const item of items) unread.push(item, 100);
  };
  return { unread, calls, push };
}
const read = async (unread: Unread<string>): Promise<string> => {
  const { done, value } = await unread.next();
  return done === true ? "end" : value;
};

describe("what has arrived and was not read", () => {
  it("is read in its order, whether the reader or the item is first", async () => {
    const { unread, push } = queue();
    push("a", "b");
    const early = [read(unread), read(unread), read(unread), read(unread)];
    push("c", "d", "e");
    expect(await Promise.all([...early, read(unread)])).toEqual(["a", "b", "c", "d", "e"]);
  });

  it("pauses the socket in the queue's own name when it is too much, until half of it is read", async () => {
    const { unread, calls, push } = queue();
    push("a", "b");
    expect(calls).toEqual([]);
    push("c");
    expect(calls).toEqual(["pause"]);
    push("d"); // was on its way
    const left: string[][] = [];
    for (const _ of "abcd") {
      await read(unread);
      left.push([...calls]);
    }
    expect(left).toEqual([["pause"], ["pause"], ["pause", "resume"], ["pause", "resume"]]);
    push("e", "f", "g");
    expect(calls).toEqual(["pause", "resume", "pause"]);
  });

  it("is nothing when somebody waits for it", () => {
    const { unread, calls, push } = queue(0);
    const reads = [unread.next(), unread.next()];
    push("a", "b");
    expect(calls).toEqual([]);
    push("c");
    expect(calls).toEqual(["pause"]);
    return Promise.all(reads);
  });

  it("is bounded when it is empty messages, too", () => {
    const { unread, calls } = queue(1000);
    let items = 0;
    while (calls.length === 0 && items < 1000) {
      unread.push("", 0);
      items++;
    }
    expect(items).toBe(Math.floor(1000 / COST) + 1);
  });
});

describe("the end", () => {
  it("comes behind what is there, and for all who ask from then on", async () => {
    const { unread, push } = queue();
    push("a");
    unread.end();
    push("too late");
    expect([await read(unread), await read(unread), await read(unread)]).toEqual(["a", "end", "end"]);
  });

  it("reaches all who wait", async () => {
    const { unread } = queue();
    const reads = [read(unread), read(unread)];
    unread.end();
    expect(await Promise.all(reads)).toEqual(["end", "end"]);
  });

  it("with an error rejects once, behind what is there; then it is an end", async () => {
    const { unread, push } = queue();
    push("a");
    unread.end(new Error("broken"));
    unread.end(new Error("not this"));
    expect(await read(unread)).toBe("a");
    await expect(unread.next()).rejects.toThrow("broken");
    expect(await read(unread)).toBe("end");
  });

  it("with an error rejects the first of those who wait", async () => {
    const { unread } = queue();
    const reads = [unread.next(), unread.next()];
    unread.end(new Error("broken"));
    await expect(reads[0]).rejects.toThrow("broken");
    await expect(reads[1]).resolves.toEqual({ done: true, value: undefined });
  });
});

describe("what is abandoned", () => {
  it("is forgotten, resumes the socket once, and takes no more", async () => {
    const { unread, calls, push } = queue();
    push("a", "b", "c");
    unread.abandon();
    unread.abandon();
    expect(calls).toEqual(["pause", "resume"]);
    push("d", "e", "f", "g");
    expect(await read(unread)).toBe("end");
    expect(calls).toEqual(["pause", "resume"]);
  });

  it("ends the waiting of who still reads", async () => {
    const { unread } = queue();
    const waiting = read(unread);
    unread.abandon();
    expect(await waiting).toBe("end");
  });
});
