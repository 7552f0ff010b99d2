/**
 * The four ways the page speaks up: the notice (something went wrong; stays until dismissed), the banner
 * (the server is away; counts down), the line about the service (some people may be out of reach) and the
 * announcer (for screen readers alone).
 */
import { byId } from "./dom.ts";

const notice = byId("notice", HTMLElement);
const dismiss = byId("dismiss-notice", HTMLButtonElement);
const banner = byId("banner", HTMLElement);
const bannerText = byId("banner-text", HTMLElement);
const announcer = byId("announcer", HTMLElement);
const status = byId("status", HTMLElement);
const service = byId("service", HTMLElement);

dismiss.addEventListener("click", () => {
  clearNotice();
});

/** What a notice is about: success in the same matter takes it away. */
export type Matter = "login" | "security" | "room" | "devices" | "screen" | "browser";

/** Says what went wrong, across the page; a screen reader reads it at once. */
export function showNotice(matter: Matter, sentence: string): void {
  notice.dataset.matter = matter;
  notice.textContent = sentence;
  dismiss.hidden = false;
}

export function noticeShown(): boolean {
  return notice.textContent !== "";
}

/** Takes the notice away: whatever it is about, or only when it is about this. */
export function clearNotice(matter?: Matter): void {
  if (matter && notice.dataset.matter !== matter) return;
  notice.textContent = "";
  dismiss.hidden = true;
}

/** A quiet line under the header while some people are out of reach. */
export function showService(rooms: "local" | "shared"): void {
  service.hidden = rooms === "shared";
}

/** Of what is announced within so many milliseconds, each would cut off the one before: it is said as one. */
const together = 1_000;
let announcedAt = Number.NEGATIVE_INFINITY;

/** Says something that the eye can already see. */
export function announce(sentence: string): void {
  const now = performance.now();
  const isNew = now - announcedAt > together;
  announcer.textContent = isNew ? sentence : `${announcer.textContent}. ${sentence}`;
  if (isNew) announcedAt = now;
}

/** The state of the connection to the server, in a word. */
export function showStatus(state: "connecting" | "online" | "offline"): void {
  const words = { connecting: "Connecting", online: "Connected", offline: "Offline" }[state];
  status.dataset.state = state;
  // Written only when it changes: each write is read aloud.
  if (status.textContent !== words) status.textContent = words;
}

let ticking: ReturnType<typeof setInterval> | undefined;

/** Counts down to the next attempt; `at` is on the clock of `performance.now()`. */
export function showRetry(at: number): void {
  const tick = (): void => {
    const seconds = Math.ceil((at - performance.now()) / 1000);
    bannerText.textContent =
      seconds > 0 ? `Connection lost, trying again in ${seconds} s` : "Connection lost, trying again now";
  };
  clearInterval(ticking);
  ticking = setInterval(tick, 250);
  tick();
  banner.hidden = false;
}

export function hideRetry(): void {
  clearInterval(ticking);
  banner.hidden = true;
}
