/** Columns of a line. */
const LINE = 110;

/** A file of JSON as the formatter of this project has it: lists of texts on one line, where it holds them. */
export function jsonFile(value: object): string {
  const json = JSON.stringify(value, null, 2);
  const compact = json.replace(/^(.*)\[\n((?: *"[^"]*",?\n)+) *\](,?)$/gm, (whole, before, items, comma) => {
    const line = `${before}[${items.trim().replace(/\n */g, " ")}]${comma}`;
    return line.length <= LINE ? line : whole;
  });
  return `${compact}\n`;
}
