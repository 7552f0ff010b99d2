import { describe, expect, it } from "vitest";
import { Opcode } from "../../../src/websocket/wire/frame.ts";
import { readFrames } from "../naive-codec.ts";
import { Transcript } from "../transcript.ts";

const deflate = {
  serverNoContextTakeover: true,
  clientNoContextTakeover: true,
  serverMaxWindowBits: 15,
  clientMaxWindowBits: 15,
};
/** So long that it is compressed on the thread pool. */
const LONG = Buffer.alloc(16_385, "x");

/** Writes what is in the outbox whenever it is flushed, as a link does with a transport that takes all. */
class Flushing extends Transcript {
  readonly written: Buffer[] = [];
  override output(): void {}
  override flush(): void {
    const write = (bytes: Uint8Array): void => void this.written.push(Buffer.from(bytes));
    const transport = { write, cork() {}, uncork() {}, pendingBytes: 0, letsGo: true };
    do this.connection.outgoing.outbox.transmit(transport);
    while (this.connection.transmitted(false));
  }
}

describe("RFC 6455 §5.5.1 the Close frame", () => {
  it("comes behind all messages that waited, also when the outbox is flushed in between", () => {
    const sink = new Flushing("server", { maxBufferedBytes: 20_000 }, { traits: { deflate } });
    sink.connection.transmitted(true); // the transport takes no more
    for (let i = 0; i < 150; i++) sink.connection.ping(Buffer.alloc(125), 0);
    expect(sink.connection.sendBinary(Buffer.alloc(3_000))).toBe("waits");
    expect(sink.connection.sendBinary(LONG)).toBe("waits");
    sink.connection.close(1000, "", 0);
    sink.flush();
    const frames = readFrames(Buffer.concat(sink.written), "client").slice(150);
    expect(frames.map(({ opcode, length }) => [opcode, length])).toEqual([
      [Opcode.Binary, 3_000],
      [Opcode.Binary, LONG.length],
      [Opcode.Close, 2],
    ]);
  });
});
