/**
 * `bench/RESULTS.md`: a preface and one section for each benchmark, between marks, so that a run of some
 * replaces theirs and leaves the others as they were measured. Pure.
 */

const preface = `# Results

Written by \`npm run bench\`, by nobody's hand. Each section says where and when it was measured; how to read
it, and why the ratios count for more than the digits, is in [README.md](README.md).`;

/**
 * The document with `fresh` sections (benchmark → Markdown) in place of the old ones.
 *
 * @param previous the document as it was; undefined to begin anew
 * @param order the benchmarks there are; sections of others are dropped
 */
export function mergeResults(
  previous: string | undefined,
  fresh: ReadonlyMap<string, string>,
  order: readonly string[],
): string {
  const sections = new Map([...readSections(previous ?? ""), ...fresh]);
  const texts = order.flatMap((name) => {
    const text = sections.get(name);
    return text === undefined ? [] : [`${opening(name)}\n${text}\n${closing(name)}`];
  });
  return `${[preface, ...texts].join("\n\n")}\n`;
}

/** The sections of a document by the names of their benchmarks. */
export function readSections(document: string): ReadonlyMap<string, string> {
  const found = document.matchAll(/^<!-- bench (\S+) -->\n([\s\S]*?)\n<!-- end \1 -->$/gm);
  return new Map(Array.from(found, ([, name, text]) => [name!, text!]));
}

function opening(name: string): string {
  return `<!-- bench ${name} -->`;
}

function closing(name: string): string {
  return `<!-- end ${name} -->`;
}
