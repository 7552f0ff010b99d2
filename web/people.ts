/** Who is here, in words: the list beside the chat. */
import { byId, stamp, within } from "./dom.ts";
import { wireOf } from "./wires.ts";
import { CONNECTION_WORDS } from "./words.ts";

const list = byId("people", HTMLUListElement);
const count = byId("people-count", HTMLElement);

/** Empties the list but for me. */
export function showOnlyMe(user: string): void {
  const me = row(user, `${user} (you)`);
  me.dataset.self = "";
  list.replaceChildren(me);
  recount();
}

export function addPerson(peer: string, user: string): void {
  const person = row(user, user);
  person.dataset.peer = peer;
  list.append(person);
  recount();
}

export function removePerson(peer: string): void {
  find(peer)?.remove();
  recount();
}

export function showPersonState(peer: string, connection: RTCPeerConnectionState): void {
  const person = find(peer);
  if (!person) return;
  person.dataset.connection = connection;
  within(person, ".state", HTMLElement).textContent = CONNECTION_WORDS[connection];
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
