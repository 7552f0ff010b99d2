import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { readDirectly, unmask, worksDirectly } from "../../../src/websocket/endpoint/direct.ts";
import { mask } from "../../../src/websocket/wire/mask.ts";
import { noise } from "../compressible.ts";
import { listen, listenAndEcho, openPeer } from "../listen.ts";
import { eventually } from "../next-event.ts";
import { random } from "../random.ts";

/** Connections to a server that reads directly: the chunks that arrive, and our end. */
async function connections(count: number) {
  const ends: { chunks: Buffer[]; copies: Buffer[]; server: Socket; client: Socket }[] = [];
  const server = createServer({ pauseOnConnect: true, allowHalfOpen: true });
  onTestFinished(() => {
    for (const { server, client } of ends) {
      server.destroy();
      client.destroy();
    }
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  for (let i = 0; i < count; i++) {
    const accepted = new Promise<Socket>((resolve) => server.once("connection", resolve));
    const client = connect(port, "127.0.0.1");
    const { socket, source } = readDirectly(await accepted);
    const [chunks, copies] = [[] as Buffer[], [] as Buffer[]];
    source.receiver = {
      received: (chunk) => {
        chunks.push(chunk);
        copies.push(Buffer.from(chunk));
      },
    };
    socket.resume();
    ends.push({ chunks, copies, server: socket, client });
  }
  return ends;
}

describe("the direct read path", () => {
  it("works in this Node, and is what a server takes", async () => {
    expect(await worksDirectly()).toBe(true);
    const { server } = await listen();
    expect(server.readPath).toBe("direct");
  });

  it("lends one memory to every connection for long reads, copies short ones, and works both ways", async () => {
    const [a, b] = await connections(2);
    const long = 200_000;
    const lent = (chunks: Buffer[]): Buffer => chunks.find(({ length }) => length > 16 * 1024)!;
    for (const [end, letter] of [
      [a!, "a"],
      [b!, "b"],
    ] as const) {
      end.client.write(letter.repeat(long));
      await eventually(() => expect(Buffer.concat(end.copies).length).toBe(long));
      expect(Buffer.concat(end.copies).toString()).toBe(letter.repeat(long));
    }
    expect(lent(a!.chunks).buffer).toBe(lent(b!.chunks).buffer);
    expect(lent(a!.chunks).byteOffset).toBe(0);
    expect(lent(a!.chunks)[0]).toBe(0x62); // what was lent to a is b's now
    a!.client.write("short");
    await eventually(() => expect(a!.copies.at(-1)!.toString()).toBe("short"));
    expect(a!.chunks.at(-1)!.buffer).not.toBe(lent(a!.chunks).buffer);
    a!.server.write("back");
    const heard = await new Promise<Buffer>((resolve) => a!.client.once("data", resolve));
    expect(heard.toString()).toBe("back");
  });

  it("keeps the streams of many connections apart, whole and in order, seed 9", async () => {
    const ends = await connections(10);
    const next = random(9);
    const sent = ends.map((_, i) => noise(1_000_000 + i, i));
    const at = ends.map(() => 0);
    while (at.some((position, i) => position < sent[i]!.length)) {
      for (const [i, { client }] of ends.entries()) {
        const size = Math.floor(next() * 100_000);
        client.write(sent[i]!.subarray(at[i]!, at[i]! + size));
        at[i]! += size;
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    const lengthOf = (chunks: Buffer[]): number => chunks.reduce((sum, { length }) => sum + length, 0);
    await eventually(() => {
      for (const [i, { copies }] of ends.entries()) expect(lengthOf(copies)).toBe(sent[i]!.length);
    });
    for (const [i, { copies }] of ends.entries()) expect(Buffer.concat(copies).equals(sent[i]!)).toBe(true);
  });

  it("pauses, resumes, hears the end, and can still write", async () => {
    const [end] = await connections(1);
    const { client, server, copies } = end!;
    client.write("1");
    await eventually(() => expect(copies).toHaveLength(1));
    server.pause();
    client.end("2");
    for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
    expect(copies).toHaveLength(1);
    const ended = new Promise((resolve) => server.once("end", resolve));
    server.resume();
    await ended;
    expect(Buffer.concat(copies).toString()).toBe("12");
    const closed = new Promise((resolve) => server.once("close", resolve));
    server.end("bye");
    const heard = await new Promise<Buffer>((resolve) => client.once("data", resolve));
    expect(heard.toString()).toBe("bye");
    await closed;
  });

  it("unmasks as `mask` does, in its own memory and in any other, seed 2", async () => {
    const [end] = await connections(1);
    const next = random(2);
    const bytes = noise(70_000);
    let checked = 0;
    const check = (memory: Buffer, length: number): void => {
      const start = Math.floor(next() * length);
      const stop = start + Math.floor(next() * (length - start));
      const key = Math.floor(next() * 2 ** 32);
      const phase = Math.floor(next() * 4);
      const expected = Buffer.from(memory.subarray(0, length));
      mask(expected, start, stop, key, phase);
      unmask(memory, start, stop, key, phase);
      if (!memory.subarray(0, length).equals(expected)) expect.fail(`${start} to ${stop}`);
      checked++;
    };
    for (let i = 0; i < 100; i++) check(bytes, bytes.length);
    const { client, chunks } = end!;
    client.write(noise(60_000, 3));
    await eventually(() => expect(chunks.length).toBeGreaterThan(0));
    const memory = chunks[0]!;
    for (let i = 0; i < 100; i++) check(memory, memory.length);
    expect(checked).toBe(200);
  });
});

describe("what is received directly and kept", () => {
  it("is the same when other connections have used the memory since", async () => {
    const { server, port } = await listenAndEcho();
    const kept: Buffer[] = [];
    server.addEventListener("connection", ({ socket }) => {
      socket.addEventListener("message", ({ data }) => kept.push(data as Buffer));
    });
    const [a, b] = [await openPeer(port), await openPeer(port)];
    const sent: Buffer[] = [];
    for (let i = 0; i < 20; i++) {
      const payload = noise(1 + i * 997, i);
      sent.push(payload);
      (i % 2 === 0 ? a : b).send({ opcode: 2, payload });
      await eventually(() => expect(kept).toHaveLength(i + 1));
    }
    for (const [i, payload] of sent.entries()) expect(kept[i]!.equals(payload), `${i}`).toBe(true);
  });
});
