import { describe, it } from "vitest";
import { checkConversation, checkStream } from "./fuzzing.ts";

// The short form; 50 times as many streams are in ../long/websocket-fuzz.test.ts. A failure names its seed.
describe("a connection and the naive codec", () => {
  for (let first = 0; first < 4000; first += 500) {
    it(`agree on streams made and broken at random (seeds ${first} to ${first + 499})`, () => {
      for (let seed = first; seed < first + 500; seed++) checkStream(seed);
    });
  }
});

describe("two connections", () => {
  it("understand each other however the stream is cut (seeds 0 to 299)", () => {
    for (let seed = 0; seed < 300; seed++) checkConversation(seed);
  });
});
