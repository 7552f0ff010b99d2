import { once } from "node:events";
import { duplexPair } from "node:stream";
import { expect, it } from "vitest";
import { ContinuationGuard } from "../../../src/conformance/server/continuation-guard.ts";
import { encodeHttp2Frame } from "../../../src/conformance/wire/http2.ts";

const CONTINUATION = 0x9;
const headers = frame(0x1);

it.each([1, 5, 1_000])("lets through what is not without end, in pieces of %i octets", async (size) => {
  const [socket, server] = duplexPair();
  const guard = new ContinuationGuard(socket);
  const block = Buffer.concat([headers, ...Array<Buffer>(6).fill(frame(CONTINUATION))]);
  const sent = Buffer.concat([block, frame(0x0), block]);
  for (let at = 0; at < sent.length; at += size) server.write(sent.subarray(at, at + size));
  server.end();
  const read: Buffer[] = await guard.toArray();
  expect(Buffer.concat(read)).toEqual(sent);
});

it("passes on what is written, and its end", async () => {
  const [socket, server] = duplexPair();
  new ContinuationGuard(socket).end("to the server");
  expect(Buffer.concat(await server.toArray()).toString()).toBe("to the server");
});

it("cuts off a header block without end, and lets Node see nothing of the frame that is too much", async () => {
  const [socket, server] = duplexPair();
  const guard = new ContinuationGuard(socket);
  const failed = once(guard, "error");
  for (const octets of [headers, ...Array<Buffer>(7).fill(frame(CONTINUATION))]) server.write(octets);
  guard.resume();
  const [error] = await failed;
  expect(error.message).toBe("a header block without end");
  expect(socket.destroyed).toBe(true);
});

function frame(type: number): Buffer {
  return encodeHttp2Frame({ type, flags: 0, stream: 1, payload: Buffer.alloc(20, type) });
}
