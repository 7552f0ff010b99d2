import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { MemoryStore, SqliteStore } from "../../src/auth/index.ts";
import { alice, code, home, openVirtualAuth, second } from "./virtual-auth.ts";

const tabs = 50;
let tidyUp: () => Promise<void> = async () => {};

afterEach(() => tidyUp());

const stores = [
  { name: "MemoryStore", open: async () => new MemoryStore() },
  {
    name: "SqliteStore",
    open: async () => {
      const folder = await mkdtemp(join(tmpdir(), "barewire-race-"));
      const store = await SqliteStore.open(join(folder, "barewire.db"));
      tidyUp = async () => {
        tidyUp = async () => {};
        await store.close();
        await rm(folder, { recursive: true });
      };
      return store;
    },
  },
];

describe.each(stores)(`${tabs} refreshes of one token at the same moment, over $name`, ({ open }) => {
  it("all get the same successor, and stay logged in with it", async () => {
    const { sessions, clock, ends } = await openVirtualAuth({ store: await open() });
    const { refreshToken, session } = await sessions.open(alice, home);
    clock.pass(60 * second);
    const all = await Promise.all(Array.from({ length: tabs }, () => sessions.refresh(refreshToken, home)));
    expect(new Set(all.map((issued) => issued.refreshToken)).size).toBe(1);
    expect(new Set(all.map((issued) => issued.session.tokenId)).size).toBe(tabs);
    for (const issued of all) expect(sessions.authenticate(issued.accessToken)).toEqual(issued.session);
    expect(ends).toEqual([]);
    await expect(sessions.list("a1")).resolves.toMatchObject([{ id: session.sessionId }]);

    clock.pass(60 * second);
    const successor = all[0]!.refreshToken;
    const next = await sessions.refresh(successor, home);
    expect(next.refreshToken).not.toBe(successor);
    clock.pass(60 * second);
    await expect(sessions.refresh(successor, home)).rejects.toEqual(code("refresh/reused"));
    await expect(sessions.refresh(next.refreshToken, home)).rejects.toEqual(code("refresh/invalid"));
  });

  it("from as many addresses do so, too, as long as nobody has used the successor", async () => {
    const { sessions } = await openVirtualAuth({ store: await open() });
    const { refreshToken } = await sessions.open(alice, home);
    const from = (tab: number) => ({ device: "a browser", address: `192.0.2.${tab}` });
    const all = await Promise.all(
      Array.from({ length: tabs }, (_, tab) => sessions.refresh(refreshToken, from(tab))),
    );
    expect(new Set(all.map((issued) => issued.refreshToken)).size).toBe(1);
  });

  it("and a logout among them: whoever came away with tokens has none that is good", async () => {
    const { sessions, ends } = await openVirtualAuth({ store: await open() });
    const { refreshToken, session } = await sessions.open(alice, home);
    const refreshes = Array.from({ length: tabs }, () => sessions.refresh(refreshToken, home));
    const ending = sessions.end("a1", { id: session.sessionId }, "logged-out");
    const settled = await Promise.allSettled(refreshes);
    await ending;
    for (const outcome of settled) {
      if (outcome.status === "rejected") expect(outcome.reason).toEqual(code("refresh/invalid"));
      else expect(() => sessions.authenticate(outcome.value.accessToken)).toThrow(code("token/revoked"));
    }
    await expect(sessions.refresh(refreshToken, home)).rejects.toEqual(code("refresh/invalid"));
    expect(ends.map(({ reason }) => reason)).toEqual(["logged-out"]);
  });

  it("that was spent long ago end the session once", async () => {
    const { sessions, clock, ends } = await openVirtualAuth({ store: await open() });
    const { refreshToken } = await sessions.open(alice, home);
    await sessions.refresh(refreshToken, home);
    clock.pass(60 * second);
    const settled = await Promise.allSettled(
      Array.from({ length: tabs }, () => sessions.refresh(refreshToken, home)),
    );
    expect(settled.every(({ status }) => status === "rejected")).toBe(true);
    expect(ends.map(({ reason }) => reason)).toEqual(["reused"]);
  });
});
