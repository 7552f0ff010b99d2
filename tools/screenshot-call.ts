/**
 * Takes the README's picture: a call of four people on the page, as Chromium shows it. Needs what
 * `npm run test:browser` needs, and a build.
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launchChromium } from "../test/browser/chromium.ts";
import { Visitor } from "../test/browser/visitor.ts";
import { builtServe } from "../test/cli/barewire.ts";

const PICTURE = "docs/images/call.png";
const NAMES = ["ada", "grace", "hedy", "radia"];

const data = mkdtempSync(join(tmpdir(), "barewire-picture-"));
const server = await builtServe(["--port=0", `--data=${data}`]);
const browser = await launchChromium();
try {
  const visitors: Visitor[] = [];
  for (const name of NAMES) {
    const visitor = await Visitor.open(browser, server.url, name);
    await visitor.register();
    await visitor.join("workshop");
    await visitor.startMedia();
    visitors.push(visitor);
  }
  const [ada, grace, hedy] = visitors as [Visitor, Visitor, Visitor, Visitor];
  await Promise.all(visitors.map((visitor) => visitor.seesMovingVideos(NAMES.length - 1, 2)));
  await ada.say("Is everybody on the wire?");
  await grace.say("Loud and clear.");
  await hedy.say("No frequency hopping needed, then.");
  await ada.seesMessage("No frequency hopping");
  mkdirSync("docs/images", { recursive: true });
  await ada.page.setViewportSize({ width: 1280, height: 760 });
  await ada.page.waitForTimeout(1_000); // the videos settle into the new layout
  await ada.page.screenshot({ path: PICTURE });
} finally {
  await browser.close();
  server.signal("SIGTERM");
  await server.finished;
  rmSync(data, { recursive: true });
}
