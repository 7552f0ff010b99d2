/**
 * Keys that must be refused, each beside a flawless twin that must be accepted, so that no refusal is for
 * another reason than the one in its name.
 */
import { KeyObject } from "node:crypto";
import { describe, expect, it } from "vitest";
import { importKey } from "../../src/jwt/key.ts";
import { refusal } from "./forge.ts";
import { themes as akp } from "./hostile-keys/akp.ts";
import { themes as curves } from "./hostile-keys/curves.ts";
import { themes as intent } from "./hostile-keys/intent.ts";
import { themes as keyFiles } from "./hostile-keys/key-files.ts";
import { themes as okp } from "./hostile-keys/okp.ts";
import { themes as pemFiles } from "./hostile-keys/pem-files.ts";
import { themes as rsa } from "./hostile-keys/rsa.ts";
import { themes as rsaPss } from "./hostile-keys/rsa-pss.ts";
import { themes as secrets } from "./hostile-keys/secrets.ts";
import type { Source } from "./hostile-keys/theme.ts";

const themes = [secrets, keyFiles, intent, pemFiles, rsa, rsaPss, curves, okp].flat();
const importing = (key: Source, alg: Parameters<typeof importKey>[1]) =>
  importKey(key as Parameters<typeof importKey>[0], alg);

for (const theme of [...themes, ...akp]) {
  describe(theme.rule, () => {
    for (const [why, key, alg, code, twin] of theme.cases) {
      it(`refuses ${why}`, () => {
        expect(refusal(() => importing(key, alg))).toBe(code);
        expect(importing(twin, alg).alg).toBe(alg);
      });
    }
  });
}

describe("the hostile keys", () => {
  it("do not become fewer, those of ML-DSA not counted", () => {
    expect(themes.flatMap(({ cases }) => cases).length).toBeGreaterThanOrEqual(700);
  });

  it("each break one rule in one way", () => {
    for (const { rule, cases } of [...themes, ...akp]) {
      const names = cases.map(([why]) => why);
      expect(names, rule).toEqual([...new Set(names)]);
    }
  });

  it("never show in the message", () => {
    for (const [why, key, alg] of [...themes, ...akp].flatMap(({ cases }) => cases)) {
      const parts = telling(key);
      try {
        importing(key, alg);
      } catch (error) {
        const { message } = error as Error;
        expect(message.length, why).toBeLessThan(200);
        for (const part of parts) expect(message, why).not.toContain(part);
      }
    }
  });
});

/** What of a key would be recognised: every text in it of eight characters or more. */
function telling(key: Source): readonly string[] {
  if (typeof key === "string") return key.match(/[\w+/]{8,}/g) ?? [];
  if (key instanceof Uint8Array || key instanceof KeyObject) return [];
  return Object.entries(key).flatMap(([name, value]) =>
    typeof value === "string" && value.length >= 8 && !["kty", "crv", "alg"].includes(name) ? [value] : [],
  );
}
