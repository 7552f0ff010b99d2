/** `drain.ts` on a virtual clock, and `WebSocketServer.drain` over TCP. */
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Endpoint } from "../../../src/websocket/endpoint/endpoint.ts";
import { drain } from "../../../src/websocket/server/drain.ts";
import type { DrainOptions } from "../../../src/websocket/server/server-options.ts";
import { connect } from "../host.ts";
import { connectPeer, listen, openPeer } from "../listen.ts";
import { eventually, nextEvent } from "../next-event.ts";
import { handshake } from "../raw-peer.ts";

afterEach(() => void vi.useRealTimers());

/** So many sockets; `heard` says when which was told what. Those in `deaf` do not answer. */
function draining(
  count: number,
  { closeTimeout = 1000, ...options }: DrainOptions & { closeTimeout?: number },
  deaf: readonly number[] = [],
) {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  const start = performance.now();
  const heard: string[] = [];
  const note = (what: string): number => heard.push(`${performance.now() - start}: ${what}`);
  const sockets = Array.from({ length: count }, (_, i) => {
    let gone: () => void = () => {};
    return {
      addEventListener: (_type: string, listener: () => void) => (gone = listener),
      close(code: number, reason: string) {
        note(`${i} ${code} ${reason}`);
        if (!deaf.includes(i)) gone();
      },
      terminate() {
        if (deaf.includes(i)) note(`${i} dropped`);
        gone();
      },
      goes: () => gone(),
    };
  });
  const drained = drain(sockets as unknown as Endpoint[], options, closeTimeout).then(() => note("drained"));
  return { heard, sockets, drained };
}

const REASON = "the server is going away";

describe("closing many connections", () => {
  it("is done at once, with 1001, when nothing else is said", async () => {
    const { heard, drained } = draining(3, {});
    await drained;
    expect(heard).toEqual([...[0, 1, 2].map((i) => `0: ${i} 1001 ${REASON}`), "0: drained"]);
  });

  it("is done when there are none", async () => {
    const { heard, drained } = draining(0, { spread: 1000 });
    await drained;
    expect(heard).toEqual(["0: drained"]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("says what it is told to, with the hint for clients before the reason", async () => {
    const { heard, drained } = draining(1, { code: 1012, reason: "a restart", retryAfter: 2500.7 });
    await drained;
    expect(heard[0]).toBe("0: 0 1012 retry-after=2500 a restart");
  });

  it("is spread over time, evenly, the first at once", async () => {
    const { heard, drained } = draining(4, { spread: 1000, reason: "." });
    await vi.advanceTimersByTimeAsync(1000);
    await drained;
    expect(heard).toEqual([...[0, 250, 500, 750].map((time, i) => `${time}: ${i} 1001 .`), "750: drained"]);
  });

  it("is over early when those who are left go by themselves, and leaves no timer", async () => {
    const { heard, sockets, drained } = draining(3, { spread: 900, reason: "." });
    await vi.advanceTimersByTimeAsync(1);
    for (const socket of sockets) socket.goes();
    await drained;
    expect(heard).toEqual(["0: 0 1001 .", "1: drained"]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("drops those who do not answer: by default the close timeout after the last was told", async () => {
    const { heard, drained } = draining(2, { spread: 500, reason: "." }, [1]);
    await vi.advanceTimersByTimeAsync(1499);
    expect(heard).toEqual(["0: 0 1001 .", "250: 1 1001 ."]);
    await vi.advanceTimersByTimeAsync(1);
    await drained;
    expect(heard.slice(2)).toEqual(["1500: 1 dropped", "1500: drained"]);
  });

  it("drops them at the deadline, also those whose turn has not come", async () => {
    const { heard, drained } = draining(10, { spread: 1000, deadline: 300, reason: "." }, [7]);
    await vi.advanceTimersByTimeAsync(300);
    await drained;
    expect(heard).toEqual([
      "0: 0 1001 .",
      "100: 1 1001 .",
      "200: 2 1001 .",
      "300: 3 1001 .",
      "300: 7 dropped",
      "300: drained",
    ]);
    await vi.advanceTimersByTimeAsync(5000);
    expect(heard).toHaveLength(6);
  });

  it("is over in a minute although neither it nor the connections have a time limit, so that a server ends", async () => {
    for (const deadline of [undefined, Number.POSITIVE_INFINITY]) {
      const closeTimeout = Number.POSITIVE_INFINITY;
      const { heard, drained } = draining(2, { spread: 500, deadline, closeTimeout, reason: "." }, [0]);
      await vi.advanceTimersByTimeAsync(60_499);
      expect(heard).toEqual(["0: 0 1001 .", "250: 1 1001 ."]);
      await vi.advanceTimersByTimeAsync(1);
      await drained;
      expect(heard.slice(2)).toEqual(["60500: 0 dropped", "60500: drained"]);
      vi.useRealTimers();
    }
  });

  it("has the deadline that is given where the connections have no time limit", async () => {
    const { heard, drained } = draining(1, { deadline: 70_000, closeTimeout: Number.POSITIVE_INFINITY }, [0]);
    await vi.advanceTimersByTimeAsync(70_000);
    await drained;
    expect(heard.slice(1)).toEqual(["70000: 0 dropped", "70000: drained"]);
  });

  for (const name of ["spread", "deadline", "retryAfter"] as const) {
    it(`is refused, and nobody is closed, when ${name} is no time`, async () => {
      for (const [value, kind] of [
        [Number.NaN, RangeError],
        [-1, RangeError],
        ["1s", TypeError],
      ] as const) {
        const { heard, drained } = draining(1, { [name]: value });
        await expect(drained).rejects.toThrow(kind);
        expect(heard).toEqual([]);
        vi.useRealTimers();
      }
    });
  }

  it("is not spread over all time, nor are clients sent away for it", async () => {
    for (const name of ["spread", "retryAfter"]) {
      const { drained } = draining(1, { [name]: Number.POSITIVE_INFINITY });
      await expect(drained).rejects.toThrow(RangeError);
      vi.useRealTimers();
    }
  });

  it("waits for each connection's own time limit when there is no deadline", async () => {
    const { heard, sockets, drained } = draining(1, { deadline: Number.POSITIVE_INFINITY }, [0]);
    await vi.advanceTimersByTimeAsync(10 ** 9);
    expect(heard).toHaveLength(1);
    sockets[0]!.goes();
    await drained;
  });
});

describe("a server that drains", () => {
  it("closes all, refuses newcomers with 503 meanwhile, and leaves its port open", async () => {
    const { server, port, url } = await listen();
    const [a, b] = [connect(url), connect(url)];
    await Promise.all([nextEvent(a, "open"), nextEvent(b, "open")]);
    await eventually(() => expect(server.clients.size).toBe(2));
    const closed = [nextEvent(a, "close"), nextEvent(b, "close")];
    await server.drain({ code: 1012, reason: "back soon", retryAfter: 100 });
    for (const close of closed) {
      expect(await close).toMatchObject({ code: 1012, reason: "retry-after=100 back soon", wasClean: true });
    }
    const late = await connectPeer(port);
    late.write(handshake());
    expect((await late.answer()).status).toBe(503);
  });

  it("does not wait beyond the deadline for a peer that says nothing", async () => {
    const { server, port } = await listen({ closeTimeout: 60_000 });
    const peer = await openPeer(port);
    await server.drain({ deadline: 20 });
    await peer.close();
    expect(server.clients.size).toBe(0);
  });

  it("delivers what arrives until a connection's turn has come", async () => {
    const { server, url } = await listen();
    const client = connect(url);
    await nextEvent(client, "open");
    const second = connect(url);
    await nextEvent(second, "open");
    await eventually(() => expect(server.clients.size).toBe(2));
    // The second in line has its turn after half an hour.
    const drained = server.drain({ spread: 3_600_000, deadline: 3_600_000 });
    await nextEvent(client, "close");
    await eventually(() => expect(server.clients.size).toBe(1));
    const [left] = server.clients;
    const message = nextEvent(left!, "message");
    second.send("still here");
    expect((await message).data).toBe("still here");
    second.close(1000);
    await drained;
  });

  it("refuses a code that may not be sent, and nothing else happens", async () => {
    const { server, url } = await listen();
    const client = connect(url);
    await nextEvent(client, "open");
    await expect(server.drain({ code: 1006 })).rejects.toThrow(RangeError);
    const another = connect(url);
    await nextEvent(another, "open");
    expect(client.readyState).toBe(1);
  });
});
