import { describe, expect, it } from "vitest";
import { ClientRates } from "../../src/stun/client-rates.ts";

describe("rates of clients", () => {
  it("remember no more clients than allowed, and forget who asked longest ago", () => {
    const rates = new ClientRates({ perSecond: 1, burst: 1, maxClients: 3 });
    for (const client of ["a", "b", "c"]) expect(rates.take(client, 0)).toBe(true);
    expect(rates.take("a", 1)).toBe(false);
    expect(rates.take("d", 2)).toBe(true);
    expect(rates.size).toBe(3);
    expect(["a", "c", "d"].map((client) => rates.take(client, 3))).toEqual([false, false, false]);
    expect(rates.take("b", 4)).toBe(true);
  });

  it("stay within their bound, whoever comes", () => {
    const rates = new ClientRates({ perSecond: 1, burst: 5, maxClients: 100 });
    for (let client = 0; client < 10_000; client++) rates.take(String(client), client);
    expect(rates.size).toBe(100);
  });

  it("are never more than the burst after a pause, and what comes in after", () => {
    const rates = new ClientRates({ perSecond: 100, burst: 20, maxClients: 10 });
    let allowed = 0;
    for (let now = 0; now <= 10_000; now++) if (rates.take("a", now)) allowed++;
    expect(allowed).toBe(20 + 1000);
  });

  it("are none where the rate is infinite", () => {
    const rates = new ClientRates({ perSecond: Number.POSITIVE_INFINITY, burst: 1, maxClients: 10 });
    expect(Array.from({ length: 1000 }, () => rates.take("a", 0))).not.toContain(false);
  });
});
