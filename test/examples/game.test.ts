import { describe, expect, it } from "vitest";
import { World } from "../../examples/game/world.ts";
import { WebSocket } from "../../src/websocket/client/client.ts";
import { Inbox } from "./inbox.ts";
import { type RunningExample, startExample } from "./running-example.ts";

describe("the rules of examples/game", () => {
  it("move players while they hold keys, and not beyond the field", () => {
    const world = new World(() => 0);
    const player = world.join();
    player.keys = 2 | 8;
    for (let step = 0; step < 10; step++) world.step();
    expect(player).toMatchObject({ x: 50, y: 50 });
    player.keys = 1 | 4;
    for (let step = 0; step < 100; step++) world.step();
    expect(player).toMatchObject({ x: 0, y: 0 });
  });

  it("give a point to who reaches the star", () => {
    const draws = [0.5, 0.5, 0.25, 0.75];
    const world = new World(() => draws.shift() ?? 0);
    const player = world.join(); // on the star
    world.step();
    expect(player.score).toBe(1);
    expect(world.encode().toString("hex")).toBe("00000001" + "00c801c2" + "00" + "0190012c0001");
    world.step();
    expect(player.score).toBe(1);
  });

  it("give the number of who left to who comes", () => {
    const world = new World(() => 0);
    const [first, second] = [world.join(), world.join()];
    world.players.delete(first);
    expect([second.id, world.join().id]).toEqual([1, 0]);
  });
});

describe("examples/game", () => {
  let example: RunningExample;

  async function play(): Promise<{ socket: WebSocket; inbox: Inbox; id: number }> {
    const socket = new WebSocket(`${example.socketUrl}/play`);
    const inbox = new Inbox(socket);
    const id = Number(/^you are (\d+)$/.exec(String(await inbox.next()))?.[1]);
    return { socket, inbox, id };
  }

  function input(keys: number, tick: number): Buffer {
    const bytes = Buffer.alloc(5, keys);
    bytes.writeUInt32BE(tick, 1);
    return bytes;
  }

  const tickOf = (state: unknown): number => (state as Buffer).readUInt32BE(0);

  /** Where a player is, by a state. */
  function xOf(state: Buffer, id: number): number {
    for (let at = 8; at < state.length; at += 7) if (state[at] === id) return state.readUInt16BE(at + 1);
    return Number.NaN;
  }

  it("tells all players where each is, as the server has it", async () => {
    example = await startExample("game/server.ts");
    const [one, two] = [await play(), await play()];
    expect([one.id, two.id]).toEqual([0, 1]);
    const before = xOf(
      (await one.inbox.find((state) => !Number.isNaN(xOf(state as Buffer, 1)))) as Buffer,
      1,
    );
    const right = before < 400;
    for (;;) {
      const state = (await one.inbox.next()) as Buffer;
      one.socket.send(input(0, tickOf(state)));
      two.socket.send(input(right ? 2 : 1, tickOf(state)));
      const x = xOf(state, 1);
      if (Math.abs(x - before) < 100) continue;
      expect(x > before).toBe(right);
      break;
    }
  });

  it("sends each tick once, in order, no faster than 60 a second", async () => {
    example = await startExample("game/server.ts");
    // From before the first could be sent: when it is read, others may be waiting behind it.
    const start = performance.now();
    const { socket, inbox } = await play();
    const first = tickOf(await inbox.next());
    let last = first;
    while (last < first + 45) {
      const tick = tickOf(await inbox.next());
      expect(tick).toBeGreaterThan(last);
      last = tick;
      socket.send(input(0, tick));
    }
    // Two updates may be made up for after a delay.
    expect(performance.now() - start).toBeGreaterThan(((last - first - 3) * 1000) / 60);
  });

  it("keeps no queue for a slow player: after what it has not confirmed comes the present", async () => {
    example = await startExample("game/server.ts");
    const [slow, fast] = [await play(), await play()];
    const first = tickOf(await slow.inbox.next());
    slow.socket.send(input(0, first));
    slow.socket.pause();
    let present = 0;
    while (present < first + 90) {
      present = tickOf(await fast.inbox.next());
      fast.socket.send(input(0, present));
    }
    slow.socket.resume();
    slow.socket.send(input(0, 0xffffffff)); // confirms all there is
    const late = [];
    for (;;) {
      const tick = tickOf(await slow.inbox.next());
      if (tick >= present) break;
      late.push(tick);
    }
    expect(Math.max(first, ...late)).toBeLessThanOrEqual(first + 30);
  });

  it("closes with 1008 or 1009 what is no input, and with 1012 at its end", async () => {
    example = await startExample("game/server.ts");
    const [text, long, good] = [await play(), await play(), await play()];
    text.socket.send("left");
    long.socket.send(new Uint8Array(6));
    expect((await text.inbox.closed).code).toBe(1008);
    expect((await long.inbox.closed).code).toBe(1009);
    expect(await (await fetch(example.url)).text()).toContain("<canvas");
    expect(await example.stop()).toBe(0);
    expect(await good.inbox.closed).toEqual({ code: 1012, reason: "restarting" });
  });
});
