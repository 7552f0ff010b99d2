/** The HTML report of the conformance suite, as somebody reads it who got it as a file. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { htmlReport } from "../../src/conformance/report/html.ts";
import type { RunReport } from "../../src/conformance/run/run-report.ts";
import { hostileRun } from "../conformance/report/hostile.ts";
import { manyRuns } from "../conformance/report/many.ts";
import { sampleRun } from "../conformance/report/sample.ts";
import { launchChromium } from "./chromium.ts";

let browser: Browser;
let folder: string;

beforeAll(async () => {
  browser = await launchChromium();
  folder = await mkdtemp(join(tmpdir(), "barewire-report-"));
});
afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

describe("a report of one run", () => {
  it("loads nothing and breaks no rule of its own policy", async () => {
    const { page, requests, complaints } = await read([sampleRun()]);
    await openEverything(page);
    expect(requests).toHaveLength(1);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it("opens a case with its sentence, findings, command and wire", async () => {
    const { page } = await read([sampleRun()]);
    await page.getByRole("button", { name: "a Close frame of one octet" }).click();
    const detail = page.locator(".detail:visible");
    await expect.poll(() => detail.locator(".requirement").textContent()).toMatch(/^If there is a body/);
    expect(await detail.locator(".came dd").textContent()).toBe('Close 1000 "bye", 5 octets');
    expect(await detail.locator(".command-text").textContent()).toContain("--only rfc6455/5.5.1/3");
    expect(await detail.locator(".entry").count()).toBe(6);
    expect(new URL(page.url()).hash).toBe("#rfc6455/5.5.1/3");
    await page.close();
  });

  it("takes a frame apart octet by octet", async () => {
    const { page } = await read([sampleRun()], "#rfc6455/5.5.1/3");
    await page.locator(".box-frame").nth(1).click();
    expect(await page.locator(".bit-octet").allTextContents()).toEqual(["88", "05"]);
    expect(await page.locator(".digit").allTextContents()).toEqual([..."1000100000000101"]);
    expect(await page.locator(".field-meaning").allTextContents()).toEqual([
      "status code 1000, normal closure",
      'reason: "bye"',
    ]);
    await page.close();
  });

  it("finds text and octets that went over the wire", async () => {
    const { page } = await read([sampleRun()]);
    for (const typed of ["bye", "88 05 03 e8"]) {
      await page.locator(".search").fill(typed);
      await expect.poll(() => page.locator(".found").textContent()).toBe("1 of 8 cases");
      expect(await page.locator(".row-title:visible").allTextContents()).toEqual([
        "a Close frame of one octet",
      ]);
    }
    await page.keyboard.press("Escape");
    await expect.poll(() => page.locator(".found").textContent()).toBe("8 cases");
    await page.close();
  });

  it("shows the cases of a verdict, of a profile, and of a key word", async () => {
    const { page } = await read([sampleRun()]);
    for (const [name, found] of [
      ["2 pass", "2 of 8 cases"],
      ["handshake 1 not judged", "1 of 8 cases"],
      ["SHOULD", "2 of 8 cases"],
    ] as const) {
      await page.getByRole("button", { name, exact: false }).first().click();
      expect(await page.locator(".found").textContent()).toBe(found);
      await page.getByRole("button", { name: "Show all" }).click();
    }
    await page.close();
  });

  it("can be read with keys alone", async () => {
    const { page } = await read([sampleRun()]);
    const focused = (): Promise<string | null> => page.locator(":focus .row-title").textContent();
    await page.keyboard.press("n");
    expect(await focused()).toBe("a Close frame of one octet");
    await page.keyboard.press("n");
    expect(await focused()).toBe("text that is not UTF-8, in two fragments");
    await page.keyboard.press("k");
    await page.keyboard.press("Enter");
    expect(await page.locator(".detail:visible").count()).toBe(1);
    await page.keyboard.press("/");
    await page.keyboard.type("million");
    await expect.poll(() => page.locator(".found").textContent()).toBe("1 of 8 cases");
    await page.close();
  });

  it("changes between light and dark", async () => {
    const { page } = await read([sampleRun()]);
    const ground = (): Promise<string> =>
      page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await ground();
    await page.getByRole("button", { name: "Dark" }).click();
    expect(await ground()).not.toBe(light);
    await page.getByRole("button", { name: "Light" }).click();
    expect(await ground()).toBe(light);
    await page.close();
  });
});

describe("a report of several runs", () => {
  it("has a column for each, and the details of each behind its verdict", async () => {
    const { page } = await read(manyRuns(120));
    expect(await page.locator(".column-head").allTextContents()).toEqual(["A", "B", "C"]);
    const row = page.locator(".row-item:has(.row-differs)").first();
    await row.locator(".cell").nth(2).click();
    expect(await row.locator('.tab[aria-pressed="true"] .tab-name').textContent()).toMatch(/^old-gateway/);
    await row.locator(".tab").first().click();
    expect(await row.locator('.cell[aria-pressed="true"]').count()).toBe(1);
    expect(await row.locator(".lane").allTextContents()).toEqual(["suite", "kite/2.4.1"]);
    await page.close();
  });

  it("shows only where they differ, if so wished", async () => {
    const { page } = await read(manyRuns(120));
    await page.getByRole("button", { name: /^only differing/ }).click();
    const rows = page.locator(".section:not([hidden]) .rows:not([hidden]) .row");
    const shown = await rows.count();
    expect(await rows.and(page.locator(".row-differs")).count()).toBe(shown);
    expect(shown).toBeGreaterThan(0);
    expect(shown).toBeLessThan(120);
    await page.close();
  });

  it("can be opened with 800 cases in each", async () => {
    const { page } = await read(manyRuns(800));
    expect(await page.locator(".found").textContent()).toBe("800 cases");
    await page.close();
  });
});

describe("a report on a phone", () => {
  it.each([
    ["one run", () => [sampleRun()]],
    ["three runs", () => manyRuns(40)],
    ["a hostile peer", () => [hostileRun()]],
  ])("is no wider than the phone: %s", async (_, runs) => {
    const { page } = await read(runs());
    await page.setViewportSize({ width: 360, height: 740 });
    await openEverything(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    await page.close();
  });
});

describe("a report on a hostile peer", () => {
  it("shows what it wrote and does nothing of it", async () => {
    const { page, requests, complaints } = await read([hostileRun(), hostileRun()]);
    await openEverything(page);
    expect(await page.locator("img, iframe, body > script").count()).toBe(0);
    expect(await page.locator("a:not([href^='https://www.rfc-editor.org/rfc/rfc'])").count()).toBe(0);
    const text = await page.evaluate(() => document.body.textContent ?? "");
    expect(text).toContain("</script><script>alert(1)</script>");
    expect(text).toContain("\\u202eelif\\u2066");
    expect(text).not.toMatch(/[^\n\P{C}]/u);
    expect(requests).toHaveLength(1);
    expect(complaints).toEqual([]);
    await page.close();
  });
});

interface Reading {
  readonly page: Page;
  /** Addresses that were asked for. */
  readonly requests: readonly string[];
  /** Errors, dialogs, and everything that the browser complains about. */
  readonly complaints: readonly string[];
}

/** Opens the report of these runs as a file. */
async function read(runs: readonly RunReport[], hash = ""): Promise<Reading> {
  const path = join(folder, "report.html");
  await writeFile(path, htmlReport(runs));
  const page = await browser.newPage({ colorScheme: "light" });
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("dialog", (dialog) => {
    complaints.push(dialog.message());
    void dialog.dismiss();
  });
  await page.goto(`${pathToFileURL(path).href}${hash}`);
  return { page, requests, complaints };
}

/** Unfolds every section, opens every case, and takes every frame apart. */
async function openEverything(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Unfold all" }).click();
  await page.evaluate(() => {
    for (const selector of [".row-main", ".box"]) {
      for (const button of document.querySelectorAll<HTMLElement>(selector)) button.click();
    }
  });
}
