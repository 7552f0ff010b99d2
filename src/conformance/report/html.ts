/**
 * One or several runs as a page that stands alone: one file, nothing loaded from elsewhere.
 *
 * Much of what is in it was written by peers, so none of it becomes markup: the runs are JSON in elements that are
 * not executed, and the page's own script, which the policy names by its hash, makes text nodes of them.
 */
import { createHash } from "node:crypto";
import type { RunReport } from "../run/run-report.ts";
import { RUNS_ELEMENT, wireElement } from "./page/run-data.ts";
import { pageScript, pageStyle } from "./page-text.ts";
import { visible } from "./visible.ts";

/** The project's mark, beside the page's title in a browser. */
const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 64 64'%3E%3Crect width='64' height='64' rx='15' fill='%230f2b28'/%3E%3Cg fill='none' stroke-linecap='round'%3E%3Cpath d='M36 24.5h-6.5' stroke='%23e79a63' stroke-width='4'/%3E%3Cpath d='M21 12v26a13.5 13.5 0 1 0 13.5-13.5' stroke='%237ad0c0' stroke-width='7' stroke-linecap='butt'/%3E%3C/g%3E%3C/svg%3E";

/** The page. Several reports are shown side by side, in this order. */
export function htmlReport(reports: readonly RunReport[]): string {
  const runs = reports.map((report) => ({
    ...report,
    cases: report.cases.map(({ wire, ...summary }) => summary),
  }));
  const wires = reports.map(({ cases }, run) =>
    dataElement(
      wireElement(run),
      cases.map(({ wire }) => wire),
    ),
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy()}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${htmlText(titleOf(reports))}</title>
<link rel="icon" href="${icon}">
<style>${pageStyle}</style>
</head>
<body>
<noscript>This report draws itself with its own script, which loads nothing; please allow it.</noscript>
${dataElement(RUNS_ELEMENT, runs)}
${wires.join("\n")}
<script>${pageScript}</script>
</body>
</html>
`;
}

/** Nothing may be loaded, and no other script or style than the page's own may act. */
function policy(): string {
  return [
    "default-src 'none'",
    `script-src 'sha256-${hashOf(pageScript)}'`,
    `style-src 'sha256-${hashOf(pageStyle)}'`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("base64");
}

/**
 * JSON in an element that no browser executes. Without a `<` nothing in it can end the element; and nothing in it
 * acts on whoever reads the file as text.
 */
function dataElement(id: string, value: unknown): string {
  const json = visible(JSON.stringify(value)).replaceAll("<", "\\u003c");
  return `<script type="application/json" id="${id}">${json}</script>`;
}

function titleOf(reports: readonly RunReport[]): string {
  const names = reports.map(({ target }) => visible(target.name ?? target.address));
  return `Conformance: ${names.join(", ")}`;
}

function htmlText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
