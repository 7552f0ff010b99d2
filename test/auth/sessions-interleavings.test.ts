import { describe, expect, it } from "vitest";
import { type IssuedTokens, MemoryStore } from "../../src/auth/index.ts";
import { everySchedule } from "./interleavings.ts";
import {
  change,
  changeElsewhere,
  expectAllStayIn,
  expectRefused,
  itPlays,
  judgeChange,
  judgeChangeElsewhere,
  judgeLogout,
  judgeRefreshes,
  judgeRenewals,
  judgeReuse,
  login,
  logOut,
  perhapsLate,
  refresh,
  refreshTwice,
  renew,
  reuse,
  tokensOf,
} from "./session-scenes.ts";

describe("every interleaving of the steps of a store (those of more callers are among the long tests)", () => {
  itPlays("two refreshes: both come away with the one current token", [refresh, refresh], {
    endings: ["tokens | tokens"],
    judge: async (ending) => {
      const [one, other] = tokensOf(ending.outcomes);
      expect(one?.refreshToken).toBe(other?.refreshToken);
      expect(one?.session.tokenId).not.toBe(other?.session.tokenId);
      await judgeRefreshes(ending);
    },
  });

  itPlays(
    "two refreshes and a logout: nobody is left with a token that is good",
    [refresh, refresh, logOut],
    {
      endings: perhapsLate(2, "done"),
      judge: judgeLogout,
    },
  );

  itPlays("a refresh and a logout, where answers take their time as well", [refresh, logOut], {
    endings: perhapsLate(1, "done"),
    judge: judgeLogout,
    answersWait: true,
  });

  itPlays("two refreshes, of which one refreshes again: both stay logged in", [refresh, refreshTwice], {
    endings: ["tokens | tokens"],
    judge: judgeRefreshes,
  });

  itPlays(
    "a refresh and a change of password here: who changed it has the one good token",
    [refresh, change],
    {
      endings: perhapsLate(1, "tokens"),
      judge: judgeChange,
    },
  );

  itPlays(
    "a refresh and a change of password elsewhere: nobody is left in the session",
    [refresh, changeElsewhere],
    {
      endings: perhapsLate(1, "done"),
      judge: judgeChangeElsewhere,
    },
  );

  itPlays("a refresh and the reuse of an older token: nobody is left in the session", [refresh, reuse], {
    endings: perhapsLate(1, "refresh/reused"),
    judge: judgeReuse,
  });

  itPlays(
    "a login and a change of password: no session is left that was opened with the old one",
    [login, change],
    {
      endings: ["auth/bad-credentials | tokens", "tokens | tokens"],
      judge: async (ending) => {
        await expectRefused({ ...ending, outcomes: [ending.outcomes[0]!] });
        await expectAllStayIn(ending, [ending.outcomes[1] as IssuedTokens]);
        await expect(ending.accounts.verify("alice", "quite another")).resolves.toBeDefined();
      },
    },
  );

  itPlays("two changes of password: one of them is refused", [change, changeElsewhere], {
    endings: ["auth/bad-credentials | done", "tokens | auth/bad-credentials"],
    judge: async (ending) => {
      const { auth, outcomes } = ending;
      const reasons = auth.ends.map(({ reason }) => reason);
      expect(reasons).toEqual(outcomes[1] === "done" ? ["password-changed"] : []);
      if (outcomes[1] === "done") await expectRefused(ending);
      await expect(auth.store.findAccountById("a1")).resolves.toMatchObject({ passwordVersion: 1 });
    },
  });

  itPlays(
    "a renewal and a refresh: one token is good, and none that was given out counts as stolen",
    [renew, refresh],
    {
      endings: ["tokens | refresh/invalid", "tokens | tokens"],
      judge: judgeRenewals,
    },
  );
});

describe("the enumeration itself", () => {
  it.each([
    [[1, 1], 2],
    [[2, 2], 6],
    [[3, 3, 2], 560],
  ])("plays every order of callers with %j steps once", async (steps, count) => {
    const seen = new Set<string>();
    const schedules = await everySchedule(async (gate) => {
      const store = new MemoryStore();
      const order: number[] = [];
      await gate.run(
        steps.map((number, who) => async () => {
          const guarded = gate.guard(store);
          for (let i = 0; i < number; i += 1) {
            await guarded.listSessions("nobody");
            order.push(who);
          }
        }),
      );
      seen.add(order.join());
    });
    expect(schedules).toBe(count);
    expect(seen.size).toBe(count);
  });

  it("finds what no order may bring about, and says after which steps", async () => {
    const play = everySchedule(async (gate) => {
      const store = new MemoryStore();
      const guarded = gate.guard(store);
      let turns = 0;
      const turn = async (): Promise<void> => {
        const before = turns;
        await guarded.findAccountById("nobody");
        turns = before + 1;
      };
      await gate.run([turn, turn]);
      expect(turns).toBe(2);
    });
    await expect(play).rejects.toThrow("after findAccountById, findAccountById");
  });

  it("finds a deadlock", async () => {
    await expect(
      everySchedule(async (gate) => void (await gate.run([() => new Promise(() => {})]))),
    ).rejects.toThrow();
  });
});
