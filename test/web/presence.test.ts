import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parsePresence, presenceOf } from "../../web/presence.ts";

const device = fc.constantFrom("off" as const, "on" as const, "muted" as const);
const state = fc.record({
  hand: fc.boolean(),
  microphone: device,
  camera: device,
  screen: fc.option(fc.string(), { nil: undefined }),
});

describe("what people tell of themselves", () => {
  it("is read as it was said", () => {
    fc.assert(
      fc.property(state, (said) => {
        expect(parsePresence(JSON.parse(JSON.stringify(presenceOf(said))))).toEqual(said);
      }),
    );
  });

  it("names no screen while none is shared", () => {
    const told = presenceOf({ hand: false, microphone: "on", camera: "off", screen: undefined });
    expect(Object.keys(told)).toEqual(["hand", "microphone", "camera"]);
  });

  it.each([
    ["nothing is said", undefined],
    ["they are those of another page", { mood: "fine" }],
    ["they are of no kind that there is", { hand: "yes", microphone: "loud", camera: null, screen: 7 }],
  ])("is not known where %s", (_, presence) => {
    expect(parsePresence(presence)).toEqual({
      ...{ hand: false, microphone: undefined, camera: undefined, screen: undefined },
    });
  });

  it("is of the kinds that there are, whatever somebody sends", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom("hand", "microphone", "camera", "screen"), fc.anything()),
        (sent) => {
          const { hand, microphone, camera, screen } = parsePresence(sent);
          expect(typeof hand).toBe("boolean");
          for (const one of [microphone, camera]) expect([undefined, "off", "on", "muted"]).toContain(one);
          expect(["undefined", "string"]).toContain(typeof screen);
        },
      ),
    );
  });
});
