import { ReadableStream, WritableStream } from "node:stream/web";
import { describe, expect, it } from "vitest";
import type { MessageData } from "../../../src/websocket/connection/message.ts";
import type { Endpoint, EndpointOptions } from "../../../src/websocket/endpoint/endpoint.ts";
import { connect } from "../host.ts";
import { listen } from "../listen.ts";
import { eventually, nextEvent, turn } from "../next-event.ts";

/** Both ends of a connection. */
async function pair(options: EndpointOptions = {}): Promise<{ ours: Endpoint; theirs: Endpoint }> {
  const { server, url } = await listen({ closeTimeout: 1000, ...options });
  const connected = nextEvent<{ socket: Endpoint }>(server, "connection");
  const ours = connect(url);
  await nextEvent(ours, "open");
  return { ours, theirs: (await connected).socket };
}
const source = (...messages: MessageData[]): ReadableStream<MessageData> => ReadableStream.from(messages);

describe("the streams of a socket", () => {
  it("carry messages, one chunk each, both ways through pipes", async () => {
    const { ours, theirs } = await pair();
    const { readable, writable } = theirs.streams();
    const echoing = readable.pipeTo(writable); // the whole of an echo
    const [messages, received] = [["a", Buffer.from("b"), "", "c".repeat(100_000)], [] as unknown[]];
    const mine = ours.streams();
    const reading = mine.readable.pipeTo(
      new WritableStream({
        write(message) {
          received.push(message);
          if (received.length === messages.length) ours.close(1000);
        },
      }),
    );
    const writer = mine.writable.getWriter();
    for (const message of messages) await writer.write(message);
    await reading;
    expect(received).toEqual(messages);
    await echoing;
  });

  it("close the connection with 1000 when the writable one is closed, behind all that was written", async () => {
    const { ours, theirs } = await pair();
    const received: unknown[] = [];
    theirs.onmessage = ({ data }) => received.push(data);
    const closed = nextEvent(theirs, "close");
    await source("a", "b", "c").pipeTo(ours.streams().writable);
    expect(await closed).toMatchObject({ code: 1000, wasClean: true });
    expect(received).toEqual(["a", "b", "c"]);
  });

  it("close it with 1000 when the readable one is cancelled, and hold nothing back", async () => {
    const { ours, theirs } = await pair({ maxUnreadBytes: 10 });
    const closed = nextEvent(theirs, "close");
    const { readable } = ours.streams();
    for (let i = 0; i < 50; i++) theirs.send("x".repeat(1000));
    await readable.cancel();
    expect(await closed).toMatchObject({ code: 1000, wasClean: true });
  });

  it("close it with 1011 when the writable one is aborted, or what is piped into it fails", async () => {
    const { ours, theirs } = await pair();
    const closed = nextEvent(theirs, "close");
    const failing = new ReadableStream({
      pull() {
        throw new Error("the source broke");
      },
    });
    await expect(failing.pipeTo(ours.streams().writable)).rejects.toThrow("the source broke");
    expect(await closed).toMatchObject({ code: 1011, wasClean: true });
  });

  it("end when the peer closes, and fail when the connection breaks", async () => {
    const clean = await pair();
    const { readable } = clean.ours.streams();
    clean.theirs.send("last");
    clean.theirs.close(4000);
    expect(await readable.values().next()).toEqual({ done: false, value: "last" });
    const broken = await pair();
    const reader = broken.ours.streams().readable.getReader();
    const read = reader.read();
    broken.theirs.terminate();
    await expect(read).rejects.toMatchObject({ name: "WebSocketClosedError", code: 1006 });
  });

  it("tell who pipes into them that the connection is over, even if there is nothing to write", async () => {
    const { ours, theirs } = await pair();
    let cancelled = false;
    const silent = new ReadableStream({
      cancel() {
        cancelled = true;
      },
    });
    const piping = silent.pipeTo(ours.streams().writable);
    theirs.close(1000);
    await expect(piping).rejects.toThrow("the connection is closing");
    expect(cancelled).toBe(true);
  });

  it("refuse what is written when the connection is closing", async () => {
    const { ours } = await pair();
    const writer = ours.streams().writable.getWriter();
    writer.closed.catch(() => {});
    ours.close(1000);
    await expect(writer.write("too late")).rejects.toThrow("the connection is closing");
  });

  it("do not hold back messages from who listens to events and only writes to them", async () => {
    const { ours, theirs } = await pair({ maxUnreadBytes: 1000 });
    const writer = theirs.streams().writable.getWriter();
    const heard: unknown[] = [];
    theirs.onmessage = ({ data }) => heard.push(data);
    for (let i = 0; i < 100; i++) ours.send(Buffer.alloc(1000));
    ours.send("last");
    await eventually(() => expect(heard.at(-1)).toBe("last"));
    expect(heard).toHaveLength(101);
    const answer = nextEvent(ours, "message");
    await writer.write("got them");
    expect((await answer).data).toBe("got them");
  });

  it("have the messages from the time on that they are asked for, and are the same when asked again", async () => {
    const { ours, theirs } = await pair();
    const streams = theirs.streams();
    const early = nextEvent(theirs, "message");
    ours.send("early");
    expect((await early).data).toBe("early");
    const reader = streams.readable.getReader();
    ours.send("late");
    expect(await reader.read()).toEqual({ done: false, value: "late" });
    expect(streams.readable).toBe(streams.readable);
    expect(streams.readable.locked).toBe(true);
    expect(streams.writable).toBe(streams.writable);
  });

  it("keep what comes between their being asked for and the first read", async () => {
    const { ours, theirs } = await pair();
    const { readable } = theirs.streams();
    for (const message of ["a", "b", "c"]) ours.send(message);
    const arrived = nextEvent(ours, "close");
    ours.close(1000);
    await arrived;
    const messages: unknown[] = [];
    for await (const message of readable) messages.push(message);
    expect(messages).toEqual(["a", "b", "c"]);
  });

  it("have backpressure: who writes waits while the peer does not read, and what we hold is bounded", async () => {
    const { ours, theirs } = await pair({ maxUnreadBytes: 100_000 });
    const { readable } = theirs.streams(); // which nobody reads
    let written = 0;
    const writer = ours.streams().writable.getWriter();
    const chunk = Buffer.alloc(100_000);
    const writing = (async () => {
      for (; written < 500; written++) await writer.write(chunk);
    })();
    // Until nothing moves any more: the kernel's buffers are full.
    for (let before = -1; before !== written || written === 0; ) {
      before = written;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(written).toBeLessThan(400);
    expect(ours.bufferedAmount).toBeLessThan(2 * 1024 * 1024);
    let bytes = 0;
    for await (const message of readable) {
      bytes += message.length;
      if (bytes === 500 * chunk.length) break;
    }
    await writing;
    await turn();
    await eventually(() => expect(ours.bufferedAmount).toBe(0));
  });
});
