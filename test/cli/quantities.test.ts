import { describe, expect, it } from "vitest";
import { parseDuration, parseMoment } from "../../src/cli/quantities.ts";
import { calendarTime } from "../../src/cli/relative-time.ts";

describe("parseDuration", () => {
  it.each([
    ["0", 0],
    ["600", 600],
    ["90s", 90],
    ["15m", 900],
    ["8h", 28_800],
    ["30d", 2_592_000],
  ])("reads %j as %d seconds", (text, seconds) => expect(parseDuration(text)).toBe(seconds));

  it.each(["", "-1", "1.5", "1e3", "10 m", "10min", "m", "1w", "0x10", "12345678901", "Infinity"])(
    "does not read %j",
    (text) => expect(parseDuration(text)).toBeUndefined(),
  );
});

describe("parseMoment", () => {
  it.each([
    ["0", 0],
    ["1795331400", 1_795_331_400],
    ["1795331400.5", 1_795_331_400.5],
    ["2026-11-22T07:10:00Z", 1_795_331_400],
    ["2026-11-22T07:10Z", 1_795_331_400],
    ["2026-11-22T08:10:00+01:00", 1_795_331_400],
    ["2026-11-22T07:10:00.250Z", 1_795_331_400.25],
    ["2026-11-22", 1_795_305_600],
    ["2028-02-29", 1_835_395_200],
  ])("reads %j", (text, seconds) => expect(parseMoment(text)).toBe(seconds));

  it("reads times as they are printed", () => {
    expect(parseMoment(calendarTime(1_795_331_400)!)).toBe(1_795_331_400);
  });

  it.each([
    ...["", "now", "-5", "1e9", "2026-11-22T07:10:00", "2026-11-22 07:10", "22.11.2026"],
    ...["2026-02-29", "2026-02-31T00:00:00Z", "2026-13-01", "2026-00-10", "2026-11-22T25:00:00Z"],
  ])("does not read %j, which has no zone or is no time", (text) => {
    expect(parseMoment(text)).toBeUndefined();
  });
});
