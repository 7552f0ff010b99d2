/** The page by which a browser runs itself through the conformance suite: Chromium's own client under test. */
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Case } from "../../src/conformance/case.ts";
import { clientCases } from "../../src/conformance/cases/index.ts";
import type { ClientTrial } from "../../src/conformance/client/client-trial.ts";
import { ListenClientTarget } from "../../src/conformance/client/index.ts";
import type { RunReport } from "../../src/conformance/run/run-report.ts";
import { type RunOptions, runCases } from "../../src/conformance/run/runner.ts";
import { selectCases } from "../../src/conformance/run/selection.ts";
import { launchChromium } from "./chromium.ts";

let browser: Browser;
let page: Page;
/** What the page complains of: refused by its policy, thrown, not found. */
const complaints: string[] = [];

beforeAll(async () => {
  browser = await launchChromium();
  page = await browser.newPage({ colorScheme: "dark" });
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
});
afterAll(() => browser?.close());
afterEach(() => complaints.splice(0));

/** Runs the cases with the page that is opened for it, and leaves the page as it is at the end. */
async function carryOut(
  cases: readonly Case<ClientTrial>[],
  options: Partial<RunOptions> = {},
): Promise<RunReport> {
  let opened: Promise<unknown> | undefined;
  const target = new ListenClientTarget({
    port: 0,
    onListening: (authority) => {
      opened = page.goto(`http://${authority}/`);
    },
  });
  const suite = { name: "barewire", version: "0" };
  try {
    return await runCases(cases, target, { suite, repeat: (id) => id, ...options });
  } finally {
    await opened;
    await target.close();
  }
}

const good = selectCases(clientCases, { only: ["rfc6455/5.5.2", "rfc6455/5.6", "rfc6455/7.1"] });

describe("a browser that opens the page", () => {
  it("runs itself through the cases, several at a time, and shows that it is done", async () => {
    const report = await carryOut(good);
    expect(report).toMatchObject({ complete: true, totals: { fail: 0, "setup failed": 0 } });
    expect(report.target.name).toMatch(/^Chrom(?:e|ium)\/\d+/);
    await page.waitForSelector('body[data-state="done"]');
    const count = report.cases.length + 1;
    expect(await page.textContent("#count")).toBe(`${count} of ${count}`);
    expect(await page.getAttribute("#progress", "value")).toBe(`${count}`);
    expect(await page.textContent("#counts")).toContain(`${report.totals.pass + 1} passed`);
    expect(complaints.filter((text) => !text.includes("WebSocket connection"))).toEqual([]);
  });

  it("shows what was found, as text and nothing else", async () => {
    const failing = {
      ...good[0]!,
      id: "rfc6455/0/<b>",
      run: async (trial: ClientTrial): Promise<void> => {
        await (await trial.open()).expectPong("of a Ping that was not sent");
      },
    };
    const report = await carryOut([failing], { patience: 500 });
    expect(report.totals).toMatchObject({ fail: 1 });
    await page.waitForSelector('body[data-state="done"]');
    expect(await page.textContent("#findings li code")).toBe("rfc6455/0/<b>");
    expect(await page.textContent("#findings li .chip")).toBe("failed");
  });
});
