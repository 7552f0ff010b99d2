/** ASVS 5.0 V7.1 to V7.3: what is documented of sessions, how they are made, how they end by themselves. */
import type { AsvsSection } from "./requirement.ts";

const page = "docs/auth.md";

export const sessions: readonly AsvsSection[] = [
  {
    id: "7.1",
    title: "Documentation",
    count: 3,
    requirements: [
      {
        id: "7.1.1",
        level: 2,
        asks: "pages that say after what idleness and after what time in all a session ends, and why other than NIST has it",
        verdict: "met",
        page: { file: page, heading: "How long a login lasts" },
      },
      {
        id: "7.1.2",
        level: 2,
        asks: "pages that say how many sessions an account may have at once, and what happens with one more",
        verdict: "met",
        page: { file: page, heading: "How long a login lasts" },
        test: {
          file: "auth/sessions.test.ts",
          title: "are at most 64: the one seen longest ago makes room, and is told why",
        },
      },
      {
        id: "7.1.3",
        level: 2,
        asks: "pages on the other systems of a federation and how their sessions end together",
        verdict: "not applicable",
        reason:
          "Nobody logs in with the account of another service, and no other service takes our sessions for its own.",
      },
    ],
  },
  {
    id: "7.2",
    title: "How sessions are made",
    count: 4,
    requirements: [
      {
        id: "7.2.1",
        level: 1,
        asks: "the server decides what a token is worth, not a client",
        verdict: "met",
        test: { file: "http/route-matrix.test.ts", title: "%s %s (%s) is answered %i, as documented" },
      },
      {
        id: "7.2.2",
        level: 1,
        asks: "tokens are made for each session; no constant key stands for anybody",
        verdict: "met",
        test: {
          file: "auth/sessions.test.ts",
          title: "is another one each time, in all that names it",
        },
        reason:
          "Two constants can be configured for machines: a bearer token for the metrics, and the credentials of a resource server that asks about tokens. Neither opens a session.",
      },
      {
        id: "7.2.3",
        level: 1,
        asks: "tokens that only refer to a session are unique, random and of 128 bits at least",
        verdict: "met",
        test: {
          file: "auth/refresh-token.test.ts",
          title: "is a prefix and 48 bytes in base64url, the family first",
        },
      },
      {
        id: "7.2.4",
        level: 1,
        asks: "whoever authenticates gets new tokens, and those of before end",
        verdict: "met",
        test: [
          {
            file: "http/auth/refresh-route.test.ts",
            title: "end the session that they replace (OWASP ASVS 5.0 V7.2.4)",
          },
          {
            file: "http/auth/session-routes.test.ts",
            title: "changes it, gives this session a new pair, and ends all others",
          },
          {
            file: "auth/sessions.test.ts",
            title:
              "refuses the access token that was shown from then on, after a restart too, and tells nobody",
          },
        ],
        reason:
          "A login ends the session whose cookies it overwrites. A change of the password voids both tokens that asked for it, and all other sessions; access tokens of this session that were given out within the last ten minutes before go on until they expire.",
      },
    ],
  },
  {
    id: "7.3",
    title: "How sessions end by themselves",
    count: 2,
    requirements: [
      {
        id: "7.3.1",
        level: 2,
        asks: "a session ends when it is not used",
        verdict: "met",
        test: {
          file: "auth/sessions-refreshing.test.ts",
          title: "is over 30 days after the last use",
        },
      },
      {
        id: "7.3.2",
        level: 2,
        asks: "a session ends in any case after some time",
        verdict: "met",
        test: {
          file: "auth/sessions-refreshing.test.ts",
          title: "goes on for 30 days from each use, and for 90 in all",
        },
      },
    ],
  },
];
