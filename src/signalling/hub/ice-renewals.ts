import { Delays } from "./delays.ts";
import type { HubSettings, IceServers } from "./hub-options.ts";
import type { Peer } from "./peer.ts";

/** When new credentials are due, as a part of the time for which the old ones are good. */
const renewAfter = 0.8;

/** What members are given to find their way through the network, and when they need it anew. */
export class IceRenewals<Connection> {
  readonly #iceServers: HubSettings["iceServers"];
  readonly #due = new Delays<Peer<Connection>>();

  constructor({ iceServers }: Pick<HubSettings, "iceServers">) {
    this.#iceServers = iceServers;
  }

  /** When {@link take} finds somebody; Infinity: never. */
  get next(): number {
    return this.#due.next;
  }

  serversOf(peer: Peer<Connection>, now: number): IceServers {
    const { user, host } = peer.identity;
    const servers = this.#iceServers({ peer: peer.id, user, host });
    this.#due.add(peer, now + (servers.lifetime ?? Number.POSITIVE_INFINITY) * renewAfter);
    return servers;
  }

  delete(peer: Peer<Connection>): void {
    this.#due.delete(peer);
  }

  /** Takes those who need new ones. */
  take(now: number): readonly Peer<Connection>[] {
    return this.#due.take(now);
  }
}
