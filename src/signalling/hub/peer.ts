import type { Identity } from "../grants.ts";
import type { TextTraits } from "../parse-command.ts";
import type { Command, PeerId, Presence } from "../protocol.ts";
import type { PeerBudgets } from "./budgets.ts";
import type { Local, Replica } from "./replica.ts";

/** Who has connected, and what the shell has drawn for it. */
export interface Arrival {
  readonly identity: Identity;
  /** When the grant of `identity` ends, in milliseconds on the hub's clock. Default: never. */
  readonly grantEnds?: number | undefined;
  /** The peer id it gets if it joins anew. Not in use, and not to be guessed. */
  readonly id: PeerId;
  /** What it will have to show to resume. At least 128 random bits. */
  readonly secret: string;
}

/**
 *     lobby ── join ──▶ moving ── its entry is in the log ──▶ inside ── leave ──▶ moving ──▶ lobby
 *
 * What is said while moving waits until it is over. On a process that is alone that is in the same turn.
 */
export type PeerPhase = "lobby" | "moving" | "inside";

/** What a peer asked for, until it is inside or refused. */
export interface Entering {
  readonly presence: Presence | undefined;
  /** Whether it seemed to be a member already, whose budget is another. */
  readonly returns: boolean;
}

/** A connection and who is on it. */
export interface Peer<Connection> extends Local<Connection> {
  readonly connection: Connection;
  /** Its peer id if it joins anew. */
  readonly self: PeerId;
  /** Its peer id in the room it is in: after it has resumed, that of before. */
  id: PeerId;
  readonly secret: string;
  identity: Identity;
  grantEnds: number;
  readonly budgets: PeerBudgets;
  phase: PeerPhase;
  replica: Replica<Peer<Connection>> | undefined;
  entering: Entering | undefined;
  readonly waiting: { readonly command: Command; readonly text: TextTraits }[];
  ack: number;
  publish: boolean;
  subscribe: boolean;
  /** Its connection has ended while an answer was on its way; who has left does not come back. */
  gone: false | "lost" | "left";
}

/** A peer that has just connected. */
export function newPeer<Connection>(
  connection: Connection,
  { id, secret, identity, grantEnds = Number.POSITIVE_INFINITY }: Arrival,
  budgets: PeerBudgets,
): Peer<Connection> {
  return {
    ...{ connection, self: id, id, secret, identity, grantEnds, budgets },
    ...{ phase: "lobby", replica: undefined, entering: undefined, waiting: [] },
    ...{ ack: 0, publish: false, subscribe: false, gone: false },
  };
}

/** How many commands may wait while a peer enters or leaves. */
export const maxWaiting = 64;
