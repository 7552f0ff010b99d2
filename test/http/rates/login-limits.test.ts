import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { type LoginAttempt, LoginLimits } from "../../../src/http/rates/login-limits.ts";
import { RateLimiter } from "../../../src/http/rates/rate-limit.ts";

const minute = 60_000;
const start = Date.UTC(2026, 10, 22);
const home = "192.0.2.1";
/** As many clients as an attacker likes. */
const elsewhere = Array.from({ length: 100 }, (_, i) => `198.51.100.${i}`);

let limits: LoginLimits;
beforeEach(() => {
  limits = new LoginLimits({ limiter: new RateLimiter() });
});

/** Tries, and fails if it may. */
function fail(account: string, client: string, now: number): boolean {
  return limits.mayTry(account, client, now).allowed;
}

function succeed(account: string, client: string, now: number): boolean {
  const decision = limits.mayTry(account, client, now);
  if (decision.allowed) limits.succeeded(decision.attempt, now);
  return decision.allowed;
}

function failuresUntilRefused(account: string, clients: readonly string[], now: number): number {
  let count = 0;
  while (fail(account, clients[count % clients.length]!, now)) count++;
  return count;
}

describe("failed logins", () => {
  it("are limited by account and client", () => {
    expect(failuresUntilRefused("alice", [home], start)).toBe(10);
    expect(fail("alice", home, start + 30_000)).toBe(true);
  });

  it("are limited by account, wherever they come from", () => {
    expect(failuresUntilRefused("alice", elsewhere, start)).toBe(20);
    expect(fail("alice", "203.0.113.9", start)).toBe(false);
    expect(fail("bob", "203.0.113.9", start)).toBe(true);
  });

  it("say in the refusal which limit it was and when to come back", () => {
    failuresUntilRefused("alice", elsewhere, start);
    expect(limits.mayTry("alice", home, start)).toMatchObject({
      allowed: false,
      refused: { policy: { name: "login-failures" }, retryAfterSeconds: 45 },
    });
    failuresUntilRefused("bob", [home], start);
    expect(limits.mayTry("bob", home, start)).toMatchObject({
      refused: { policy: { name: "login-failures-here" }, retryAfterSeconds: 30 },
    });
  });

  it("that were refused count nowhere", () => {
    failuresUntilRefused("alice", elsewhere, start);
    for (let i = 0; i < 50; i++) expect(fail("alice", home, start)).toBe(false);
    expect(limits.mayTry("alice", home, start + 45_000)).toMatchObject({ allowed: true });
    expect(limits.mayTry("alice", home, start + 45_000)).toMatchObject({
      refused: { policy: { name: "login-failures" } },
    });
  });

  it("count from their start, so that guesses at one moment are not for free", () => {
    const decisions = Array.from({ length: 50 }, () => limits.mayTry("alice", home, start));
    expect(decisions.filter(({ allowed }) => allowed)).toHaveLength(10);
  });
});

describe("logins that succeed, or come to nothing", () => {
  it("count nowhere, however many there are", () => {
    for (let i = 0; i < 200; i++) expect(succeed("alice", elsewhere[i % 100]!, start)).toBe(true);
    expect(failuresUntilRefused("alice", ["203.0.113.9"], start)).toBe(10);
  });

  it("are given back when the server was busy", () => {
    for (let i = 0; i < 200; i++) {
      const decision = limits.mayTry("alice", home, start);
      expect(decision.allowed).toBe(true);
      if (decision.allowed) limits.abandoned(decision.attempt, start);
    }
  });

  it("give back to the limits they were counted against, whatever has become familiar since", () => {
    const first = limits.mayTry("alice", home, start) as { attempt: LoginAttempt };
    const second = limits.mayTry("alice", home, start) as { attempt: LoginAttempt };
    limits.succeeded(first.attempt, start);
    limits.succeeded(second.attempt, start);
    expect(failuresUntilRefused("alice", elsewhere, start)).toBe(20);
  });
});

describe("a client from which an account has logged in before", () => {
  it("is not locked out by strangers", () => {
    succeed("alice", home, start);
    failuresUntilRefused("alice", elsewhere, start + minute);
    expect(fail("alice", "203.0.113.9", start + minute)).toBe(false);
    expect(succeed("alice", home, start + minute)).toBe(true);
  });

  it("has a limit of its own all the same", () => {
    succeed("alice", home, start);
    expect(failuresUntilRefused("alice", [home], start)).toBe(10);
  });

  it("takes nothing from the limit of strangers", () => {
    succeed("alice", home, start);
    failuresUntilRefused("alice", [home], start);
    expect(failuresUntilRefused("alice", elsewhere, start)).toBe(20);
  });

  it("is familiar for that account alone", () => {
    succeed("alice", home, start);
    failuresUntilRefused("bob", elsewhere, start);
    expect(fail("bob", home, start)).toBe(false);
  });

  it("is familiar for thirty days after the last time", () => {
    const day = 24 * 60 * minute;
    succeed("alice", home, start);
    succeed("alice", home, start + 29 * day);
    for (const [at, expected] of [
      [58, true],
      [59, false],
    ] as const) {
      failuresUntilRefused("alice", elsewhere, start + at * day);
      expect(fail("alice", home, start + at * day)).toBe(expected);
    }
  });

  it("is one of the last eight, and of the last accounts, within the bounds", () => {
    limits = new LoginLimits({ limiter: new RateLimiter(), maxAccounts: 2, maxClients: 2 });
    for (const client of ["a", "b", "a", "c"]) succeed("alice", client, start);
    failuresUntilRefused("alice", elsewhere, start);
    expect(["a", "b", "c"].filter((client) => succeed("alice", client, start))).toEqual(["a", "c"]);

    succeed("bob", home, start);
    succeed("carol", home, start);
    expect(succeed("alice", "a", start)).toBe(false);
    failuresUntilRefused("bob", elsewhere, start);
    expect(succeed("bob", home, start)).toBe(true);
  });

  it("stays familiar by logging in, while others come", () => {
    limits = new LoginLimits({ limiter: new RateLimiter(), maxAccounts: 2 });
    for (const account of ["alice", "bob", "alice", "carol"]) succeed(account, home, start);
    for (const account of ["alice", "bob"]) failuresUntilRefused(account, elsewhere, start);
    expect(["alice", "bob"].map((account) => succeed(account, home, start))).toEqual([true, false]);
  });

  it("can be told by who knows, and forgotten", () => {
    limits.remember("alice", home, start);
    failuresUntilRefused("alice", elsewhere, start);
    expect(succeed("alice", home, start)).toBe(true);
    limits.forget("alice");
    expect(succeed("alice", home, start)).toBe(false);
  });
});

describe("an account that does not exist", () => {
  it("is answered as one that does, in any order of any attempts", () => {
    const attempt = fc.record({
      after: fc.integer({ min: 0, max: 2 * minute }),
      client: fc.constantFrom(...elsewhere.slice(0, 5)),
    });
    fc.assert(
      fc.property(fc.array(attempt, { maxLength: 80 }), (attempts) => {
        limits = new LoginLimits({ limiter: new RateLimiter() });
        succeed("real", home, start); // its owner is at home, and strangers are not
        let now = start;
        for (const { after, client } of attempts) {
          now += after;
          const [real, unreal] = ["real", "unreal"].map((account) => limits.mayTry(account, client, now));
          expect(strip(real)).toEqual(strip(unreal));
        }
      }),
      { numRuns: 100, seed: 6585 },
    );
  });
});

/** A decision without the name that was asked for. */
function strip(decision: unknown): unknown {
  return JSON.parse(JSON.stringify(decision), (name, value) => (name === "account" ? undefined : value));
}
