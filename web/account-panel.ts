/**
 * The account, in a panel over the page: what the token says, where one is logged in, another password. A call
 * goes on behind it.
 */
import { endAllSessions } from "./auth-api.ts";
import { byId } from "./dom.ts";
import { showNotice } from "./notices.ts";
import { resetPassword, setUpPassword } from "./password-view.ts";
import type { Renewal } from "./renewal.ts";
import { clearSessions, setUpSessions, showSessions } from "./sessions-view.ts";
import { hideToken, showToken } from "./token-view.ts";

const panel = byId("account", HTMLDialogElement);
const open = byId("open-account", HTMLButtonElement);
const warning = byId("account-warning", HTMLElement);

/**
 * @param renewal gives the login there is now
 * @param leave logs out by what it is given
 */
export function setUpAccount(
  renewal: () => Renewal | undefined,
  leave: (end: () => Promise<void>) => Promise<void>,
): void {
  open.addEventListener("click", () => {
    const here = renewal();
    if (!here) return;
    panel.showModal();
    panel.scrollTop = 0;
    showToken(here.login);
    void showSessions(here);
  });
  byId("close-account", HTMLButtonElement).addEventListener("click", closeAccount);
  // Beside the panel: the click is on what is behind it, which is the dialog's own.
  panel.addEventListener("click", ({ target }) => {
    if (target === panel) closeAccount();
  });
  panel.addEventListener("close", () => {
    warning.textContent = "";
    hideToken();
    clearSessions();
    resetPassword();
  });
  setUpSessions(renewal);
  setUpPassword(renewal, () => {
    const here = renewal();
    if (here) void showSessions(here);
  });
  byId("logout-everywhere", HTMLButtonElement).addEventListener("click", async ({ currentTarget }) => {
    const here = renewal();
    const button = currentTarget as HTMLButtonElement;
    if (!here || button.disabled) return;
    button.disabled = true;
    await leave(() => here.use(endAllSessions));
    button.disabled = false;
    // What went wrong is said across the page.
    closeAccount();
  });
}

export function closeAccount(): void {
  panel.close();
}

/** Says what threatens the account: across the page, and in the panel, which covers that. */
export function warn(sentence: string, renewal: Renewal): void {
  showNotice("security", sentence);
  if (!panel.open) return;
  warning.textContent = sentence;
  void showSessions(renewal);
}
