/** Who is connected: what each is told, and why the hub closes a connection. */
import { closeCodes, type Notice, type Refusal } from "../protocol.ts";
import { PeerBudgets } from "./budgets.ts";
import type { Counting } from "./counts.ts";
import { Delays } from "./delays.ts";
import type { Effects } from "./effects.ts";
import { GrantEnds } from "./grant-ends.ts";
import type { HubSettings } from "./hub-options.ts";
import { textOf } from "./notice-text.ts";
import { type Arrival, newPeer, type Peer } from "./peer.ts";
import { refusalCosts } from "./refusal-costs.ts";

/** What connections need of the hub. */
export interface ConnectionsOptions<Connection> {
  readonly settings: HubSettings;
  readonly counting: Counting;
  readonly effects: Effects<Connection>;
  /** The peer is forgotten. @param resumable whether it may come back */
  readonly forgotten: (peer: Peer<Connection>, resumable: boolean) => void;
}

/** See the head of this file. */
export class Connections<Connection> {
  readonly #options: ConnectionsOptions<Connection>;
  readonly #peers = new Map<Connection, Peer<Connection>>();
  /** Who is in no room and silent. */
  readonly #idle = new Delays<Peer<Connection>>();
  readonly #grants = new GrantEnds<Peer<Connection>>();

  constructor(options: ConnectionsOptions<Connection>) {
    this.#options = options;
  }

  get size(): number {
    return this.#peers.size;
  }

  get nextTimeout(): number {
    return Math.min(this.#idle.next, this.#grants.next);
  }

  find(connection: Connection): Peer<Connection> | undefined {
    return this.#peers.get(connection);
  }

  /** Takes somebody in; undefined when there is no place. */
  add(connection: Connection, arrival: Arrival, now: number): Peer<Connection> | undefined {
    const { settings, effects } = this.#options;
    if (this.#peers.size >= settings.maxPeers) {
      effects.add({
        type: "close",
        connection,
        code: closeCodes.tryAgainLater,
        reason: "the server is full",
      });
      return undefined;
    }
    const peer = newPeer(connection, arrival, new PeerBudgets(settings.peerRates, now));
    this.#peers.set(connection, peer);
    this.#grants.set(peer, peer.grantEnds);
    this.stay(peer, now);
    return peer;
  }

  /** A peer is in no room, and has said something. */
  stay(peer: Peer<Connection>, now: number): void {
    if (this.#peers.has(peer.connection)) this.#idle.add(peer, now + this.#options.settings.idleTimeout);
  }

  /** A peer is about to enter a room. */
  enter(peer: Peer<Connection>): void {
    this.#idle.delete(peer);
  }

  /** A newer login says until when. */
  regrant(peer: Peer<Connection>, end: number): void {
    peer.grantEnds = end;
    this.#grants.set(peer, end);
  }

  send(peer: Peer<Connection>, notice: Notice): void {
    this.#options.effects.send(peer.connection, notice);
  }

  sendToAll(notice: Notice): void {
    const to = [...this.#peers.keys()];
    if (to.length > 0) this.#options.effects.add({ type: "broadcast", to, text: textOf(notice) });
  }

  /** Tells a peer that it is not obeyed; one that earns too many refusals is closed. */
  refuse(peer: Peer<Connection>, { code, message, id, retryAfter }: Refusal, now: number): void {
    const { counting } = this.#options;
    if (peer.gone) return;
    counting.refusals[code]++;
    // What is too much for its budget at any time has no time at which it would be obeyed, and Infinity is no JSON.
    const after = Number.isFinite(retryAfter) ? retryAfter : undefined;
    this.send(peer, { type: "error", id, code, message, retryAfter: after });
    if (peer.budgets.takeRefusal(refusalCosts[code], now)) return;
    counting.closedForRefusals++;
    this.close(peer, closeCodes.policyViolation, "too many refused messages");
  }

  /** For good: its peer may not come back. */
  close(peer: Peer<Connection>, code: number, reason: string): void {
    this.#options.effects.add({ type: "close", connection: peer.connection, code, reason });
    this.forget(peer, false);
  }

  /** @param resumable whether its peer may come back */
  forget(peer: Peer<Connection>, resumable: boolean): void {
    this.#peers.delete(peer.connection);
    this.#idle.delete(peer);
    this.#grants.delete(peer);
    peer.waiting.length = 0;
    this.#options.forgotten(peer, resumable);
  }

  /** Closes who has been silent for too long. Returns those whose grants have ended. */
  handleTimeout(now: number): readonly Peer<Connection>[] {
    for (const peer of this.#idle.take(now)) this.close(peer, closeCodes.idle, "idle");
    return this.#grants.take(now);
  }
}
