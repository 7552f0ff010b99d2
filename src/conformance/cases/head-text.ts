/** Departures from a plain head, as text in Latin-1: what is wrong with it is the business of the case. */

/** Puts a line behind the last field. */
export function withLine(line: string): (plain: string) => string {
  return (plain) => plain.replace(/\r\n\r\n$/, () => `\r\n${line}\r\n\r\n`);
}

/** Puts a line before the first field. */
export function withFirstLine(line: string): (plain: string) => string {
  return (plain) => plain.replace("\r\n", () => `\r\n${line}\r\n`);
}

/** Puts text in the place of other text of the plain head. */
export function replaced(text: string | RegExp, by: string): (plain: string) => string {
  return (plain) => plain.replace(text, () => by);
}
