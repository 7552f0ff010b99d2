import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { startTimer } from "../../../src/websocket/endpoint/timer.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("a time limit", () => {
  it("expires once, when its time is over", () => {
    const expired = vi.fn();
    startTimer(1000, expired);
    vi.advanceTimersByTime(999);
    expect(expired).not.toHaveBeenCalled();
    vi.advanceTimersByTime(5000);
    expect(expired).toHaveBeenCalledTimes(1);
  });

  it("can be called off, before and after", () => {
    const expired = vi.fn();
    const callOff = startTimer(1000, expired);
    callOff();
    callOff();
    vi.advanceTimersByTime(5000);
    expect(expired).not.toHaveBeenCalled();
  });

  it("never expires when it is infinite, nor at once when it is longer than a timer can be", () => {
    const expired = vi.fn();
    startTimer(Number.POSITIVE_INFINITY, expired)();
    startTimer(Number.POSITIVE_INFINITY, expired);
    startTimer(2 ** 40, expired);
    vi.advanceTimersByTime(2 ** 31 - 2);
    expect(expired).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(1);
  });
});
