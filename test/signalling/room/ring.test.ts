import { describe, expect, it } from "vitest";
import { type Delivery, toOne, toOthers } from "../../../src/signalling/room/outcome.ts";
import { Ring } from "../../../src/signalling/room/ring.ts";

const notice = (seq: number) => ({ type: "peer-left", seq, peer: "x", reason: "left" }) as const;
const all = (seq: number, except?: string): Delivery => toOthers(except, notice(seq));
const one = (seq: number, to: string): Delivery => toOne(to, notice(seq));

const a = { peer: "a", subscribe: true };

function ringOf(notices: number, ...deliveries: readonly Delivery[]): Ring {
  const ring = new Ring({ notices, size: 1000 }, 0);
  for (const delivery of deliveries) push(ring, delivery, 100, delivery.notice.seq);
  return ring;
}

/** Keeps as many octets as `size`, which are told apart by their `seq`. */
function push(ring: Ring, delivery: Delivery, size: number, at: number): void {
  ring.push(delivery, `${delivery.notice.seq}`.padEnd(size), at);
}

const missed = (ring: Ring, ack: number, member = a, elsewhere = false) =>
  ring.since(ack, member, elsewhere)?.map(Number);

describe("a ring", () => {
  it("tells what came after, from its first number to its last and not beyond", () => {
    const ring = new Ring({ notices: 9, size: 1000 }, 5);
    for (const seq of [6, 7]) push(ring, all(seq), 1, 0);
    expect([4, 5, 6, 7, 8].map((ack) => missed(ring, ack))).toEqual([undefined, [6, 7], [7], [], undefined]);
    ring.advance(8);
    expect([8, 9].map((ack) => missed(ring, ack))).toEqual([[], undefined]);
  });

  it("tells each what was for it", () => {
    const chat: Delivery = { ...all(4), chat: true };
    const ring = ringOf(9, all(1), all(2, "a"), one(3, "b"), chat, one(5, "a"));
    expect(missed(ring, 0)).toEqual([1, 4, 5]);
    expect(missed(ring, 0, { peer: "b", subscribe: false })).toEqual([1, 2, 3]);
  });

  it("tells of chat what each might hear when it was said, whatever it may hear now", () => {
    const chat = (seq: number): Delivery => ({ ...all(seq), chat: true });
    const turn = (seq: number): Delivery => ({ ...all(seq), turns: "a" });
    const ring = ringOf(9, chat(1), turn(2), chat(3));
    expect(missed(ring, 0)).toEqual([2, 3]);
    expect(missed(ring, 0, { peer: "a", subscribe: false })).toEqual([1, 2]);
    expect(missed(ring, 0, { peer: "b", subscribe: true })).toEqual([1, 2, 3]);
    push(ring, turn(4), 1, 4);
    expect([0, 1, 2].map((ack) => missed(ring, ack))).toEqual([undefined, undefined, [4]]);
    ring.forgetMember("a");
    expect(missed(ring, 0)).toEqual([1, 2, 3, 4]);
  });

  it("tells nobody what was said before it came, whatever it says that it has heard", () => {
    const ring = ringOf(9, all(1), { ...all(2, "a"), newcomer: "a" }, all(3));
    expect([0, 1, 2].map((ack) => missed(ring, ack))).toEqual([undefined, undefined, [3]]);
    expect(missed(ring, 0, { peer: "b", subscribe: true })).toEqual([1, 2, 3]);
  });

  it("does not come to know again what it did not, when something older is forgotten", () => {
    const turn = (seq: number): Delivery => ({ ...all(seq), turns: "a" });
    const ring = ringOf(3, one(1, "a"), turn(2), turn(3));
    expect(missed(ring, 1)).toBe(undefined);
    push(ring, all(4), 1, 4);
    expect([1, 2].map((ack) => missed(ring, ack))).toEqual([undefined, [3, 4]]);
  });

  it("has missed nothing who could not hear what is forgotten of chat", () => {
    const chat = (seq: number): Delivery => ({ ...all(seq), chat: true });
    const turned = ringOf(2, chat(1), { ...all(2, "a"), turns: "a" }, all(3));
    expect(missed(turned, 0)).toEqual([3]);
    expect(missed(turned, 0, { peer: "a", subscribe: false })).toBe(undefined);
    expect(missed(turned, 1, { peer: "a", subscribe: false })).toEqual([3]);
  });

  it("forgets the oldest when there are too many, or too much of them", () => {
    const ring = ringOf(3, all(1), all(2), all(3), all(4));
    expect([ring.length, ring.oldest]).toEqual([3, 2]);
    expect([0, 1].map((ack) => missed(ring, ack))).toEqual([undefined, [2, 3, 4]]);
    push(ring, all(5), 801, 5);
    expect([ring.length, missed(ring, 2), missed(ring, 3)]).toEqual([2, undefined, [4, 5]]);
    push(ring, all(6), 1001, 6);
    expect([ring.length, ring.oldest, missed(ring, 5), missed(ring, 6)]).toEqual([
      0,
      undefined,
      undefined,
      [],
    ]);
  });

  it("forgets what all have heard, and what is too old", () => {
    const ring = ringOf(9, all(1), all(2), all(3));
    ring.trim({ heard: 1 });
    expect([missed(ring, 0), missed(ring, 1)]).toEqual([undefined, [2, 3]]);
    ring.trim({ until: 2 });
    expect([missed(ring, 1), missed(ring, 2)]).toEqual([undefined, [3]]);
    ring.trim({});
    expect(ring.length).toBe(1);
  });

  it("does not count as missed what was forgotten and was for others", () => {
    const ring = ringOf(1, one(1, "b"), all(2, "a"), one(3, "b"), all(4, "a"), all(5));
    expect(missed(ring, 0)).toEqual([5]);
    expect([0, 3, 4].map((ack) => missed(ring, ack, { peer: "b", subscribe: true }))).toEqual([
      ...[undefined, undefined, [5]],
    ]);
    push(ring, all(6, "b"), 1, 6);
    expect([missed(ring, 0), missed(ring, 5)]).toEqual([undefined, [6]]);
    push(ring, all(7, "b"), 1, 7);
    expect([missed(ring, 5), missed(ring, 6)]).toEqual([undefined, [7]]);
    expect(missed(ring, 5, { peer: "b", subscribe: true })).toEqual([]);
  });

  it("does not count chat as missed that was forgotten and was not for who may not hear it", () => {
    const ring = ringOf(1, { ...all(1), chat: true }, all(2));
    expect([missed(ring, 0), missed(ring, 1)]).toEqual([undefined, [2]]);
    expect(missed(ring, 0, { peer: "v", subscribe: false })).toEqual([2]);
    push(ring, all(3), 1, 3);
    expect(missed(ring, 0, { peer: "v", subscribe: false })).toBe(undefined);
  });

  it("does not remember those who will not come back", () => {
    const ring = ringOf(1, one(1, "a"), all(2, "a"));
    expect(missed(ring, 0)).toBe(undefined);
    ring.forgetMember("a");
    expect(missed(ring, 0)).toEqual([]);
  });

  it("keeps nothing for those who will not come back, and so has nothing to remember of it later", () => {
    const ring = ringOf(9, one(1, "a"), all(2), one(3, "b"));
    ring.forgetMember("b");
    expect([ring.length, missed(ring, 0)]).toEqual([2, [1, 2]]);
    const alone = ringOf(9, one(1, "a"));
    alone.forgetMember("a");
    alone.trim({ heard: 1 });
    expect(missed(alone, 0)).toEqual([]);
    push(alone, all(2), 1000, 2);
    expect(alone.length).toBe(1);
  });

  it("goes on in a circle, and holds nothing when all is forgotten", () => {
    const ring = ringOf(5);
    let kept: { readonly seq: number; readonly to: string }[] = [];
    let lost = 0;
    const forget = (isOver: (seq: number) => boolean): void => {
      for (const { seq, to } of kept) if (isOver(seq) && to === "a") lost = seq;
      kept = kept.filter(({ seq }) => !isOver(seq));
    };
    for (let seq = 1; seq <= 100; seq++) {
      const to = seq % 3 === 0 ? "b" : "a";
      push(ring, one(seq, to), 1 + (seq % 7) * 15, seq);
      kept.push({ seq, to });
      if (kept.length > 5) forget((one) => one === kept[0]!.seq);
      if (seq % 11 === 0) {
        ring.forgetMember("b");
        kept = kept.filter((each) => each.to !== "b");
      }
      if (seq % 13 === 0) {
        ring.trim({ heard: seq });
        forget(() => true);
      }
      const rest = kept.filter((each) => each.to === "a").map((each) => each.seq);
      expect([ring.length, missed(ring, lost)]).toEqual([kept.length, rest]);
      if (lost > 0) expect(missed(ring, lost - 1)).toBe(undefined);
    }
  });

  it("lets go of what lay between the texts that are left", () => {
    const ring = new Ring({ notices: 512, size: 262_144 }, 0);
    let seq = 0;
    for (let round = 0; round < 30; round++) {
      for (let at = 0; at < 12; at++) {
        push(ring, one(++seq, "x"), 16_000, seq);
        push(ring, all(++seq), 100, seq);
      }
      ring.forgetMember("x");
    }
    expect(ring.length).toBe(360);
    expect(missed(ring, 0)).toHaveLength(360);
    expect(ring.held).toBeLessThanOrEqual(65_536 + 2 * 36_000);
  });

  it("takes no number from elsewhere for its own that is from before logs were joined, nor from who was not known", () => {
    const ring = ringOf(9, all(1));
    ring.advance(5);
    ring.join(5, new Set(["a"]), ["a", "b"]);
    push(ring, all(6), 1, 6);
    expect(missed(ring, 1)).toEqual([6]);
    expect([missed(ring, 4, a, true), missed(ring, 5, a, true)]).toEqual([undefined, [6]]);
    expect([4, 5].map((ack) => missed(ring, ack, { peer: "b", subscribe: true }))).toEqual([undefined, [6]]);
  });
});
