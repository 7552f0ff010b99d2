/** Finding and showing what index.html holds. Text goes in as text; nothing here parses markup. */

/** The element with this id, which index.html promises to be of this kind. */
export function byId<T extends Element>(id: string, kind: new () => T): T {
  return expect(document.getElementById(id), kind, `#${id}`);
}

/** The first match inside `root`, which index.html promises to be of this kind. */
export function within<T extends Element>(root: ParentNode, selector: string, kind: new () => T): T {
  return expect(root.querySelector(selector), kind, selector);
}

/** A fresh copy of the one element a `<template>` holds. */
export function stamp(id: string): HTMLElement {
  const copy = document.importNode(byId(id, HTMLTemplateElement).content, true);
  return expect(copy.firstElementChild, HTMLElement, `#${id}`);
}

/** Sets an icon from the sprite in index.html. */
export function setIcon(button: Element, name: string): void {
  within(button, "use", SVGUseElement).setAttribute("href", `#icon-${name}`);
}

function expect<T extends Element>(found: Element | null, kind: new () => T, what: string): T {
  if (found instanceof kind) return found;
  throw new TypeError(`index.html has no ${kind.name} ${what}`);
}
