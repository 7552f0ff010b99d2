/** How the page looks, by day and by night. */
export const style: string = `
:root {
  color-scheme: light dark;
  --paper: #edf1ef;
  --surface: #ffffff;
  --line: #cbd5d1;
  --ink: #11201d;
  --ink-soft: #4a5b56;
  --accent: #0c5f59;
  --warn: #96480f;
  --bad: #a1232c;
  --good: #1a7147;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", "Liberation Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #0c1413;
    --surface: #152120;
    --line: #2a3a37;
    --ink: #e7efec;
    --ink-soft: #a3b6b0;
    --accent: #79d2c1;
    --warn: #eda06a;
    --bad: #ff9a96;
    --good: #74d3a0;
  }
}
* { box-sizing: border-box; }
[hidden] { display: none; }
body {
  margin: 0 auto;
  padding: 2.5rem 1.25rem 4rem;
  max-width: 54rem;
  background: var(--paper);
  color: var(--ink);
  font: 1rem/1.5 ui-sans-serif, system-ui, -apple-system, "Segoe UI", "Liberation Sans", sans-serif;
}
h1 { margin: 0; font-size: 1.5rem; }
h2 { margin: 2rem 0 0.5rem; font-size: 1rem; }
#agent { margin: 0.25rem 0 1.75rem; color: var(--ink-soft); font-family: var(--mono); font-size: 0.875rem; }
section.card {
  padding: 1.25rem 1.5rem;
  border: 1px solid var(--line);
  border-radius: 0.875rem;
  background: var(--surface);
}
.line { display: flex; justify-content: space-between; gap: 1rem; }
#count { color: var(--ink-soft); font-variant-numeric: tabular-nums; }
progress {
  display: block;
  width: 100%;
  height: 0.5rem;
  margin: 0.75rem 0 0;
  border: 0;
  border-radius: 1rem;
  overflow: hidden;
  background: var(--line);
  accent-color: var(--accent);
}
progress::-webkit-progress-bar { background: var(--line); }
progress::-webkit-progress-value { background: var(--accent); transition: width 0.15s; }
progress::-moz-progress-bar { background: var(--accent); }
#counts { display: flex; flex-wrap: wrap; gap: 0.5rem; margin-top: 1rem; min-height: 1.75rem; }
.chip {
  flex: none;
  padding: 0.0625rem 0.625rem;
  border: 1px solid currentcolor;
  border-radius: 1rem;
  color: var(--ink-soft);
  font-size: 0.8125rem;
  white-space: nowrap;
}
.chip[data-behavior="OK"] { color: var(--good); }
.chip[data-behavior="NON-STRICT"] { color: var(--warn); }
.chip[data-behavior="FAILED"] { color: var(--bad); }
ul { margin: 0; padding: 0; list-style: none; }
li {
  display: flex;
  align-items: baseline;
  gap: 0.75rem;
  padding: 0.375rem 0;
  border-top: 1px solid var(--line);
}
li code { flex: none; color: var(--ink-soft); font: 0.8125rem var(--mono); }
li span:last-child { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
#findings { display: flex; flex-direction: column; }
li[data-behavior="FAILED"] { order: -2; }
li[data-behavior="NON-STRICT"] { order: -1; }
#findings li span:last-child { white-space: normal; }
#running { min-height: 8.5rem; }
@media (max-width: 36rem) {
  #findings li { flex-wrap: wrap; gap: 0.25rem 0.75rem; }
}
`;
