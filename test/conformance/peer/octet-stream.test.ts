import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { Duplex } from "node:stream";
import { expect, it, onTestFinished } from "vitest";
import { OctetStream } from "../../../src/conformance/peer/octet-stream.ts";

it("takes what came in time, though this process was too busy to see it come", async () => {
  const { ours, theirs } = await pair();
  const reading = new OctetStream(ours).read(10);
  theirs.write("in time");
  const until = performance.now() + 50;
  while (performance.now() < until);
  expect(await reading).toEqual(Buffer.from("in time"));
});

it("says that nothing came where nothing did", async () => {
  const { ours } = await pair();
  expect(await new OctetStream(ours).read(1)).toBe("nothing");
});

it("tells an end that a write of ours ran into: what came before it may be lost", async () => {
  const ended = Object.assign(new Error("write EPIPE"), { code: "EPIPE", syscall: "write" });
  const stream = new OctetStream(new Duplex({ read() {}, write: (_octets, _encoding, done) => done(ended) }));
  stream.write(Buffer.from("too late"));
  expect(await stream.read(1_000)).toBe("reset");
  expect(stream.cutOff).toBe(true);
});

it("tells an end that reading came to: nothing before it is lost", async () => {
  const { ours, theirs } = await pair();
  const stream = new OctetStream(ours);
  theirs.write("the last words");
  theirs.resetAndDestroy();
  expect(await stream.read(1_000)).toEqual(Buffer.from("the last words"));
  expect(await stream.read(1_000)).toBe("reset");
  expect(stream.cutOff).toBe(false);
});

async function pair(): Promise<{ ours: Socket; theirs: Socket }> {
  const server = createServer({ noDelay: true }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const accepted = once(server, "connection") as Promise<[Socket]>;
  const ours = connect((server.address() as AddressInfo).port, "127.0.0.1");
  const [theirs] = await accepted;
  await once(ours, "ready");
  onTestFinished(() => {
    for (const end of [ours, theirs]) end.destroy();
    server.close();
  });
  return { ours, theirs };
}
