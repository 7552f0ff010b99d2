/** The chat log and its field. Every word that others wrote goes in through textContent. */
import { byId, stamp, within } from "./dom.ts";
import { wireOf } from "./wires.ts";

const log = byId("log", HTMLElement);
const list = byId("messages", HTMLOListElement);
const form = byId("chat-form", HTMLFormElement);
const field = within(form, "input[name=text]", HTMLInputElement);

/** The oldest go when there are more: a page left open for days stays small. */
const KEPT = 500;
/** Messages of one person within this time stand under one name. */
const BREATH = 120_000;
/** Whether the reader is at the log's end, and wants to stay there. */
let following = true;

export interface ChatMessage {
  readonly user: string;
  readonly text: string;
  readonly own: boolean;
}

/**
 * @param send resolves when the server has the message, with a sentence when it does not; until then the message
 *   stands in the log as one that waits
 * @param me my name
 */
export function setUpChat(send: (text: string) => Promise<string>, me: () => string): void {
  log.addEventListener("scroll", () => {
    following = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
  });
  // A phone's keyboard takes half of the log: the half that stays is the last one.
  new ResizeObserver(() => {
    if (following) toEnd();
  }).observe(log);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    // A paste that the field cut may end in half a character, which UTF-8 could not carry.
    const text = field.value.trim().toWellFormed();
    if (text === "") return;
    field.value = "";
    const item = addMessage({ user: me(), text, own: true });
    within(item, ".again", HTMLButtonElement).addEventListener("click", () => {
      field.focus();
      void deliver(item, send(text));
    });
    void deliver(item, send(text));
  });
}

/** Shows that a message is on its way, and what became of it. */
async function deliver(item: HTMLElement, sent: Promise<string>): Promise<void> {
  item.dataset.delivery = "waiting";
  within(item, ".again", HTMLElement).hidden = true;
  const slow = setTimeout(() => tellDelivery(item, "Waiting for the server"), SOON);
  const trouble = await sent;
  clearTimeout(slow);
  item.dataset.delivery = trouble === "" ? "done" : "failed";
  tellDelivery(item, trouble === "" ? "" : `Not sent. ${trouble}`);
  within(item, ".again", HTMLElement).hidden = trouble === "";
}

function tellDelivery(item: HTMLElement, words: string): void {
  within(item, ".delivery", HTMLElement).textContent = words;
  if (following) toEnd();
}

/** A message delivered sooner than this is not spoken of. */
const SOON = 400;

export function clearChat(): void {
  list.replaceChildren();
  field.value = "";
}

/** Adds one message, and follows the log's end unless the reader has scrolled back. */
export function addMessage(message: ChatMessage): HTMLElement {
  const item = stamp("message-template");
  const now = new Date();
  const previous = list.lastElementChild as HTMLElement | null;
  if (previous && belongsTogether(previous, message, now)) item.dataset.follows = "";
  item.dataset.user = message.user;
  item.dataset.own = String(message.own);
  item.dataset.wire = String(wireOf(message.user));
  within(item, ".name", HTMLElement).textContent = message.own ? `${message.user} (you)` : message.user;
  within(item, ".text", HTMLElement).textContent = message.text;
  const time = within(item, "time", HTMLTimeElement);
  time.dateTime = now.toISOString();
  time.textContent = now.toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" });
  list.append(item);
  while (list.childElementCount > KEPT) list.firstElementChild!.remove();
  if (following || message.own) toEnd();
  return item;
}

function toEnd(): void {
  log.scrollTop = log.scrollHeight;
}

function belongsTogether(previous: HTMLElement, message: ChatMessage, now: Date): boolean {
  const said = Date.parse(within(previous, "time", HTMLTimeElement).dateTime);
  const sameSpeaker = previous.dataset.user === message.user && previous.dataset.own === String(message.own);
  return sameSpeaker && now.getTime() - said < BREATH;
}
