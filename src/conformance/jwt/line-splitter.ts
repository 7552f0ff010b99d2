/** Octets into lines, however they arrive. */

/** No answer is longer: the longest claims have 1 MiB. A verifier that never ends its line must not fill our memory. */
const LONGEST_LINE = 16 * 1024 * 1024;

export class LineSplitter {
  #parts: Buffer[] = [];
  #length = 0;
  readonly #take: (line: string) => void;

  /** @param take is given every line, without its end, unless it is empty */
  constructor(take: (line: string) => void) {
    this.#take = take;
  }

  /** Whether the line that has begun is within bounds. */
  push(chunk: Buffer): boolean {
    let start = 0;
    for (let end = chunk.indexOf(0x0a); end !== -1; end = chunk.indexOf(0x0a, start)) {
      this.#parts.push(chunk.subarray(start, end));
      const line = Buffer.concat(this.#parts).toString("utf8").trim();
      this.#parts = [];
      this.#length = 0;
      start = end + 1;
      if (line !== "") this.#take(line);
    }
    this.#parts.push(chunk.subarray(start));
    this.#length += chunk.length - start;
    if (this.#length <= LONGEST_LINE) return true;
    this.#parts = [];
    return false;
  }
}
