/** The same of every way in: what is sent arrives, whole, in order, once, and is held in bounds. */
import { describe, expect, it } from "vitest";
import type { Endpoint } from "../../../src/websocket/endpoint/endpoint.ts";
import type { WebSocketServerOptions } from "../../../src/websocket/server/server-options.ts";
import { json, noise } from "../compressible.ts";
import { encodeFrame } from "../naive-codec.ts";
import { eventually, nextEvent, turn } from "../next-event.ts";
import { random } from "../random.ts";
import { handshake } from "../raw-peer.ts";
import { type Entered, waysIn } from "../ways-in.ts";

const MIB = 1024 * 1024;
const SIZES = [0, 1, 125, 126, 127, 4096, 4097, 16_385, 65_535, 65_536, 262_145, MIB];
const limits = { maxBufferedBytes: 32 * MIB };

type Message = string | Buffer;
const echo =
  (options: WebSocketServerOptions = {}) =>
  async (way: (typeof waysIn)[number]) => {
    const world = await way.enter({ ...limits, ...options });
    world.server.addEventListener("connection", ({ socket }) => {
      socket.addEventListener("message", ({ data }) => socket.send(data));
    });
    return world;
  };

/** The next messages, as many as were sent; they must be the same. */
async function returns(client: Endpoint, sent: readonly Message[], send: () => void): Promise<void> {
  const received: Message[] = [];
  const all = new Promise<void>((resolve, reject) => {
    client.addEventListener("message", ({ data }) => {
      received.push(data);
      if (received.length === sent.length) resolve();
    });
    client.addEventListener("close", ({ code }) =>
      reject(new Error(`closed with ${code} after ${received.length}`)),
    );
  });
  send();
  await all;
  for (const [i, message] of sent.entries()) {
    const other = received[i]!;
    const same =
      typeof message === "string" ? other === message : Buffer.isBuffer(other) && other.equals(message);
    if (!same) expect.fail(`message ${i} of ${message.length} came back as another`);
  }
}

/** Messages of all sizes, text and binary in turns. */
function ofAllSizes(bytes: (length: number) => Buffer): Message[] {
  return SIZES.flatMap((size) => [bytes(size).toString("latin1"), bytes(size)]);
}
/** Text with characters of each length, exactly so many octets. */
const text = (octets: number): string => "aé€😀".repeat(Math.floor(octets / 10)) + "x".repeat(octets % 10);

async function serverSide({ server, connect }: Entered): Promise<{ client: Endpoint; socket: Endpoint }> {
  const connected = nextEvent<{ socket: Endpoint }>(server, "connection");
  return { client: await connect(limits), socket: (await connected).socket };
}

describe.each(waysIn)("over $name", (way) => {
  it("messages of every size come back", async () => {
    const { connect } = await echo()(way);
    const client = await connect(limits);
    const messages: Message[] = SIZES.flatMap((size) => [text(size), noise(size)]);
    await returns(client, messages, () => {
      for (const message of messages) client.send(message);
    });
  });

  it.each([true, false])(
    "compressed messages of every size come back, without context takeover: %s",
    async (alone) => {
      const perMessageDeflate = {
        serverNoContextTakeover: alone,
        clientNoContextTakeover: alone,
        threshold: 100,
      };
      const { connect } = await echo({ perMessageDeflate })(way);
      const client = await connect({ ...limits, perMessageDeflate });
      expect(client.extensions).toContain("permessage-deflate");
      const messages = ofAllSizes(json);
      await returns(client, messages, () => {
        for (const message of messages) client.send(message);
      });
    },
  );

  it("messages that are sent in parts come back, between others", async () => {
    const { connect } = await echo()(way);
    const client = await connect(limits);
    const big = noise(MIB);
    const parts = Array.from({ length: 100 }, (_, i) => big.subarray(i * 10_486, (i + 1) * 10_486));
    const words = text(100_000);
    await returns(client, [big, words, "after"], () => {
      const all = [parts, [words.slice(0, 7), words.slice(7, 50_001), words.slice(50_001)]];
      Promise.all(all.map((one) => client.sendParts(one))).then(() => client.send("after"));
    });
  });

  it("50 connections at once each get what is theirs, seed 4", async () => {
    const { server, connect } = await echo()(way);
    const next = random(4);
    const clients = await Promise.all(Array.from({ length: 50 }, () => connect(limits)));
    expect(server.clients.size).toBe(50);
    const size = (): number => Math.floor(next() < 0.9 ? next() * 600 : next() * 40_000);
    await Promise.all(
      clients.map((client, i) => {
        const messages = Array.from({ length: 20 }, (_, j) =>
          j % 2 === 0 ? `${i} ${j} ${text(size())}` : Buffer.concat([Buffer.of(i, j), noise(size(), i)]),
        );
        return returns(client, messages, () => {
          (async () => {
            for (const message of messages) {
              client.send(message);
              if (next() < 0.5) await turn();
            }
          })();
        });
      }),
    );
  });

  it("either end closes, with code and reason, or goes", async () => {
    const world = await way.enter();
    for (const from of ["client", "socket"] as const) {
      const ends = await serverSide(world);
      const closed = [nextEvent(ends.client, "close"), nextEvent(ends.socket, "close")];
      ends[from].send("last words");
      ends[from].close(4321, "größer");
      for (const event of await Promise.all(closed)) {
        expect(event).toMatchObject({ code: 4321, reason: "größer", wasClean: true });
      }
    }
    for (const from of ["client", "socket"] as const) {
      const ends = await serverSide(world);
      const closed = [nextEvent(ends.client, "close"), nextEvent(ends.socket, "close")];
      ends[from].terminate();
      for (const event of await Promise.all(closed))
        expect(event).toMatchObject({ code: 1006, wasClean: false });
    }
    await eventually(() => expect(world.server.clients.size).toBe(0));
  });

  it("a peer that does not read is not read from; what we hold is bounded, and nothing is lost", async () => {
    const world = await way.enter({ maxBufferedBytes: MIB });
    const { client, socket } = await serverSide(world);
    let most = 0;
    let answered = 0;
    socket.addEventListener("message", ({ data }) => {
      socket.send(data);
      answered++;
      most = Math.max(most, socket.bufferedAmount);
    });
    const chunk = Buffer.alloc(64 * 1024, "x");
    const COUNT = 400;
    client.pause();
    for (let i = 0; i < COUNT; i++) client.send(chunk);
    // Until nothing moves any more.
    for (let before = -1; before !== answered || answered === 0; ) {
      before = answered;
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    expect(answered).toBeLessThan(COUNT);
    expect(client.bufferedAmount).toBeGreaterThan(0);
    expect(most).toBeLessThan(2 * MIB);
    let back = 0;
    const all = new Promise<void>((resolve) => {
      client.addEventListener("message", ({ data }) => {
        expect(data).toHaveLength(chunk.length);
        if (++back === COUNT) resolve();
      });
    });
    client.resume();
    await all;
    expect(answered).toBe(COUNT);
    expect(socket.readyState).toBe(1);
  });

  it("an iterator that is slow holds the sender back", async () => {
    const world = await way.enter({ maxUnreadBytes: 100_000 });
    const { client, socket } = await serverSide(world);
    const messages = socket[Symbol.asyncIterator]();
    const chunk = Buffer.alloc(64 * 1024, "x");
    for (let i = 0; i < 400; i++) client.send(chunk);
    let waiting = -1;
    while (waiting !== client.bufferedAmount) {
      waiting = client.bufferedAmount;
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    expect(waiting).toBeGreaterThan(MIB);
    for (let i = 0; i < 400; i++) expect((await messages.next()).value).toHaveLength(chunk.length);
    client.close(1000);
    expect((await messages.next()).done).toBe(true);
  });
});

const KEY = [1, 2, 3, 4];
const frames = Buffer.concat([
  encodeFrame({ opcode: 1, payload: "one", key: KEY }),
  encodeFrame({ opcode: 1, fin: false, payload: "tw", key: KEY }),
  encodeFrame({ opcode: 9, payload: "?", key: KEY }),
  encodeFrame({ opcode: 0, payload: "o", key: KEY }),
  encodeFrame({ opcode: 2, payload: noise(300), key: KEY }),
]);
const answers = ["1 6f6e65", "10 3f", "1 74776f", `2 ${noise(300).toString("hex")}`];

describe.each(waysIn.filter(({ http1 }) => http1))("the octets of a client over $name", (way) => {
  it("may come in one segment, frames behind the handshake", async () => {
    const { raw } = await echo()(way);
    const peer = await raw();
    peer.write(Buffer.concat([Buffer.from(handshake()), frames]));
    expect((await peer.answer()).status).toBe(101);
    expect(await peer.frames(4)).toEqual(answers);
  });

  it("may be cut anywhere, seed 6", async () => {
    const { raw } = await echo()(way);
    const next = random(6);
    const stream = Buffer.concat([Buffer.from(handshake()), frames]);
    const once = async (cuts: number[]): Promise<void> => {
      const peer = await raw();
      let at = 0;
      for (const cut of [...cuts.sort((a, b) => a - b), stream.length]) {
        peer.write(stream.subarray(at, cut));
        at = cut;
        await turn();
        await turn();
      }
      expect((await peer.answer()).status, String(cuts)).toBe(101);
      expect(await peer.frames(4), String(cuts)).toEqual(answers);
      peer.socket.destroy();
    };
    const head = handshake().length;
    for (const cut of [1, head - 3, head - 1, head, head + 1, head + 6]) await once([cut]);
    for (let i = 0; i < 30; i++)
      await once(Array.from({ length: 1 + (i % 4) }, () => Math.floor(next() * stream.length)));
  });
});
