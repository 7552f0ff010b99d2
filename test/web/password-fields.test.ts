/** What password managers and people who paste need of a page (OWASP ASVS 5.0 §6.2.6, §6.2.7). */
import { globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const fields = [...readFileSync("web/index.html", "utf8").matchAll(/<input\b[^>]*>/g)]
  .map(([field]) => field)
  .filter((field) => /\b(?:name|id|type|autocomplete)="[^"]*password/.test(field));

describe("a field for a password", () => {
  it("is there for logging in and for choosing one", () => {
    expect(fields.filter((field) => field.includes('autocomplete="current-password"'))).not.toEqual([]);
    expect(fields.filter((field) => field.includes('autocomplete="new-password"'))).not.toEqual([]);
  });

  it("hides what is typed into it", () => {
    expect(fields.filter((field) => !field.includes(' type="password"'))).toEqual([]);
  });

  it("tells password managers what it is for", () => {
    expect(fields.filter((field) => !/ autocomplete="(?:current|new)-password"/.test(field))).toEqual([]);
  });

  it("takes what is pasted, whole", () => {
    const sources = globSync("web/**/*.{ts,html}").map((path) => readFileSync(path, "utf8"));
    expect(sources.length).toBeGreaterThan(1);
    expect(
      sources.filter((text) => /["'\s](?:on)?(?:before)?paste["'=]|insertFromPaste/i.test(text)),
    ).toEqual([]);
    expect(fields.filter((field) => /\bmaxlength=/.test(field))).toEqual([]);
  });
});
