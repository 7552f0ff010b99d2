import { beforeEach, describe, expect, it } from "vitest";
import type { Session } from "../../src/auth/access-token.ts";
import { Tickets, type TicketsOptions } from "../../src/auth/tickets.ts";
import { beginning, code, countingBytes, VirtualClock } from "./virtual-auth.ts";

const origin = "https://chat.example";

function sessionOf(sessionId: string, expiresAt: number = beginning / 1000 + 600, accountId = "a1"): Session {
  const about = { username: "Alice", scope: "account sockets", issuedAt: beginning / 1000 };
  return { ...about, accountId, sessionId, tokenId: `token of ${sessionId}`, expiresAt };
}

function ofAccount(accountId: string, sessionId = `of ${accountId}`): Session {
  return sessionOf(sessionId, session.expiresAt, accountId);
}

const session = sessionOf("s1");
let clock: VirtualClock;
let ended: Set<string>;

beforeEach(() => {
  clock = new VirtualClock();
  ended = new Set();
});

type Limits = Pick<TicketsOptions, "lifetime" | "most" | "mostPerSession" | "mostPerAccount">;

function open(limits: Limits = {}): Tickets {
  const isEnded = ({ sessionId }: Session): boolean => ended.has(sessionId);
  return new Tickets({ ...limits, now: clock.now, randomBytes: countingBytes(), isEnded });
}

describe("a ticket", () => {
  it("stands for the session that asked for it, once", () => {
    const tickets = open();
    const ticket = tickets.issue(session, origin);
    expect(ticket).toMatch(/^bwt_[A-Za-z0-9_-]{43}$/);
    expect(tickets.redeem(ticket, origin)).toBe(session);
    expect(() => tickets.redeem(ticket, origin)).toThrow(code("ticket/invalid"));
  });

  it("is another one each time", () => {
    const tickets = open();
    const all = Array.from({ length: 16 }, () => tickets.issue(session, origin));
    expect(new Set(all).size).toBe(16);
    for (const ticket of all.reverse()) expect(tickets.redeem(ticket, origin)).toBe(session);
  });

  it("is good for less than 30 s", () => {
    const tickets = open();
    const [early, late] = [tickets.issue(session, origin), tickets.issue(session, origin)];
    clock.pass(29_999);
    expect(tickets.redeem(early, origin)).toBe(session);
    clock.pass(1);
    expect(() => tickets.redeem(late, origin)).toThrow(code("ticket/invalid"));
    expect(tickets.lifetime).toBe(30_000);
  });

  it.each([
    [origin, "https://evil.example"],
    [origin, "https://chat.example:8443"],
    [origin, "http://chat.example"],
    [origin, "null"],
    [origin, ""],
    [origin, undefined],
    [undefined, origin],
    [undefined, ""],
    [undefined, "undefined"],
  ])("for %j is none from %j, and is spent by the attempt", (asked, came) => {
    const tickets = open();
    const ticket = tickets.issue(session, asked);
    expect(() => tickets.redeem(ticket, came)).toThrow(code("ticket/invalid"));
    expect(() => tickets.redeem(ticket, asked)).toThrow(code("ticket/invalid"));
    expect(tickets.size).toBe(0);
  });

  it("that a program asked for is good for a program, which names no origin", () => {
    const tickets = open();
    expect(tickets.redeem(tickets.issue(session, undefined), undefined)).toBe(session);
  });

  it("does not outlive its session, nor the token that asked for it", () => {
    const tickets = open();
    const ticket = tickets.issue(session, origin);
    ended.add("s1");
    expect(() => tickets.redeem(ticket, origin)).toThrow(code("token/revoked"));
    const brief = sessionOf("s2", beginning / 1000 + 10);
    const [early, late] = [tickets.issue(brief, origin), tickets.issue(brief, origin)];
    clock.pass(9_999);
    expect(tickets.redeem(early, origin)).toBe(brief);
    clock.pass(1);
    expect(() => tickets.redeem(late, origin)).toThrow(code("token/expired"));
  });

  it("is spent even when the session has ended", () => {
    const tickets = open();
    const ticket = tickets.issue(session, origin);
    ended.add("s1");
    expect(() => tickets.redeem(ticket, origin)).toThrow(code("token/revoked"));
    ended.clear();
    expect(() => tickets.redeem(ticket, origin)).toThrow(code("ticket/invalid"));
  });

  it.each([
    ["nothing", () => ""],
    ["made up", () => `bwt_${"A".repeat(43)}`],
    ["without its prefix", (ticket: string) => ticket.slice(4)],
    ["with the prefix of a refresh token", (ticket: string) => ticket.replace("bwt_", "bwr_")],
    ["with a line feed", (ticket: string) => `${ticket}\n`],
    ["with padding", (ticket: string) => `${ticket}=`],
    ["cut short", (ticket: string) => ticket.slice(0, -1)],
    ["in other case", (ticket: string) => ticket.toUpperCase()],
    ["written in another way that decodes to the same", (ticket: string) => successorOfLast(ticket)],
  ])("is none when it is %s, and the real one stays good", (_what, alter) => {
    const tickets = open();
    const ticket = tickets.issue(session, origin);
    expect(() => tickets.redeem(alter(ticket), origin)).toThrow(code("ticket/invalid"));
    expect(tickets.redeem(ticket, origin)).toBe(session);
  });

  it("stands in no error", () => {
    const tickets = open();
    const ticket = tickets.issue(session, origin);
    for (const came of ["https://evil.example", origin]) {
      expect(() => tickets.redeem(ticket, came)).toThrow("The ticket is not valid here: ask for a new one.");
    }
  });
});

/** The last of 43 characters says four bits: the next character has two more, which decoding drops. */
function successorOfLast(ticket: string): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const other = ticket.slice(0, -1) + alphabet[alphabet.indexOf(ticket.at(-1)!) + 1]!;
  const bytes = (text: string) => Buffer.from(text.slice(4), "base64url").toString("hex");
  expect(bytes(other)).toBe(bytes(ticket));
  return other;
}

describe("open tickets", () => {
  it("are at most 16 of one session; others get theirs", () => {
    const tickets = open();
    for (let i = 0; i < 16; i += 1) tickets.issue(session, origin);
    expect(() => tickets.issue(session, origin)).toThrow(code("auth/busy"));
    expect(() => tickets.issue(session, undefined)).toThrow(code("auth/busy"));
    tickets.issue(sessionOf("s2"), origin);
    expect(tickets.size).toBe(17);
  });

  it("are at most 64 of one account, however many sessions it has; others get theirs", () => {
    const tickets = open();
    const issued = Array.from({ length: 64 }, (_, i) => tickets.issue(sessionOf(`s${i}`), origin));
    expect(() => tickets.issue(sessionOf("one more"), origin)).toThrow(code("auth/busy"));
    tickets.issue(sessionOf("his", beginning / 1000 + 600, "a2"), origin);
    tickets.redeem(issued[0]!, origin);
    tickets.issue(sessionOf("one more"), origin);
    expect(() => tickets.issue(sessionOf("two more"), origin)).toThrow(code("auth/busy"));
    clock.pass(30_000);
    for (let i = 0; i < 64; i += 1) tickets.issue(sessionOf(`s${i}`), origin);
    expect(tickets.size).toBe(64);
  });

  it("are at most 10,000 in all", () => {
    const tickets = open();
    for (let i = 0; i < 10_000; i += 1) tickets.issue(ofAccount(`a${i}`), origin);
    expect(() => tickets.issue(ofAccount("one more"), origin)).toThrow(code("auth/busy"));
    expect(tickets.size).toBe(10_000);
  });

  it("are at most 64 of an account, however many sessions it opens: the others have theirs", () => {
    const tickets = open();
    for (let i = 0; i < 64; i += 1) tickets.issue(ofAccount("a1", `s${i % 32}`), origin);
    expect(() => tickets.issue(ofAccount("a1", "a new one"), origin)).toThrow(code("auth/busy"));
    tickets.issue(ofAccount("a2"), origin);
    expect(tickets.size).toBe(65);
  });

  it("of an account make room when they are redeemed or expired", () => {
    const tickets = open({ mostPerAccount: 2 });
    const first = tickets.issue(ofAccount("a1", "s1"), origin);
    tickets.issue(ofAccount("a1", "s2"), origin);
    expect(() => tickets.issue(ofAccount("a1", "s3"), origin)).toThrow(code("auth/busy"));
    tickets.redeem(first, origin);
    tickets.issue(ofAccount("a1", "s3"), origin);
    expect(() => tickets.issue(ofAccount("a1", "s4"), origin)).toThrow(code("auth/busy"));
    clock.pass(30_000);
    tickets.issue(ofAccount("a1", "s4"), origin);
    expect(tickets.size).toBe(1);
  });

  it("make room when they are redeemed, refused or expired", () => {
    const tickets = open({ most: 3, mostPerSession: 2 });
    const first = tickets.issue(session, origin);
    const second = tickets.issue(session, origin);
    tickets.issue(sessionOf("s2"), origin);
    expect(() => tickets.issue(sessionOf("s3"), origin)).toThrow(code("auth/busy"));
    tickets.redeem(first, origin);
    expect(() => tickets.redeem(second, "https://evil.example")).toThrow(code("ticket/invalid"));
    tickets.issue(session, origin);
    tickets.issue(session, origin);
    expect(() => tickets.issue(session, origin)).toThrow(code("auth/busy"));
    clock.pass(30_000);
    tickets.issue(session, origin);
    expect(tickets.size).toBe(1);
    tickets.issue(session, origin);
    expect(() => tickets.issue(session, origin)).toThrow(code("auth/busy"));
  });

  it("make room one by one, as each expires", () => {
    const tickets = open({ most: 2 });
    tickets.issue(session, origin);
    clock.pass(20_000);
    const later = tickets.issue(session, origin);
    clock.pass(10_000);
    tickets.issue(session, origin);
    expect(() => tickets.issue(session, origin)).toThrow(code("auth/busy"));
    expect(tickets.redeem(later, origin)).toBe(session);
  });

  it("may be fewer and shorter lived", () => {
    const tickets = open({ lifetime: 1_000 });
    const ticket = tickets.issue(session, origin);
    clock.pass(1_000);
    expect(() => tickets.redeem(ticket, origin)).toThrow(code("ticket/invalid"));
  });
});
