/** A button that copies a text. */
import { button, element, type PageElement, page, view } from "./dom.ts";

/** Milliseconds that the button says what it did. */
const SAID_FOR = 1600;

/** The button; what it copies is the text as it is, not as it is shown. */
export function copyButton(copied: string): PageElement {
  let timer: number | undefined;
  const say = (done: boolean): void => {
    made.textContent = done ? "Copied" : "Not copied";
    view.clearTimeout(timer);
    timer = view.setTimeout(() => {
      made.textContent = "Copy";
    }, SAID_FOR);
  };
  const made = button({ class: "copy", "aria-live": "polite" }, () => void copy(copied).then(say), "Copy");
  return made;
}

/** Copies by the clipboard's own interface, or where a page may not use it, by a selection. */
async function copy(copied: string): Promise<boolean> {
  const { clipboard } = view.navigator;
  if (clipboard === undefined) return copySelection(copied);
  return clipboard.writeText(copied).then(
    () => true,
    () => copySelection(copied),
  );
}

function copySelection(copied: string): boolean {
  const field = element("textarea", { class: "visually-hidden", readonly: true });
  field.value = copied;
  page.body.append(field);
  field.select();
  const done = page.execCommand("copy");
  field.remove();
  return done;
}
