/** People and chat: beside the stage when there is room, else a drawer under it that can be shut. */
import { byId } from "./dom.ts";

const side = byId("side", HTMLElement);
const toggle = byId("toggle-side", HTMLButtonElement);
const body = byId("side-body", HTMLElement);
const unread = byId("unread", HTMLElement);
let waiting = 0;

export function setUpSidePanel(): void {
  toggle.addEventListener("click", () => open(body.hidden === true));
  // Turned or widened until the panel stands beside the stage, it has no button to open it with.
  new ResizeObserver(() => {
    if (!isDrawer() && body.hidden) open(true);
  }).observe(side);
}

/** Shuts the drawer when the keyboard is in it, and leaves the keyboard on its button. */
export function shutDrawer(): void {
  if (!isDrawer() || body.hidden === true || !body.contains(document.activeElement)) return;
  open(false);
  toggle.focus();
}

/** Counts a message that came while the drawer was shut. */
export function countUnread(): void {
  if (!body.hidden) return;
  waiting++;
  unread.hidden = false;
  unread.textContent = `${waiting} new`;
}

function open(wanted: boolean): void {
  body.hidden = !wanted;
  toggle.setAttribute("aria-expanded", String(wanted));
  if (!wanted) return;
  waiting = 0;
  unread.hidden = true;
}

function isDrawer(): boolean {
  return toggle.checkVisibility();
}
