import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Effect, Hub } from "../../src/signalling/hub.ts";
import { type Command, type Notice, parseCommand } from "../../src/signalling/protocol.ts";

/**
 * The rules once more, as simply as can be: who is where, and who must hear what. Budgets are so wide here that
 * they do not matter; they have their tests in hub.test.ts.
 */
class Model {
  /** Each connected peer's room, in the order the peers joined theirs; "" is none. */
  readonly rooms = new Map<string, string>();
  readonly #capacity: number;
  readonly #maxRooms: number;

  constructor(capacity: number, maxRooms: number) {
    this.#capacity = capacity;
    this.#maxRooms = maxRooms;
  }

  members(room: string): readonly string[] {
    return [...this.rooms].filter(([, where]) => where === room && room !== "").map(([id]) => id);
  }

  connect(id: string): readonly string[] {
    this.rooms.set(id, "");
    return [`${id} < welcome`];
  }

  disconnect(id: string): readonly string[] {
    const room = this.rooms.get(id) ?? "";
    this.rooms.delete(id);
    return this.members(room).map((other) => `${other} < peer-left ${id}`);
  }

  receive(id: string, command: Command): readonly string[] {
    const room = this.rooms.get(id) ?? "";
    const others = this.members(room).filter((other) => other !== id);
    const refuse = (code: string) => [`${id} < error ${code}`];
    switch (command.type) {
      case "ping":
        return [`${id} < pong`];
      case "join": {
        const there = this.members(command.room);
        if (room !== "") return refuse("already-in-room");
        if (there.length >= this.#capacity) return refuse("room-full");
        const used = new Set([...this.rooms.values()].filter((name) => name !== "")).size;
        if (there.length === 0 && used >= this.#maxRooms) return refuse("too-many-rooms");
        this.rooms.delete(id);
        this.rooms.set(id, command.room);
        return [`${id} < joined ${there.join()}`, ...there.map((other) => `${other} < peer-joined ${id}`)];
      }
      case "leave":
        if (room === "") return refuse("not-in-room");
        this.rooms.set(id, "");
        return [`${id} < ok`, ...others.map((other) => `${other} < peer-left ${id}`)];
      default: {
        if (room === "") return refuse("not-in-room");
        if (command.to !== undefined && !others.includes(command.to)) return refuse("unknown-peer");
        const heard = command.to === undefined ? others : [command.to];
        return [`${id} < ok`, ...heard.map((other) => `${other} < ${command.type} from ${id}`)];
      }
    }
  }
}

/** What the effects of the hub mean to each peer, in the model's words. */
function deliveries(effects: readonly Effect[]): readonly string[] {
  return effects.flatMap((effect) => {
    if (effect.type === "close") return [`${effect.peer} closed`];
    const to = effect.type === "send" ? [effect.to] : effect.to;
    return to.map((id) => `${id} < ${inWords(effect.notice)}`);
  });
}

function inWords(notice: Notice): string {
  switch (notice.type) {
    case "joined":
      return `joined ${notice.peers.map(({ peer }) => peer).join()}`;
    case "peer-joined":
    case "peer-left":
      return `${notice.type} ${notice.peer}`;
    case "error":
      return `error ${notice.code}`;
    case "description":
    case "candidate":
    case "message":
      return `${notice.type} from ${notice.from}`;
    default:
      return notice.type;
  }
}

const peer = fc.constantFrom("a", "b", "c", "d", "e", "f");
const room = fc.constantFrom("r", "s", "t");
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant("join"), room }) },
  fc.record({ type: fc.constant("leave") }),
  fc.record({ type: fc.constant("ping") }),
  fc.record({
    type: fc.constant("description"),
    to: peer,
    description: fc.constant({ type: "offer", sdp: "v=0" } as const),
  }),
  fc.record({ type: fc.constant("candidate"), to: peer, candidate: fc.constant(null) }),
  fc.record({ type: fc.constant("message"), text: fc.constant("hi") }),
  fc.record({ type: fc.constant("message"), text: fc.constant("hi"), to: peer }),
);
const step = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(peer, command) },
  fc.tuple(peer, fc.constantFrom("connect", "disconnect")),
);

const seed = 20_250_707;

describe(`the hub against its model, seed ${seed}`, () => {
  it("delivers what the model says to whom it says, and forgets everything when all have left", () => {
    const property = fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const wide = { messageBurst: 1e9, refusalBurst: 1e9 };
      const hub = new Hub({ maxPeersPerRoom: 3, maxRooms: 2, ...wide });
      const model = new Model(3, 2);
      for (const [at, [id, action]] of steps.entries()) {
        const there = model.rooms.has(id);
        if (typeof action !== "string") {
          const effects = hub.receive(id, { ...action, id: 1 }, at);
          expect(deliveries(effects)).toEqual(there ? model.receive(id, action) : []);
          expect(answers(effects, id)).toBe(there ? 1 : 0);
        } else if (action === "disconnect") {
          expect(deliveries(hub.disconnect(id))).toEqual(model.disconnect(id));
        } else if (!there) {
          expect(deliveries(hub.connect(id, { user: id, name: id }, at))).toEqual(model.connect(id));
        }
        expect(hub.peerCount).toBe(model.rooms.size);
        expect(hub.roomCount).toBe(new Set([...model.rooms.values()].filter((name) => name !== "")).size);
      }
      for (const id of model.rooms.keys()) hub.disconnect(id);
      expect([hub.peerCount, hub.roomCount, hub.nextTimeout]).toEqual([0, 0, Number.POSITIVE_INFINITY]);
    });
    fc.assert(property, { seed, numRuns: 300 });
  });
});

/** How many answers to command 1 the effects hold. */
function answers(effects: readonly Effect[], id: string): number {
  return effects.filter(
    (effect) => effect.type === "send" && effect.to === id && "id" in effect.notice && effect.notice.id === 1,
  ).length;
}

/** Changes a text as a broken or hostile sender might. */
function mutate(text: string, random: () => number): string {
  const at = Math.floor(random() * (text.length + 1));
  const size = Math.floor(random() * 6);
  switch (Math.floor(random() * 8)) {
    case 0:
      return text.slice(0, at) + text.slice(at + size);
    case 1:
      return text.slice(0, at) + text.slice(at, at + size).repeat(2) + text.slice(at + size);
    case 2:
      return text.slice(0, at) + String.fromCharCode(Math.floor(random() * 0x1_00_00)) + text.slice(at);
    case 3:
      return text.slice(0, at) + pick(tokens, random) + text.slice(at + size);
    case 4:
      return text.slice(0, at);
    case 5:
      return text.slice(0, at) + pick(valid, random) + text.slice(at);
    case 6:
      return text.slice(0, at) + "x".repeat(Math.floor(random() * 5000)) + text.slice(at);
    default:
      return text;
  }
}

function pick<Value>(values: readonly Value[], random: () => number): Value {
  return values[Math.floor(random() * values.length)]!;
}

const tokens: readonly string[] = [
  ...[
    "{",
    "}",
    "[",
    "]",
    '"',
    ":",
    ",",
    "\\",
    "\\ud800",
    "\\u0000",
    "null",
    "true",
    "1e999",
    "-0",
    "{}",
    "[]",
  ],
  ...['"id":', '"__proto__":', '"to":"victim"', '"type":"join"', '"room":"other"', "\u2028", "\udfff", ""],
];

const valid: readonly string[] = [
  { type: "join", room: "r", id: 1 },
  { type: "leave", id: "x" },
  { type: "ping" },
  { type: "message", text: "hello", id: 2 },
  { type: "message", text: "hello", to: "victim", id: 3 },
  { type: "description", to: "victim", description: { type: "offer", sdp: "v=0" } },
  { type: "candidate", to: "victim", candidate: { candidate: "candidate:1", sdpMid: "0", sdpMLineIndex: 0 } },
  { type: "candidate", to: "victim", candidate: null, id: 4 },
].map((one) => JSON.stringify(one));

/** A small generator of our own, so that 100,000 mutations need no shrinking machinery. */
function mulberry32(from: number): () => number {
  let state = from;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let z = Math.imul(state ^ (state >>> 15), state | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    return ((z ^ (z >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe(`mutated messages, seed ${seed}`, () => {
  const documented = [
    ...["malformed", "unknown-type", "not-in-room", "already-in-room", "unknown-peer"],
    ...["room-full", "rate-limited", "forbidden", "too-many-rooms"],
  ];

  it("earn documented refusals to their sender alone, 100,000 times", () => {
    const random = mulberry32(seed);
    const hub = new Hub();
    const secure = { user: "1", name: "v" };
    hub.connect("victim", secure, 0);
    hub.receive("victim", { type: "join", room: "r" }, 0);
    hub.connect("bystander", secure, 0);
    hub.receive("bystander", { type: "join", room: "other" }, 0);
    const seen = new Set<string>();
    let now = 0;
    let attacker = "";
    for (let i = 0; i < 100_000; i++) {
      if (hub.peerCount < 3) {
        attacker = `attacker ${i}`;
        hub.connect(attacker, secure, now);
      }
      now += 30;
      let text = pick(valid, random);
      for (let times = Math.floor(random() * 4); times > 0; times--) text = mutate(text, random);
      const effects = hub.receive(attacker, parseCommand(text), now);
      for (const effect of effects) {
        if (effect.type === "close") seen.add(`close ${effect.code}`);
        if (effect.type !== "send" || effect.notice.type !== "error") continue;
        seen.add(effect.notice.code);
        expect(effect.to).toBe(attacker);
      }
    }
    seen.delete("close 1008");
    expect(documented).toEqual(expect.arrayContaining([...seen]));
    expect(seen.size).toBeGreaterThan(4);
    expect(hub.receive("victim", { type: "ping" }, now)).toMatchObject([
      { to: "victim", notice: { type: "pong" } },
    ]);
  });
});
