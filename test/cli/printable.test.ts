import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { printable } from "../../src/cli/printable.ts";

/** What a terminal obeys, what turns words round, and what nobody sees. */
const hostile = [
  ["an escape sequence that clears the screen", "\x1b[2J", "\\u001b[2J"],
  ["one that sets the clipboard", "\x1b]52;c;eA==\x07", "\\u001b]52;c;eA==\\u0007"],
  ["the same in C1", "\x9b2J\x90\x9d\x9c", "\\u009b2J\\u0090\\u009d\\u009c"],
  ["line ends", "a\r\nb\x85c\u2028d\u2029e\vf\f", "a\\u000d\\u000ab\\u0085c\\u2028d\\u2029e\\u000bf\\u000c"],
  ["backspace and delete", "a\b\x7f", "a\\u0008\\u007f"],
  ["bidirectional overrides", "\u202eecila\u202c\u2066\u2069", "\\u202eecila\\u202c\\u2066\\u2069"],
  ["bidirectional marks", "\u200e\u200f\u061c", "\\u200e\\u200f\\u061c"],
  ["what has no width", "al\u200bice\u2060\ufeff\u00ad", "al\\u200bice\\u2060\\ufeff\\u00ad"],
  ["letters that are not drawn", "\u3164\u115f\u034f", "\\u3164\\u115f\\u034f"],
  ["tags", "\u{e0041}", "\\udb40\\udc41"],
  ["half a character", "\ud800x", "\\ud800x"],
] as const;

describe("printable", () => {
  it.each(hostile)("escapes %s", (_, text, shown) => expect(printable(text)).toBe(shown));

  it("leaves letters, signs and emoji of any script as they are", () => {
    const text = 'Zoë Ångström 你好 שלום مرحبا ✓ 😀 — "quoted" \\ /';
    expect(printable(text)).toBe(text);
  });

  it("never changes what a JSON text says, and leaves nothing in it that acts (seed 7159)", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const shown = printable(JSON.stringify(text));
        expect(JSON.parse(shown)).toBe(text);
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      }),
      { seed: 7159 },
    );
  });
});
