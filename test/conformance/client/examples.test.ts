/** The clients of examples/conformance-clients that run on Node. */
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterAll, expect, it } from "vitest";
import { ExecClientTarget } from "../../../src/conformance/client/exec-client-target.ts";
import { runCases } from "../../../src/conformance/run/runner.ts";
import { echoCase, run } from "./clients.ts";

const folder = resolve("examples/conformance-clients");
const targets: ExecClientTarget[] = [];
afterAll(async () => {
  for (const target of targets) await target.close();
});

/** Leads imports of this package to its sources. */
const hook = `import { registerHooks } from "node:module";
registerHooks({ resolve: (specifier, context, next) =>
  next(specifier.replace(/^barewire\\/(.+)$/, "file://${resolve("src")}/$1/index.ts"), context) });`;

it.each(["node.mjs", "ws.mjs", "barewire.mjs"])("%s echoes", async (file) => {
  const options = `--import data:text/javascript,${encodeURIComponent(hook)}`;
  const target = new ExecClientTarget({
    command: `NODE_OPTIONS='${options}' "${process.execPath}" "${folder}/${file}" {url}`,
  });
  targets.push(target);
  const report = await runCases([echoCase("a/1/1")], target, run);
  expect(report).toMatchObject({ complete: true, totals: { pass: 1 } });
});

it("none is longer than a reader has patience for", () => {
  const long = readdirSync(folder).filter(
    (file) => readFileSync(`${folder}/${file}`, "utf8").trimEnd().split("\n").length > 15,
  );
  expect(long).toEqual([]);
});
