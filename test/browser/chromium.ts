/** Chromium with a camera and a microphone that are made up, and no questions asked. */
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const CANDIDATES = [
  process.env.CHROMIUM ?? "",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

const HOW_TO_GET_ONE =
  "The browser tests need Chromium. On Debian and Ubuntu: apt-get install chromium. Elsewhere install Chrome " +
  "or Chromium and name its executable in the environment variable CHROMIUM.";

/** @throws {Error} that says how to get a Chromium when there is none */
export function launchChromium(): Promise<Browser> {
  const executablePath = CANDIDATES.find((path) => path !== "" && existsSync(path));
  if (executablePath === undefined) throw new Error(HOW_TO_GET_ONE);
  return chromium.launch({
    executablePath,
    headless: true,
    args: [
      "--no-sandbox", // root, as in a container, may not have one
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--use-fake-device-for-media-stream",
      "--use-fake-ui-for-media-stream",
      "--autoplay-policy=no-user-gesture-required",
    ],
  });
}
