/** The lobby: one field for the name of a room. */
import { byId, within } from "./dom.ts";
import { inventRoomName, isRoomName } from "./room-address.ts";

const form = byId("room-form", HTMLFormElement);
const name = within(form, "input[name=room]", HTMLInputElement);
const error = within(form, ".form-error", HTMLElement);

/** Calls `chosen` with a well-formed name. */
export function setUpLobby(chosen: (room: string) => void): void {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const room = name.value.trim().replace(/^#/, "");
    if (isRoomName(room)) chosen(room);
    else complainAboutRoom(room, room === "" ? "Enter the name of a room." : BAD_NAME);
  });
  byId("invent-room", HTMLButtonElement).addEventListener("click", () => {
    complainAboutRoom(inventRoomName(), "");
    name.focus();
  });
}

/** Said beside the field: the name cannot be one, or the room did not let us in. Empty: all is well. */
export function complainAboutRoom(room: string, sentence: string): void {
  name.value = room;
  name.setAttribute("aria-invalid", String(sentence !== ""));
  error.textContent = sentence;
  if (sentence !== "") name.focus();
}

export const BAD_NAME =
  "A room's name is made of letters (a to z), digits and - _ . ~ only, without spaces, up to 64 of them.";
