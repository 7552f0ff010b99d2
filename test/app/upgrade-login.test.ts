import { beforeEach, describe, expect, it } from "vitest";
import { upgradeLogin } from "../../src/app/upgrade-login.ts";
import type { AccessTokenOptions, IssuedTokens, Session } from "../../src/auth/index.ts";
import { HttpProblem } from "../../src/http/index.ts";
import { UpgradeRequest } from "../../src/websocket/index.ts";
import { newWorld, start, type World } from "../http/auth-world.ts";

const host = "chat.example";
const ours = `https://${host}`;
const foreign = "https://evil.example";

let world: World;
let tokens: IssuedTokens;

beforeEach(async () => {
  world = await newWorld();
  tokens = await world.sessions.open(await world.enrol("ann"), { device: "", address: "192.0.2.1" });
});

interface Shown {
  readonly fields?: Readonly<Record<string, string>>;
  readonly query?: string;
}

/** What becomes of it: whose it is, "nobody yet", or a status and a code. */
function outcome({ fields = {}, query = "" }: Shown): string {
  const request = new UpgradeRequest({
    method: "GET",
    target: `/ws${query}`,
    httpVersion: "1.1",
    rawHeaders: Object.entries({ host, ...fields }).flat(),
    secure: true,
    remoteAddress: "192.0.2.1",
  });
  try {
    const session = upgradeLogin(request, { ...world, origins: [] });
    return session === undefined ? "nobody yet" : session.username;
  } catch (error) {
    if (!(error instanceof HttpProblem)) throw error;
    return `${error.status} ${error.code}`;
  }
}

/** A token of ours with one fault. */
function faulty(
  terms: Partial<AccessTokenOptions>,
  change: Partial<Session> = {},
  at = start / 1000,
): string {
  return world.tokensWith(terms).issue({ ...tokens.session, ...change }, at, at + 3600).token;
}

/** Every token that a request may show, and what comes of it from our own page or a program. */
const shownTokens: Readonly<Record<string, readonly [() => string | Promise<string>, string]>> = {
  "that is good": [() => tokens.accessToken, "ann"],
  "that is none": [() => "x", "401 token/invalid"],
  "that has expired": [() => faulty({}, {}, start / 1000 - 600), "401 token/expired"],
  "that was revoked": [
    async () => {
      await world.sessions.revokeToken(tokens.session);
      return tokens.accessToken;
    },
    "401 token/revoked",
  ],
  "whose session has ended": [
    async () => {
      await world.sessions.end(tokens.session.accountId, {}, "ended");
      return tokens.accessToken;
    },
    "401 token/revoked",
  ],
  "for another audience": [() => faulty({ audience: "https://b" }), "401 token/invalid"],
  "of another issuer": [() => faulty({ issuer: "https://b" }), "401 token/invalid"],
  "that is not for sockets": [() => faulty({}, { scope: "account" }), "403 auth/insufficient-scope"],
};

describe("an upgrade that shows a token", () => {
  it.each(Object.entries(shownTokens))("%s", async (_what, [tokenOf, expected]) => {
    const token = await tokenOf();
    const cookie = `__Host-barewire_access=${token}`;
    expect({
      "as Bearer": outcome({ fields: { authorization: `Bearer ${token}` } }),
      "as cookie, from our page": outcome({ fields: { cookie, origin: ours } }),
      "as cookie, from another page": outcome({ fields: { cookie, origin: foreign } }),
      "as cookie, from nowhere": outcome({ fields: { cookie } }),
      "in the URL": outcome({ query: `?access_token=${token}`, fields: { cookie, origin: ours } }),
    }).toEqual({
      "as Bearer": expected,
      "as cookie, from our page": expected,
      "as cookie, from another page": "403 http/cross-origin",
      "as cookie, from nowhere": "403 http/cross-origin",
      "in the URL": "400 auth/token-in-query",
    });
  });
});

describe("an upgrade that shows a ticket", () => {
  const withTicket = (ticket: string, origin?: string): string =>
    outcome({ query: `?ticket=${ticket}`, fields: origin === undefined ? {} : { origin } });

  it("is its owner's once", () => {
    const ticket = world.tickets.issue(tokens.session, ours);
    expect(withTicket(ticket, ours)).toBe("ann");
    expect(withTicket(ticket, ours)).toBe("401 ticket/invalid");
  });

  it.each([
    ["another page", foreign],
    ["no page", undefined],
  ])("that our page asked for is refused to %s", (_who, origin) => {
    expect(withTicket(world.tickets.issue(tokens.session, ours), origin)).toBe("401 ticket/invalid");
  });

  it("is refused after 30 s, and when its session has ended", async () => {
    const [late, ended] = [1, 2].map(() => world.tickets.issue(tokens.session, ours));
    world.clock += 30_000;
    expect(withTicket(late!, ours)).toBe("401 ticket/invalid");
    world.clock -= 1;
    await world.sessions.end(tokens.session.accountId, {}, "ended");
    expect(withTicket(ended!, ours)).toBe("401 ticket/invalid");
  });

  it("is refused beside another one", () => {
    const [one, other] = [1, 2].map(() => world.tickets.issue(tokens.session, ours));
    expect(outcome({ query: `?ticket=${one}&ticket=${other}`, fields: { origin: ours } })).toBe(
      "401 ticket/invalid",
    );
  });

  it("does not fall back on the cookie", () => {
    const fields = { cookie: `__Host-barewire_access=${tokens.accessToken}`, origin: ours };
    expect(outcome({ query: "?ticket=x", fields })).toBe("401 ticket/invalid");
  });
});

describe("an upgrade that shows no login", () => {
  it("may show one in its first message", () => {
    expect(outcome({})).toBe("nobody yet");
  });

  it("but something else in Authorization is refused", () => {
    expect(outcome({ fields: { authorization: "Basic YTpi" } })).toBe("401 auth/missing-credentials");
  });
});
