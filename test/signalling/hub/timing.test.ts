import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Agenda } from "../../../src/signalling/hub/agenda.ts";
import { Delays } from "../../../src/signalling/hub/delays.ts";
import { GrantEnds } from "../../../src/signalling/hub/grant-ends.ts";

describe("an agenda", () => {
  it("gives what is due in the order of its time, and nothing before (seed 5)", () => {
    const property = fc.property(fc.array(fc.nat(50)), (times) => {
      const agenda = new Agenda<number>();
      for (const time of times) agenda.add(time, time);
      const taken: number[] = [];
      for (let now = 0; now <= 50; now++) {
        for (let task = agenda.take(now); task !== undefined; task = agenda.take(now)) {
          expect(task).toBe(now);
          taken.push(task);
        }
        expect(agenda.next).toBeGreaterThan(now);
      }
      expect(taken).toEqual([...times].sort((a, b) => a - b));
      expect([agenda.size, agenda.next]).toEqual([0, Number.POSITIVE_INFINITY]);
    });
    fc.assert(property, { seed: 5, numRuns: 100 });
  });

  it("does not keep what is never due", () => {
    const agenda = new Agenda<string>();
    agenda.add(Number.POSITIVE_INFINITY, "never");
    expect(agenda.size).toBe(0);
  });
});

describe("delays", () => {
  it("are over in the order in which they began, each begun anew by being added again", () => {
    const delays = new Delays<string>();
    delays.add("a", 10);
    delays.add("b", 20);
    delays.add("a", 30);
    expect([delays.size, delays.next]).toEqual([2, 20]);
    expect(delays.take(19)).toEqual([]);
    expect(delays.take(30)).toEqual(["b", "a"]);
    expect([delays.size, delays.next]).toEqual([0, Number.POSITIVE_INFINITY]);
  });

  it("are forgotten when deleted, or when they are for ever", () => {
    const delays = new Delays<string>();
    for (const name of ["a", "b"]) delays.add(name, 10);
    delays.delete("a");
    delays.add("b", Number.POSITIVE_INFINITY);
    expect([delays.size, delays.take(1e9)]).toEqual([0, []]);
  });
});

describe("the ends of grants", () => {
  it("are taken once their time has come, and not those taken back or put off", () => {
    const ends = new GrantEnds<string>();
    for (const name of ["a", "b", "c", "d"]) ends.set(name, 10);
    ends.set("b", 20);
    ends.set("c", Number.POSITIVE_INFINITY);
    ends.delete("d");
    expect(ends.next).toBe(10);
    expect(ends.take(9)).toEqual([]);
    expect(ends.take(10)).toEqual(["a"]);
    expect(ends.next).toBe(20);
    expect(ends.take(20)).toEqual(["b"]);
    expect(ends.next).toBe(Number.POSITIVE_INFINITY);
  });
});
