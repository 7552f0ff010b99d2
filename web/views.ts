/** Which of the three views is shown: log in, lobby or room. `body[data-view]` says so to CSS and tests. */
import { byId } from "./dom.ts";

export type View = "login" | "lobby" | "room";

const sections: Record<View, HTMLElement> = {
  login: byId("login-view", HTMLElement),
  lobby: byId("lobby-view", HTMLElement),
  room: byId("room-view", HTMLElement),
};
const top = byId("top", HTMLElement);
const place = byId("place", HTMLElement);
const roomTitle = byId("room-title", HTMLElement);

/** Where the keyboard goes when a view opens: to its first field, or its heading where it has none. */
const landings: Record<View, HTMLElement> = {
  login: byId("login-username", HTMLElement),
  lobby: byId("room-name", HTMLElement),
  room: roomTitle,
};

/** Shows one view; `room` is the name over the room. The page's first view leaves the focus alone. */
export function showView(view: View, room = ""): void {
  const first = document.body.dataset.view === "starting";
  document.body.dataset.view = view;
  for (const [name, section] of Object.entries(sections)) section.hidden = name !== view;
  top.hidden = view === "login";
  place.hidden = view !== "room";
  roomTitle.textContent = room;
  document.title = view === "room" ? `#${room} · Barewire` : "Barewire";
  if (!first) landings[view].focus();
}

/** The view shown now, or undefined before the first. */
export function currentView(): View | undefined {
  const view = document.body.dataset.view;
  return view !== undefined && view in sections ? (view as View) : undefined;
}
