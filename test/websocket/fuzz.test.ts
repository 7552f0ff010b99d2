import { describe, it } from "vitest";
import { checkConversation, checkConversationWithWs } from "./fuzz-conversation.ts";
import { checkStream, checkStreamWithThreads } from "./fuzzing.ts";

// The short form; 200 times as many streams are in ../long/websocket-fuzz.test.ts. A failure names its seed.
describe("a connection and the naive codec", () => {
  for (let first = 0; first < 4000; first += 500) {
    it(`agree on streams made and broken at random (seeds ${first} to ${first + 499})`, () => {
      for (let seed = first; seed < first + 500; seed++) checkStream(seed);
    });
  }

  it("agree when the thread pool inflates (seeds 4000 to 4049)", async () => {
    for (let seed = 4000; seed < 4050; seed++) await checkStreamWithThreads(seed);
  });
});

describe("what one end sends at random", () => {
  it("is read by the naive codec and by a connection, however it is cut (seeds 0 to 299)", () => {
    for (let seed = 0; seed < 300; seed++) checkConversation(seed);
  });

  it("is read by ws (seeds 300 to 499)", async () => {
    for (let seed = 300; seed < 500; seed++) await checkConversationWithWs(seed);
  });
});
