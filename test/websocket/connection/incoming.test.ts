import { describe, expect, it } from "vitest";
import { connectionDefaults } from "../../../src/websocket/connection/connection-options.ts";
import { type ControlSink, Incoming, type MessageSink } from "../../../src/websocket/connection/incoming.ts";
import { Compression } from "../../../src/websocket/deflate/compression.ts";
import type { MessageInflater } from "../../../src/websocket/deflate/deflate.ts";
import { deflateDefaults } from "../../../src/websocket/deflate/permessage-deflate-options.ts";
import { WebSocketProtocolError } from "../../../src/websocket/errors.ts";
import { Opcode } from "../../../src/websocket/wire/frame.ts";
import { json } from "../compressible.ts";
import { encodeFrame, type Frame } from "../naive-codec.ts";
import { rawDeflated } from "../raw-deflate.ts";

const agreed = {
  serverNoContextTakeover: true,
  clientNoContextTakeover: true,
  serverMaxWindowBits: 15,
  clientMaxWindowBits: 15,
};
/** Inflates to more than what is inflated at once. */
const LONG = json(300_000);

interface Setting {
  readonly inParts?: boolean;
  readonly lent?: boolean;
  readonly maxMessageBytes?: number;
}

/** One end that receives as a client, with everything it tells written down. */
class Receiver implements MessageSink, ControlSink {
  readonly lines: string[] = [];
  readonly incoming: Incoming;
  /** Called for each line. */
  during: (line: string) => void = () => {};
  /** What came whole. */
  readonly messages: (string | Buffer)[] = [];
  job: { inflater: MessageInflater; payload: Buffer } | undefined;

  constructor({ inParts = false, lent = false, maxMessageBytes = 2 ** 20 }: Setting = {}) {
    const options = {
      ...connectionDefaults,
      ...{ inParts, maxMessageBytes, perMessageDeflate: deflateDefaults, random: () => {} },
    };
    const compression = new Compression("client", agreed, options);
    const sinks = { messages: this, controls: this };
    this.incoming = new Incoming("client", sinks, options, { lent, compression });
  }

  /** Frames arrive in one chunk; a lent one is overwritten afterwards. */
  receive(...frames: Frame[]): void {
    const chunk = Buffer.concat(frames.map(encodeFrame));
    this.incoming.receive(chunk);
  }
  receiveLent(...frames: Frame[]): void {
    const chunk = Buffer.concat(frames.map(encodeFrame));
    this.incoming.receive(chunk);
    chunk.fill("#");
  }
  inflated(): void {
    const { inflater, payload } = this.job!;
    this.job = undefined;
    const inflation = inflater.start(payload);
    expect(inflation.rest.length).toBeGreaterThan(payload.length);
    this.incoming.inflated(inflater.finish(LONG));
  }

  text(message: string): void {
    this.messages.push(message);
    this.#note(`text ${message.slice(0, 8)}`);
  }
  binary(message: Buffer): void {
    this.messages.push(message);
    this.#note(`binary ${message.toString("latin1", 0, 8)}`);
  }
  part(data: string | Buffer, isText: boolean, final: boolean): void {
    this.#note(`part ${isText ? "text" : "binary"} ${data.toString().slice(0, 8)}${final ? "final" : ""}`);
  }
  inflate(inflater: MessageInflater, payload: Buffer): void {
    this.job = { inflater, payload };
    this.#note("inflate");
  }
  control(opcode: Opcode, payload: Buffer): void {
    this.#note(`${Opcode[opcode as unknown as keyof typeof Opcode] ?? opcode} ${payload.toString()}`);
  }
  fail(error: WebSocketProtocolError): void {
    this.#note(`fail ${error.closeCode}`);
  }
  #note(line: string): void {
    this.lines.push(line.trim());
    this.during(line.trim());
  }
}

const text = (payload: string): Frame => ({ opcode: Opcode.Text, payload });
const ping = (payload: string): Frame => ({ opcode: Opcode.Ping, payload });
const compressed = (payload: Buffer, opcode: number = Opcode.Text): Frame => ({
  ...{ opcode, rsv: 4, payload: rawDeflated(payload) },
});

describe("RFC 6455 §5.4 what is received", () => {
  it("comes in order: messages, and control frames between their fragments", () => {
    const world = new Receiver();
    world.receive(
      ...[text("a"), { opcode: Opcode.Text, fin: false, payload: "b" }, ping("!")],
      ...[
        { opcode: Opcode.Continuation, payload: "c" },
        { opcode: Opcode.Binary, payload: "d" },
      ],
      { opcode: Opcode.Pong },
    );
    expect(world.lines).toEqual(["text a", "9 !", "text bc", "binary d", "10"]);
  });

  it("stops at a broken rule, whatever comes behind it", () => {
    const world = new Receiver();
    world.receive(text("a"), { opcode: 3 }, text("b"));
    world.receive(text("c"));
    expect(world.lines).toEqual(["text a", "fail 1002"]);
  });

  it("is control frames alone, when the application has said that it wants no more messages", () => {
    for (const inParts of [false, true]) {
      const world = new Receiver({ inParts });
      world.incoming.delivers = false;
      world.receive(
        text("a"),
        compressed(LONG).opcode === 1 && !inParts ? compressed(LONG) : text("b"),
        ping("!"),
      );
      expect(world.lines.filter((line) => !line.startsWith("part"))).toEqual(["9 !"]);
    }
  });

  it("keeps its bytes when the chunks are lent, and are used again", () => {
    const world = new Receiver({ lent: true });
    world.receiveLent(
      { opcode: Opcode.Binary, payload: "one" },
      { opcode: Opcode.Binary, fin: false, payload: "tw" },
    );
    world.receiveLent({ opcode: Opcode.Continuation, payload: "o" }, text("three"));
    expect(world.messages.map(String)).toEqual(["one", "two", "three"]);
  });
});

describe("receiving that is held", () => {
  it("ends with the current message; what has arrived is kept, and comes when it is wanted", () => {
    const world = new Receiver();
    world.during = (line) => line === "text a" && world.incoming.hold(true);
    world.receive(text("a"), text("b"), ping("1"));
    expect(world.incoming.isDeaf).toBe(true);
    world.receive(text("c"));
    expect(world.lines).toEqual(["text a"]);
    world.incoming.hold(false);
    world.receive(text("d"));
    expect(world.lines).toEqual(["text a", "text b", "9 1", "text c", "text d"]);
  });

  it("and wanted again within one message goes on in order", () => {
    const world = new Receiver();
    world.during = () => {
      world.incoming.hold(true);
      world.incoming.hold(false);
    };
    world.receive(text("a"), text("b"));
    world.receive(text("c"));
    expect(world.lines).toEqual(["text a", "text b", "text c"]);
  });

  it("may be held again by what was kept", () => {
    const world = new Receiver();
    world.during = (line) => line.startsWith("text") && world.incoming.hold(true);
    world.receive(text("a"), text("b"), text("c"));
    for (const expected of [1, 2, 3]) {
      expect(world.lines).toHaveLength(expected);
      world.incoming.hold(false);
    }
    expect(world.lines).toEqual(["text a", "text b", "text c"]);
  });

  it("keeps lent chunks as copies", () => {
    const world = new Receiver({ lent: true });
    world.incoming.hold(true);
    world.receiveLent(text("kept"));
    world.receiveLent(text("too"));
    world.incoming.hold(false);
    expect(world.messages).toEqual(["kept", "too"]);
  });

  it("forgets what was kept when it is stopped (RFC 6455 §1.4)", () => {
    const world = new Receiver();
    world.incoming.hold(true);
    world.receive(text("a"));
    world.incoming.stop();
    world.incoming.hold(false);
    world.receive(text("b"));
    expect(world.lines).toEqual([]);
  });
});

describe("RFC 7692 §6.2 receiving while a message is inflated elsewhere", () => {
  it("stops behind that message, and goes on when it is there", () => {
    const world = new Receiver();
    world.receive(text("a"), compressed(LONG), text("b"), ping("1"));
    expect([world.lines, world.incoming.isDeaf, world.incoming.isInflating]).toEqual([
      ["text a", "inflate"],
      true,
      true,
    ]);
    world.receive(text("c"));
    world.inflated();
    expect(world.lines).toEqual([
      "text a",
      "inflate",
      `text ${LONG.toString().slice(0, 8)}`,
      "text b",
      "9 1",
      "text c",
    ]);
    expect(world.messages[1]).toBe(LONG.toString());
    expect(world.incoming.isDeaf).toBe(false);
  });

  it("waits for both, that and who holds it", () => {
    const world = new Receiver();
    world.receive(compressed(LONG, Opcode.Binary), text("b"));
    world.incoming.hold(true);
    world.inflated();
    expect(world.lines).toEqual(["inflate", `binary ${LONG.toString().slice(0, 8)}`]);
    expect(world.incoming.isDeaf).toBe(true);
    world.incoming.hold(false);
    expect(world.lines.at(-1)).toBe("text b");
  });

  it("gives a lent payload away as a copy", () => {
    const world = new Receiver({ lent: true });
    const payload = rawDeflated(LONG);
    world.receiveLent({ opcode: Opcode.Text, rsv: 4, payload });
    expect(world.job!.payload.equals(payload)).toBe(true);
  });

  it("fails as zlib's thread says, and hears nothing that came behind", () => {
    const world = new Receiver();
    world.receive(compressed(LONG), text("b"));
    world.incoming.inflated(new WebSocketProtocolError(1009, "too long"));
    world.receive(text("c"));
    expect(world.lines).toEqual(["inflate", "fail 1009"]);
  });

  it("fails with 1007 for text that is not UTF-8 (RFC 6455 §8.1)", () => {
    const world = new Receiver();
    world.receive(compressed(LONG), text("b"));
    world.incoming.inflated(Buffer.of(0xff));
    expect(world.lines).toEqual(["inflate", "fail 1007"]);
    const short = new Receiver();
    short.receive(compressed(Buffer.of(0xc0, 0x80)));
    expect(short.lines).toEqual(["fail 1007"]);
  });

  it("ignores what comes after it was stopped, and who closes wants no message", () => {
    const stopped = new Receiver();
    stopped.receive(compressed(LONG), text("b"));
    stopped.incoming.stop();
    stopped.incoming.inflated(LONG);
    expect(stopped.lines).toEqual(["inflate"]);

    const closing = new Receiver();
    closing.receive(compressed(LONG), text("b"), ping("!"));
    closing.incoming.delivers = false;
    closing.inflated();
    expect(closing.lines).toEqual(["inflate", "9 !"]);
  });
});
