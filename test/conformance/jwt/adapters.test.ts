import { globSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { JwtTarget, jwtCases } from "../../../src/conformance/jwt/index.ts";
import { runCases } from "../../../src/conformance/run/runner.ts";

const folder = "examples/conformance-jwt";
const run = { suite: { name: "suite", version: "0" }, repeat: (id: string): string => id };

/** Leads imports of `barewire/jwt` to the source. */
const hook = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from "node:module";
  const source = ${JSON.stringify(pathToFileURL(resolve("src/jwt/index.ts")).href)};
  registerHooks({ resolve: (name, context, next) => next(name === "barewire/jwt" ? source : name, context) });
`)}`;

function target(file: string): JwtTarget {
  return new JwtTarget({ command: `exec "${process.execPath}" --import '${hook}' "${folder}/${file}"` });
}

describe("the adapters in examples/conformance-jwt", () => {
  it("find nothing wrong with barewire/jwt, where it is not strained", async () => {
    const ours = target("barewire.mjs");
    const cases = jwtCases.filter(({ alone }) => !alone);
    const report = await runCases(cases, ours, run);
    await ours.close();
    const others = report.cases.filter(({ verdict }) => verdict !== "pass");
    expect(others.map(({ id, verdict, reason, findings }) => ({ id, verdict, reason, findings }))).toEqual(
      [],
    );
    expect(report).toMatchObject({ complete: true, target: { name: "barewire/jwt" } });
  });

  it.each(["jose.mjs", "jsonwebtoken.mjs", "fast-jwt.mjs"])(
    "pass good tokens on to a library: %s",
    async (file) => {
      const good = jwtCases.filter(({ id }) =>
        /^rfc7518\/3\.[2-5]\/[1-3]$|^rfc7519\/4\.1\.[345]\/[1-4]$/.test(id),
      );
      const theirs = target(file);
      const report = await runCases(good, theirs, run);
      await theirs.close();
      expect(report.totals).toMatchObject({ "not applicable": 0, "setup failed": 0, "harness error": 0 });
      expect(report.cases.filter(({ id }) => id.startsWith("rfc7518")).map(({ verdict }) => verdict)).toEqual(
        Array(12).fill("pass"),
      );
    },
  );

  it("are told in full in docs/conformance-jwt.md", () => {
    const page = readFileSync("docs/conformance-jwt.md", "utf8");
    const files = globSync([`${folder}/*.{mjs,py}`, `${folder}/go/main.go`]);
    expect(files).toHaveLength(6);
    expect(files.filter((file) => !page.includes(readFileSync(file, "utf8").trim()))).toEqual([]);
  });
});
