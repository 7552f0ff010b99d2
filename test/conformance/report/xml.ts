/** Enough of an XML 1.0 parser to say whether a report is well-formed, and what is in it. */

/** An element. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XmlElement[];
  text: string;
}

const entities: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };
/** XML 1.0 §2.2, turned round. */
const forbidden = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u;
const token = /<\?xml [^?]*\?>|<\/([\w-]+)>|<([\w-]+)((?: [\w-]+="[^"<]*")*)(\/?)>|[^<]+/y;

/** @throws {Error} when it is not well-formed, as far as reports go */
export function parseXml(text: string): XmlElement {
  if (forbidden.test(text)) throw new Error("a character that XML 1.0 does not allow");
  const root: XmlElement = { name: "", attributes: {}, children: [], text: "" };
  const open = [root];
  for (token.lastIndex = 0; token.lastIndex < text.length; ) {
    const at = token.lastIndex;
    const match = token.exec(text);
    if (match === null) throw new Error(`no XML: ${text.slice(at, at + 40)}`);
    const [whole, closed, name, attributes = "", empty] = match;
    const parent = open.at(-1)!;
    if (closed !== undefined) {
      if (open.pop()!.name !== closed) throw new Error(`</${closed}> where something else is open`);
    } else if (name !== undefined) {
      const element: XmlElement = { name, attributes: attributesOf(attributes), children: [], text: "" };
      parent.children.push(element);
      if (empty === "") open.push(element);
    } else if (!whole.startsWith("<?")) parent.text += decoded(whole);
  }
  if (open.length !== 1 || root.children.length !== 1) throw new Error("not one element");
  return root.children[0]!;
}

/** All elements of a name, at any depth. */
export function elements(root: XmlElement, name: string): readonly XmlElement[] {
  return root.children.flatMap((child) => [
    ...(child.name === name ? [child] : []),
    ...elements(child, name),
  ]);
}

function attributesOf(text: string): Record<string, string> {
  const found = [...text.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name, value]) => [name!, decoded(value!)]);
  if (new Set(found.map(([name]) => name)).size < found.length) throw new Error("an attribute twice");
  return Object.fromEntries(found);
}

function decoded(text: string): string {
  if (text.includes("]]>")) throw new Error("]]> in character data");
  return text.replace(/&(#\d+|\w+)?;?/g, (whole, name: string | undefined) => {
    const value = name?.startsWith("#") ? String.fromCodePoint(Number(name.slice(1))) : entities[name ?? ""];
    if (value === undefined || !whole.endsWith(";")) throw new Error(`no entity: ${whole}`);
    return value;
  });
}
