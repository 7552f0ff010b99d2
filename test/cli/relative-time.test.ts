import { describe, expect, it } from "vitest";
import { calendarTime, describeTime, duration, relativeTime } from "../../src/cli/relative-time.ts";

const now = 1_795_331_000;

describe("relativeTime", () => {
  it.each([
    [0, "now"],
    [0.5, "in less than a second"],
    [-0.5, "now"],
    [1, "in 1 second"],
    [119, "in 119 seconds"],
    [120, "in 2 minutes"],
    [599, "in 9 minutes"],
    [7_199, "in 119 minutes"],
    [7_200, "in 2 hours"],
    [86_400, "in 24 hours"],
    [172_800, "in 2 days"],
    [5_259_491, "in 60 days"],
    [5_259_492, "in 2 months"],
    [63_113_904, "in 2 years"],
    [-60, "60 seconds ago"],
    [-10_800, "3 hours ago"],
    [-315_569_520, "10 years ago"],
  ])("calls %d seconds from now %j", (seconds, words) =>
    expect(relativeTime(now + seconds, now)).toBe(words),
  );
});

describe("calendarTime", () => {
  it("names a second in UTC, without its fraction", () => {
    expect(calendarTime(1_795_331_400.9)).toBe("2026-11-22 07:10:00 UTC");
    expect(calendarTime(-1)).toBe("1969-12-31 23:59:59 UTC");
  });

  it("reaches to the ends of the calendar and knows where they are", () => {
    expect(calendarTime(8_640_000_000_000)).toBe("+275760-09-13 00:00:00 UTC");
    expect(calendarTime(-8_640_000_000_000)).toBe("-271821-04-20 00:00:00 UTC");
    for (const beyond of [8_640_000_000_001, -8_640_000_000_001, 1e300, Number.NaN]) {
      expect(calendarTime(beyond)).toBeUndefined();
    }
    expect(describeTime(1e300, now)).toBe("beyond the calendar");
  });
});

describe("duration", () => {
  it("says one and several", () => {
    expect(duration(0)).toBe("0 seconds");
    expect(duration(1)).toBe("1 second");
    expect(duration(28_800)).toBe("8 hours");
  });
});
