/** ASVS 5.0 V17.3: the signalling server of WebRTC. */
import type { AsvsSection } from "./requirement.ts";

export const signalling: readonly AsvsSection[] = [
  {
    id: "17.3",
    title: "Signalling",
    count: 2,
    requirements: [
      {
        id: "17.3.1",
        level: 2,
        asks: "a flood of messages does not keep others from signalling; there is a rate limit",
        verdict: "met",
        test: [
          {
            file: "signalling/hub/budgets.test.ts",
            title:
              "refuse 200 messages at once and 50 a second beyond, first with the id and a time, then with 1008",
          },
          {
            file: "signalling/hub/budgets.test.ts",
            title: "let one peer's flood stop its own room and no other",
          },
        ],
      },
      {
        id: "17.3.2",
        level: 2,
        asks: "a malformed message, whatever its size or form, does not keep others from signalling",
        verdict: "met",
        test: [
          {
            file: "signalling/server.test.ts",
            title: "answers a malformed message to its sender alone and goes on",
          },
          {
            file: "signalling/fuzz.test.ts",
            title: "earn documented refusals, and harm nobody else, 20,000 times (seed 20250709)",
          },
        ],
      },
    ],
  },
];
