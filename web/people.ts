/** Who is here, in words: the list beside the chat. Each line is a button that opens more about the person. */
import { byId, stamp, within } from "./dom.ts";
import { wireOf } from "./wires.ts";
import { CONNECTION_WORDS, RECONNECTING } from "./words.ts";

const list = byId("people", HTMLUListElement);
const count = byId("people-count", HTMLElement);

/** What a line says of a person besides the name. */
export interface PersonMarks {
  readonly host: boolean;
  readonly hand: boolean;
  /** Their connection with the server is lost. */
  readonly away: boolean;
}

/** Empties the list but for me. */
export function showOnlyMe(user: string): void {
  const me = row(user, `${user} (you)`);
  // Of me there is no more to tell.
  const line = document.createElement("div");
  const button = within(me, ".line", HTMLButtonElement);
  line.className = button.className;
  line.append(...button.childNodes);
  button.replaceWith(line);
  me.dataset.self = "";
  list.replaceChildren(me);
  recount();
}

/** What my own line says. */
export function showMe(marks: PersonMarks): void {
  showMarks(list.querySelector<HTMLElement>("li[data-self]"), marks);
}

/** @param open is called when the line is pressed */
export function addPerson(peer: string, user: string, open: () => void): void {
  const person = row(user, user);
  person.dataset.peer = peer;
  within(person, "button", HTMLButtonElement).addEventListener("click", open);
  list.append(person);
  recount();
}

export function removePerson(peer: string): void {
  find(peer)?.remove();
  recount();
}

export function showPerson(peer: string, marks: PersonMarks): void {
  showMarks(find(peer), marks);
}

export function showPersonState(peer: string, connection: RTCPeerConnectionState): void {
  const person = find(peer);
  if (!person) return;
  person.dataset.connection = connection;
  showWords(person);
}

function showMarks(person: HTMLElement | null, { host, hand, away }: PersonMarks): void {
  if (!person) return;
  within(person, ".host", HTMLElement).hidden = !host;
  within(person, ".hand", HTMLElement).hidden = !hand;
  person.dataset.away = String(away);
  showWords(person);
}

function showWords(person: HTMLElement): void {
  const { away, connection } = person.dataset;
  const words = connection ? CONNECTION_WORDS[connection as RTCPeerConnectionState] : "";
  within(person, ".state", HTMLElement).textContent = away === "true" ? RECONNECTING : words;
}

function row(user: string, label: string): HTMLElement {
  const item = stamp("person-template");
  item.dataset.wire = String(wireOf(user));
  within(item, ".name", HTMLElement).textContent = label;
  return item;
}

function find(peer: string): HTMLElement | null {
  return list.querySelector<HTMLElement>(`li[data-peer="${CSS.escape(peer)}"]`);
}

function recount(): void {
  count.textContent = String(list.childElementCount);
}
