/** Whether the room is locked: said to all beside its name; a host has a button there instead. */
import { SignallingError, type SignallingSession } from "../src/signalling/client/index.ts";
import { byId, setIcon, within } from "./dom.ts";
import { announce, clearNotice, showNotice } from "./notices.ts";
import { lockedBy, refusalSentence } from "./words.ts";

const badge = byId("locked", HTMLElement);
const button = byId("toggle-lock", HTMLButtonElement);

/** Shows the lock of the session's room, whenever it may have changed. */
export function setUpLock(session: SignallingSession): void {
  const show = (): void => showLock(session);
  session.addEventListener("joined", show);
  session.addEventListener("peer-role", show);
  session.addEventListener("left", show);
  session.addEventListener("locked", ({ locked, by }) => {
    show();
    announce(lockedBy(session.peers.get(by ?? "")?.name, locked));
  });
}

/** @param session that there is now */
export function setUpLockButton(session: () => SignallingSession | undefined): void {
  button.addEventListener("click", async () => {
    const here = session();
    if (!here || button.getAttribute("aria-busy") === "true") return;
    const locked = !here.locked;
    button.setAttribute("aria-busy", "true");
    try {
      await here.lock(locked);
      showLock(here);
      announce(lockedBy("You", locked));
      clearNotice("room");
    } catch (error) {
      if (!(error instanceof SignallingError)) throw error;
      showNotice("room", refusalSentence(error.code, here.room ?? ""));
    } finally {
      button.removeAttribute("aria-busy");
    }
  });
}

function showLock({ locked, role }: SignallingSession): void {
  const rules = role === "host";
  badge.hidden = rules || !locked;
  button.hidden = !rules;
  button.dataset.on = String(locked);
  setIcon(button, locked ? "lock" : "lock-open");
  within(button, ".label", HTMLElement).textContent = locked ? "Unlock" : "Lock";
}
