import { constants, deflateRawSync, inflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { WebSocket } from "ws";
import { DeflateExchange } from "../../../bench/websocket/deflate-frames.ts";
import { EchoLoad } from "../../../bench/websocket/echo-load.ts";
import { closing, listenWithWs } from "./listen.ts";

const BYTES = 1024;
const takesNothingOver = { serverNoContextTakeover: true, clientNoContextTakeover: true };

describe("the echo client with permessage-deflate", () => {
  it("is understood by ws, and understands it", async () => {
    const messages = new Set<string>();
    const { load, exchange } = await openTo((socket, data) => {
      messages.add(data.toString());
      socket.send(data.toString());
    });
    expect((await load.run(500)).operations).toBeGreaterThanOrEqual(exchange.cycle);
    expect(messages.size).toBe(exchange.cycle);
    for (const message of messages) {
      expect(message).toHaveLength(BYTES);
      expect(JSON.parse(message)).toHaveProperty("orders.0.customer");
    }
    expect(exchange.answerBytes).toBeGreaterThan(100);
    expect(exchange.answerBytes).toBeLessThan(BYTES);
  });
  it("fails when an answer is not compressed", async () => {
    const { load } = await openTo((socket, data) => socket.send(data.toString(), { compress: false }));
    await expect(load.run(10_000)).rejects.toThrow("not compressed");
  });
  it("fails when an answer says something else", async () => {
    const { load } = await openTo((socket, data) => socket.send(data.toString().replace("orders", "others")));
    await expect(load.run(10_000)).rejects.toThrow("not what was sent");
  });
  it("fails when an answer says something else that came before", async () => {
    const first: string[] = [];
    const { load } = await openTo((socket, data) => {
      first.push(data.toString());
      socket.send(first.length > 16 ? first[0]! : data.toString());
    });
    await expect(load.run(10_000)).rejects.toThrow("not what was sent");
  });
  it("fails when text comes back as binary", async () => {
    const { load } = await openTo((socket, data) => socket.send(data, { binary: true }));
    await expect(load.run(10_000)).rejects.toThrow("not what was sent");
  });
  it("fails to open when the server does not compress", async () => {
    const { port } = await listenWithWs();
    await expect(open(port, new DeflateExchange(BYTES, 1))).rejects.toThrow('agreed to ""');
  });
});

describe("the check of compressed answers", () => {
  const exchange = new DeflateExchange(BYTES, 4);
  const answers = Buffer.concat(messagesOf(exchange).map((message) => frameOf(message)));

  it.each([1, 3, 100, 2_000, 100_000])("counts each once when it reads %d bytes at a time", (size) => {
    const check = exchange.startCheck();
    let count = 0;
    for (let round = 0; round < 2; round++) {
      for (let at = 0; at < answers.length; at += size) {
        const chunk = answers.subarray(at, at + size);
        count += check.receive(chunk, chunk.length);
      }
    }
    expect(count).toBe(2 * exchange.cycle);
  });
  it("takes another compressor's bytes for the same message", () => {
    const [message] = messagesOf(exchange);
    const check = [1, 9].map((level) => frameOf(message!, level));
    for (const frame of check) expect(exchange.startCheck().receive(frame, frame.length)).toBe(1);
  });
  it("sees one wrong bit anywhere in a frame that it knows", () => {
    const frame = frameOf(messagesOf(exchange)[0]!);
    expect(exchange.startCheck().receive(frame, frame.length)).toBe(1);
    for (let at = 2; at < frame.length; at++) {
      const wrong = Buffer.from(frame);
      wrong[at]! ^= 0x01;
      const chunk = Buffer.concat([wrong, Buffer.alloc(256)]);
      expect(() => exchange.startCheck().receive(chunk, chunk.length)).toThrow();
    }
  });
  it("does not take a stored block for compression", () => {
    const frame = frameOf(messagesOf(exchange)[0]!, 0);
    expect(() => exchange.startCheck().receive(frame, frame.length)).toThrow("not compressed");
  });
});

/** A server of ws that answers each message as `answer` does. */
async function openTo(
  answer: (socket: WebSocket, data: Buffer) => void,
): Promise<{ readonly load: EchoLoad; readonly exchange: DeflateExchange }> {
  const { server, port } = await listenWithWs({ perMessageDeflate: { ...takesNothingOver, threshold: 0 } });
  server.on("connection", (socket) => socket.on("message", (data: Buffer) => answer(socket, data)));
  const exchange = new DeflateExchange(BYTES, 1);
  return { load: await open(port, exchange), exchange };
}

async function open(port: number, exchange: DeflateExchange): Promise<EchoLoad> {
  return closing(await EchoLoad.open({ port, connections: 2, inFlight: 1, pacing: "batch", exchange }));
}

/** What the client's frames say. */
function messagesOf(exchange: DeflateExchange): readonly Buffer[] {
  return Array.from({ length: exchange.cycle }, (_, index) => {
    const frame = exchange.frames(index, 1);
    const [header, key] = frame[1]! === 0xfe ? [8, 4] : [6, 2];
    const payload = frame.subarray(header).map((octet, i) => octet ^ frame[key! + (i % 4)]!);
    return inflateRawSync(payload, { finishFlush: constants.Z_SYNC_FLUSH });
  });
}

/** A server's frame, RFC 7692 §7.2.1. */
function frameOf(message: Buffer, level = 6): Buffer {
  const payload = deflateRawSync(message, { level, finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);
  const header = Buffer.from([0xc1, 126, 0, 0]);
  header.writeUInt16BE(payload.length, 2);
  return Buffer.concat([header, payload]);
}
