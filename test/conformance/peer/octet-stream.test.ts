import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
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
