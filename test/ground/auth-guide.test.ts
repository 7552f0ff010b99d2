/** What docs/auth.md says, against the code and against the rest of the pages. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { defaultAccessLifetime } from "../../src/auth/access-token.ts";
import { defaultReuseGrace } from "../../src/auth/refresh.ts";
import {
  defaultRefreshLifetime,
  defaultSessionLifetime,
  defaultSessionsPerAccount,
} from "../../src/auth/sessions.ts";
import { defaultAwaited, defaultFirstMessageTimeout } from "../../src/auth/socket-logins.ts";
import {
  defaultTicketLifetime,
  defaultTickets,
  defaultTicketsPerAccount,
  defaultTicketsPerSession,
} from "../../src/auth/tickets.ts";
import { describeServeOptions } from "../../src/cli/serve-options.ts";
import { apiDocument } from "../../src/http/index.ts";
import { defaultRateLimits } from "../../src/http/rates/rate-limit.ts";
import type { RateLimitPolicy } from "../../src/http/rates/token-buckets.ts";
import { commonPasswords } from "../../src/password/common-passwords.ts";
import { defaultCost } from "../../src/password/cost.ts";
import { minPasswordCharacters } from "../../src/password/policy.ts";

const page = "docs/auth.md";
const text = readFileSync(page, "utf8");

describe("docs/auth.md", () => {
  it("can be read in one sitting", () => {
    expect(text.split("\n").length).toBeLessThanOrEqual(400);
  });

  it("links only to files and headings that exist", () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)];
    for (const [link, file = "", anchor] of links) {
      const target = file === "" ? page : join("docs", file);
      expect(existsSync(target), link).toBe(true);
      if (anchor !== undefined) expect(anchorsOf(readFileSync(target, "utf8")), link).toContain(anchor);
    }
  });

  it("names only flags of barewire serve, and of the command that makes a pepper", () => {
    const known = new Set(flagsIn(describeServeOptions()).concat("--alg", "--kid", "--out"));
    expect(flagsIn(text).length).toBeGreaterThan(5);
    expect(flagsIn(text).filter((flag) => !known.has(flag))).toEqual([]);
  });

  it("draws sequences between those who take part in them", () => {
    const diagrams = [...text.matchAll(/^```mermaid\nsequenceDiagram\n(.*?)^```$/gms)].map(
      ([, code]) => code!,
    );
    expect(diagrams.length).toBeGreaterThan(5);
    for (const diagram of diagrams) {
      const [parts, steps] = split(diagram.trimEnd().split("\n"), (line) =>
        line.startsWith("    participant "),
      );
      const names = parts.map((line) => /^ {4}participant (\w+) as .+$/.exec(line)?.[1]);
      for (const step of steps) {
        const who =
          /^ {4}Note over (\w+)(?:,(\w+))?: [^;#]+$/.exec(step) ?? /^ {4}(\w+)-?->>(\w+): [^;#]+$/.exec(step);
        expect(who, step).not.toBeNull();
        for (const name of who!.slice(1)) if (name !== undefined) expect(names, step).toContain(name);
      }
    }
  });
});

function anchorsOf(markdown: string): readonly string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replaceAll(" ", "-")
      .replace(/[^\w-]/g, ""),
  );
}

function flagsIn(of: string): string[] {
  return of.match(/(?<![\w-])--[a-z]+(?:-[a-z]+)*/g) ?? [];
}

function split<T>(items: readonly T[], first: (item: T) => boolean): [T[], T[]] {
  return [items.filter(first), items.filter((item) => !first(item))];
}

describe("the ways in of docs/auth.md", () => {
  /** What each scheme of the document is called on the page. */
  const names: Readonly<Record<string, string>> = {
    basic: "username and password",
    bearer: "access token",
    cookie: "access token",
    refreshCookie: "refresh token",
    resourceServer: "credentials of a resource server",
    metricsToken: "token of the metrics",
  };

  it("are those that the document of OpenAPI names, and the ticket and the room token of a socket", () => {
    const { components } = apiDocument({ socketPath: "/ws" });
    const { securitySchemes } = components as { readonly securitySchemes: object };
    const section = text.slice(text.indexOf("## The ways in"), text.indexOf("## Registering"));
    const rows = [...section.matchAll(/^\| (?!What|-)(.+?) \|/gm)].map(([, what]) => what);
    const expected = new Set(Object.keys(securitySchemes).map((scheme) => names[scheme]));
    expect(new Set(rows)).toEqual(expected.add("ticket").add("room token"));
  });
});

describe("the limits of docs/auth.md", () => {
  const rows = new Map(
    [...text.matchAll(/^\| (.+?) \| (.+?) \| .+? \|$/gm)].map(([, what = "", value = ""]) => [what, value]),
  );
  const days = (seconds: number): string => `${seconds / 86_400} days`;
  const seconds = (milliseconds: number): string => `${milliseconds / 1000} s`;
  const count = (number: number): string => number.toLocaleString("en");
  const rate = ({ quota, window }: RateLimitPolicy): string => `${quota} in ${window / 60_000} min`;

  it.each([
    ["password", `${minPasswordCharacters} characters to`],
    ["password", `none of the ${count(commonPasswords.size)} most common`],
    ["access token", `${defaultAccessLifetime / 60} min`],
    ["refresh token, unused", days(defaultRefreshLifetime)],
    ["session in all", days(defaultSessionLifetime)],
    ["grace for a spent refresh token", seconds(defaultReuseGrace)],
    ["sessions of an account", String(defaultSessionsPerAccount)],
    [
      "ticket",
      `${seconds(defaultTicketLifetime)}, ${defaultTicketsPerSession} open for each session, ${defaultTicketsPerAccount} for each account, ${count(defaultTickets)} in all`,
    ],
    ["socket without a login", `${seconds(defaultFirstMessageTimeout)}, ${defaultAwaited} at once`],
    ["scrypt", `N=2^${defaultCost.ln} r=${defaultCost.r} p=${defaultCost.p};`],
    ["registrations of an address", rate(defaultRateLimits.register)],
    ["logins of an address", rate(defaultRateLimits.login)],
    ["failed logins of an account from one address", rate(defaultRateLimits.loginFailuresHere)],
    ["failed logins of an account from addresses new to it", rate(defaultRateLimits.loginFailures)],
    ["refreshes of a session", rate(defaultRateLimits.refresh)],
    ["password changes of an account", rate(defaultRateLimits.password)],
    ["tickets of a session", rate(defaultRateLimits.ticket)],
    ["introspections and revocations of an address", rate(defaultRateLimits.tokens)],
  ])("are those of the code: %s is %s", (what, value) => {
    expect(rows.get(what)).toContain(value);
  });
});
