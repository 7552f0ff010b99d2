/** A page by which a browser runs itself through all cases. It is one file, and nothing it does leaves its own port. */
import { createHash } from "node:crypto";
import type { Field } from "../../wire/opening.ts";
import { script } from "./script.ts";
import { style } from "./style.ts";

export const pageText: string = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>WebSocket conformance</title>
<link rel="icon" href="data:,">
<style>${style}</style>
<h1>WebSocket conformance</h1>
<p id="agent">&nbsp;</p>
<section class="card">
  <div class="line"><strong id="state" role="status">Running</strong><span id="count"></span></div>
  <progress id="progress" value="0" aria-labelledby="state"></progress>
  <div id="counts"></div>
</section>
<noscript><p>This page runs the cases with a script, which is turned off here.</p></noscript>
<section id="found" hidden><h2>Not as it should be, or worth knowing</h2><ul id="findings"></ul></section>
<section id="now"><h2>Under way</h2><ul id="running"></ul></section>
<script>${script}</script>
</html>
`;

const policy = [
  "default-src 'none'",
  `script-src '${hashOf(script)}'`,
  `style-src '${hashOf(style)}'`,
  // Not every browser takes 'self' for ws: as well.
  "connect-src 'self' ws:",
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
];

export const pageFields: readonly Field[] = [
  ["Content-Type", "text/html; charset=utf-8"],
  ["Content-Security-Policy", policy.join("; ")],
  ["X-Content-Type-Options", "nosniff"],
  ["Referrer-Policy", "no-referrer"],
  ["Cache-Control", "no-store"],
];

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
