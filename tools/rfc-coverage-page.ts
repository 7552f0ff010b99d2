/** Writes `docs/rfc-coverage.md`: pure, from proven requirements to Markdown. */
import type { Found, Proof, Proven } from "./rfc-coverage-proof.ts";

export function renderCoverage(proofs: readonly Proof[]): string {
  return [
    "# RFC coverage",
    "",
    "Every sentence of the WebSocket RFCs that binds somebody, in order: who it binds, the line of code that obeys it,",
    "the test that fails when it does not, or why there is none. Generated: `npm run docs`. What generates it refuses",
    "a line that is gone, a line without a citation of the section near it, a test that is gone, and a blank without a",
    "reason.",
    "",
    "A sentence counts when it holds MUST, MUST NOT, SHALL, REQUIRED, SHOULD, SHOULD NOT or RECOMMENDED (RFC 2119).",
    "Rows with a letter follow the sentence of their number and hold no such word: items of an algorithm that a MUST",
    "introduces, a lower-case *must* or *should*, definitions that others build on. `…` in a quote is a cut.",
    "",
    ...renderSummary(proofs),
    "",
    proofs.map(renderDocument).join("\n\n"),
    "",
  ].join("\n");
}

function renderSummary(proofs: readonly Proof[]): string[] {
  return [
    "| | sections | sentences | their key words | shown by code and test | by one of both | by a reason alone | further rows |",
    "| --- | --- | --: | --: | --: | --: | --: | --: |",
    ...proofs.map(({ document, rows }) => {
      const counted = rows.filter(({ requirement }) => requirement.level === undefined);
      const full = counted.filter(({ code, tests }) => code.length > 0 && tests.length > 0).length;
      const none = counted.filter(({ code, tests }) => code.length === 0 && tests.length === 0).length;
      const { number, chapters, sentences, keyWords } = document;
      const anchor = `rfc-${number}-${document.title
        .toLowerCase()
        .replaceAll(" ", "-")
        .replace(/[^\w-]/g, "")}`;
      return `| [RFC ${number}](#${anchor}) | §${chapters[0]}–§${chapters[1]} | ${sentences} | ${keyWords} | ${full} | ${counted.length - full - none} | ${none} | ${rows.length - counted.length} |`;
    }),
  ];
}

function renderDocument({ document, rows }: Proof): string {
  return [
    `## RFC ${document.number}: ${document.title}`,
    "",
    "| | binds | requirement | code | test |",
    "| --- | --- | --- | --- | --- |",
    ...rows.map((row) => renderRow(document.number, row)),
  ].join("\n");
}

function renderRow(rfc: string, { requirement, number, code, tests }: Proven): string {
  const { section, role, quote, reason, level } = requirement;
  const link = `[§${section}](https://www.rfc-editor.org/rfc/rfc${rfc}.html#section-${section})`;
  const shown = [tests.map(renderPlace).join("<br>"), reason === undefined ? "" : `*${plain(reason)}*`];
  const cells = [
    `${link} ${number}`,
    role,
    `${plain(quote)}${level === undefined ? "" : ` (${level})`}`,
    code.map(renderPlace).join("<br>") || "–",
    shown.filter((text) => text !== "").join("<br>"),
  ];
  return `| ${cells.join(" | ")} |`;
}

/** A link to a line from a page in `docs/`. */
export function renderPlace({ file, line, title }: Found): string {
  const name = file.slice(file.lastIndexOf("/") + 1);
  return `[${name}:${line}](../${file}#L${line})${title === "" ? "" : ` ${plain(title)}`}`;
}

/** Text in a cell of a table, none of it markup. */
export function plain(text: string): string {
  return text.replace(/[|<>_*`[\]]/g, (character) => `\\${character}`);
}
