/** RFC 6455 §7.4 with `ws` and Node's own client on the other end: every code, both ways, and the longest reasons. */
import { describe, expect, it, onTestFinished } from "vitest";
import * as ws from "ws";
import type { Endpoint } from "../../src/websocket/endpoint/endpoint.ts";
import { connect } from "./host.ts";
import { listen } from "./listen.ts";
import { nextEvent } from "./next-event.ts";

const CODES = [
  1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999,
];
/** As long as a Close frame has room for: 123 octets. */
const LONGEST = `${"größer 😀 ".repeat(8)}größer...`;

interface Close {
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
}
interface End {
  close(code?: number, reason?: string): void;
}

/** The two ends of a connection: ours and theirs. */
type Pair = () => Promise<{ ours: End; theirs: End }>;

const ourServer =
  (readPath: "direct" | "portable"): Pair =>
  async () => {
    const { server, url } = await listen({ readPath, closeTimeout: 5000 });
    const connected = nextEvent<{ socket: Endpoint }>(server, "connection");
    const theirs = new ws.WebSocket(url);
    onTestFinished(() => theirs.terminate());
    await nextEvent(theirs, "open");
    return { ours: (await connected).socket, theirs };
  };
const wsServer: Pair = async () => {
  const server = new ws.WebSocketServer({ port: 0, host: "127.0.0.1" });
  onTestFinished(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  const connected = new Promise<ws.WebSocket>((resolve) => void server.once("connection", resolve));
  await new Promise((resolve) => void server.once("listening", () => resolve(undefined)));
  const ours = connect(`ws://127.0.0.1:${(server.address() as { port: number }).port}/`);
  await nextEvent(ours, "open");
  return { ours, theirs: await connected };
};

describe.each([
  ["our server, read directly, and a client of ws", ourServer("direct")],
  ["our server, read portably, and a client of ws", ourServer("portable")],
  ["our client and a server of ws", wsServer],
] as const)("%s", (_, pair) => {
  it.each(["ours", "theirs"] as const)(
    "close with every code and the longest reason: %s begins",
    async (from) => {
      const reason = LONGEST;
      expect(Buffer.byteLength(reason)).toBe(123);
      await Promise.all(
        // 1010 is for clients alone: ours refuses to send it as a server.
        CODES.filter((code) => code !== 1010 || from === "theirs" || pair === wsServer).map(async (code) => {
          const ends = await pair();
          const closed = [nextEvent<Close>(ends.ours, "close"), nextEvent<Close>(ends.theirs, "close")];
          ends[from].close(code, reason);
          for (const event of await Promise.all(closed))
            expect(event).toMatchObject({ code, reason, wasClean: true });
        }),
      );
    },
  );

  it.each(["ours", "theirs"] as const)("close without a code: %s begins", async (from) => {
    const ends = await pair();
    const closed = [nextEvent<Close>(ends.ours, "close"), nextEvent<Close>(ends.theirs, "close")];
    ends[from].close();
    for (const event of await Promise.all(closed))
      expect(event).toMatchObject({ code: 1005, wasClean: true });
  });

  it("close cleanly when both begin", async () => {
    const { ours, theirs } = await pair();
    const closed = [nextEvent<Close>(ours, "close"), nextEvent<Close>(theirs, "close")];
    ours.close(4001);
    theirs.close(4002);
    const [atOurs, atTheirs] = await Promise.all(closed);
    expect(atOurs).toMatchObject({ code: 4002, wasClean: true });
    expect(atTheirs).toMatchObject({ code: 4001, wasClean: true });
  });

  it("ping each other at once, 60 times", async () => {
    const { ours, theirs } = await pair();
    const [endpoint, other] = [ours as Endpoint, theirs as ws.WebSocket];
    let pongs = 0;
    const all = new Promise<void>((resolve) => other.on("pong", () => ++pongs === 60 && resolve()));
    const times = Array.from({ length: 60 }, (_, i) => {
      other.ping(`${i}`);
      return endpoint.ping();
    });
    for (const time of await Promise.all(times)) expect(time).toBeGreaterThanOrEqual(0);
    await all;
    expect(endpoint.latency).toBeGreaterThan(0);
  });

  it("read what we send in parts, and what ws does", async () => {
    const { ours, theirs } = await pair();
    const [endpoint, other] = [ours as Endpoint, theirs as ws.WebSocket];
    const atTheirs = nextEvent<{ data: unknown }>(other, "message");
    const half = "😀".repeat(1000);
    await endpoint.sendParts([half.slice(0, 777), "", half.slice(777)]);
    expect((await atTheirs).data === half).toBe(true);
    const atOurs = nextEvent<{ data: unknown }>(endpoint, "message");
    const bytes = Buffer.from(half);
    other.send(bytes.subarray(0, 1001), { binary: false, fin: false });
    other.send(bytes.subarray(1001), { binary: false, fin: true });
    expect((await atOurs).data === half).toBe(true);
  });
});

describe("our server and Node's own client", () => {
  it("close with every code that a page may give, and every code that a server may", async () => {
    const { server, url } = await listen({ closeTimeout: 5000 });
    const pair = async () => {
      const connected = nextEvent<{ socket: Endpoint }>(server, "connection");
      const client = new globalThis.WebSocket(url);
      await nextEvent(client, "open");
      return { client, socket: (await connected).socket };
    };
    for (const code of CODES.filter((one) => one !== 1010)) {
      const { client, socket } = await pair();
      const closed = [nextEvent<Close>(client, "close"), nextEvent<Close>(socket, "close")];
      const byPage = code === 1000 || code >= 3000;
      if (byPage) client.close(code, "😀");
      else socket.close(code, "😀");
      const [atClient, atSocket] = await Promise.all(closed);
      expect(atClient, `${code}`).toMatchObject({ code, reason: "😀", wasClean: true });
      // That client answers with the code alone.
      expect(atSocket, `${code}`).toMatchObject({ code, reason: byPage ? "😀" : "", wasClean: true });
    }
  });
});
