/** `WebSocketServer.tap`: what is on the wire, as it is, over every way in. */
import { describe, expect, it } from "vitest";
import type { Endpoint } from "../../../src/websocket/endpoint/endpoint.ts";
import type { TappedFrame } from "../../../src/websocket/endpoint/tap.ts";
import { json } from "../compressible.ts";
import { eventually, nextEvent } from "../next-event.ts";
import { waysIn } from "../ways-in.ts";

const NAMES: Readonly<Record<number, string>> = {
  0: "…",
  1: "text",
  2: "binary",
  8: "close",
  9: "ping",
  10: "pong",
};
const lineOf = ({ direction, fin, rsv1, opcode, payload, inflated }: TappedFrame<Endpoint>): string =>
  `${direction} ${NAMES[opcode]}${fin ? "" : " more"}${rsv1 ? " compressed" : ""} ${inflated?.length ?? payload.toString()}`.trim();

describe.each(waysIn)("a tap on a server over $name", (way) => {
  it("shows every frame of both directions, unmasked and in order, control frames too", async () => {
    const world = await way.enter();
    const lines: string[] = [];
    const sockets = new Set<Endpoint>();
    world.server.tap((frame) => {
      sockets.add(frame.socket);
      lines.push(lineOf(frame));
    });
    const connected = nextEvent<{ socket: Endpoint }>(world.server, "connection");
    const client = await world.connect();
    const { socket } = await connected;
    socket.addEventListener("message", ({ data }) => socket.send(`re: ${data}`));
    client.send("hello");
    await nextEvent(client, "message");
    await client.ping(Buffer.from("?"));
    const last = nextEvent(client, "message");
    await client.sendParts(["a", "b"]);
    await last;
    const closed = nextEvent(socket, "close");
    client.close(1000);
    await closed;
    const code = Buffer.of(3, 232).toString();
    expect(lines).toEqual([
      ...["received text hello", "sent text re: hello", "received ping ?", "sent pong ?"],
      ...["received text more a", "received … more b", "received …", "sent text re: ab"],
      ...[`received close ${code}`, `sent close ${code}`],
    ]);
    expect([...sockets]).toEqual([socket]);
  });

  it("shows compressed messages inflated as well, and the application gets the same as without", async () => {
    const perMessageDeflate = {
      threshold: 100,
      serverNoContextTakeover: false,
      clientNoContextTakeover: false,
    };
    const world = await way.enter({ perMessageDeflate });
    const lines: string[] = [];
    world.server.tap((frame) => lines.push(lineOf(frame)));
    world.server.addEventListener("connection", ({ socket }) => {
      socket.addEventListener("message", ({ data }) => socket.send(data));
    });
    const client = await world.connect({ perMessageDeflate });
    for (const length of [5000, 5000, 30_000]) {
      const answer = nextEvent(client, "message");
      client.send(json(length));
      expect((await answer).data).toEqual(json(length));
    }
    expect(lines).toEqual(
      [5000, 5000, 30_000].flatMap((length) => [
        `received binary compressed ${length}`,
        `sent binary compressed ${length}`,
      ]),
    );
  });
});

describe("a tap", () => {
  const [way] = waysIn;

  it("ends when it is told to; another goes on, and one that throws does not matter to the connection", async () => {
    const world = await way!.enter();
    world.server.addEventListener("connection", ({ socket }) => {
      socket.addEventListener("message", ({ data }) => socket.send(data));
    });
    const [first, second]: [number[], number[]] = [[], []];
    const stop = world.server.tap(({ opcode }) => first.push(opcode));
    world.server.tap(({ opcode }) => second.push(opcode));
    const client = await world.connect();
    client.send("1");
    await nextEvent(client, "message");
    stop();
    client.send("2");
    await nextEvent(client, "message");
    expect([first, second]).toEqual([
      [1, 1],
      [1, 1, 1, 1],
    ]);
  });

  it("shows only connections that are opened from then on", async () => {
    const world = await way!.enter();
    const before = await world.connect();
    let frames = 0;
    world.server.tap(() => frames++);
    before.send("not shown");
    const after = await world.connect();
    after.send("shown");
    await eventually(() => expect(frames).toBe(1));
  });
});
