/** The index of RFC citations: pure, from the text of files to the text of `docs/rfc-index.md`. */

/** Where one section of an RFC is cited. */
export interface Section {
  /** `RFC 6455`, `RFC 6265bis`. */
  readonly rfc: string;
  /** `5.5.1`, `A.3`; empty when the document is cited as a whole. */
  readonly section: string;
  /** Paths from the root of the project, sorted. */
  readonly files: readonly string[];
}

/** The one form in which this project cites: the document, then `§` and the section. */
const citation = /\bRFC (\d{3,5}(?:bis)?)(?: §((?:\d+|[A-Z])(?:\.\d+)*))?/g;

const natural = new Intl.Collator("en", { numeric: true });

/** Collects the citations of all files, by document and then by section. */
export function collectCitations(files: ReadonlyMap<string, string>): readonly Section[] {
  const places = new Map<string, Set<string>>();
  for (const [path, text] of files) {
    for (const [, number, section = ""] of text.matchAll(citation)) {
      const key = `RFC ${number}§${section}`;
      places.set(key, (places.get(key) ?? new Set()).add(path));
    }
  }
  return [...places]
    .map(([key, paths]) => {
      const [rfc = "", section = ""] = key.split("§");
      return { rfc, section, files: [...paths].sort(natural.compare) };
    })
    .sort((a, b) => natural.compare(a.rfc, b.rfc) || natural.compare(a.section, b.section));
}

/**
 * Writes `docs/rfc-index.md`. It links files and not lines, so that it goes stale only when a citation
 * comes or goes.
 */
export function renderIndex(sections: readonly Section[]): string {
  const rfcs = [...new Set(sections.map(({ rfc }) => rfc))];
  const tables = rfcs.map((rfc) => {
    const rows = sections.filter((section) => section.rfc === rfc).map(renderRow);
    return [`## ${rfc}`, "", "| section | source | tests |", "| --- | --- | --- |", ...rows].join("\n");
  });
  return [
    "# RFC index",
    "",
    "Where the source and the tests cite which section. Generated: `npm run docs`.",
    "",
    tables.join("\n\n"),
    "",
  ].join("\n");
}

function renderRow({ rfc, section, files }: Section): string {
  const links = (root: string): string =>
    files
      .filter((file) => file.startsWith(root))
      .map((file) => `[${file.slice(root.length)}](../${file})`)
      .join(", ");
  return `| ${sectionLink(rfc, section)} | ${links("src/") || "–"} | ${links("test/") || "–"} |`;
}

/** The anchors of the RFC Editor's pages: `#section-5.5`, `#appendix-A.3`. A revision still in draft has no such page. */
function sectionLink(rfc: string, section: string): string {
  const text = section === "" ? "whole" : `§${section}`;
  if (rfc.endsWith("bis")) return text;
  const page = `https://www.rfc-editor.org/rfc/${rfc.toLowerCase().replace(" ", "")}.html`;
  if (section === "") return `[${text}](${page})`;
  return `[${text}](${page}#${/^\d/.test(section) ? "section" : "appendix"}-${section})`;
}
