import { describe, expect, it } from "vitest";
import { choosePaint, colourful, plain, type Screen } from "../../src/cli/colour.ts";

const terminal: Screen = { isTerminal: true, environment: { TERM: "xterm" } };
const pipe: Screen = { isTerminal: false, environment: {} };
const asked: Screen = { isTerminal: true, environment: { NO_COLOR: "1" } };

describe("choosePaint", () => {
  it("paints on a terminal and nowhere else", () => {
    for (const choice of [undefined, "auto"]) {
      expect(choosePaint(choice, terminal)).toBe(colourful);
      expect(choosePaint(choice, pipe)).toBe(plain);
    }
  });

  it("heeds NO_COLOR where it says anything, and a terminal that can do nothing", () => {
    expect(choosePaint("auto", asked)).toBe(plain);
    expect(choosePaint("auto", { isTerminal: true, environment: { NO_COLOR: "" } })).toBe(colourful);
    expect(choosePaint("auto", { isTerminal: true, environment: { TERM: "dumb" } })).toBe(plain);
  });

  it("does as it is told", () => {
    expect(choosePaint("always", pipe)).toBe(colourful);
    expect(choosePaint("always", asked)).toBe(colourful);
    expect(choosePaint("never", terminal)).toBe(plain);
  });

  it("refuses any other word with 2", () => {
    expect(() => choosePaint("yes", terminal)).toThrow(
      expect.objectContaining({ exitCode: 2, message: "--color must be auto, always or never" }),
    );
  });
});

describe("colourful", () => {
  it("ends every colour it begins, and begins none for nothing", () => {
    expect(colourful("good", "✓")).toBe("\x1b[32m✓\x1b[0m");
    expect(colourful("good", "")).toBe("");
  });
});
