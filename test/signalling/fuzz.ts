/** Commands as a broken or hostile sender might send them, and what may come of that. */
import { expect } from "vitest";
import type { Hub } from "../../src/signalling/hub/hub.ts";
import { parseCommand, traitsOf } from "../../src/signalling/parse-command.ts";
import type { Notice } from "../../src/signalling/protocol.ts";
import { type Clock, HubProcess } from "./hub/hub-process.ts";

const sdp =
  "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=sendrecv\r\n";
const candidate = "candidate:1 1 udp 2130706431 192.0.2.1 5000 typ host";

const valid: readonly object[] = [
  { type: "join", room: "r", id: 1, presence: { hand: "up" } },
  { type: "join", room: "r", resume: { peer: "victim", secret: "secret", ack: 3 } },
  { type: "leave", id: "x" },
  { type: "ping", ack: 5, id: 2 },
  { type: "message", text: "hello", id: 2, seq: 1 },
  { type: "message", text: "hello", to: "victim", id: 3 },
  { type: "presence", presence: { deep: [{ and: "wide" }] }, seq: 2, id: 8 },
  { type: "description", to: "victim", id: 4, description: { type: "offer", sdp } },
  { type: "candidate", to: "victim", id: 5, candidate: { candidate, sdpMid: "0", sdpMLineIndex: 0 } },
  { type: "end-of-candidates", to: "victim", id: 6, seq: 9 },
  { type: "kick", peer: "victim", ban: true, id: 7 },
  { type: "lock", locked: true, id: 8 },
  { type: "unban", user: "victim", id: 9 },
];

const extremes: readonly unknown[] = [
  ...[
    null,
    true,
    false,
    0,
    -0,
    -1,
    0.5,
    1e308,
    2 ** 53,
    2 ** 53 - 1,
    "",
    "\ud800",
    "\0",
    "victim",
    "bystander",
    "r",
    ".",
  ],
  ...[
    [],
    {},
    [[]],
    { type: "join" },
    "x".repeat(5000),
    "x".repeat(70_000),
    "constructor",
    "__proto__",
    "\u2028",
  ],
];

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
    "\udfff",
    "",
  ],
  ...[
    '"id":1,',
    '"__proto__":{"to":"victim"},',
    '"to":"bystander",',
    '"type":"join",',
    '"room":"s",',
    '"seq":1,',
  ],
  ..."[".repeat(3).split(""),
  "[".repeat(5_000),
];

/** A small generator of our own, so that a million mutations need no machinery. */
function mulberry32(from: number): () => number {
  let state = from;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let z = Math.imul(state ^ (state >>> 15), state | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    return ((z ^ (z >>> 14)) >>> 0) / 2 ** 32;
  };
}

class Mutator {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = mulberry32(seed);
  }

  next(): string {
    let value: unknown = this.#pick(valid);
    for (let times = this.#below(3); times > 0; times--) value = this.#mutateValue(value, 0);
    let text = JSON.stringify(value) ?? "";
    for (let times = this.#below(3); times > 0; times--) text = this.#mutateText(text);
    return text;
  }

  #mutateValue(value: unknown, depth: number): unknown {
    if (depth > 4 || typeof value !== "object" || value === null || this.#below(6) === 0)
      return this.#pick(extremes);
    const fields = Object.entries(value);
    if (fields.length === 0) return this.#pick(extremes);
    const at = this.#below(fields.length);
    const [name, field] = fields[at]!;
    if (this.#below(5) === 0) fields.splice(at, 1);
    else if (this.#below(8) === 0)
      fields[at] = [this.#pick(["to", "__proto__", "seq", "id", "ack", "x"]), field];
    else fields[at] = [name, this.#mutateValue(field, depth + 1)];
    // By way of text, so that __proto__ is a field as it is for JSON.parse.
    return JSON.parse(
      `{${fields.map(([key, one]) => `${JSON.stringify(key)}:${JSON.stringify(one)}`).join(",")}}`,
    );
  }

  #mutateText(text: string): string {
    const at = this.#below(text.length + 1);
    const size = this.#below(6);
    switch (this.#below(6)) {
      case 0:
        return text.slice(0, at) + text.slice(at + size);
      case 1:
        return text.slice(0, at) + text.slice(at, at + size).repeat(2) + text.slice(at + size);
      case 2:
        return text.slice(0, at) + String.fromCharCode(this.#below(0x1_00_00)) + text.slice(at);
      case 3:
        return text.slice(0, at) + this.#pick(tokens) + text.slice(at + size);
      case 4:
        return text.slice(0, at);
      default:
        // A field that is there twice, the second of which counts.
        return text.replace("{", `{${JSON.stringify(this.#pick(["type", "to", "id"]))}:1,`);
    }
  }

  #pick<Value>(values: readonly Value[]): Value {
    return values[this.#below(values.length)]!;
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }
}

/** What the victim, a host in the attacker's room, may hear because of the attacker. */
const mayBeHeard: ReadonlySet<Notice["type"]> = new Set([
  ...([
    "peer-joined",
    "peer-left",
    "description",
    "candidate",
    "end-of-candidates",
    "message",
    "presence",
  ] as const),
]);

/** Lets attackers say so many mutated commands. Returns the codes of what they were refused for. */
export function attack(seed: number, times: number): ReadonlySet<string> {
  const mutator = new Mutator(seed);
  const clock: Clock = { now: 0 };
  const codes = new Set<string>();
  let attacker = "";
  const open = new Set<string>();
  const hear = (to: string, notice: Notice): void => {
    if (to === attacker) {
      if (notice.type === "error") codes.add(notice.code);
    } else if (notice.type !== "welcome" && notice.type !== "joined") {
      expect([to, mayBeHeard.has(notice.type)], notice.type).toEqual(["victim", true]);
      expect(JSON.stringify(notice).isWellFormed()).toBe(true);
    }
  };
  const generous = { perSecond: 1e9, burst: 1e9 };
  const process = new HubProcess<string>({
    hub: { roomRates: { joins: generous, userJoins: generous }, peerRates: { joins: generous } },
    clock,
    perform: (effect) => {
      if (effect.type === "send") hear(effect.to, effect.notice);
      else if (effect.type === "broadcast") for (const to of effect.to) hear(to, effect.notice);
      else if (effect.type === "close") {
        expect([effect.connection, effect.code]).toEqual([attacker, 1008]);
        open.delete(effect.connection);
      }
    },
  });
  const { hub } = process;
  const say = (from: string, text: string): void =>
    process.perform(hub.receive(from, parseCommand(text), traitsOf(text), clock.now));
  const enter = (name: string, room?: string): void => {
    open.add(name);
    const identity = { user: name, name };
    process.perform(hub.connect(name, { identity, id: name, secret: `secret of ${name}` }, clock.now));
    if (room !== undefined) say(name, JSON.stringify({ type: "join", room }));
  };
  enter("victim", "r");
  enter("bystander", "elsewhere");
  for (let at = 0; at < times; at++) {
    clock.now += 30;
    if (hub.nextTimeout <= clock.now) process.perform(hub.handleTimeout(clock.now));
    if (!open.has(attacker)) {
      attacker = `attacker ${at}`;
      enter(attacker, "r");
    }
    say(attacker, mutator.next());
  }
  process.perform(hub.disconnect(attacker, { resumable: false, now: clock.now }));
  checkAfter(hub, clock.now);
  return codes;
}

/** Those who were there before are there still, and can talk. */
function checkAfter(hub: Hub<string>, now: number): void {
  const room = hub.states().find((state) => state.room === "r");
  expect(room).toMatchObject({ members: [{ peer: "victim", role: "host" }], locked: false, banned: [] });
  expect([hub.peerCount, hub.roomCount]).toEqual([2, 2]);
  for (const peer of ["victim", "bystander"])
    expect(hub.receive(peer, { type: "ping", id: 1 }, { size: 9, plain: true }, now)).toMatchObject([
      { to: peer, text: expect.stringContaining('"pong"') },
    ]);
}
