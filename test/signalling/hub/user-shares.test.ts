import { describe, expect, it } from "vitest";
import { maxUsers, UserShares } from "../../../src/signalling/hub/user-shares.ts";

describe("the share of a user", () => {
  it("is its burst at once, and comes back one by one, for each user alone", () => {
    const shares = new UserShares(2, 3);
    const take = (now: number) => shares.spend("u", now);
    expect([take(0), take(0), take(0), take(0)]).toEqual([0, 0, 0, 500]);
    expect([take(400), take(500), take(500)]).toEqual([100, 0, 500]);
    expect(shares.spend("v", 500)).toBe(0);
  });

  it("never holds more than its burst", () => {
    const shares = new UserShares(2, 2);
    shares.spend("u", 0);
    expect([1, 2, 3].map(() => shares.spend("u", 1e9))).toEqual([0, 0, 500]);
  });

  it("is remembered until it is whole again, of so many users at most", () => {
    const shares = new UserShares(1, 2);
    for (const user of ["u", "v", "u"]) shares.spend(user, 0);
    expect(shares.size).toBe(2);
    shares.spend("w", 2_000);
    expect(shares.size).toBe(1);
    for (let at = 0; at < 2 * maxUsers; at++) shares.spend(`${at}`, 2_000);
    expect(shares.size).toBe(maxUsers);
    expect(shares.spend(`${2 * maxUsers - 1}`, 2_000)).toBe(0);
    expect(shares.spend(`${2 * maxUsers - 1}`, 2_000)).toBe(1_000);
  });
});
