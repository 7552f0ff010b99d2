/** ASVS 5.0 V7.4 to V7.6: how sessions are ended, and what keeps them from being abused. */
import type { AsvsSection } from "./requirement.ts";

export const sessionAbuse: readonly AsvsSection[] = [
  {
    id: "7.4",
    title: "How sessions are ended",
    count: 5,
    requirements: [
      {
        id: "7.4.1",
        level: 1,
        asks: "nothing of a session works once it has ended, self-contained tokens included",
        verdict: "met",
        test: [
          {
            file: "integration/login.test.ts",
            title: "refuses the token from then on, across a restart, and clears the cookie",
          },
          { file: "integration/login.test.ts", title: "closes the login's sockets with 4401 and no other's" },
          { file: "integration/sockets.test.ts", title: "when %s, and no other account's is" },
        ],
        reason:
          "Ended sessions are remembered by their id until the last access token of theirs has expired, in memory and in the database.",
      },
      {
        id: "7.4.2",
        level: 1,
        asks: "the sessions of an account end with the account",
        verdict: "not applicable",
        reason:
          "No route and no command disables or deletes an account. Who writes one into a server of their own calls sessions.end of barewire/auth beside it.",
      },
      {
        id: "7.4.3",
        level: 2,
        asks: "who changed the password can end all other sessions",
        verdict: "met",
        test: {
          file: "http/auth/session-routes.test.ts",
          title: "changes it, gives this session a new pair, and ends all others",
        },
        reason: "They end without being asked.",
      },
      {
        id: "7.4.4",
        level: 2,
        asks: "every page for who is logged in has a way to log out in plain sight",
        verdict: "met",
        test: {
          file: "browser/page.test.ts",
          title: "registers, joins, chats, starts the camera, leaves and logs out",
        },
      },
      {
        id: "7.4.5",
        level: 2,
        asks: "administrators can end the sessions of one account, or of all",
        verdict: "left to who deploys",
        reason:
          "There are no administrators. In a server of one's own, sessions.end of barewire/auth ends all sessions of an account at once; for barewire serve there is no command yet. A new signing key voids every access token, not the refresh tokens.",
      },
    ],
  },
  {
    id: "7.5",
    title: "What keeps sessions from being abused",
    count: 3,
    requirements: [
      {
        id: "7.5.1",
        level: 2,
        asks: "what an account is authenticated or recovered by is changed only after a new authentication",
        verdict: "met",
        test: { file: "http/auth/session-routes.test.ts", title: '"a wrong password"' },
        reason: "That is the password alone.",
      },
      {
        id: "7.5.2",
        level: 2,
        asks: "people see their sessions and, having authenticated anew, can end each",
        verdict: "not met",
        test: [
          {
            file: "http/auth/session-routes.test.ts",
            title: "lists the sessions of the account, the one seen last first, and which of them asks",
          },
          { file: "http/auth/session-routes.test.ts", title: "ends one of them by its id" },
          { file: "http/auth/session-routes.test.ts", title: "ends all of them, and clears the cookies" },
        ],
        reason:
          "They see them and can end each, but are not asked for the password before: who finds a thief in the list should lose no time. A thief who ends the sessions of the owner is found out by it, and the owner's next login is not touched.",
      },
      {
        id: "7.5.3",
        level: 3,
        asks: "something more is asked for before what is highly sensitive",
        verdict: "left to who deploys",
        reason:
          "What is highly sensitive is for the application that is built on this to say. Of what is here it is the password, whose change asks for it.",
      },
    ],
  },
  {
    id: "7.6",
    title: "Federated sessions",
    count: 2,
    requirements: [
      {
        id: "7.6.1",
        level: 2,
        asks: "sessions at a provider of identities and at those who rely on it last and end together as documented",
        verdict: "not applicable",
        reason: "Nobody logs in with the account of another service.",
      },
      {
        id: "7.6.2",
        level: 2,
        asks: "no session begins without somebody wanting it",
        verdict: "met",
        test: {
          file: "http/auth/auth-routes.test.ts",
          title: "refuses another site's page with 403 (login CSRF)",
        },
        reason: "A session begins with a username and a password, and no other site's page can send them.",
      },
    ],
  },
];
