import { describe, expect, it } from "vitest";
import { MessageAssembly } from "../../../src/websocket/wire/assembly.ts";
import { Opcode } from "../../../src/websocket/wire/frame.ts";

const { Text, Binary, Continuation } = Opcode;
const broken = (closeCode: number): unknown => expect.objectContaining({ closeCode });
const assembly = (): MessageAssembly => new MessageAssembly({ maxMessageBytes: 10, maxFragments: 4 }, false);

/** A whole frame, its payload in one chunk. */
function frame(message: MessageAssembly, fin: boolean, opcode: Opcode, payload: string): void {
  message.start(fin, opcode, false, payload.length);
  if (payload.length > 0) message.payload(Buffer.from(payload), 0, payload.length);
}

describe("RFC 6455 §5.4 messages out of frames", () => {
  it("makes a string of Text and a Buffer of Binary", () => {
    const message = assembly();
    frame(message, true, Text, "héy");
    expect(message.take()).toBe("hé");
    frame(message, true, Binary, "hey");
    expect(message.take()).toEqual(Buffer.from("hey"));
  });

  it("takes the kind of a message from its first frame", () => {
    const message = assembly();
    frame(message, false, Binary, "a");
    frame(message, false, Continuation, "");
    frame(message, true, Continuation, "b");
    expect(message.take()).toEqual(Buffer.from("ab"));
  });

  it("delivers a message that lies whole in its chunk from there, without a copy", () => {
    const chunk = Buffer.from("..abc..");
    const message = assembly();
    message.start(true, Binary, false, 3);
    message.payload(chunk, 2, 5);
    const taken = message.take() as Buffer;
    expect(taken.toString()).toBe("abc");
    expect(taken.buffer).toBe(chunk.buffer);
    expect(taken.byteOffset).toBe(chunk.byteOffset + 2);
  });

  it("puts together a frame that TCP cut", () => {
    const message = assembly();
    message.start(true, Text, false, 5);
    message.payload(Buffer.from("..He"), 2, 4);
    message.payload(Buffer.from("llo"), 0, 3);
    expect(message.take()).toBe("Hello");
  });

  it("does not mistake the last piece of a fragmented message for the whole", () => {
    const message = assembly();
    frame(message, false, Text, "abc");
    frame(message, true, Continuation, "def");
    expect(message.take()).toBe("abcdef");
    frame(message, true, Text, "");
    expect(message.take()).toBe("");
  });

  it("fails with 1002 when there is nothing to continue, at the start and between messages", () => {
    const message = assembly();
    expect(() => message.start(true, Continuation, false, 0)).toThrow(broken(1002));
    frame(message, true, Text, "a");
    message.take();
    expect(() => message.start(true, Continuation, false, 0)).toThrow(broken(1002));
  });

  it("fails with 1002 when a message begins within another", () => {
    for (const opcode of [Text, Binary]) {
      const message = assembly();
      frame(message, false, Text, "a");
      expect(() => message.start(true, opcode, false, 0)).toThrow(broken(1002));
    }
  });

  it("allows a message as long as the limit, and fails with 1009 one byte beyond, before it arrives", () => {
    const message = assembly();
    frame(message, true, Text, "0123456789");
    expect(message.take()).toBe("0123456789");
    expect(() => message.start(true, Text, false, 11)).toThrow(broken(1009));
    const fragmented = assembly();
    frame(fragmented, false, Text, "012345");
    frame(fragmented, false, Continuation, "6789");
    frame(fragmented, false, Continuation, "");
    expect(() => fragmented.start(false, Continuation, false, 1)).toThrow(broken(1009));
  });

  it("counts each message for itself", () => {
    const message = assembly();
    for (let i = 0; i < 5; i++) {
      frame(message, false, Text, "01234");
      frame(message, true, Continuation, "56789");
      expect(message.take()).toBe("0123456789");
    }
  });

  it("allows as many frames as the limit, and fails with 1008 one beyond, be they empty", () => {
    const message = assembly();
    frame(message, false, Text, "");
    for (let i = 0; i < 2; i++) frame(message, false, Continuation, "");
    frame(message, true, Continuation, "");
    expect(message.take()).toBe("");
    frame(message, false, Text, "");
    for (let i = 0; i < 3; i++) frame(message, false, Continuation, "");
    expect(() => message.start(true, Continuation, false, 0)).toThrow(broken(1008));
  });

  it("fails with 1007 at the first octet that makes the text of all frames together no UTF-8", () => {
    const message = assembly();
    message.start(false, Text, false, 1);
    message.payload(Buffer.of(0xc3), 0, 1);
    message.start(true, Continuation, false, 1);
    expect(() => message.payload(Buffer.of(0x28), 0, 1)).toThrow(broken(1007));
  });

  it("fails with 1007 when its text ends within a character", () => {
    const message = assembly();
    message.start(false, Text, false, 1);
    message.payload(Buffer.of(0xc3), 0, 1);
    message.start(true, Continuation, false, 0);
    expect(() => message.take()).toThrow(broken(1007));
  });

  it("is copied out of a chunk that is only lent", () => {
    const message = new MessageAssembly({ maxMessageBytes: 10, maxFragments: 4 }, true);
    const chunk = Buffer.from("abc");
    message.start(true, Opcode.Binary, false, 3);
    message.payload(chunk, 0, 3);
    const taken = message.take();
    chunk.fill(0);
    expect(taken).toEqual(Buffer.from("abc"));
  });
});
