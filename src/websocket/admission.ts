/** How many connections there are, in all and from each address, and whether there may be one more. */
export class Admission {
  readonly #most: number;
  readonly #mostPerAddress: number;
  readonly #perAddress = new Map<string, number>();
  #count = 0;

  constructor(most = 100_000, mostPerAddress = 1_000) {
    this.#most = most;
    this.#mostPerAddress = mostPerAddress;
  }

  /** Counts a connection in, which must {@link leave} once. False when a limit is reached. */
  enter(address: string): boolean {
    const fromThere = this.#perAddress.get(address) ?? 0;
    if (this.#count >= this.#most || fromThere >= this.#mostPerAddress) return false;
    this.#count++;
    this.#perAddress.set(address, fromThere + 1);
    return true;
  }

  leave(address: string): void {
    this.#count--;
    const left = this.#perAddress.get(address)! - 1;
    if (left === 0) this.#perAddress.delete(address);
    else this.#perAddress.set(address, left);
  }
}
