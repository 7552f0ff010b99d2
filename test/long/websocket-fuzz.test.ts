import { describe, it } from "vitest";
import { checkConversation } from "../websocket/fuzz-conversation.ts";
import { checkStream } from "../websocket/fuzzing.ts";

describe("a connection and the naive codec", () => {
  for (let first = 1_000_000; first < 1_200_000; first += 25_000) {
    it(`agree on streams made and broken at random (seeds ${first} to ${first + 24_999})`, () => {
      for (let seed = first; seed < first + 25_000; seed++) checkStream(seed);
    });
  }
});

describe("two connections", () => {
  it("understand each other however the stream is cut (seeds 1,000,000 to 1,004,999)", () => {
    for (let seed = 1_000_000; seed < 1_005_000; seed++) checkConversation(seed);
  });
});
