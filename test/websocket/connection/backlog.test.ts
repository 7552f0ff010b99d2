import { describe, expect, it } from "vitest";
import {
  Backlog,
  type BacklogOptions,
  type Message,
  type Overflow,
} from "../../../src/websocket/connection/backlog.ts";
import { Opcode } from "../../../src/websocket/wire/frame.ts";

/** What a message costs besides its payload. */
const COST = 64;
/** Room for three messages of 36 bytes. */
const ROOM = 300;

const message = (name: string, length = 36, key?: string): Message => ({
  opcode: Opcode.Text,
  payload: Buffer.from(name.padEnd(length, ".")),
  compress: false,
  key,
});
const nameOf = ({ payload }: Message): string => Buffer.from(payload).toString().replace(/\.+$/, "");

function backlog(overflow: Overflow, options: Partial<BacklogOptions> = {}) {
  const backlog = new Backlog({ maxBufferedBytes: ROOM, overflow, ...options });
  return {
    backlog,
    /** Adds messages, and says which found room. */
    add: (...messages: (string | Message)[]) =>
      messages.map((one) => backlog.add(typeof one === "string" ? message(one) : one)),
    /** Takes out all that waits. */
    rest: () => {
      const names: string[] = [];
      for (let one = backlog.next(); one !== undefined; one = backlog.next()) names.push(nameOf(one));
      return names;
    },
  };
}

describe.each(["close", "drop-newest", "drop-oldest", "coalesce", "wait"] as const)(
  "a backlog: %s",
  (overflow) => {
    it("gives out in the order of adding, and counts payload bytes", () => {
      const { backlog: waiting, add } = backlog(overflow);
      expect(waiting.isEmpty).toBe(true);
      expect(add("a", "b", "c")).toEqual([true, true, true]);
      expect([waiting.bytes, waiting.dropped, waiting.isEmpty]).toEqual([108, 0, false]);
      expect(nameOf(waiting.next()!)).toBe("a");
      add("d");
      expect(["b", "c", "d"].map(() => nameOf(waiting.next()!))).toEqual(["b", "c", "d"]);
      expect(waiting.next()).toBeUndefined();
      expect([waiting.bytes, waiting.dropped, waiting.isEmpty]).toEqual([0, 0, true]);
    });

    it("takes one message that is longer than the room, if nothing else waits", () => {
      const { backlog: waiting, add, rest } = backlog(overflow);
      expect(add(message("long", 10 * ROOM))).toEqual([true]);
      expect(waiting.bytes).toBe(10 * ROOM);
      expect(waiting.dropped).toBe(0);
      expect(rest()).toEqual(["long"]);
    });

    it("bounds empty messages, too", () => {
      const { backlog: waiting } = backlog(overflow);
      for (let i = 0; i < 1000; i++) waiting.add(message("", 0));
      const most = Math.floor(((overflow === "wait" ? 2 : 1) * ROOM) / COST);
      let held = 0;
      while (waiting.next() !== undefined) held++;
      expect([held, waiting.dropped]).toEqual([most, 1000 - most]);
    });

    it("counts what is cleared as dropped, and goes on", () => {
      const { backlog: waiting, add, rest } = backlog(overflow);
      add("a", "b");
      waiting.clear();
      expect([waiting.bytes, waiting.dropped, waiting.isEmpty]).toEqual([0, 2, true]);
      add("c");
      expect(rest()).toEqual(["c"]);
    });

    it("keeps the order over thousands of messages, added and taken in turns", () => {
      const { backlog: waiting } = backlog(overflow, { maxBufferedBytes: 2 ** 30 });
      let added = 0;
      for (let taken = 0; taken < 5000; taken++) {
        while (added < 2 * taken + 3 && added < 5000) waiting.add(message(`${added++}`));
        expect(nameOf(waiting.next()!)).toBe(`${taken}`);
      }
      expect([waiting.bytes, waiting.dropped, waiting.isEmpty]).toEqual([0, 0, true]);
    });
  },
);

describe.each(["close", "drop-newest"] as const)("a full backlog: %s", (overflow) => {
  it("refuses the message that finds no room, and keeps the others", () => {
    const { backlog: waiting, add, rest } = backlog(overflow);
    expect(add("a", "b", "c", "d", message("e", 0))).toEqual([true, true, true, false, false]);
    expect([waiting.bytes, waiting.dropped]).toEqual([108, 2]);
    waiting.next();
    expect(add("f")).toEqual([true]);
    expect(rest()).toEqual(["b", "c", "f"]);
  });

  it("is full to the last byte", () => {
    const { add } = backlog(overflow);
    expect(add(message("a", ROOM - 2 * COST), message("b", 1))).toEqual([true, false]);
    expect(add(message("", 0))).toEqual([true]);
  });
});

describe("a full backlog: drop-oldest", () => {
  it("drops as many of the longest waiting as the new message needs", () => {
    const { backlog: waiting, add, rest } = backlog("drop-oldest");
    expect(add("a", "b", "c", "d")).toEqual([true, true, true, true]);
    expect(waiting.dropped).toBe(1);
    add(message("e", 136)); // two places
    expect([waiting.dropped, waiting.bytes]).toEqual([3, 172]);
    expect(rest()).toEqual(["d", "e"]);
  });

  it("drops all for a message that is longer than the room", () => {
    const { backlog: waiting, add, rest } = backlog("drop-oldest");
    add("a", "b", message("long", 2 * ROOM));
    expect(waiting.dropped).toBe(2);
    expect(rest()).toEqual(["long"]);
  });
});

describe("a full backlog: wait", () => {
  it("is overfull beyond its room, and refuses beyond twice of it", () => {
    const { backlog: waiting, add, rest } = backlog("wait");
    const overfull = ["a", "b", "c", "d", "e", "f", "g"].map((name) => {
      const taken = add(name)[0];
      return `${name} ${taken} ${waiting.isOverfull}`;
    });
    expect(overfull).toEqual([
      ...["a true false", "b true false", "c true false"],
      ...["d true true", "e true true", "f true true"],
      "g false true",
    ]);
    expect(waiting.dropped).toBe(1);
    for (let i = 0; i < 3; i++) waiting.next();
    expect(waiting.isOverfull).toBe(false);
    expect(rest()).toEqual(["d", "e", "f"]);
  });
});

describe("a backlog: coalesce", () => {
  it("puts a message in the place of the one that waits with its key, and counts that one", () => {
    const { backlog: waiting, add, rest } = backlog("coalesce");
    add(message("a1", 36, "a"), message("b1", 36, "b"), message("a2", 20, "a"));
    expect([waiting.bytes, waiting.dropped]).toEqual([56, 1]);
    expect(rest()).toEqual(["a2", "b1"]);
  });

  it("has room for a replacement when there is none for another message", () => {
    const { backlog: waiting, add, rest } = backlog("coalesce");
    add(message("a1", 36, "a"), message("b1", 36, "b"), message("c1", 36, "c"), message("b2", 36, "b"));
    expect(waiting.dropped).toBe(1);
    expect(rest()).toEqual(["a1", "b2", "c1"]);
  });

  it("drops the oldest where there is nothing to replace, and forgets its key", () => {
    const { backlog: waiting, add, rest } = backlog("coalesce");
    add(message("a1", 36, "a"), "-", "-", "-");
    expect(waiting.dropped).toBe(1);
    add(message("a2", 36, "a"));
    expect(waiting.dropped).toBe(2);
    expect(rest()).toEqual(["-", "-", "a2"]);
  });

  it("replaces nothing that was taken out, and nothing without a key", () => {
    const { backlog: waiting, add, rest } = backlog("coalesce");
    add(message("a1", 36, "a"), "-");
    waiting.next();
    add(message("a2", 36, "a"), "-");
    expect(waiting.dropped).toBe(0);
    expect(rest()).toEqual(["-", "a2", "-"]);
  });

  it("finds its keys after thousands of messages went through", () => {
    const { backlog: waiting } = backlog("coalesce", { maxBufferedBytes: 2 ** 30 });
    for (let i = 0; i < 3000; i++) waiting.add(message(`${i}`, 36, `${i}`));
    for (let i = 0; i < 2500; i++) waiting.next();
    for (let i = 2500; i < 3000; i += 2) waiting.add(message(`new ${i}`, 36, `${i}`));
    expect(waiting.dropped).toBe(250);
    for (let i = 2500; i < 3000; i++) {
      expect(nameOf(waiting.next()!)).toBe(i % 2 === 0 ? `new ${i}` : `${i}`);
    }
    expect(waiting.isEmpty).toBe(true);
  });

  it("is the only policy that looks at keys", () => {
    for (const overflow of ["close", "drop-newest", "drop-oldest", "wait"] as const) {
      const { add, rest } = backlog(overflow);
      add(message("a1", 36, "a"), message("a2", 36, "a"));
      expect(rest(), overflow).toEqual(["a1", "a2"]);
    }
  });
});

describe("a message that grows while it waits", () => {
  it("makes room like any other, be it its own place", () => {
    const backlog = new Backlog({ maxBufferedBytes: 10_000, overflow: "coalesce" });
    const message = (key: string, length: number) => ({
      opcode: Opcode.Binary,
      payload: new Uint8Array(length),
      compress: false,
      key,
    });
    for (let i = 0; i < 50; i++) backlog.add(message(`${i}`, 1));
    for (let i = 0; i < 50; i++) {
      expect(backlog.add(message(`${i}`, 9_000))).toBe(true);
      expect(backlog.bytes).toBeLessThanOrEqual(10_000);
    }
    expect(backlog.next()).toMatchObject({ key: "49" });
    expect(backlog.next()).toBeUndefined();
    expect(backlog.dropped).toBe(99);
  });
});
