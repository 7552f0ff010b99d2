/**
 * What the access token says, and its time running out: the covering is stripped from a wire, and at the mark the
 * page gets the next one.
 */
import { byId } from "./dom.ts";
import type { Login } from "./login.ts";
import { countdownWords, momentWords } from "./time-words.ts";

const fuse = byId("token-fuse", SVGPathElement);
const mark = document.querySelector(".fuse-mark")!;
const untilRenewal = byId("token-renewal", HTMLElement);
const left = byId("token-left", HTMLElement);
const news = byId("token-news", HTMLElement);

let shown: Login | undefined;
let ticking: ReturnType<typeof setInterval> | undefined;

/** Shows the login, or the newer one if one is shown already. */
export function showToken(login: Login): void {
  const isOpen = byId("account", HTMLDialogElement).open;
  if (!isOpen) return;
  if (shown && shown.expiresAt !== login.expiresAt)
    news.textContent = `Renewed at ${momentWords(Date.now())}.`;
  shown = login;
  const claims = {
    name: login.username,
    session: login.session,
    scope: login.scope,
    issued: momentWords(login.endsHere - lifetime(login)),
    expires: momentWords(login.endsHere),
  };
  for (const [claim, words] of Object.entries(claims))
    byId(`token-${claim}`, HTMLElement).textContent = words;
  const marked = share(login, login.endsHere - login.renewHere);
  mark.setAttribute("d", `M${marked} 0v8`);
  clearInterval(ticking);
  ticking = setInterval(() => tick(login), 250);
  tick(login);
}

export function hideToken(): void {
  clearInterval(ticking);
  shown = undefined;
  news.textContent = "";
}

function tick(login: Login): void {
  const now = Date.now();
  const remaining = login.endsHere - now;
  untilRenewal.textContent = countdownWords(login.renewHere - now);
  left.textContent = countdownWords(remaining);
  fuse.setAttribute("d", `M0 4h${share(login, remaining)}`);
}

/** Hundredths of the token's life. */
function share(login: Login, milliseconds: number): number {
  return Math.round(Math.min(1, Math.max(0, milliseconds / lifetime(login))) * 1000) / 10;
}

function lifetime({ issuedAt, expiresAt }: Login): number {
  return Math.max(1, (expiresAt - issuedAt) * 1000);
}
