/** How many connections there are, in all and from each client, and whether there may be one more. */
export class Admission {
  readonly #most: number;
  readonly #mostPerClient: number;
  readonly #perClient = new Map<string, number>();
  #count = 0;

  constructor(most = 100_000, mostPerClient = 1_000) {
    this.#most = most;
    this.#mostPerClient = mostPerClient;
  }

  /**
   * Counts a connection in, which must {@link leave} once. False when a limit is reached.
   *
   * @param address as the kernel writes it
   */
  enter(address: string): boolean {
    const client = clientOf(address);
    const fromThere = this.#perClient.get(client) ?? 0;
    if (this.#count >= this.#most || fromThere >= this.#mostPerClient) return false;
    this.#count++;
    this.#perClient.set(client, fromThere + 1);
    return true;
  }

  leave(address: string): void {
    const client = clientOf(address);
    this.#count--;
    const left = this.#perClient.get(client)! - 1;
    if (left === 0) this.#perClient.delete(client);
    else this.#perClient.set(client, left);
  }
}

/**
 * Whom an address stands for. RFC 4291 §2.5.4 gives each IPv6 network 64 bits of addresses below it, so that one host
 * has as many as it likes: the network counts as one. An IPv4 address is itself, also where a socket for both kinds
 * shows it as IPv6 (RFC 4291 §2.5.5.2).
 */
function clientOf(address: string): string {
  if (!address.includes(":")) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  return mapped?.[1] ?? `${networkOf(address)}::/64`;
}

/** The first four of eight groups. "::" stands for as many groups of zeros as are missing (RFC 4291 §2.2). */
function networkOf(address: string): string {
  const [before = "", after] = address.split("::");
  const left = groupsOf(before);
  const right = after === undefined ? [] : groupsOf(after);
  const missing = Math.max(0, 8 - left.length - right.length);
  return [...left, ...Array<string>(missing).fill("0"), ...right].slice(0, 4).join(":");
}

/** Without leading zeros. An IPv4 address in the end is two groups, and never among the first four. */
function groupsOf(text: string): readonly string[] {
  if (text === "") return [];
  return text
    .split(":")
    .flatMap((group) => (group.includes(".") ? ["", ""] : [Number.parseInt(group, 16).toString(16)]));
}
