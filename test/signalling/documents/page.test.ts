/** docs/signalling.md says nothing that is not so, as far as a program can tell. */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { commands } from "../../../src/signalling/commands.ts";
import type { Shape } from "../../../src/signalling/shapes.ts";
import { loginCommands, loginNotices } from "../../../tools/signalling-schema/logins.ts";
import { notices } from "../../../tools/signalling-schema/notices.ts";
import { withTables } from "../../../tools/signalling-schema/page-tables.ts";

const page = readFileSync("docs/signalling.md", "utf8");

function blocksOf(language: string): readonly string[] {
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms"))].map(([, text]) => text!);
}

describe("docs/signalling.md", () => {
  it("has the tables that the shapes make", () => expect(withTables(page)).toBe(page));

  it("has no table that nobody makes, and none is missing", () => {
    expect(() => withTables(`${page}<!-- table: colours -->\n<!-- end -->`)).toThrow("colours");
    expect(() => withTables(page.replace("table: limits", "list: limits"))).toThrow("limits");
  });

  it("names every command and every notice in a diagram or in a table", () => {
    for (const type of [...Object.keys(commands), ...Object.keys(notices)])
      expect(page).toContain(`\`${type}\``);
  });

  it("leads to headings and files that are there", () => {
    const headings = [...page.matchAll(/^#+ (.*)$/gm)].map(([, text]) =>
      text!
        .toLowerCase()
        .replace(/[^\w -]/g, "")
        .replaceAll(" ", "-"),
    );
    const links = [...page.matchAll(/\]\(([^)]+)\)/g)].map(([, link]) => link!);
    expect(links.length).toBeGreaterThan(4);
    for (const link of links) {
      if (link.startsWith("#")) expect(headings).toContain(link.slice(1));
      else
        expect([link, existsSync(new URL(link, new URL("docs/", `file://${process.cwd()}/`)))]).toEqual([
          link,
          true,
        ]);
    }
  });
});

const arrow = /^ {2}(\w)(->>|-->>|-x)(\w): (.*)$/;

interface Arrow {
  readonly line: string;
  readonly toServer: boolean;
  readonly fromServer: boolean;
  readonly kind: string;
  readonly text: string;
}

/** The arrows of a diagram. @throws {Error} for a line that is none of what we use */
function arrowsOf(diagram: string): readonly Arrow[] {
  const [first, ...lines] = diagram.trimEnd().split("\n");
  expect(first).toBe("sequenceDiagram");
  const names = new Map<string, string>();
  return lines.flatMap((line) => {
    const [, id, name] = /^ {2}participant (\w) as ([\w ()]+)$/.exec(line) ?? [];
    if (id !== undefined) names.set(id, name!);
    const note = /^ {2}Note over (\w)(?:,(\w))?: [^;#]+$/.exec(line);
    for (const mentioned of note?.slice(1) ?? [])
      if (mentioned) expect(names.has(mentioned), line).toBe(true);
    if (id !== undefined || note !== null) return [];
    const [, from, kind, to, text] = arrow.exec(line) ?? [];
    if (from === undefined || !names.has(from) || !names.has(to!)) throw new Error(`what is "${line}"?`);
    const isServer = (one: string): boolean => /^(server|process \d)$/.test(names.get(one)!);
    return [{ line, toServer: isServer(to!), fromServer: isServer(from), kind: kind!, text: text! }];
  });
}

/** The names of the fields of `type {one, two: …, three: {…}}`. */
function fieldsOf(text: string): readonly string[] {
  let depth = 0;
  const flat = [...text].filter((character) => {
    if (character === "{" || character === "[") depth++;
    const isOutside = depth === 1;
    if (character === "}" || character === "]") depth--;
    return isOutside && !"{}[]".includes(character);
  });
  const list = flat.join("").trim();
  return list === "" ? [] : list.split(",").map((field) => field.split(":")[0]!.trim());
}

/** What a message of this type may have, as the shapes say. */
function knownFields(type: string, { toServer }: Pick<Arrow, "toServer">): readonly string[] | undefined {
  const logins = Object.values<Shape<object>>(toServer ? loginCommands : loginNotices);
  const shapes: Readonly<Record<string, Shape<object>>> = toServer ? commands : notices;
  const found = type === "auth" ? logins : Object.hasOwn(shapes, type) ? [shapes[type]!] : undefined;
  return found?.flatMap(({ schema }) => Object.keys(schema.properties as object));
}

describe("the diagrams of docs/signalling.md", () => {
  const diagrams = blocksOf("mermaid").map((text) => [text] as const);

  it("are there", () => expect(diagrams.length).toBeGreaterThanOrEqual(12));

  it.each(diagrams)("hold what can be said and heard: %#", (diagram) => {
    const arrows = arrowsOf(diagram).filter(({ kind }) => kind !== "-->>");
    expect(arrows.length).toBeGreaterThan(1);
    for (const one of arrows) {
      const { line, text, toServer, fromServer, kind } = one;
      expect(toServer, line).not.toBe(fromServer);
      // What breaks a connection is in words.
      if (kind === "-x" && fromServer) continue;
      const type = text.split(" ", 1)[0]!;
      const known = knownFields(type, one);
      expect([line, known]).not.toContain(undefined);
      expect(known, line).toEqual(expect.arrayContaining([...fieldsOf(text)]));
      // A semicolon and a number sign would end the text for Mermaid.
      expect(text).not.toMatch(/[;#]/);
    }
  });
});
