/** `outbox.ts`: the slabs that all connections share. */
import { describe, expect, it } from "vitest";
import { SharedMessage } from "../../../src/websocket/connection/message.ts";
import { Outbox, type Transport } from "../../../src/websocket/connection/outbox.ts";
import { Opcode } from "../../../src/websocket/wire/frame.ts";
import { encodeFrame, readFrames } from "../naive-codec.ts";
import { random } from "../random.ts";
import { numbers, QuickTransport, SlowTransport, sent } from "../transports.ts";

const KEY = 0x01020304;
const COPY_UP_TO = 4 * 1024;

describe("memory", () => {
  it("of a long payload is the application's own on a server, and a copy on a client", () => {
    const payload = Uint8Array.from(numbers(COPY_UP_TO + 1));
    for (const [drawKey, same] of [
      [undefined, true],
      [() => KEY, false],
    ] as const) {
      const outbox = new Outbox(drawKey);
      outbox.frame(Opcode.Binary, payload);
      const transport = new SlowTransport();
      outbox.transmit(transport);
      expect(transport.held.some((bytes) => bytes.buffer === payload.buffer)).toBe(same);
    }
  });

  it("of short frames is a copy: what the application does afterwards does not matter", () => {
    const payload = numbers(COPY_UP_TO);
    const frames = new SharedMessage("prepared").plain;
    const stream = sent((outbox) => {
      outbox.frame(Opcode.Binary, payload);
      outbox.frames(frames);
      payload.fill(0);
      frames.fill(0);
    });
    const expected = [
      encodeFrame({ opcode: 2, payload: numbers(COPY_UP_TO) }),
      new SharedMessage("prepared").plain,
    ];
    expect(stream.equals(Buffer.concat(expected))).toBe(true);
  });

  /** Where in which memory a message of an outbox of its own lands. */
  const placeOf = (transport: Transport & { held?: Uint8Array[] }): { buffer: unknown; at: number } => {
    const outbox = new Outbox(undefined);
    let place: { buffer: unknown; at: number } | undefined;
    outbox.text("x".repeat(1000));
    outbox.transmit({
      cork() {},
      uncork() {},
      write: (bytes) => {
        place = { buffer: bytes.buffer, at: bytes.byteOffset };
        transport.write(bytes);
      },
      letsGo: transport.letsGo,
      get pendingBytes() {
        return transport.pendingBytes;
      },
    });
    return place!;
  };

  /** Uses up a slab that an earlier test's transport holds. */
  const placeInUnheldSlab = (): { buffer: unknown; at: number } => {
    for (let i = 0; i < 100; i++) {
      const place = placeOf(new QuickTransport());
      if (place.at === 0) return place;
    }
    throw new Error("no slab starts over");
  };

  it("of what the kernel took at once is used again", () => {
    const first = placeInUnheldSlab();
    expect(placeOf(new QuickTransport())).toEqual(first);
  });

  it("of what a transport holds is not used again", () => {
    const slow = new SlowTransport();
    const first = placeOf(slow);
    const second = placeOf(new QuickTransport());
    expect(second.buffer === first.buffer && second.at < first.at + 1004).toBe(false);
  });

  it("of what a stream in this process has taken is not used again: it may have passed it on", () => {
    placeInUnheldSlab();
    const inProcess = Object.assign(new QuickTransport(), { letsGo: false });
    const first = placeOf(inProcess);
    const second = placeOf(new QuickTransport());
    expect(second.buffer === first.buffer && second.at < first.at + 1004).toBe(false);
  });

  it("of a transport that is backed up is a copy, so that it does not hold a slab for a short frame", () => {
    const slow = new SlowTransport();
    slow.write(numbers(10));
    const { buffer } = placeInUnheldSlab();
    const outbox = new Outbox(undefined);
    outbox.text("short");
    outbox.transmit(slow);
    expect(slow.held.at(-1)!.buffer).not.toBe(buffer);
    expect(placeOf(new QuickTransport())).toEqual({ buffer, at: 0 });
  });
});

describe("what a transport holds", () => {
  /** Lets other outboxes write over everything that they may write over. */
  const overwrite = (): void => {
    for (let i = 0; i < 200; i++) sent((outbox) => outbox.text("~".repeat(1000)));
  };

  it("stays when a long payload was the last thing in it", () => {
    const slow = new SlowTransport();
    const outbox = new Outbox(undefined);
    outbox.text("before");
    outbox.frame(Opcode.Binary, numbers(20_000));
    outbox.transmit(slow);
    overwrite();
    expect(readFrames(slow.bytes, "client").map(({ opcode }) => opcode)).toEqual([1, 2]);
  });

  it("stays when the transport was backed up and prepared frames come first", () => {
    const slow = new SlowTransport();
    const outbox = new Outbox(undefined);
    for (const message of ["first", "second"]) {
      outbox.frames(new SharedMessage(numbers(20_000)).plain);
      outbox.text(message);
      outbox.transmit(slow);
      overwrite();
    }
    expect(readFrames(slow.bytes, "client").map(({ opcode }) => opcode)).toEqual([2, 1, 2, 1]);
  });
});

describe("outboxes that share slabs", () => {
  for (let seed = 0; seed < 12; seed++) {
    it(`never mix their bytes, whatever their transports hold and for how long (seed ${seed})`, () => {
      const next = random(seed);
      const peers = Array.from({ length: 8 }, (_, id) => {
        const client = id % 2 === 1;
        const transport = id % 4 < 2 ? new QuickTransport() : new SlowTransport();
        const outbox = new Outbox(client ? () => Math.floor(next() * 2 ** 32) : undefined);
        return { client, transport, outbox, expected: [] as string[] };
      });
      for (let step = 0; step < 800; step++) {
        const peer = peers[Math.floor(next() * peers.length)]!;
        const action = next();
        const payload = numbers(Math.floor(next() ** 8 * 30_000));
        if (payload.length > 0) payload[0] = step;
        if (action < 0.5) {
          peer.outbox.frame(Opcode.Binary, payload);
          peer.expected.push(`2 ${payload.toString("hex")}`);
        } else if (action < 0.7) {
          const message = `${step}€`.repeat(Math.floor(next() ** 4 * 1000));
          peer.outbox.text(message);
          peer.expected.push(`1 ${Buffer.from(message).toString("hex")}`);
        } else if (action < 0.75 && !peer.client) {
          peer.outbox.frames(new SharedMessage(payload).plain);
          peer.expected.push(`2 ${payload.toString("hex")}`);
        } else if (action < 0.95) {
          peer.outbox.transmit(peer.transport);
        } else if (peer.transport instanceof SlowTransport) {
          peer.transport.take();
        }
      }
      for (const { client, transport, outbox, expected } of peers) {
        outbox.transmit(transport);
        const frames = readFrames(transport.bytes, client ? "server" : "client");
        const found = frames.map(
          ({ opcode, payload }) => `${opcode} ${Buffer.from(payload).toString("hex")}`,
        );
        expect(found).toEqual(expected);
      }
    });
  }
});
