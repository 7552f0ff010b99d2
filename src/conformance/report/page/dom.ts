/**
 * As much of a browser's DOM as the page uses, in types, and the only ways in which the page makes elements.
 *
 * The types are here because the suite is compiled for Node; `lib.dom` would give every file of it a `document`.
 * Strings become text nodes and values of harmless attributes, never markup: most of them were written by a peer.
 */

/** An element, of HTML or SVG. */
export interface PageElement {
  textContent: string | null;
  hidden: boolean;
  value: string;
  readonly style: { setProperty(name: string, value: string): void };
  readonly parentElement: PageElement | null;
  append(...children: readonly (PageElement | string)[]): void;
  replaceChildren(...children: readonly (PageElement | string)[]): void;
  replaceWith(element: PageElement): void;
  remove(): void;
  setAttribute(name: string, value: string): void;
  getAttribute(name: string): string | null;
  removeAttribute(name: string): void;
  addEventListener(type: string, listener: (event: PageEvent) => void): void;
  querySelector(selector: string): PageElement | null;
  querySelectorAll(selector: string): Iterable<PageElement>;
  closest(selector: string): PageElement | null;
  focus(options?: { preventScroll: boolean }): void;
  click(): void;
  select(): void;
  scrollIntoView(options: { block: "start" | "nearest" | "center" }): void;
  getClientRects(): { readonly length: number };
}

/** As much of an event as is looked at. */
export interface PageEvent {
  readonly key?: string;
  readonly target: PageElement | null;
  readonly ctrlKey?: boolean;
  readonly metaKey?: boolean;
  readonly altKey?: boolean;
  preventDefault(): void;
}

interface PageDocument extends Pick<PageElement, "addEventListener" | "querySelectorAll"> {
  title: string;
  readonly body: PageElement;
  readonly documentElement: PageElement;
  readonly activeElement: PageElement | null;
  createElement(tag: string): PageElement;
  createElementNS(namespace: string, tag: string): PageElement;
  getElementById(id: string): PageElement | null;
  execCommand(command: string): boolean;
}

interface PageWindow extends Pick<PageElement, "addEventListener"> {
  readonly location: { hash: string };
  readonly history: { replaceState(state: null, unused: string, url: string): void };
  readonly navigator: { readonly clipboard?: { writeText(text: string): Promise<void> } };
  matchMedia(query: string): { readonly matches: boolean };
  setTimeout(act: () => void, milliseconds: number): number;
  clearTimeout(timer: number | undefined): void;
}

declare const document: PageDocument;
declare const window: PageWindow;

/** The page itself. */
export const page: PageDocument = document;
/** The window that it is in. */
export const view: PageWindow = window;

/** Values of attributes; `true` writes one without a value, `false` and `undefined` leave it out. */
export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** What can be put into an element; `undefined` is nothing. */
export type Child = PageElement | string | undefined;

/** An element of HTML. */
export function element(tag: string, attributes: Attributes, ...children: readonly Child[]): PageElement {
  return filled(page.createElement(tag), attributes, children);
}

/** A `span` or other element with one class and nothing but text in it. */
export function text(tag: string, name: string, content: string): PageElement {
  return element(tag, { class: name }, content);
}

/** An element of SVG. */
export function shape(tag: string, attributes: Attributes, ...children: readonly Child[]): PageElement {
  return filled(page.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

/** A button that does something. */
export function button(attributes: Attributes, act: () => void, ...children: readonly Child[]): PageElement {
  const made = element("button", { type: "button", ...attributes }, ...children);
  made.addEventListener("click", act);
  return made;
}

/** Sets or takes away an attribute that is either there or not, or says `true` or `false`. */
export function setState(target: PageElement, name: string, on: boolean): void {
  if (name.startsWith("aria-")) target.setAttribute(name, String(on));
  else if (on) target.setAttribute(name, "");
  else target.removeAttribute(name);
}

function filled(made: PageElement, attributes: Attributes, children: readonly Child[]): PageElement {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children.filter((child) => child !== undefined));
  return made;
}
