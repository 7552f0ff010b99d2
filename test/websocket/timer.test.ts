import { describe, expect, it, vi } from "vitest";
import { startTimer } from "../../src/websocket/timer.ts";

/** The delays that `setTimeout` was given while `work` ran. */
function delaysOf(work: () => () => void): unknown[] {
  const spy = vi.spyOn(globalThis, "setTimeout");
  try {
    work()();
    return spy.mock.calls.map(([, delay]) => delay);
  } finally {
    spy.mockRestore();
  }
}

describe("a time limit", () => {
  it("expires", async () => {
    await new Promise<void>((resolve) => {
      const keepAlive = setInterval(() => {}, 1_000); // the limit itself keeps no process alive
      startTimer(1, () => {
        clearInterval(keepAlive);
        resolve();
      });
    });
  });

  it("can be called off", async () => {
    let expired = false;
    startTimer(1, () => {
      expired = true;
    })();
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(expired).toBe(false);
  });

  it("of Infinity is none, and not one millisecond as for setTimeout", () => {
    expect(delaysOf(() => startTimer(Number.POSITIVE_INFINITY, () => {}))).toEqual([]);
  });

  it("longer than setTimeout can count is as long as it can", () => {
    expect(delaysOf(() => startTimer(2 ** 40, () => {}))).toEqual([2 ** 31 - 1]);
  });
});
