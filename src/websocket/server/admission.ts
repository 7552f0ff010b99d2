import { clientOf } from "../../addresses.ts";

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
