import { describe, expect, it } from "vitest";
import { type Next, overruled, retryAfter, whatNext } from "../../../src/websocket/reconnect/what-next.ts";

const backOff: Next = { action: "back off" };
const spread: Next = { action: "spread", within: undefined };
const stop = (state: "closed" | "failed" | "unauthorized"): Next => ({ action: "stop", state });

/** All codes that there are; those that are not named back off. */
const named: Readonly<Record<number, Next>> = {
  1000: stop("closed"), // normal closure
  1002: stop("failed"), // protocol error
  1003: stop("failed"), // unsupported data
  1007: stop("failed"), // invalid frame payload data
  1008: stop("failed"), // policy violation
  1009: stop("failed"), // message too big
  1010: stop("failed"), // mandatory extension
  1012: spread, // service restart
  1013: spread, // try again later
  4401: stop("unauthorized"), // the login has ended
};
const next = (code: number, reason = ""): Next => whatNext({ code, reason, wasClean: true });

describe("RFC 6455 §7.4 what follows a close", () => {
  it("is decided for each code from 1000 to 4999", () => {
    const codes = Array.from({ length: 4000 }, (_, i) => 1000 + i);
    expect(codes.filter((code) => next(code).action !== "back off")).toEqual(Object.keys(named).map(Number));
    for (const code of codes) expect([code, next(code)]).toEqual([code, named[code] ?? backOff]);
  });

  it("does not depend on the reason, but for the hint of 1001, 1012 and 1013", () => {
    for (let code = 1000; code < 5000; code++) {
      const withHint = [1001, 1012, 1013].includes(code) ? { action: "spread", within: 1500 } : next(code);
      expect(next(code, "retry-after=1500")).toEqual(withHint);
    }
  });

  it("asks for a login when the handshake was refused with 401, and for nothing after other refusals", () => {
    const refused = (status: number): Next => whatNext({ code: 1006, reason: "", wasClean: false, status });
    expect(refused(401)).toEqual(stop("unauthorized"));
    for (const status of [200, 301, 400, 403, 404, 429, 500, 503]) expect(refused(status)).toEqual(backOff);
  });
});

describe("the hint of a server", () => {
  it.each([
    ["retry-after=0", 0],
    ["retry-after=1", 1],
    ["retry-after=1500", 1500],
    ["retry-after=1500 the server restarts", 1500],
    ["retry-after=1500 ", 1500],
    ["retry-after=300000", 300_000],
  ])("%j is taken", (reason, milliseconds) => expect(retryAfter(reason)).toBe(milliseconds));

  it.each(["retry-after=300001", "retry-after=86400000", `retry-after=${"9".repeat(100)}`])(
    "%j is cut to 5 minutes",
    (reason) => expect(retryAfter(reason)).toBe(300_000),
  );

  it.each([
    ...["", "retry-after", "retry-after=", "retry-after= 5", "retry-after=-5", "retry-after=+5"],
    ...["retry-after=1.5", "retry-after=1e3", "retry-after=0x10", "retry-after=05", "retry-after=5s"],
    ...["retry-after=5,6", "retry-after=5;", "retry-after=5\n", "Retry-After=5", " retry-after=5"],
    ...["please retry-after=5", "retry-after =5", "retry-after:5", "retry-after=٥", "retry-after=Infinity"],
  ])("%j is none", (reason) => expect(retryAfter(reason)).toBeUndefined());
});

describe("an application that knows better", () => {
  it.each<[string, Next, boolean | undefined, Next]>([
    ["leaves it", stop("failed"), undefined, stop("failed")],
    ["leaves it", backOff, undefined, backOff],
    ["stops what would go on", backOff, false, stop("closed")],
    ["stops what would go on", spread, false, stop("closed")],
    ["does not change why it stops", stop("failed"), false, stop("failed")],
    ["does not change why it stops", stop("unauthorized"), false, stop("unauthorized")],
    ["goes on", stop("closed"), true, backOff],
    ["goes on", stop("failed"), true, backOff],
    ["goes on", stop("unauthorized"), true, backOff],
    ["does not change how it goes on", spread, true, spread],
  ])("%s: %j and %j", (_, decided, wanted, result) => expect(overruled(decided, wanted)).toEqual(result));
});
