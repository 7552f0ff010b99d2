/** RFC 3629 §4, the grammar of UTF-8, row by row: the first octet, and the range of each that follows. */
const TAIL = [0x80, 0xbf] as const;
const ROWS: readonly (readonly (readonly [number, number])[])[] = [
  [[0x00, 0x7f]],
  [[0xc2, 0xdf], TAIL],
  [[0xe0, 0xe0], [0xa0, 0xbf], TAIL],
  [[0xe1, 0xec], TAIL, TAIL],
  [[0xed, 0xed], [0x80, 0x9f], TAIL],
  [[0xee, 0xef], TAIL, TAIL],
  [[0xf0, 0xf0], [0x90, 0xbf], TAIL, TAIL],
  [[0xf1, 0xf3], TAIL, TAIL, TAIL],
  [[0xf4, 0xf4], [0x80, 0x8f], TAIL, TAIL],
];

/** Whether octets can be the beginning of UTF-8: as far as each character goes, it follows a row of the grammar. */
export function mayBecomeText(octets: readonly number[]): boolean {
  for (let at = 0; at < octets.length; ) {
    const row = ROWS.find((ranges) =>
      ranges.every(([low, high], i) => {
        const octet = octets[at + i];
        return octet === undefined || (octet >= low && octet <= high);
      }),
    );
    if (row === undefined) return false;
    at += row.length;
  }
  return true;
}

/** The text that octets are, or undefined when they are no UTF-8. */
export function textOf(octets: readonly number[]): string | undefined {
  let text = "";
  for (let at = 0; at < octets.length; ) {
    const row = ROWS.find((ranges) =>
      ranges.every(([low, high], i) => octets[at + i]! >= low && octets[at + i]! <= high),
    );
    if (row === undefined) return undefined;
    let codePoint = octets[at]! & [0x7f, 0x1f, 0x0f, 0x07][row.length - 1]!;
    for (let i = 1; i < row.length; i++) codePoint = codePoint * 64 + (octets[at + i]! & 0x3f);
    text += String.fromCodePoint(codePoint);
    at += row.length;
  }
  return text;
}
