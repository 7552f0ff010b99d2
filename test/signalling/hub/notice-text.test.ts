import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { textOf, textToTell } from "../../../src/signalling/hub/notice-text.ts";
import { traitsOf } from "../../../src/signalling/parse-command.ts";
import type { RoomNotice } from "../../../src/signalling/protocol.ts";
import { toOne } from "../../../src/signalling/room/outcome.ts";

/** Strings that a text without a backslash can hold, and others. */
const said = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.string({ unit: fc.constantFrom('"', "\\", "\n", "\u0000", "a", "é", "😀", "\u2028", "\u007f") }),
);
const id = fc.stringMatching(/^[A-Za-z0-9_-]{1,22}$/);
const seq = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const orNull = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null });

const message = fc.record(
  {
    ...{ type: fc.constant("message" as const), seq, from: id, user: said, name: said, text: said },
    to: fc.option(id, { nil: undefined }),
  },
  { requiredKeys: ["type", "seq", "from", "user", "name", "text", "to"] },
);
const candidate = fc.record({
  ...{ type: fc.constant("candidate" as const), seq, from: id },
  candidate: fc
    .record({ candidate: said, sdpMid: orNull(said), sdpMLineIndex: orNull(fc.nat(65_535)) })
    .chain((one) =>
      fc.oneof(
        fc.constant(one),
        said.map((usernameFragment) => ({ ...one, usernameFragment })),
      ),
    ),
});
const notices: fc.Arbitrary<RoomNotice> = fc.oneof(
  message,
  candidate,
  fc.record({ type: fc.constant("end-of-candidates" as const), seq, from: id }),
);

/** Whether the command that it came of could be a text in which nothing was escaped. */
function couldBePlain(notice: RoomNotice): boolean {
  const words = notice.type === "message" ? { text: notice.text } : notice;
  return traitsOf(JSON.stringify(words)).plain;
}

describe("RFC 8259 §7 the text of a notice", () => {
  it("is what JSON.stringify says of it, whether it is known to be plain or not", () => {
    fc.assert(
      fc.property(notices, (notice) => {
        const delivery = { ...toOne("a", notice), plain: couldBePlain(notice) };
        expect(textToTell(delivery)).toBe(JSON.stringify(notice));
        expect(textOf(notice)).toBe(JSON.stringify(notice));
      }),
      { numRuns: 1_000 },
    );
  });

  it("escapes the names of who speaks, which are not in what was said", () => {
    const notice = {
      ...({ type: "message", seq: 1, from: "a", user: 'a"b', name: "\\ \ud800 \u0001 é😀" } as const),
      text: "plain",
    };
    expect(textToTell({ ...toOne("b", notice), plain: true })).toBe(JSON.stringify(notice));
  });
});
