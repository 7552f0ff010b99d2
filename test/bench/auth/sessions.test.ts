import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { authenticateCalls } from "../../../bench/auth/authenticate-calls.ts";
import { DurableWrites } from "../../../bench/auth/durable-writes.ts";
import { lowCost, openOurAuth, password, usernameOf } from "../../../bench/auth/our-auth.ts";
import { SessionLives } from "../../../bench/auth/session-lives.ts";

let data: string;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), "barewire-bench-test-"));
});
afterEach(() => rm(data, { recursive: true, force: true }));

describe("our accounts and sessions, as they are measured", () => {
  it("are there, with the password that the clients use", async () => {
    const { accounts } = await openOurAuth({ accounts: 2, cost: lowCost });
    const { username } = await accounts.verify(usernameOf(1), password);
    expect(username).toBe("user-000001");
    await expect(accounts.verify(usernameOf(2), password)).rejects.toMatchObject({
      code: "auth/bad-credentials",
    });
    expect(usernameOf(1, "none")).toHaveLength(username.length);
  });
  it.each(["memory", "sqlite"])("open, refresh and end sessions in %s", async (kind) => {
    const lives = await SessionLives.open(3, kind === "sqlite" ? data : undefined);
    for (let round = 0; round < 2; round++) {
      const { open, refresh, end } = await lives.measure();
      expect(Math.min(open, refresh, end)).toBeGreaterThan(0);
    }
    await lives.close();
    if (kind === "sqlite") expect((await stat(join(data, "bench.db"))).size).toBeGreaterThan(0);
  });
});

describe("asking whose a token is", () => {
  it("goes through all tokens, however short a run is", async () => {
    const calls = await authenticateCalls({ ring: 3, revoked: { none: 0, some: 10 } });
    expect(calls.map(({ name }) => name)).toEqual(["none", "some"]);
    for (const { run } of calls) {
      const tokens = Array.from({ length: 4 }, () => (run(1) as { tokenId: string }).tokenId);
      expect(new Set(tokens).size).toBe(3);
      expect(tokens[3]).toBe(tokens[0]);
    }
  });
});

describe("a durable write", () => {
  it("is a page more in the file, each time", async () => {
    const path = join(data, "writes");
    const writes = new DurableWrites(path);
    expect(writes.measure(3)).toBeGreaterThan(0);
    writes.close();
    expect((await stat(path)).size).toBe(3 * 4_096);
  });
});
