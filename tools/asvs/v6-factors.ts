/** ASVS 5.0 V6.5 to V6.8: second factors and identity providers, of which there are none. */
import type { AsvsSection } from "./requirement.ts";

const noSecondFactor = "There is no second factor: see 6.3.3.";
const noOutOfBand = "Nothing is sent by telephone, mail or push: see 6.3.3.";
const noProvider = "Nobody logs in with the account of another service.";

export const factors: readonly AsvsSection[] = [
  {
    id: "6.5",
    title: "Second factors in general",
    count: 8,
    requirements: [
      {
        id: "6.5.1",
        level: 2,
        asks: "a recovery code, a one-time password or a request on another channel works a single time",
        verdict: "not applicable",
        reason: noSecondFactor,
      },
      {
        id: "6.5.2",
        level: 2,
        asks: "recovery codes that could be guessed are stored with a salted hash made for passwords",
        verdict: "not applicable",
        reason: noSecondFactor,
      },
      {
        id: "6.5.3",
        level: 2,
        asks: "codes and seeds of one-time passwords come from a cryptographic random generator",
        verdict: "not applicable",
        reason: noSecondFactor,
      },
      {
        id: "6.5.4",
        level: 2,
        asks: "such codes have 20 bits of entropy or more",
        verdict: "not applicable",
        reason: noSecondFactor,
      },
      {
        id: "6.5.5",
        level: 2,
        asks: "they expire: after ten minutes on another channel, after thirty seconds from an authenticator",
        verdict: "not applicable",
        reason: noSecondFactor,
      },
      {
        id: "6.5.6",
        level: 3,
        asks: "whatever somebody authenticates with can be revoked when it is stolen or lost",
        verdict: "met",
        test: {
          file: "http/auth/session-routes.test.ts",
          title: "changes it, gives this session a new pair, and ends all others",
        },
        reason: "The one factor is the password. To change it ends every other session of the account.",
      },
      {
        id: "6.5.7",
        level: 3,
        asks: "biometry is only ever one factor beside another of a different kind",
        verdict: "not applicable",
        reason: noSecondFactor,
      },
      {
        id: "6.5.8",
        level: 3,
        asks: "one-time passwords are checked by the clock of the server",
        verdict: "not applicable",
        reason: noSecondFactor,
      },
    ],
  },
  {
    id: "6.6",
    title: "Codes on another channel",
    count: 4,
    requirements: [
      {
        id: "6.6.1",
        level: 2,
        asks: "telephone and SMS only for verified numbers, beside something stronger, with their risks explained; at level 3 not at all",
        verdict: "not applicable",
        reason: noOutOfBand,
      },
      {
        id: "6.6.2",
        level: 2,
        asks: "a code answers the one login for which it was made",
        verdict: "not applicable",
        reason: noOutOfBand,
      },
      {
        id: "6.6.3",
        level: 2,
        asks: "guessing a code is slowed by a rate limit",
        verdict: "not applicable",
        reason: noOutOfBand,
      },
      {
        id: "6.6.4",
        level: 3,
        asks: "nobody is worn down with push notifications",
        verdict: "not applicable",
        reason: noOutOfBand,
      },
    ],
  },
  {
    id: "6.7",
    title: "Cryptographic authenticators",
    count: 2,
    requirements: [
      {
        id: "6.7.1",
        level: 3,
        asks: "nobody can alter the certificates that assertions are checked with",
        verdict: "not applicable",
        reason: noSecondFactor,
      },
      {
        id: "6.7.2",
        level: 3,
        asks: "a challenge has 64 bits and does not come twice",
        verdict: "not applicable",
        reason: noSecondFactor,
      },
    ],
  },
  {
    id: "6.8",
    title: "Identity providers",
    count: 4,
    requirements: [
      {
        id: "6.8.1",
        level: 2,
        asks: "the same name at two providers is two people",
        verdict: "not applicable",
        reason: noProvider,
      },
      {
        id: "6.8.2",
        level: 2,
        asks: "assertions of a provider that lack a good signature are refused",
        verdict: "not applicable",
        reason: `${noProvider} What barewire/jwt does with a token of somebody else is in chapter V9.`,
      },
      {
        id: "6.8.3",
        level: 2,
        asks: "a SAML assertion is taken once",
        verdict: "not applicable",
        reason: noProvider,
      },
      {
        id: "6.8.4",
        level: 2,
        asks: "where strength or recentness of a login matter, what the provider says of them is checked",
        verdict: "not applicable",
        reason: noProvider,
      },
    ],
  },
];
