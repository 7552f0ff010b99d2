import { describe, expect, it } from "vitest";
import { Refetching } from "../../src/jwt/refetching.ts";

const start = 1_700_000_000_000;
const cooldown = 30_000;
const staleFor = 3_600_000;
const lifetime = 600_000;
const fresh = () => {
  const refetching = new Refetching({ cooldown, staleFor });
  refetching.succeeded(start, lifetime);
  return refetching;
};
const end = start + lifetime;

describe("a set that was never fetched", () => {
  it("is fetched", () => {
    expect(new Refetching({ cooldown, staleFor }).next(start)).toBe("fetch");
    expect(new Refetching({ cooldown, staleFor }).isUsable(start)).toBe(false);
  });

  it("is not asked for again in the cooldown after a failure", () => {
    const refetching = new Refetching({ cooldown, staleFor });
    refetching.failed(start);
    expect(refetching.next(start)).toBe("refuse");
    expect(refetching.next(start + cooldown - 1)).toBe("refuse");
    expect(refetching.next(start + cooldown)).toBe("fetch");
    refetching.failed(start + cooldown);
    expect(refetching.next(start + cooldown)).toBe("refuse");
  });
});

describe("a set that was fetched", () => {
  it("is used for its lifetime, and no millisecond longer", () => {
    expect(fresh().next(start)).toBe("use");
    expect(fresh().next(end - 1)).toBe("use");
    expect(fresh().next(end)).toBe("fetch");
  });

  it("is used while the source fails, and asked for in the background once in a cooldown", () => {
    const refetching = fresh();
    refetching.failed(end);
    expect(refetching.next(end)).toBe("use");
    expect(refetching.next(end + cooldown - 1)).toBe("use");
    expect(refetching.next(end + cooldown)).toBe("use, and fetch");
    refetching.failed(end + cooldown);
    expect(refetching.next(end + cooldown)).toBe("use");
  });

  it("is used no longer than staleFor after its lifetime", () => {
    const refetching = fresh();
    refetching.failed(end + staleFor - 1);
    expect(refetching.isUsable(end + staleFor - 1)).toBe(true);
    expect(refetching.next(end + staleFor - 1)).toBe("use");
    expect(refetching.isUsable(end + staleFor)).toBe(false);
    expect(refetching.next(end + staleFor)).toBe("refuse");
    expect(refetching.next(end + staleFor + cooldown)).toBe("fetch");
  });

  it("is not used stale at all when staleFor is 0", () => {
    const refetching = new Refetching({ cooldown, staleFor: 0 });
    refetching.succeeded(start, lifetime);
    expect(refetching.next(end - 1)).toBe("use");
    refetching.failed(end);
    expect(refetching.next(end)).toBe("refuse");
  });

  it("is as good as new after a success, whatever failed before", () => {
    const refetching = fresh();
    refetching.failed(end);
    refetching.succeeded(end + 1, lifetime);
    expect(refetching.next(end + lifetime)).toBe("use");
    expect(refetching.next(end + 1 + lifetime)).toBe("fetch");
    expect(refetching.mayLookAgain(end + 2)).toBe(true);
  });

  it("stays fresh although a fetch before its time failed", () => {
    const refetching = fresh();
    refetching.failed(start + 1);
    expect(refetching.next(start + 1)).toBe("use");
  });
});

describe("a key that is not in the set", () => {
  it("is looked for once in a cooldown", () => {
    const refetching = fresh();
    const looks = Array.from({ length: 1000 }, () => refetching.mayLookAgain(start));
    expect(looks.filter((look) => look)).toEqual([true]);
    expect(looks[0]).toBe(true);
    refetching.succeeded(start, lifetime);
    expect(refetching.mayLookAgain(start + cooldown - 1)).toBe(false);
    expect(refetching.mayLookAgain(start + cooldown)).toBe(true);
    expect(refetching.mayLookAgain(start + cooldown)).toBe(false);
  });

  it("is not looked for in the cooldown after a failure", () => {
    const refetching = fresh();
    refetching.failed(start);
    expect(refetching.mayLookAgain(start + cooldown - 1)).toBe(false);
    expect(refetching.mayLookAgain(start + cooldown)).toBe(true);
  });

  it("is looked for right after a fetch that had another reason", () => {
    expect(fresh().mayLookAgain(start)).toBe(true);
  });
});

describe("a clock that was set back", () => {
  it("keeps no set alive", () => {
    expect(fresh().next(start - 1)).toBe("fetch");
    expect(fresh().isUsable(start - 1)).toBe(false);
  });

  it("does not prolong a cooldown", () => {
    const refetching = new Refetching({ cooldown, staleFor });
    refetching.failed(start);
    expect(refetching.next(start - 1)).toBe("fetch");
    const looking = fresh();
    expect(looking.mayLookAgain(start)).toBe(true);
    expect(looking.mayLookAgain(start - 1)).toBe(true);
  });
});
