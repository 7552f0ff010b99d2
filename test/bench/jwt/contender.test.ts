import { describe, expect, it } from "vitest";
import { anyCallOf, callOf, type Library, signingCall, verifyingCall } from "../../../bench/jwt/contender.ts";
import { barewire } from "../../../bench/jwt/peers/barewire.ts";
import { claimsOf, generatePair, mint, ringOf } from "../../../bench/jwt/tokens.ts";

const pair = generatePair("HS256");
const ring = ringOf(pair, 3);

describe("a call through a ring", () => {
  it("takes one item after the other, and begins again", () => {
    const taken: string[] = [];
    callOf("plain", ["a", "b", "c"], (item) => taken.push(item)).run(5);
    expect(taken.join("")).toBe("abcab");
  });
  it("ends the run when a contender refuses", () => {
    const call = callOf("picky", [true, false, true], (item) => item);
    expect(() => call.run(3)).toThrow("picky refused");
  });
  it("awaits each answer before it asks again, where answers come later", async () => {
    const order: string[] = [];
    const call = await anyCallOf("later", ["a", "b"], async (item) => {
      order.push(item);
      await Promise.resolve();
      order.push(item.toUpperCase());
    });
    order.length = 0;
    await call.run(3);
    expect(order.join("")).toBe("aAbBaA");
  });
  it("does not wait for answers that come at once", async () => {
    const call = await anyCallOf("plain", [1, 2], (item) => item);
    expect(call.run(2)).toBe(2);
  });
  it("ends the run when an answer is a failure", async () => {
    let asked = 0;
    const call = await anyCallOf("failing", [0], () =>
      ++asked < 3 ? Promise.resolve() : Promise.reject(new Error("no answer")),
    );
    await expect(call.run(3)).rejects.toThrow("no answer");
  });
});

describe("a library that takes part", () => {
  it("is left out where it lacks the algorithm", async () => {
    const lacking: Library = {
      name: "lacking",
      signer: async () => undefined,
      verifier: async () => undefined,
    };
    expect(await verifyingCall(lacking, pair, ring)).toEqual([]);
    expect(await signingCall(lacking, pair, ring)).toEqual([]);
  });
  it("is not measured when it reads other claims", async () => {
    const inventive: Library = { ...barewire, name: "inventive", verifier: async () => () => claimsOf() };
    await expect(verifyingCall(inventive, pair, ring)).rejects.toThrow("inventive read other claims");
  });
  it("is not measured when it signs other claims", async () => {
    const lazy: Library = { ...barewire, name: "lazy", signer: async () => () => ring[0]!.text };
    await expect(signingCall(lazy, pair, ring)).rejects.toThrow("lazy signed other claims");
  });
  it("is not measured when its tokens are no good", async () => {
    const other = generatePair("HS256");
    const forger: Library = {
      ...barewire,
      signer: async () => (claims) => mint(other, claims).text,
    };
    await expect(signingCall(forger, pair, ring)).rejects.toMatchObject({ code: "jws/bad-signature" });
  });
});
