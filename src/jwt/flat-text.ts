/** Texts that are kept. */

/**
 * The same text in memory of its own. A string that was cut from another one keeps the whole of it alive: 60
 * headers that are remembered would hold on to the 60 requests they came in. For ASCII.
 */
export function flat(text: string): string {
  return Buffer.from(text, "latin1").toString("latin1");
}
