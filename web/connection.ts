/** The connection to the server, as the page shows it: status, banner, and the end of the login. */
import { connect, type SignallingSession } from "../src/signalling/client/index.ts";
import { AuthFailure, whoAmI } from "./auth-api.ts";
import { hideRetry, showRetry, showStatus } from "./notices.ts";
import { LOGIN_ENDED, SHUT_OUT } from "./words.ts";

/** The server's close code for a login that has expired or was revoked. */
const LOGIN_ENDED_CODE = 4401;
/** A person is watching the countdown: no longer than this between two tries. */
const PATIENCE = 5_000;

/**
 * Opens the session of whoever is logged in, and shows its state until it ends; it reconnects by itself.
 * `ended` is called with a sentence when the login or the server's patience is over, not after `close()`.
 */
export function openSession(ended: (sentence: string) => void): SignallingSession {
  const url = new URL("/ws", location.href);
  url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  const session = connect(url, { reconnect: { max: PATIENCE } });
  showStatus("connecting");
  session.addEventListener("state", (event) => {
    switch (event.state) {
      case "online":
        showStatus("online");
        hideRetry();
        return;
      case "offline":
        showStatus("offline");
        showRetry(performance.now() + event.retryIn);
        void endIfLoggedOut(session, ended);
        return;
      case "ended":
        hideRetry();
        if (event.code === LOGIN_ENDED_CODE) ended(LOGIN_ENDED);
        else if (event.code !== 1000) ended(SHUT_OUT);
        return;
      case "connecting":
    }
  });
  return session;
}

/** A browser is not told why an upgrade was refused: 401 looks like a server that is away. So ask. */
async function endIfLoggedOut(session: SignallingSession, ended: (sentence: string) => void): Promise<void> {
  try {
    if ((await whoAmI()) || session.state === "online" || session.state === "ended") return;
    session.close();
    ended(LOGIN_ENDED);
  } catch (error) {
    // It is away indeed, and the session keeps trying.
    if (!(error instanceof AuthFailure)) throw error;
  }
}
