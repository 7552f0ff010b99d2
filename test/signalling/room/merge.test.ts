import { describe, expect, it } from "vitest";
import { joining, Log } from "./entries.ts";

/** A room that p and q share, and the same as each goes on with it alone. */
function apart(): { readonly shared: Log; readonly p: Log; readonly q: Log } {
  const shared = new Log(100);
  shared.apply(joining("a"), "p");
  shared.apply(joining("b", { process: "q" }), "q");
  const state = shared.room.toState();
  const [p, q] = [new Log(1_000), new Log(2_000)];
  p.apply({ type: "merge", state }, "p");
  q.apply({ type: "merge", state }, "q");
  return { shared, p, q };
}

const merge = (of: Log) => ({ type: "merge", state: of.room.toState() }) as const;

describe("rooms of processes that were cut off from each other", () => {
  it("have the members of others as lost, and each its own", () => {
    const { p, q } = apart();
    expect(p.roles()).toEqual({ a: "host", b: "member lost" });
    expect(q.roles()).toEqual({ a: "host lost", b: "member" });
  });

  it("become one with the newcomers of both sides, of whom one is polite", () => {
    const { shared, p, q } = apart();
    p.apply(joining("c"), "p");
    q.apply(joining("d", { process: "q" }), "q");
    shared.apply(merge(p), "p");
    expect(shared.told(merge(q), "q")).toEqual(
      ["a", "b", "c"].map((peer) =>
        expect.stringMatching(new RegExp(`^${peer}: \\d+ peer-joined d D d! member `)),
      ),
    );
    const { members } = shared.room;
    expect([members.get("c")?.order, members.get("d")?.order]).toEqual([3, 3]);
    expect(shared.room.membersSeenBy("c").find(({ peer }) => peer === "d")?.polite).toBe(false);
    expect(shared.room.membersSeenBy("d").find(({ peer }) => peer === "c")?.polite).toBe(true);
    expect(shared.roles()).toEqual({ a: "host", b: "member", c: "member", d: "member" });
  });

  it("know where somebody is who went to the other side, whichever is merged first", () => {
    for (const order of ["pq", "qp"]) {
      const { shared, p, q } = apart();
      q.apply({ type: "resume", peer: "a", user: "A", secretHash: "hash of a" }, "q");
      for (const side of order) shared.apply(merge(side === "p" ? p : q), side);
      expect(shared.room.members.get("a"), order).toMatchObject({ process: "q", connected: true });
    }
  });

  it("keep what was obeyed, the locks, the bans and the longest stay of both", () => {
    const { shared, p, q } = apart();
    p.apply({ type: "say", from: "a", seq: 7, saying: { type: "message", text: "x" } });
    p.apply({ type: "configure", settings: { locked: true, keepEmpty: 50 } });
    q.apply({ type: "kick", peer: "a", ban: true }, "q");
    shared.apply(merge(p), "p");
    expect(shared.room.members.get("a")?.ack).toBe(7);
    const { deliveries, departures } = shared.apply(merge(q), "q");
    expect(departures).toMatchObject([{ member: { peer: "a" }, reason: "banned" }]);
    expect(deliveries.map(({ notice }) => notice.type)).toEqual(["peer-left", "peer-role"]);
    expect(shared.room.toState()).toMatchObject({ locked: true, keepEmpty: 50, banned: ["A"] });
  });

  it("have somebody back who was given up meanwhile, and a host again", () => {
    const { shared, p } = apart();
    shared.apply({ type: "process-gone", process: "p" }, "q");
    shared.apply({ type: "expire", peer: "a", incarnation: 1 }, "q");
    expect(shared.roles()).toEqual({ b: "host" });
    expect(shared.told(merge(p), "p")).toEqual([
      expect.stringMatching(/^b: \d+ peer-joined a A a! host true$/),
    ]);
    expect(shared.roles()).toEqual({ b: "host", a: "host" });
  });

  it("number what follows above all that anybody has heard", () => {
    const { shared, p, q } = apart();
    for (let times = 0; times < 50; times++)
      q.apply({ type: "presence", peer: "b", presence: { times } }, "q");
    const heard = Math.max(p.room.seq, q.room.seq);
    for (const [side, log] of [
      ["p", p],
      ["q", q],
    ] as const)
      shared.apply(merge(log), side);
    const { deliveries } = shared.apply({ type: "presence", peer: "b", presence: {} }, "q");
    expect(deliveries[0]!.notice.seq).toBeGreaterThan(heard);
    const seqs = new Log(shared.room.toState())
      .apply(merge(q), "q")
      .deliveries.map(({ notice }) => notice.seq);
    expect(new Set(seqs).size).toBe(seqs.length);
  });

  it("tell of presence, roles and locks that have changed", () => {
    const { shared, p } = apart();
    p.apply({ type: "presence", peer: "a", presence: { hand: 1 } });
    p.apply({ type: "rights", peer: "a", rights: { role: "host", publish: true, subscribe: true } });
    p.apply({ type: "lock", locked: true });
    expect(shared.apply(merge(p), "p").deliveries.map(({ notice }) => notice.type)).toEqual([
      "presence",
      "locked",
    ]);
    expect(shared.told(merge(p), "p")).toEqual([]);
  });
});
