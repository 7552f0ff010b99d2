/** ASVS 5.0 V6.3 and V6.4: authentication in general, and what becomes of lost credentials. */
import type { AsvsSection } from "./requirement.ts";

const page = "docs/auth.md";

export const authentication: readonly AsvsSection[] = [
  {
    id: "6.3",
    title: "Authentication in general",
    count: 8,
    requirements: [
      {
        id: "6.3.1",
        level: 1,
        asks: "guessing and stuffing of passwords is slowed in the way that is documented",
        verdict: "met",
        test: [
          { file: "http/rates/login-limits.test.ts", title: "are limited by account and client" },
          {
            file: "http/auth/auth-limits.test.ts",
            title: "are told in every answer of a limited route, refusals included",
          },
          { file: "http/auth/auth-limits.test.ts", title: "let go on after that time" },
          {
            file: "http/rates/login-limits.test.ts",
            title: "are limited by account, wherever they come from",
          },
          { file: "http/rates/login-limits.test.ts", title: "is not locked out by strangers" },
          {
            file: "http/auth/auth-routes.test.ts",
            title: "waits under its address, and gives its places back when its connections are gone",
          },
        ],
      },
      {
        id: "6.3.2",
        level: 1,
        asks: "no account that comes with the software, such as admin",
        verdict: "met",
        test: { file: "integration/asvs-passwords.test.ts", title: "belongs to nobody in a new database" },
      },
      {
        id: "6.3.3",
        level: 2,
        asks: "more than one factor; at level 3 a piece of hardware among them that withstands phishing",
        verdict: "not met",
        reason:
          "A password is all there is: no passkeys, no one-time passwords. The software is at level 1 for that. Who needs more puts a provider of identities in front, and uses barewire/jwt to check its tokens.",
      },
      {
        id: "6.3.4",
        level: 2,
        asks: "no way to authenticate that is not documented, and none that is weaker",
        verdict: "met",
        page: { file: page, heading: "The ways in" },
        test: [
          {
            file: "http/route-matrix.test.ts",
            title: "has a row for every route, and none for what is no route",
          },
          {
            file: "http/route-matrix.test.ts",
            title: "has an operation for every route, and none for what is no route",
          },
          {
            file: "ground/auth-guide.test.ts",
            title:
              "are those that the document of OpenAPI names, and the ticket and the room token of a socket",
          },
        ],
      },
      {
        id: "6.3.5",
        level: 3,
        asks: "people hear of suspicious attempts to log in",
        verdict: "not met",
        reason:
          "Accounts have no address to write to. A stolen refresh token is told to the account's open sockets, the list of sessions shows device, address and time of each, and the log has every attempt.",
      },
      {
        id: "6.3.6",
        level: 3,
        asks: "nobody authenticates by mail",
        verdict: "met",
        page: { file: page, heading: "The ways in" },
        reason: "Accounts have no mail address.",
      },
      {
        id: "6.3.7",
        level: 3,
        asks: "people hear when their credentials were changed",
        verdict: "not met",
        reason:
          "Accounts have no address to write to. All other sessions end at a change of the password, and their sockets close with 4401: whoever is logged in elsewhere notices at once.",
      },
      {
        id: "6.3.8",
        level: 3,
        asks: "neither an answer nor its time says who has an account, at registration as little as at login",
        verdict: "not met",
        test: [
          {
            file: "auth/accounts.test.ts",
            title: "does the same work for an unknown user: one verification at the current cost",
          },
          {
            file: "http/rates/login-limits.test.ts",
            title: "is answered as one that does, in any order of any attempts",
          },
          {
            file: "integration/login.test.ts",
            title: "says the same of an unknown user and a wrong password",
          },
        ],
        reason:
          "A login says nothing where all hashes have the present cost; one of another cost shows in the time until its next login. A registration says that a name is taken, as it must where people choose names by which others know them; how often one may ask is limited.",
      },
    ],
  },
  {
    id: "6.4",
    title: "The life of credentials, and their loss",
    count: 6,
    requirements: [
      {
        id: "6.4.1",
        level: 1,
        asks: "initial passwords made by the system are random, short-lived and not to be kept",
        verdict: "not applicable",
        reason: "Everybody chooses the password at registration; none is ever made or sent.",
      },
      {
        id: "6.4.2",
        level: 1,
        asks: "neither hints nor secret questions",
        verdict: "met",
        page: { file: page, heading: "What is stored where" },
        reason: "Of an account there is a name and the hash of a password, and nothing to ask about.",
      },
      {
        id: "6.4.3",
        level: 2,
        asks: "a safe way back for who forgot the password",
        verdict: "not met",
        reason:
          "There is none: an account has nothing but its password by which its owner could be known. Nothing can be bypassed, and a forgotten password is a lost account.",
      },
      {
        id: "6.4.4",
        level: 2,
        asks: "a lost second factor is replaced after as good a proof of identity as at first",
        verdict: "not applicable",
        reason: "There is no second factor: see 6.3.3.",
      },
      {
        id: "6.4.5",
        level: 3,
        asks: "reminders in time before a credential expires",
        verdict: "not applicable",
        reason: "Passwords do not expire.",
      },
      {
        id: "6.4.6",
        level: 3,
        asks: "administrators can start the reset of a password, but not choose it",
        verdict: "not met",
        reason: "There are neither administrators nor a reset of passwords: see 6.4.3.",
      },
    ],
  },
];
