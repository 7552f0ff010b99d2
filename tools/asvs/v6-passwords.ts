/** ASVS 5.0 V6.1 and V6.2: what is documented of authentication, and passwords. */
import type { AsvsSection } from "./requirement.ts";

const page = "docs/auth.md";

export const passwords: readonly AsvsSection[] = [
  {
    id: "6.1",
    title: "Documentation",
    count: 3,
    requirements: [
      {
        id: "6.1.1",
        level: 1,
        asks: "pages that say how guessing and stuffing of passwords is slowed, how to configure it, and why nobody can be locked out by others",
        verdict: "met",
        page: [
          { file: page, heading: "Threats" },
          { file: page, heading: "Limits and defaults" },
        ],
      },
      {
        id: "6.1.2",
        level: 2,
        asks: "a documented list of words of the context, such as names of products, that passwords may not be",
        verdict: "left to who deploys",
        page: { file: page, heading: "Limits and defaults" },
        reason:
          "barewire serve refuses its own name. What the place is called only those who run it can say: the option contextWords takes it. The username is always one of them.",
      },
      {
        id: "6.1.3",
        level: 2,
        asks: "pages that name every way to authenticate, with what protects it and how strong it is",
        verdict: "met",
        page: [
          { file: page, heading: "The ways in" },
          { file: page, heading: "Sockets" },
        ],
      },
    ],
  },
  {
    id: "6.2",
    title: "Passwords",
    count: 12,
    requirements: [
      {
        id: "6.2.1",
        level: 1,
        asks: "eight characters at least; fifteen are better",
        verdict: "met",
        test: [
          { file: "auth/accounts.test.ts", title: '"eight letters"' },
          { file: "auth/accounts.test.ts", title: '"seven letters"' },
        ],
      },
      {
        id: "6.2.2",
        level: 1,
        asks: "people can change their password",
        verdict: "met",
        test: {
          file: "http/auth/session-routes.test.ts",
          title: "changes it, gives this session a new pair, and ends all others",
        },
      },
      {
        id: "6.2.3",
        level: 1,
        asks: "who changes it shows the present one too",
        verdict: "met",
        test: [
          { file: "http/auth/session-routes.test.ts", title: '"a wrong password"' },
          { file: "http/auth/session-routes.test.ts", title: '"a member that is missing"' },
        ],
      },
      {
        id: "6.2.4",
        level: 1,
        asks: "a new password is none of the 3,000 most common that would otherwise do",
        verdict: "met",
        test: [
          {
            file: "password/common-passwords.test.ts",
            title: "has the 10,000 most common of eight characters and more, the most common first, folded",
          },
          { file: "password/policy.test.ts", title: "refuses every one of the list" },
        ],
      },
      {
        id: "6.2.5",
        level: 1,
        asks: "any characters, without rules about cases, digits or signs",
        verdict: "met",
        test: [
          { file: "auth/accounts.test.ts", title: '"spaces"' },
          { file: "auth/accounts.test.ts", title: '"eight characters beyond the first plane"' },
        ],
      },
      {
        id: "6.2.6",
        level: 1,
        asks: "fields for passwords do not show what is typed",
        verdict: "met",
        test: {
          file: "web/password-fields.test.ts",
          title: "hides what is typed into it",
        },
      },
      {
        id: "6.2.7",
        level: 1,
        asks: "pasting and password managers work",
        verdict: "met",
        test: {
          file: "web/password-fields.test.ts",
          title: "takes what is pasted, whole",
        },
      },
      {
        id: "6.2.8",
        level: 1,
        asks: "a password is checked as it was typed: neither cut nor changed in case",
        verdict: "met",
        test: {
          file: "integration/asvs-passwords.test.ts",
          title: "is checked to its last character, and in its case",
        },
        reason:
          "With one exception that NIST SP 800-63B recommends: Unicode's NFKC, so that the same password typed on another keyboard is the same. What is longer than 256 bytes is refused, never cut.",
      },
      {
        id: "6.2.9",
        level: 2,
        asks: "64 characters are not too many",
        verdict: "met",
        test: {
          file: "integration/asvs-passwords.test.ts",
          title: "may have 64 characters, even of four bytes each",
        },
      },
      {
        id: "6.2.10",
        level: 2,
        asks: "a password is good until it is changed or known to be lost; nobody is made to change it now and then",
        verdict: "met",
        test: { file: "integration/asvs-passwords.test.ts", title: "is as good after ten years" },
      },
      {
        id: "6.2.11",
        level: 2,
        asks: "the documented words of the context are refused",
        verdict: "left to who deploys",
        test: { file: "password/policy.test.ts", title: "refuses the words it is given in the same way" },
        reason:
          "Refused is what contextWords says, by default the name of this program, and the username: see 6.1.2.",
      },
      {
        id: "6.2.12",
        level: 2,
        asks: "a new password is looked up among those of known breaches",
        verdict: "not met",
        reason:
          "The list that is refused is of the most common passwords of such breaches, and far from all. A complete one is many gigabytes, or a service that is told something of every password. Who wants it checks in front of /auth/register and /auth/password.",
      },
    ],
  },
];
