import { execFileSync } from "node:child_process";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Deadlines, type Machine } from "../src/deadlines.ts";

describe("the deadlines of many machines", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("calls a machine once its time has come, with the time it is", () => {
    const deadlines = new Deadlines(100);
    const machine = new Recorder(deadlines.now() + 250);
    deadlines.add(machine);
    vi.advanceTimersByTime(200);
    expect(machine.calls).toEqual([]);
    vi.advanceTimersByTime(100);
    expect(machine.calls).toEqual([deadlines.now()]);
  });

  it("calls a machine that is due exactly now", () => {
    const deadlines = new Deadlines(100);
    const machine = new Recorder(deadlines.now() + 100);
    deadlines.add(machine);
    vi.advanceTimersByTime(100);
    expect(machine.calls).toHaveLength(1);
  });

  it("reads nextTimeout anew at every sweep", () => {
    const deadlines = new Deadlines(100);
    const machine = new Recorder(Infinity);
    deadlines.add(machine);
    vi.advanceTimersByTime(1000);
    expect(machine.calls).toHaveLength(0);
    machine.nextTimeout = deadlines.now() + 1;
    vi.advanceTimersByTime(100);
    expect(machine.calls).toHaveLength(1);
  });

  it("forgets a machine that was deleted", () => {
    const deadlines = new Deadlines(100);
    const machine = new Recorder(0);
    deadlines.add(machine);
    deadlines.delete(machine);
    vi.advanceTimersByTime(1000);
    expect(machine.calls).toEqual([]);
  });

  it("calls a machine added twice once a sweep", () => {
    const deadlines = new Deadlines(100);
    const machine = new Recorder(0);
    deadlines.add(machine);
    deadlines.add(machine);
    vi.advanceTimersByTime(100);
    expect(machine.calls).toHaveLength(1);
  });

  it("lets a machine delete itself and others while they are called", () => {
    const deadlines = new Deadlines(100);
    const other = new Recorder(0);
    const machine = new Recorder(0, () => {
      deadlines.delete(machine);
      deadlines.delete(other);
    });
    deadlines.add(machine);
    deadlines.add(other);
    vi.advanceTimersByTime(300);
    expect(machine.calls).toHaveLength(1);
    expect(other.calls).toHaveLength(0);
  });

  it("keeps a timer only while there is something to watch", () => {
    const deadlines = new Deadlines(100);
    const [one, two] = [new Recorder(Infinity), new Recorder(Infinity)];
    expect(vi.getTimerCount()).toBe(0);
    deadlines.add(one);
    deadlines.add(two);
    expect(vi.getTimerCount()).toBe(1);
    deadlines.delete(one);
    expect(vi.getTimerCount()).toBe(1);
    deadlines.delete(two);
    expect(vi.getTimerCount()).toBe(0);
    deadlines.add(one);
    expect(vi.getTimerCount()).toBe(1);
  });
});

describe("the clock of the deadlines", () => {
  it("never goes back", () => {
    const deadlines = new Deadlines();
    const times = Array.from({ length: 100 }, () => deadlines.now());
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it("does not keep a process alive", () => {
    const url = JSON.stringify(pathToFileURL("src/deadlines.ts"));
    const script = `import { Deadlines } from ${url}; new Deadlines().add({ nextTimeout: Infinity, handleTimeout() {} });`;
    const parameters = ["--input-type=module", "--eval", script];
    expect(() =>
      execFileSync(process.execPath, parameters, { stdio: "ignore", timeout: 15_000 }),
    ).not.toThrow();
  });
});

/** Remembers when it was called. */
class Recorder implements Machine {
  nextTimeout: number;
  readonly calls: number[] = [];
  readonly #then: () => void;

  constructor(nextTimeout: number, then: () => void = () => {}) {
    this.nextTimeout = nextTimeout;
    this.#then = then;
  }

  handleTimeout(now: number): void {
    this.calls.push(now);
    this.#then();
  }
}
