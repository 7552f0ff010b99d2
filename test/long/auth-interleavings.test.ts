import { describe } from "vitest";
import {
  change,
  changeElsewhere,
  itPlays,
  judgeChange,
  judgeChangeElsewhere,
  judgeLogout,
  judgeRefreshes,
  judgeRenewals,
  judgeReuse,
  logOut,
  perhapsLate,
  refresh,
  refreshTwice,
  renew,
  reuse,
} from "../auth/session-scenes.ts";

describe("every interleaving of the steps of a store, of more callers than npm test has the time for", () => {
  itPlays("two refreshes and a change of password here", [refresh, refresh, change], {
    endings: perhapsLate(2, "tokens"),
    judge: judgeChange,
  });

  itPlays("two refreshes and a change of password elsewhere", [refresh, refresh, changeElsewhere], {
    endings: perhapsLate(2, "done"),
    judge: judgeChangeElsewhere,
  });

  itPlays("two refreshes and the reuse of an older token", [refresh, refresh, reuse], {
    endings: perhapsLate(2, "refresh/reused"),
    judge: judgeReuse,
  });

  itPlays("two refreshes, each followed by another", [refreshTwice, refreshTwice], {
    endings: ["tokens | tokens"],
    judge: judgeRefreshes,
  });

  itPlays("two renewals and a refresh", [renew, renew, refresh], {
    endings: ["tokens | tokens | refresh/invalid", "tokens | tokens | tokens"],
    judge: judgeRenewals,
  });

  itPlays("three refreshes", [refresh, refresh, refresh], {
    endings: ["tokens | tokens | tokens"],
    judge: judgeRefreshes,
  });

  itPlays("two refreshes, one followed by another, and a logout", [refresh, refreshTwice, logOut], {
    endings: perhapsLate(2, "done"),
    judge: judgeLogout,
  });
});
