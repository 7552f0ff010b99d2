/**
 * How much a peer may say, and how much a room may carry. What is over a budget is refused and says when there is
 * room for it again; a peer that goes on regardless uses up its budget of refusals, and is closed.
 */
import type { Command } from "../protocol.ts";
import { TokenBucket } from "./token-bucket.ts";
import { UserShares } from "./user-shares.ts";

/** A budget: how much each second, and how much at once. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** What one peer may send. */
export interface PeerRates {
  /** Default 50 a second and 200 at once. */
  readonly messages: Rate;
  /** UTF-16 code units. Default 131,072 a second and 1,048,576 at once. */
  readonly size: Rate;
  /** Default one in two seconds and 10 at once. */
  readonly joins: Rate;
  /** Less than messages, so that a flood of candidates leaves room for the rest. Default 40 a second, 180 at once. */
  readonly candidates: Rate;
  /** How many refusals it may earn before it is closed with 1008. Default 2 a second and 20 at once. */
  readonly refusals: Rate;
}

/** What one room may carry; of the members of each server process. */
export interface RoomRates {
  /** Notices times those who hear them. Default 5,000 a second and 20,000 at once. */
  readonly deliveries: Rate;
  /** UTF-16 code units times those who hear them. Default 4 MiB a second and 16 MiB at once. */
  readonly size: Rate;
  /** Of newcomers, and as much again of members who come back. Default 20 a second and 100 at once. */
  readonly joins: Rate;
  /** Of both, for each user: nobody uses up what others enter by. Default 2 a second and 20 at once. */
  readonly userJoins: Rate;
}

export const defaultPeerRates: PeerRates = {
  messages: { perSecond: 50, burst: 200 },
  size: { perSecond: 131_072, burst: 1_048_576 },
  joins: { perSecond: 0.5, burst: 10 },
  candidates: { perSecond: 40, burst: 180 },
  refusals: { perSecond: 2, burst: 20 },
};

export const defaultRoomRates: RoomRates = {
  deliveries: { perSecond: 5_000, burst: 20_000 },
  size: { perSecond: 4_194_304, burst: 16_777_216 },
  joins: { perSecond: 20, burst: 100 },
  userJoins: { perSecond: 2, burst: 20 },
};

/** The budgets of one peer. */
export class PeerBudgets {
  readonly #messages: TokenBucket;
  readonly #size: TokenBucket;
  readonly #joins: TokenBucket;
  readonly #candidates: TokenBucket;
  readonly #refusals: TokenBucket;

  constructor(rates: PeerRates, now: number) {
    this.#messages = bucket(rates.messages, now);
    this.#size = bucket(rates.size, now);
    this.#joins = bucket(rates.joins, now);
    this.#candidates = bucket(rates.candidates, now);
    this.#refusals = bucket(rates.refusals, now);
  }

  /** Takes what a command costs. Returns 0, or after how many milliseconds there would be enough. */
  take(type: Command["type"] | "refusal", size: number, now: number): number {
    const wait = this.#messages.spend(now) || this.#size.spend(now, size);
    if (wait > 0) return wait;
    if (type === "candidate") return this.#candidates.spend(now);
    return type === "join" ? this.#joins.spend(now) : 0;
  }

  /** False when the peer has earned too many refusals. */
  takeRefusal(cost: number, now: number): boolean {
    return this.#refusals.take(now, cost);
  }
}

/** The budgets of one room, for the members that one process has. */
export class RoomBudgets {
  readonly #deliveries: TokenBucket;
  readonly #size: TokenBucket;
  readonly #joins: TokenBucket;
  readonly #returns: TokenBucket;
  readonly #userJoins: UserShares;

  constructor(rates: RoomRates, now: number) {
    this.#deliveries = bucket(rates.deliveries, now);
    this.#size = bucket(rates.size, now);
    this.#joins = bucket(rates.joins, now);
    this.#returns = bucket(rates.joins, now);
    this.#userJoins = new UserShares(rates.userJoins.perSecond, rates.userJoins.burst);
  }

  /** Takes what it costs to tell so many so much; nothing when there is not enough. As {@link PeerBudgets.take}. */
  take(receivers: number, size: number, now: number): number {
    const total = receivers * size;
    const wait = this.#size.spend(now, total);
    if (wait > 0) return wait;
    if (this.#deliveries.take(now, receivers)) return 0;
    this.#size.give(total);
    return this.#deliveries.wait(receivers);
  }

  /**
   * Takes what it costs that a user enters. As {@link PeerBudgets.take}.
   *
   * @param returns whether it is a member: those have a budget of their own, that no flood of newcomers uses up
   */
  takeEntry(user: string, returns: boolean, now: number): number {
    const budget = returns ? this.#returns : this.#joins;
    if (!budget.has(now, 1)) return budget.wait(1);
    const wait = this.#userJoins.spend(user, now);
    if (wait === 0) budget.take(now);
    return wait;
  }

  /** Who was not let in has cost the room nothing, and only its own share: one who is banned keeps nobody out. */
  giveEntryBack(returns = false): void {
    const budget = returns ? this.#returns : this.#joins;
    budget.give(1);
  }
}

function bucket({ perSecond, burst }: Rate, now: number): TokenBucket {
  return new TokenBucket(perSecond, burst, now);
}
