/** What happens in a world, as commands of fast-check. */
import fc from "fast-check";
import type { RoomGrant } from "../../../src/signalling/grants.ts";
import type { Command } from "../../../src/signalling/protocol.ts";
import type { Client } from "./client.ts";
import type { World } from "./world.ts";

type Act = (world: World) => void;

/** One thing that happens. What cannot happen now does not. */
class Step implements fc.Command<object, World> {
  readonly #words: string;
  readonly #act: Act;

  constructor(words: string, act: Act) {
    this.#words = words;
    this.#act = act;
  }

  check(): boolean {
    return true;
  }

  run(_: object, world: World): void {
    this.#act(world);
    world.check();
  }

  toString(): string {
    return this.#words;
  }
}

const offer = { type: "offer", sdp: "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n" } as const;
const candidate = { candidate: "", sdpMid: "0", sdpMLineIndex: 0 };
const rooms = ["A", "B", "C"];
const who = fc.nat(5);
const where = fc.nat(1);
let texts = 0;

/** A step about a client, with some numbers that it can use. */
function step(
  name: string,
  act: (world: World, client: Client, at: number, other: number) => void,
): fc.Arbitrary<Step> {
  return fc
    .tuple(who, fc.nat(5), fc.nat(11))
    .map(
      ([client, at, other]) =>
        new Step(`${name}(${client},${at},${other})`, (world) =>
          act(world, world.clients[client]!, at, other),
        ),
    );
}

function says(name: string, command: (to: string, other: number) => Command): fc.Arbitrary<Step> {
  return step(name, (world, client, at, other) => {
    const to = world.clients[at]!.stay?.joined.self ?? "nobody";
    if (client.wire !== undefined && client.stay !== undefined && client.inside)
      world.say(client, command(to, other));
  });
}

function grantOf(other: number): RoomGrant | undefined {
  if (other < 8) return undefined;
  return {
    room: "A",
    role: other === 11 ? "viewer" : "member",
    publish: other !== 10,
    subscribe: other !== 11,
    expiresAt: 0,
  };
}

const common: fc.WeightedArbitrary<Step>[] = [
  {
    weight: 6,
    arbitrary: step("enter", (world, client, at, other) => {
      if (client.wire === undefined)
        world.connect(client, at, grantOf(other), other === 9 ? world.clock.now + 5_000 : undefined);
      if (!client.inside)
        world.say(client, { type: "join", room: grantOf(other)?.room ?? rooms[other % 3]! });
    }),
  },
  { weight: 1, arbitrary: says("join", (_, other) => ({ type: "join", room: rooms[other % 3]! })) },
  { weight: 2, arbitrary: says("leave", () => ({ type: "leave" })) },
  { weight: 6, arbitrary: says("chat", () => ({ type: "message", text: `t${++texts}` })) },
  { weight: 2, arbitrary: says("whisper", (to) => ({ type: "message", text: `t${++texts}`, to })) },
  { weight: 2, arbitrary: says("describe", (to) => ({ type: "description", to, description: offer })) },
  { weight: 2, arbitrary: says("candidate", (to) => ({ type: "candidate", to, candidate })) },
  { weight: 1, arbitrary: says("end", (to) => ({ type: "end-of-candidates", to })) },
  { weight: 2, arbitrary: says("presence", (_, hand) => ({ type: "presence", presence: { hand } })) },
  { weight: 2, arbitrary: says("kick", (peer, other) => ({ type: "kick", peer, ban: other < 2 })) },
  { weight: 1, arbitrary: says("unban", (_, other) => ({ type: "unban", user: `U${other % 4}` })) },
  { weight: 1, arbitrary: says("lock", (_, other) => ({ type: "lock", locked: other < 4 })) },
  {
    weight: 1,
    arbitrary: step("ping", (world, client) => {
      if (client.inside) world.say(client, { type: "ping", ack: client.ack });
    }),
  },
  {
    weight: 4,
    arbitrary: step("cut", (world, client, _, unheard) => {
      if (client.wire !== undefined) world.cut(client, unheard % 4);
    }),
  },
  {
    weight: 1,
    arbitrary: step("close", (world, client) => {
      if (client.wire !== undefined) world.close(client);
    }),
  },
  {
    weight: 6,
    arbitrary: step("resume", (world, client, at, other) => {
      if (client.stay === undefined || client.wire !== undefined) return;
      world.resume(client, at, { ...(other === 0 ? { secret: "wrong" } : {}) });
    }),
  },
  {
    weight: 1,
    arbitrary: step("take over", (world, client, at) => {
      if (client.inside && client.wire!.leaving !== client.stay) world.resume(client, at, {});
    }),
  },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom(10, 1_000, 6_000, 31_000, 125_000)
      .map((time) => new Step(`pass(${time})`, (world) => world.pass(time))),
  },
  {
    weight: 14,
    arbitrary: fc.tuple(where, fc.nat(3), fc.nat(6)).map(
      ([at, asks, tellings]) =>
        new Step(`carry(${at},${asks},${tellings})`, (world) => {
          const { bus } = world.place(at);
          for (let times = 0; times < asks; times++) bus.askNext();
          for (let times = 0; times < tellings; times++) bus.hearNext();
        }),
    ),
  },
  { weight: 4, arbitrary: fc.constant(new Step("settle", (world) => world.settle())) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(where, fc.nat(3))
      .map(([at, unheard]) => new Step(`kill(${at},${unheard})`, (world) => world.kill(at, unheard))),
  },
  {
    weight: 1,
    arbitrary: where.map(
      (at) =>
        new Step(`fail(${at})`, (world) => {
          world.place(at).bus.failures++;
        }),
    ),
  },
];

const apart: fc.WeightedArbitrary<Step>[] = [
  {
    weight: 2,
    arbitrary: where.map(
      (at) =>
        new Step(`lose(${at})`, (world) => {
          if (world.place(at).bus.shared) world.place(at).bus.lose();
        }),
    ),
  },
  {
    weight: 2,
    arbitrary: where.map(
      (at) =>
        new Step(`find(${at})`, (world) => {
          if (!world.place(at).bus.shared) world.place(at).bus.find();
        }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constant(
      new Step("empty", (world) => {
        // Who kept the logs was away, and nobody can have missed that.
        for (const at of [0, 1]) if (world.place(at).bus.shared) world.place(at).bus.lose();
        world.logs.empty();
      }),
    ),
  },
];

/** A life of a world in which every process reaches the others, or also one in which they are apart at times. */
export function lives(
  maxCommands: number,
  kind: "together" | "apart",
): fc.Arbitrary<Iterable<fc.Command<object, World>>> {
  const steps = fc.oneof(...common, ...(kind === "apart" ? apart : []));
  return fc.commands([steps], { maxCommands, size: "max" });
}
