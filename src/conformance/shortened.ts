/** Text that a peer may have made as long as it liked, cut to what a report has room for. */
export function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
