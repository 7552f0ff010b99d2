/** The connection to the server, as the page shows it: status, banner, and the end of the login. */
import { connect, SignallingError, type SignallingSession } from "../src/signalling/client/index.ts";
import { AuthFailure, getTicket } from "./auth-api.ts";
import { hideRetry, showRetry, showStatus } from "./notices.ts";
import type { Renewal } from "./renewal.ts";
import { endedSentence, SHUT_OUT } from "./words.ts";

/** The server's close code for a login that has expired or was ended. */
const LOGIN_ENDED_CODE = 4401;
/** A person is watching the countdown: no longer than this between two tries. */
const PATIENCE = 5_000;

/** A session, and how to have it go on when the login has a new token. */
export interface OpenSession {
  readonly session: SignallingSession;
  readonly extend: () => void;
}

/**
 * Opens the session of whoever is logged in, and shows its state until it ends; it reconnects by itself.
 * `ended` is called with a sentence when the login or the server's patience is over, not after `close()`.
 */
export function openSession(renewal: Renewal, ended: (sentence: string) => void): OpenSession {
  const url = new URL("/ws", location.href);
  url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  const session = connect(url, {
    reconnect: { max: PATIENCE },
    // A browser is not told why an upgrade was refused: 401 looks like a server that is away. So ask before.
    authorize: (refused) => renewal.confirm(refused),
  });
  showStatus("connecting");
  session.addEventListener("state", (event) => {
    switch (event.state) {
      case "online":
        showStatus("online");
        hideRetry();
        return;
      case "offline":
        showStatus("offline");
        if (event.code !== LOGIN_ENDED_CODE) showRetry(performance.now() + event.retryIn);
        return;
      case "ended":
        hideRetry();
        if (event.code === LOGIN_ENDED_CODE) ended(endedSentence(renewal.refusal, event.reason));
        else if (event.code !== 1000) ended(SHUT_OUT);
        return;
      case "connecting":
    }
  });
  return { session, extend: () => void extendLogin(session, renewal) };
}

/**
 * Shows the server the new login over the connection there is. No script has the token, so a ticket stands for
 * it. Where that does not work in time, the server closes the connection when the old token expires, and the
 * session comes back with the new one; but then everybody in the call has to find everybody anew.
 */
async function extendLogin(session: SignallingSession, renewal: Renewal): Promise<void> {
  const { expiresAt } = renewal.login;
  if (session.state === "connecting") await online(session);
  // Another token may have come meanwhile, which is shown too.
  for (let pause = 500; session.state === "online" && renewal.login.expiresAt === expiresAt; pause *= 2) {
    try {
      await session.authenticate({ ticket: await renewal.use(getTicket) });
      return;
    } catch (error) {
      if (!(error instanceof SignallingError || error instanceof AuthFailure)) throw error;
      if (!mayPass(error)) return;
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** Whether another try may go better: nobody has said no. */
function mayPass(error: SignallingError | AuthFailure): boolean {
  if (error instanceof SignallingError) return error.code === "timeout" || error.code === "busy";
  return error.status === 0 || error.status === 429 || error.status >= 500;
}

/** Until the session is no longer connecting: it may have asked for its connection with the old login. */
function online(session: SignallingSession): Promise<void> {
  const over = new AbortController();
  return new Promise((resolve) => {
    session.addEventListener(
      "state",
      () => {
        over.abort();
        resolve();
      },
      { signal: over.signal },
    );
  });
}
