/** The list of one's logins, each of which can be ended. */
import { AuthFailure, endSession, type LoginSession, listSessions } from "./auth-api.ts";
import { deviceName } from "./device-name.ts";
import { byId, stamp, within } from "./dom.ts";
import type { Renewal } from "./renewal.ts";
import { agoWords, momentWords } from "./time-words.ts";
import { authSentence } from "./words.ts";

const list = byId("sessions", HTMLUListElement);
const title = byId("sessions-title", HTMLElement);
const error = byId("sessions-error", HTMLElement);

export function setUpSessions(renewal: () => Renewal | undefined): void {
  list.addEventListener("click", async ({ target }) => {
    const button = target instanceof Element ? target.closest("button") : null;
    const id = button?.closest<HTMLElement>("li")?.dataset.session;
    const here = renewal();
    if (!button || !id || !here || button.disabled) return;
    button.disabled = true;
    await attempt(() => here.use(() => endSession(id)));
    await showSessions(here);
    // The button is gone, and the keyboard was on it.
    title.focus();
  });
}

/** Asks the server and shows what it says; whatever was shown stays until then. */
export async function showSessions(renewal: Renewal): Promise<void> {
  await attempt(async () => {
    const sessions = await renewal.use(listSessions);
    list.replaceChildren(...sessions.map((session) => itemOf(session, renewal)));
    error.textContent = "";
  });
}

export function clearSessions(): void {
  list.replaceChildren();
  error.textContent = "";
}

async function attempt(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (failure) {
    if (!(failure instanceof AuthFailure)) throw failure;
    error.textContent = authSentence(failure);
  }
}

function itemOf(session: LoginSession, { login }: Renewal): HTMLElement {
  const item = stamp("session-template");
  const device = deviceName(session.device);
  item.dataset.session = session.id;
  item.dataset.current = String(session.current);
  const name = within(item, ".name", HTMLElement);
  name.textContent = device;
  name.title = session.device;
  within(item, ".here", HTMLElement).hidden = !session.current;
  // The server's clock is compared with itself: that of this machine may be wrong.
  const ahead = login.expiresAt * 1000 - login.endsHere;
  const seen = agoWords((Date.now() + ahead) / 1000 - session.last_seen_at);
  const since = momentWords(session.created_at * 1000 - ahead);
  within(item, ".hint", HTMLElement).textContent = `${session.address} · seen ${seen} · since ${since}`;
  const end = within(item, "button", HTMLButtonElement);
  end.hidden = session.current;
  end.setAttribute("aria-label", `End the login on ${device}`);
  return item;
}
