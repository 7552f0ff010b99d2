import { describe, expect, it } from "vitest";
import { RateLimiter } from "../../../src/http/rates/rate-limit.ts";
import { rateLimited, rateLimitFields } from "../../../src/http/rates/rate-limit-fields.ts";
import type { RateLimitPolicy } from "../../../src/http/rates/token-buckets.ts";

const start = Date.UTC(2026, 10, 22);
const login: RateLimitPolicy = { name: "login", quota: 60, window: 60_000 };
const failures: RateLimitPolicy = { name: "login-failures", quota: 20, window: 900_000 };
const bursty: RateLimitPolicy = { name: "bursty", quota: 10, window: 1_000, burst: 50 };

/** One Item of a List (RFC 9651 §3.1) whose value is a String and whose Parameters are Integers. */
const item = /^"[\x20-\x21\x23-\x5b\x5d-\x7e]*"(?:;[a-z*][a-z0-9_\-.*]*=\d{1,15})*$/;

function itemsOf(field: unknown): readonly string[] {
  return String(field).split(", ");
}

describe("draft-ietf-httpapi-ratelimit-headers-11 fields", () => {
  it("say how much there is in which time (§3.1) and how much is left until when (§4.1)", () => {
    const limiter = new RateLimiter();
    limiter.take(login, "a", start, 47);
    expect(rateLimitFields(limiter.take(login, "a", start + 300))).toEqual({
      "ratelimit-policy": '"login";q=60;w=60',
      ratelimit: '"login";r=12;t=1',
    });
  });

  it("list policies in the order in which they are given", () => {
    const limiter = new RateLimiter();
    const decisions = [limiter.take(login, "a", start), limiter.take(failures, "a", start)];
    expect(rateLimitFields(...decisions)).toEqual({
      "ratelimit-policy": '"login";q=60;w=60, "login-failures";q=20;w=900',
      ratelimit: '"login";r=59;t=1, "login-failures";r=19;t=45',
    });
  });

  it("leave out when there is more of what is whole", () => {
    expect(rateLimitFields(new RateLimiter().peek(login, "a", start)).ratelimit).toBe('"login";r=60');
  });

  it("name a burst that is not the quota with our own prefix (§3.1)", () => {
    const fields = rateLimitFields(new RateLimiter().take(bursty, "a", start));
    expect(fields["ratelimit-policy"]).toBe('"bursty";q=10;w=1;barewire-burst=50');
    expect(fields.ratelimit).toBe('"bursty";r=49;t=1');
  });

  it("are Lists of Strings with Integers as Parameters (RFC 9651 §3.1)", () => {
    const limiter = new RateLimiter();
    const decisions = [login, failures, bursty].map((policy) => limiter.take(policy, "a", start, 10));
    const fields = rateLimitFields(...decisions);
    const items = [...itemsOf(fields["ratelimit-policy"]), ...itemsOf(fields.ratelimit)];
    expect(items).toHaveLength(6);
    for (const each of items) expect(each).toMatch(item);
  });
});

describe("RFC 6585 §4 refusals", () => {
  it("are problems that say when to come back (RFC 9110 §10.2.3)", () => {
    const limiter = new RateLimiter();
    limiter.take(failures, "a", start, 20);
    const { status, code, response } = rateLimited(limiter.take(failures, "a", start + 500));
    expect({ status, code }).toEqual({ status: 429, code: "http/rate-limited" });
    expect(response.headers).toMatchObject({
      "content-type": "application/problem+json",
      "cache-control": "no-store",
      "retry-after": "45",
      ratelimit: '"login-failures";r=0;t=45',
      "ratelimit-policy": '"login-failures";q=20;w=900',
    });
    expect(JSON.parse(response.body as string)).toMatchObject({
      status: 429,
      code: "http/rate-limited",
      detail: "Too many requests. Try again in 45 seconds.",
    });
  });

  it("wait for the slowest of several limits, and count one second as one", () => {
    const limiter = new RateLimiter();
    limiter.take(login, "a", start, 60);
    limiter.take(failures, "a", start, 20);
    const quick = limiter.take(login, "a", start);
    expect(rateLimited(quick).message).toBe("Too many requests. Try again in 1 second.");
    expect(rateLimited(quick, limiter.take(failures, "a", start)).response.headers?.["retry-after"]).toBe(
      "45",
    );
  });

  it("come back no earlier than their limit has more (§6 of the draft)", () => {
    const limiter = new RateLimiter();
    limiter.take(bursty, "a", start, 45);
    const refused = limiter.take(bursty, "a", start, 20);
    expect(refused.retryAfterSeconds).toBeGreaterThanOrEqual(refused.resetSeconds);
    expect(refused.retryAfterSeconds).toBe(2);
  });
});
