/** More about one person: how the connection with them does, and what a host may do about them. */
import {
  type MeshPeer,
  type PeerId,
  SignallingError,
  type SignallingSession,
} from "../src/signalling/client/index.ts";
import { byId } from "./dom.ts";
import { announce } from "./notices.ts";
import { banned, CONNECTION_WORDS, pathWords, RECONNECTING, refusalSentence, removed } from "./words.ts";

const panel = byId("person", HTMLDialogElement);
const title = byId("person-name", HTMLElement);
const role = byId("person-role", HTMLElement);
const line = byId("person-line", HTMLElement);
const rule = byId("person-rule", HTMLElement);
const remove = byId("remove-person", HTMLButtonElement);
const ban = byId("ban-person", HTMLButtonElement);
const trouble = byId("person-error", HTMLElement);

/** How often the line about the connection is measured anew. */
const LOOK = 1_000;

/** Of whom, and by what, the panel tells. */
interface Shown {
  readonly session: SignallingSession;
  readonly peer: PeerId;
  /** Undefined where there is no WebRTC. */
  readonly connection: () => MeshPeer | undefined;
}

let shown: Shown | undefined;
let looking: ReturnType<typeof setInterval> | undefined;
/** A ban cannot be taken back: the button asks once. */
let asked = false;

byId("close-person", HTMLButtonElement).addEventListener("click", () => panel.close());
// Beside the panel: the click is on what is behind it, which is the dialog's own.
panel.addEventListener("click", ({ target }) => {
  if (target === panel) panel.close();
});
panel.addEventListener("close", () => {
  clearInterval(looking);
  shown = undefined;
});
remove.addEventListener("click", () => void putOut(false));
ban.addEventListener("click", () => {
  if (asked) void putOut(true);
  else ask(true);
});

export function openPerson(about: Shown): void {
  if (!about.session.peers.has(about.peer)) return;
  shown = about;
  trouble.textContent = "";
  line.textContent = "";
  ask(false);
  followPerson();
  panel.showModal();
  title.focus();
  clearInterval(looking);
  looking = setInterval(() => void measure(), LOOK);
  void measure();
}

/** Shows what may have changed; shuts the panel when its person is gone. */
export function followPerson(): void {
  if (!shown) return;
  const { session, peer } = shown;
  const member = session.peers.get(peer);
  if (!member) {
    panel.close();
    return;
  }
  title.textContent = member.name;
  role.textContent = { host: "Host of this room", member: "Here in this room", viewer: "Here to watch" }[
    member.role
  ];
  rule.hidden = session.role !== "host";
  void measure();
}

async function measure(): Promise<void> {
  if (!shown) return;
  const { session, peer, connection } = shown;
  const there = connection();
  const stats = await there?.stats();
  // Another may be shown by now.
  if (shown?.peer !== peer) return;
  const words =
    there && stats ? (pathWords(stats) ?? CONNECTION_WORDS[there.connectionState]) : "No call here";
  line.textContent = session.peers.get(peer)?.reconnecting ? `${RECONNECTING} · ${words}` : words;
}

function ask(now: boolean): void {
  asked = now;
  ban.textContent = now ? "Ban for good: press again" : "Ban";
  if (now) announce("Press again to ban them for good");
}

async function putOut(forGood: boolean): Promise<void> {
  if (!shown) return;
  const { session, peer } = shown;
  const name = session.peers.get(peer)?.name ?? "";
  remove.disabled = true;
  ban.disabled = true;
  try {
    await session.kick(peer, { ban: forGood });
    announce(forGood ? banned(name) : removed(name));
    panel.close();
  } catch (error) {
    if (!(error instanceof SignallingError)) throw error;
    trouble.textContent = refusalSentence(error.code, session.room ?? "");
    ask(false);
  } finally {
    remove.disabled = false;
    ban.disabled = false;
  }
}
