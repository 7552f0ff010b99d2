/**
 * What a client is told about rate limits: the fields of draft-ietf-httpapi-ratelimit-headers-11 (`RateLimit-Policy`
 * in §3, `RateLimit` in §4), and the refusal of RFC 6585 §4.
 *
 *     RateLimit-Policy: "login";q=60;w=60
 *     RateLimit: "login";r=12;t=1
 *
 * https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-ratelimit-headers-11
 *
 * Both are Lists of Strings with Parameters (RFC 9651 §3.1, §3.1.2). There is no partition key (`pk`): ours are
 * addresses and accounts, and the draft (§6.1) says to keep what is sensitive out of it.
 */
import { HttpProblem } from "../message/problem.ts";
import type { ResponseHeaders } from "../message/response.ts";
import type { RateLimitDecision, RateLimitPolicy } from "./token-buckets.ts";

/**
 * The fields that tell about `decisions`, in their order: how much each policy grants, what is left of it, and when
 * one of them refused, in how many seconds it is worth another try.
 */
export function rateLimitFields(...decisions: readonly RateLimitDecision[]): ResponseHeaders {
  const refused = decisions.filter(({ allowed }) => !allowed);
  return {
    "ratelimit-policy": decisions.map(({ policy }) => policyItem(policy)).join(", "),
    ratelimit: decisions.map(limitItem).join(", "),
    ...(refused.length > 0 && { "retry-after": String(longestWait(refused)) }),
  };
}

/** The refusal of a request because of `decisions`, of which at least one refused. */
export function rateLimited(...decisions: readonly RateLimitDecision[]): HttpProblem {
  const seconds = longestWait(decisions);
  const detail = `Too many requests. Try again in ${seconds} ${seconds === 1 ? "second" : "seconds"}.`;
  // RFC 6585 §4: "Responses with the 429 status code MUST NOT be stored by a cache." A problem never is.
  return new HttpProblem(429, "http/rate-limited", detail, rateLimitFields(...decisions));
}

/** RFC 9110 §10.2.3: `delay-seconds`. It is never earlier than the `t` of a policy that refused, as the draft (§6) asks. */
function longestWait(decisions: readonly RateLimitDecision[]): number {
  return Math.max(...decisions.map(({ retryAfterSeconds }) => retryAfterSeconds));
}

/** The draft, §3.1. Its name has no character that a String would have to escape (RFC 9651 §4.1.6). */
function policyItem({ name, quota, window, burst = quota }: RateLimitPolicy): string {
  const item = `"${name}";q=${quota};w=${window / 1000}`;
  return burst === quota ? item : `${item};barewire-burst=${burst}`;
}

/**
 * The draft, §4.1.2: within `t` seconds a client can use no more than `r`. That is so until the next unit is there;
 * of a full bucket none is to come.
 */
function limitItem({ policy, remaining, resetSeconds }: RateLimitDecision): string {
  const item = `"${policy.name}";r=${remaining}`;
  return resetSeconds === 0 ? item : `${item};t=${resetSeconds}`;
}
