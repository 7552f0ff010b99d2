/**
 * The page: who is logged in, which room the address names, and what is shown for it.
 *
 *     log in ──▶ lobby ──▶ room          the address (`/#room`) decides between lobby and room
 *       ▲          │         │
 *       └──────────┴─────────┘           log out, or the login ended
 *
 * Reading order: this file, connection.ts, call.ts, then whatever they show with.
 */
import { SignallingError, type SignallingSession } from "../src/signalling/client/index.ts";
import { closeAccount, setUpAccount, warn } from "./account-panel.ts";
import { AuthFailure, logOut } from "./auth-api.ts";
import { Call } from "./call.ts";
import { addMessage, clearChat, setUpChat } from "./chat-view.ts";
import { openSession } from "./connection.ts";
import { setUpControls, withoutWebRtc } from "./controls.ts";
import { deviceName } from "./device-name.ts";
import { byId } from "./dom.ts";
import { BAD_NAME, complainAboutRoom, setUpLobby } from "./lobby-view.ts";
import type { Login } from "./login.ts";
import { resetLogin, setUpLogin } from "./login-view.ts";
import { clearNotice, hideRetry, noticeShown, showNotice, showRetry, showService } from "./notices.ts";
import { presenceOf } from "./presence.ts";
import { Renewal, renewLogin } from "./renewal.ts";
import { addressedRoom, addressRoom, clearAddress, isRoomName, onAddressChange } from "./room-address.ts";
import { setUpLock, setUpLockButton } from "./room-lock.ts";
import { countUnread, setUpSidePanel, shutDrawer } from "./side-panel.ts";
import { setUpStage } from "./stage.ts";
import { showToken } from "./token-view.ts";
import { currentView, showView } from "./views.ts";
import { authSentence, copiedSentence, endedSentence, refusalSentence } from "./words.ts";

/** What exists from log in to log out. */
interface Visit {
  readonly renewal: Renewal;
  readonly session: SignallingSession;
  readonly call: Call;
}

let visit: Visit | undefined;

setUpStage();
setUpSidePanel();
setUpLogin(enter);
setUpAccount(() => visit?.renewal, logOutHere);
setUpLobby((room) => {
  addressRoom(room);
  void followAddress();
});
setUpChat(say, () => visit?.renewal.login.username ?? "");
setUpControls(() => visit?.call, leaveRoom);
setUpLockButton(() => visit?.session);
byId("logout", HTMLButtonElement).addEventListener("click", () => void logOutHere());
byId("copy-link", HTMLButtonElement).addEventListener("click", () => void copyLink());
onAddressChange(() => void followAddress());
// Who closes the page has left, and is not waited for. One that is kept for the Back button may come back.
addEventListener("pagehide", ({ persisted }) => {
  if (!persisted) visit?.session.close();
});
addEventListener("keydown", ({ key }) => {
  if (key !== "Escape" || document.querySelector("dialog[open]")) return;
  if (noticeShown()) clearNotice();
  else shutDrawer();
});
void resume();

/** On load: the cookies may still hold a login. While the server is away, asks again and again. */
async function resume(): Promise<void> {
  for (let pause = 1_000; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
    try {
      const login = await renewLogin();
      hideRetry();
      if (!visit) enter(login);
      return;
    } catch (error) {
      if (!(error instanceof AuthFailure)) throw error;
      if (error.status === 401) {
        hideRetry();
        if (visit) return;
        showView("login");
        // Who was never logged in has none to hear of.
        if (error.code?.startsWith("refresh/")) showNotice("login", endedSentence(error.code));
        return;
      }
      if (!currentView()) showView("login");
      showRetry(performance.now() + pause);
      await new Promise((resolve) => setTimeout(resolve, pause));
      if (visit) return;
    }
  }
}

const LONGEST_PAUSE = 4_000;

function enter(login: Login): void {
  clearNotice();
  hideRetry();
  byId("user-name", HTMLElement).textContent = login.username;
  const renewal = new Renewal(login, {
    renewed: (newer) => {
      extend();
      showToken(newer);
    },
    ended: (code) => endVisit(endedSentence(code)),
  });
  const { session, extend } = openSession(renewal, endVisit);
  session.addEventListener("session-ended", ({ device = "" }) => {
    warn(copiedSentence(deviceName(device)), renewal);
  });
  session.addEventListener("message", ({ name, text }) => {
    addMessage({ user: name, text, own: false });
    countUnread();
  });
  session.addEventListener("left", ({ room, reason }) => {
    showService("shared");
    // Not by our own leaving: somebody put us out, or the server would not have us back.
    if (reason !== "left" && reason !== "ended") backToLobby(room, refusalSentence(reason, room));
  });
  session.addEventListener("joined", () => showService("shared"));
  session.addEventListener("service", ({ rooms }) => showService(rooms));
  setUpLock(session);
  visit = { renewal, session, call: new Call(session, login.username) };
  void followAddress();
}

/** Brings the room in line with the address. */
async function followAddress(): Promise<void> {
  if (!visit) return;
  const { session, call } = visit;
  const room = addressedRoom();
  if (room !== "" && room === session.room) return;
  if (session.room !== undefined) void session.leave();
  if (room === "" || !isRoomName(room)) {
    backToLobby(room, room === "" ? "" : BAD_NAME);
    return;
  }
  const slow = setTimeout(() => {
    showView("lobby");
    complainAboutRoom(room, "");
  }, SOON);
  try {
    await session.join(room, { presence: presenceOf(call.presence) });
    clearChat();
    showView("room", room);
    if (!call.possible) withoutWebRtc();
  } catch (error) {
    if (!(error instanceof SignallingError)) throw error;
    if (error.code === "left" || error.code === "ended") return;
    // Nobody refused: the server is away, and the banner says so.
    if (error.code === "timeout" && session.state !== "online") await followAddress();
    else backToLobby(room, refusalSentence(error.code, room));
  } finally {
    clearTimeout(slow);
  }
}

/** A room entered sooner than this is entered without a flash of the lobby. */
const SOON = 400;

function backToLobby(room: string, sentence: string): void {
  clearAddress();
  showView("lobby");
  complainAboutRoom(room, sentence);
}

function leaveRoom(): void {
  clearAddress();
  clearNotice();
  void followAddress();
}

/** Fulfilled when the server has it, with a sentence when it has not. While it is away, that may take its time. */
async function say(text: string): Promise<string> {
  if (!visit) return endedSentence(undefined);
  const { session } = visit;
  try {
    await session.send(text);
    return "";
  } catch (error) {
    if (!(error instanceof SignallingError)) throw error;
    return refusalSentence(error.code, session.room ?? "");
  }
}

/** Logs out here, or where `end` ends more than that, there too. */
async function logOutHere(end: () => Promise<void> = logOut): Promise<void> {
  const leaving = visit;
  // From here on 4401 is what we asked for.
  visit = undefined;
  try {
    await end();
    visit = leaving;
    clearAddress();
    endVisit("");
  } catch (error) {
    visit = leaving;
    if (!(error instanceof AuthFailure)) throw error;
    if (error.status === 401) endVisit(endedSentence(error.code));
    else showNotice("login", `You are still logged in. ${authSentence(error)}`);
  }
}

/** Back to the log-in; a room in the address stays there, to return to it. */
function endVisit(sentence: string): void {
  if (!visit) return;
  const { renewal, session, call } = visit;
  visit = undefined;
  renewal.stop();
  session.close();
  closeAccount();
  call.end();
  clearChat();
  hideRetry();
  clearNotice();
  resetLogin();
  showView("login");
  if (sentence !== "") showNotice("login", sentence);
}

async function copyLink(): Promise<void> {
  const label = byId("copy-link", HTMLButtonElement).querySelector(".label")!;
  try {
    await navigator.clipboard.writeText(location.href);
    label.textContent = "Copied";
  } catch {
    // Not allowed, or not over HTTPS: the address bar has the same.
    label.textContent = "Copy it from the address bar";
  }
  setTimeout(() => {
    label.textContent = "Copy link";
  }, 2_500);
}
