import { describe, expect, it } from "vitest";
import { type ClaimsPolicy, keepPolicy, readPolicy, unchecked } from "../../src/jwt/policy.ts";
import { lax, policy } from "./forge.ts";

describe("a policy is checked before any token", () => {
  it("accepts what it documents", () => {
    for (const good of [
      policy,
      lax,
      { ...policy, leeway: 0, maxAge: 0, subject: "a", required: [], accept: () => true },
    ]) {
      expect(() => readPolicy(good)).not.toThrow();
    }
    const absent = {
      exp: undefined,
      leeway: undefined,
      maxAge: undefined,
      subject: undefined,
      required: undefined,
    };
    expect(() => readPolicy({ ...policy, ...absent, accept: undefined })).not.toThrow();
  });

  it.each(["issuer", "audience", "typ"])("demands %s", (name) => {
    expect(() => readPolicy({ ...policy, [name]: undefined } as never)).toThrow(TypeError);
    const { [name as "typ"]: _, ...rest } = policy;
    expect(() => readPolicy(rest as never)).toThrow(TypeError);
  });

  const wrong: Readonly<Record<string, readonly unknown[]>> = {
    issuer: [null, "", [], [""], [1], /issuer/, {}, Symbol("unchecked"), true],
    audience: [null, "", [], [""], [1], /api/, {}, true],
    typ: [null, "", ["JWT"], /JWT/, true],
    exp: [null, true, false, "unchecked", 600],
    leeway: [null, "60", Number.NaN, Number.POSITIVE_INFINITY, true],
    maxAge: [null, "10m", Number.NaN, Number.POSITIVE_INFINITY],
    subject: [null, "", /alice/, ["alice"], unchecked],
    required: [null, "jti", [1], [""], {}],
    accept: [null, true, "yes"],
  };
  it.each(Object.entries(wrong))(
    "throws a TypeError for a %s that would switch a check off",
    (name, values) => {
      for (const value of values) {
        expect(() => readPolicy({ ...policy, [name]: value } as never)).toThrow(TypeError);
      }
    },
  );

  it("throws a RangeError for negative durations", () => {
    expect(() => readPolicy({ ...policy, leeway: -1 })).toThrow(RangeError);
    expect(() => readPolicy({ ...policy, maxAge: -1 })).toThrow(RangeError);
  });

  it("throws a TypeError for a misspelt option, which would be a check left out", () => {
    for (const name of ["audiance", "maxage", "algorithms", "ignoreExpiration", "clockTolerance"]) {
      expect(() => readPolicy({ ...policy, [name]: 1 } as never)).toThrow(name);
    }
    for (const none of [undefined, null, "policy", []])
      expect(() => readPolicy(none as never)).toThrow(TypeError);
  });
});

describe("a policy is read once, as a plain object", () => {
  it("asks a getter once, so that what was checked is what holds", () => {
    const answers: unknown[] = [60, "60"];
    const shifty = {
      ...policy,
      get leeway() {
        return answers.shift() as number;
      },
    };
    expect(readPolicy(shifty).leeway).toBe(60);
    expect(answers).toEqual(["60"]);
    expect(() => readPolicy(shifty)).toThrow(TypeError);
  });

  it("refuses one made by a class, whose members would be overlooked", () => {
    class AppPolicy implements ClaimsPolicy {
      readonly issuer = policy.issuer;
      readonly audience = policy.audience;
      readonly typ = policy.typ;
      accept(): boolean {
        return false;
      }
    }
    for (const read of [readPolicy, keepPolicy]) {
      expect(() => read(new AppPolicy())).toThrow("plain object");
      expect(() => read(Object.create(policy))).toThrow("plain object");
    }
  });

  it("keeps lists of its own, where it is kept", () => {
    const lists = { issuer: ["a"], audience: ["b"], required: ["c"], crit: ["d"] };
    const kept = keepPolicy({ ...policy, ...lists });
    for (const list of Object.values(lists)) list.push("more");
    expect(kept).toMatchObject({ issuer: ["a"], audience: ["b"], required: ["c"], crit: ["d"] });
  });
});
