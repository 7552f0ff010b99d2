/** `link.ts`: a connection, its stream, and zlib's threads between them. What an endpoint adds is in endpoint.test.ts. */
import { afterEach, describe, expect, it } from "vitest";
import { Endpoint, type EndpointOptions } from "../../../src/websocket/endpoint/endpoint.ts";
import { json, noise } from "../compressible.ts";
import { FakeDuplex } from "../fake-duplex.ts";
import type { Frame } from "../naive-codec.ts";
import { eventually, nextEvent, turn } from "../next-event.ts";
import { rawDeflated } from "../raw-deflate.ts";
import { framesTo } from "../transcript.ts";

const streams: FakeDuplex[] = [];
afterEach(() => {
  for (const stream of streams.splice(0)) stream.destroy();
});

const deflate = {
  serverNoContextTakeover: true,
  clientNoContextTakeover: true,
  serverMaxWindowBits: 15,
  clientMaxWindowBits: 15,
};

function open(options: EndpointOptions = {}) {
  const stream = new FakeDuplex({ highWaterMark: 16 * 1024 });
  streams.push(stream);
  const socket = new Endpoint({ closeTimeout: 2000, ...options });
  const heard: (string | Buffer)[] = [];
  socket.addEventListener("message", ({ data }) => heard.push(data));
  socket.attach({ stream, role: "server", head: Buffer.alloc(0), deflate });
  return { socket, stream, heard, arrive: (...frames: Frame[]) => stream.arrive(framesTo("server", frames)) };
}
const text = (payload: string): Frame => ({ opcode: 1, payload });
/** The first octet of each frame that was written. */
function firsts(written: Buffer): string[] {
  const found: string[] = [];
  for (let at = 0; at < written.length; ) {
    const short = written[at + 1]! & 127;
    found.push(written[at]!.toString(16));
    if (short < 126) at += 2 + short;
    else
      at += short === 126 ? 4 + written.readUInt16BE(at + 2) : 10 + Number(written.readBigUInt64BE(at + 2));
  }
  return found;
}
const LONG = json(300_000);

describe("a message that is inflated on another thread", () => {
  it("stops the reading until it is there, and keeps the order", async () => {
    const { stream, heard, arrive } = open();
    arrive(text("a"), { opcode: 2, rsv: 4, payload: rawDeflated(LONG) }, text("b"));
    await turn();
    expect([heard, stream.isPaused()]).toEqual([["a"], true]);
    arrive(text("c"));
    await eventually(() => expect(heard).toHaveLength(4));
    expect([heard[0], heard[2], heard[3]]).toEqual(["a", "b", "c"]);
    expect(LONG.equals(heard[1] as Buffer)).toBe(true);
    expect(stream.isPaused()).toBe(false);
  });

  it("is still delivered when the peer has closed its half meanwhile", async () => {
    const { socket, stream, heard, arrive } = open();
    arrive({ opcode: 2, rsv: 4, payload: rawDeflated(LONG) }, text("b"));
    stream.arriveEnd();
    expect(await nextEvent(socket, "close")).toMatchObject({ code: 1006 });
    expect(heard.map(({ length }) => length)).toEqual([LONG.length, 1]);
  });

  it("is nobody's when the connection is dropped meanwhile", async () => {
    const { socket, heard, arrive } = open();
    arrive({ opcode: 2, rsv: 4, payload: rawDeflated(LONG) });
    await turn();
    socket.terminate();
    await nextEvent(socket, "close");
    // Another connection's job is done behind it: the thread is free, and nothing came of the first.
    const other = open();
    other.arrive({ opcode: 2, rsv: 4, payload: rawDeflated(LONG) });
    await eventually(() => expect(other.heard).toHaveLength(1));
    expect(heard).toEqual([]);
  });
});

describe("a message that is compressed on another thread", () => {
  const options = { perMessageDeflate: { threshold: 100 }, maxBufferedBytes: 4_000_000 };

  it("leaves before those behind it; Pongs do not wait", async () => {
    const { socket, stream, arrive } = open(options);
    socket.send(noise(300_000));
    socket.send("behind");
    arrive({ opcode: 9, payload: "?" });
    await turn();
    expect(firsts(stream.written)).toEqual(["8a"]);
    await eventually(() => expect(firsts(stream.written)).toEqual(["8a", "c2", "81"]));
  });

  it("leaves before our Close, also when the peer's comes first (RFC 6455 §5.5.1)", async () => {
    for (const closes of ["we", "the peer", "both"]) {
      const { socket, stream, arrive } = open(options);
      socket.send(noise(300_000));
      socket.send("behind");
      if (closes !== "the peer") socket.close(1000);
      if (closes !== "we") arrive({ opcode: 8, payload: [3, 232] });
      await eventually(() => expect(firsts(stream.written), closes).toEqual(["c2", "81", "88"]));
      if (closes === "we") arrive({ opcode: 8, payload: [3, 232] });
      stream.arriveEnd();
      expect(await nextEvent(socket, "close"), closes).toMatchObject({ code: 1000, wasClean: true });
    }
  });
});

describe("the stream of a connection", () => {
  it("is half-closed by us behind our Close, and what the peer still sends is dropped", async () => {
    const { socket, stream, heard, arrive } = open();
    arrive({ opcode: 8, payload: [3, 232] }, text("too late"));
    await turn();
    expect([firsts(stream.written), stream.writableEnded]).toEqual([["88"], true]);
    arrive(text("later still"));
    stream.arriveEnd();
    await nextEvent(socket, "close");
    expect(heard).toEqual([]);
  });

  it("is shown to a tap as it is, both ways, before it is unmasked", async () => {
    const stream = new FakeDuplex();
    streams.push(stream);
    const [received, sent]: [Buffer[], Buffer[]] = [[], []];
    const tap = {
      received: (bytes: Uint8Array) => received.push(Buffer.from(bytes)),
      sent: (bytes: Uint8Array) => sent.push(Buffer.from(bytes)),
    };
    const socket = new Endpoint();
    socket.addEventListener("message", ({ data }) => socket.send(data));
    const head = framesTo("server", [text("head")]);
    socket.attach({ stream, role: "server", head: Buffer.from(head), tap });
    const chunk = framesTo("server", [text("chunk")]);
    stream.arrive(Buffer.from(chunk));
    await turn();
    expect(Buffer.concat(received)).toEqual(Buffer.concat([head, chunk]));
    expect(Buffer.concat(sent)).toEqual(stream.written);
  });
});
