import { describe, it } from "vitest";
import { checkConversation, checkConversationWithWs } from "./fuzz-conversation.ts";
import { checkStream } from "./fuzzing.ts";

// The short form; some hundred times as many are in ../long/websocket-fuzz.test.ts. A failure names its seed.
describe("a connection and the naive codec", () => {
  for (let first = 0; first < 4000; first += 500) {
    it(`agree on streams made and broken at random (seeds ${first} to ${first + 499})`, () => {
      for (let seed = first; seed < first + 500; seed++) checkStream(seed);
    });
  }
});

describe("what one end sends at random", () => {
  it("is read by the naive codec and by a connection, however it is cut (seeds 0 to 299)", () => {
    for (let seed = 0; seed < 300; seed++) checkConversation(seed);
  });

  it("is read by ws (seeds 300 to 499)", async () => {
    for (let seed = 300; seed < 500; seed++) await checkConversationWithWs(seed);
  });
});
