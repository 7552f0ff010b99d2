/** The room in the address bar: `/#tuesday`, so that a link leads straight into it. */

/** Not `.` or `..`, which no path can hold (RFC 3986 §5.2.4). */
const ROOM_NAME = /^(?!\.\.?$)[A-Za-z0-9_.~-]{1,64}$/;

export function isRoomName(text: string): boolean {
  return ROOM_NAME.test(text);
}

/** What stands after the `#`, decoded; empty when nothing does. It may be no room name at all. */
export function addressedRoom(): string {
  const raw = location.hash.slice(1);
  try {
    return decodeURIComponent(raw);
  } catch {
    return raw;
  }
}

/** Puts the room in the address, as a step that the browser's Back undoes. */
export function addressRoom(room: string): void {
  if (addressedRoom() !== room) history.pushState(null, "", `#${room}`);
}

/** Takes the room out of the address without adding a step to the history. */
export function clearAddress(): void {
  history.replaceState(null, "", location.pathname + location.search);
}

export function onAddressChange(listener: () => void): void {
  addEventListener("hashchange", listener);
}

const TRAITS = ["amber", "brisk", "calm", "dusky", "early", "fond", "green", "hazel", "quiet", "silver"];
const PLACES = [
  "harbour",
  "meadow",
  "ridge",
  "orchard",
  "lantern",
  "ferry",
  "quarry",
  "hollow",
  "pier",
  "mill",
];

/** A name nobody else is likely to be using: two words to say aloud and three digits. */
export function inventRoomName(): string {
  return `${TRAITS[draw(TRAITS.length)]}-${PLACES[draw(PLACES.length)]}-${100 + draw(900)}`;
}

function draw(choices: number): number {
  return crypto.getRandomValues(new Uint32Array(1))[0]! % choices;
}
