import { describe, expect, it } from "vitest";
import { type PartSender, type Parts, sendParts } from "../../../src/websocket/endpoint/send-parts.ts";
import { Waiting } from "../../../src/websocket/endpoint/waiting.ts";
import type { Opcode } from "../../../src/websocket/wire/frame.ts";
import { turn } from "../next-event.ts";

/** A connection that writes down what is sent, and is blocked, busy or closed when a test says so. */
class Sender implements PartSender {
  readonly frames: string[] = [];
  readonly #waiting = new Waiting();
  isOpen = true;
  isBlocked = false;
  busy = false;

  beginParts(): boolean {
    if (this.busy) return false;
    this.busy = true;
    return true;
  }
  sendPart(opcode: Opcode, payload: Uint8Array, final: boolean): boolean {
    if (!this.isOpen || !this.busy) return false;
    const name = { 0: "…", 1: "text", 2: "binary" }[opcode as number];
    this.frames.push(`${name} ${Buffer.from(payload).toString("utf8")}${final ? " fin" : ""}`);
    if (final) this.change({ busy: false });
    return true;
  }
  until(condition: () => boolean): Promise<void> {
    return this.#waiting.until(condition);
  }
  change(state: Partial<Pick<Sender, "isOpen" | "isBlocked" | "busy">>): void {
    Object.assign(this, state);
    this.#waiting.check();
  }
}

/** A source whose parts a test gives one by one; it knows whether it was let go. */
function source() {
  const { readable, writable } = new TransformStream<string, string>();
  const writer = writable.getWriter();
  let released = false;
  writer.closed.then(
    () => {},
    () => (released = true),
  );
  return {
    parts: readable as unknown as AsyncIterable<string>,
    give: (part: string) => void writer.write(part).catch(() => {}),
    end: () => void writer.close().catch(() => {}),
    get released(): boolean {
      return released;
    },
  };
}

describe("RFC 6455 §5.4 a message that is sent in parts", () => {
  const bytes = (...parts: string[]): Uint8Array[] => parts.map((part) => Buffer.from(part));
  const rows: readonly (readonly [string, Parts, readonly string[]])[] = [
    ["strings", ["a", "b"], ["text a", "… b", "…  fin"]],
    ["bytes", bytes("a", "b"), ["binary a", "… b", "…  fin"]],
    ["one part", ["a"], ["text a", "…  fin"]],
    ["an empty part", [""], ["text ", "…  fin"]],
    ["no part: an empty text", [], ["text  fin"]],
    ["no bytes", bytes(""), ["binary ", "…  fin"]],
    [
      "a generator",
      (function* () {
        yield "a";
      })(),
      ["text a", "…  fin"],
    ],
    [
      "an async generator",
      (async function* () {
        yield "a";
      })(),
      ["text a", "…  fin"],
    ],
    ["surrogates that are cut", ["a\ud83d", "\ude00b"], ["text a", "… 😀b", "…  fin"]],
    [
      "surrogates, each a part",
      ["\ud83d", "\ude00", "\ud83d", "\ude00"],
      ["text ", "… 😀", "… ", "… 😀", "…  fin"],
    ],
    ["half a pair, and no more", ["a\ud83d"], ["text a", "… \ufffd fin"]],
    ["half a pair and something else", ["a\ud83d", "b"], ["text a", "… \ufffdb", "…  fin"]],
    ["an empty part within a pair", ["\ud83d", "", "\ude00"], ["text ", "… ", "… 😀", "…  fin"]],
  ];
  for (const [name, parts, frames] of rows) {
    it(`is a row of frames: ${name}`, async () => {
      const sender = new Sender();
      await sendParts(sender, parts);
      expect(sender.frames).toEqual(frames);
    });
  }

  it("is not begun before its first part is there: others go first meanwhile", async () => {
    const sender = new Sender();
    const { parts, give, end } = source();
    const sent = sendParts(sender, parts);
    await turn();
    expect(sender.busy).toBe(false);
    await sendParts(sender, ["other"]);
    give("a");
    end();
    await sent;
    expect(sender.frames).toEqual(["text other", "…  fin", "text a", "…  fin"]);
  });

  it("waits for its turn: two senders at once never interleave", async () => {
    const sender = new Sender();
    const sources = ["a", "b", "c"].map((name) => ({ name, ...source() }));
    const all = sources.map(({ parts }) => sendParts(sender, parts));
    for (let i = 0; i < 5; i++) {
      for (const { name, give } of sources) give(`${name}${i}`);
      await turn();
    }
    for (const { end } of sources) end();
    await Promise.all(all);
    const messages = sender.frames
      .join(",")
      .split(" fin")
      .filter((message) => message !== "");
    expect(messages).toHaveLength(3);
    for (const [i, name] of ["a", "b", "c"].entries()) {
      expect(messages[i]!.match(/[abc]\d/g)).toEqual([0, 1, 2, 3, 4].map((number) => `${name}${number}`));
    }
  });

  it("has the bytes that each part had when it was given, though its source refills the same memory", async () => {
    const given: Uint8Array[] = [];
    const sender = new Sender();
    const { sendPart } = sender;
    sender.sendPart = (opcode, payload, final) => {
      given.push(payload); // as a connection does that sends it later
      return sendPart.call(sender, opcode, payload, final);
    };
    const memory = new Uint8Array(8192);
    await sendParts(
      sender,
      (function* () {
        for (const letter of [65, 66, 67]) yield memory.fill(letter);
      })(),
    );
    expect(given.map((payload) => [payload.length, payload[0], payload.at(-1)])).toEqual([
      [8192, 65, 65],
      [8192, 66, 66],
      [8192, 67, 67],
      [0, undefined, undefined],
    ]);
  });

  it("asks for the next part only when the peer has taken the last", async () => {
    const sender = new Sender();
    let asked = 0;
    const sent = sendParts(
      sender,
      (function* () {
        while (asked < 10) yield `${asked++}`;
      })(),
    );
    sender.change({ isBlocked: true });
    await turn();
    expect([asked, sender.frames]).toEqual([1, ["text 0"]]);
    for (let i = 2; i <= 4; i++) {
      sender.change({ isBlocked: false });
      sender.change({ isBlocked: true });
      await turn();
      expect(asked).toBe(i);
    }
    sender.change({ isBlocked: false });
    await sent;
    expect(asked).toBe(10);
  });
});

describe("a message in parts that comes to nothing", () => {
  const one: readonly (readonly [string, unknown])[] = [
    ["a string", "text"],
    ["an empty string", ""],
    ["a Buffer", Buffer.from("bytes")],
    ["a Uint8Array", new Uint8Array(1)],
    ["a Float64Array", new Float64Array(1)],
    ["an ArrayBuffer", new ArrayBuffer(1)],
    ["a DataView", new DataView(new ArrayBuffer(1))],
    ["a promise of parts", Promise.resolve(["a"])],
    ["nothing", undefined],
    ["null", null],
    ["a number", 1],
    ["a generator function", function* () {}],
  ];
  for (const [name, parts] of one) {
    it(`is a TypeError that names the remedy, and sends nothing: ${name}`, async () => {
      const sender = new Sender();
      await expect(sendParts(sender, parts as Parts)).rejects.toThrow(
        new TypeError("give an array or an iterable of parts; for one message use send"),
      );
      expect([sender.frames, sender.busy]).toEqual([[], false]);
    });
  }

  const mixed: readonly (readonly [string, readonly unknown[]])[] = [
    ["bytes after a string", ["a", Buffer.from("b")]],
    ["a string after bytes", [Buffer.from("a"), "b"]],
    ["a number", [7]],
    ["an ArrayBuffer", [new ArrayBuffer(1)]],
    ["undefined", ["a", undefined]],
  ];
  for (const [name, parts] of mixed) {
    it(`is a TypeError for what is mixed or no part, and lets the source go: ${name}`, async () => {
      const sender = new Sender();
      let released = false;
      const source = (function* () {
        try {
          yield* parts as string[];
        } finally {
          released = true;
        }
      })();
      await expect(sendParts(sender, source)).rejects.toThrow(TypeError);
      expect(released).toBe(true);
      expect(sender.frames.every((frame) => !frame.endsWith("fin"))).toBe(true);
    });
  }

  it("throws what its source throws", async () => {
    const sender = new Sender();
    const parts = (async function* () {
      yield "a";
      throw new Error("of the source");
    })();
    await expect(sendParts(sender, parts)).rejects.toThrow("of the source");
    expect(sender.frames).toEqual(["text a"]);
  });

  it("ends with an error when the connection closes between two parts, and lets the source go", async () => {
    const sender = new Sender();
    const given = source();
    const { parts, give } = given;
    const sent = sendParts(sender, parts);
    give("a");
    await turn();
    sender.isOpen = false;
    give("b");
    await expect(sent).rejects.toThrow("the connection is closing");
    await turn();
    expect([sender.frames, given.released]).toEqual([["text a"], true]);
  });

  it("ends with an error when the connection is dropped behind the last part, before the end is known", async () => {
    const sender = new Sender();
    const sent = sendParts(
      sender,
      (function* () {
        yield "a";
        sender.isOpen = false;
      })(),
    );
    await expect(sent).rejects.toThrow("the connection is closing");
    expect(sender.frames).toEqual(["text a"]);
  });

  it("ends when the connection closes while the source is silent, which is let go", async () => {
    for (const begun of [true, false]) {
      const sender = new Sender();
      let returned = false;
      const parts: AsyncIterable<string> = {
        [Symbol.asyncIterator]: () => {
          let asked = 0;
          return {
            next: () =>
              begun && asked++ === 0 ? Promise.resolve({ done: false, value: "a" }) : new Promise(() => {}),
            return: () => {
              returned = true;
              return new Promise(() => {});
            },
          };
        },
      };
      const sent = sendParts(sender, parts);
      await turn();
      sender.change({ isOpen: false });
      await expect(sent).rejects.toThrow("the connection is closing");
      expect(returned).toBe(true);
    }
  });

  it("ends when the connection closes while the peer does not read, or while it waits for its turn", async () => {
    for (const state of [{ isBlocked: true }, { busy: true }]) {
      const sender = new Sender();
      sender.change(state);
      const sent = sendParts(sender, ["a", "b"]);
      await turn();
      sender.change({ isOpen: false });
      await expect(sent).rejects.toThrow("the connection is closing");
    }
  });
});
