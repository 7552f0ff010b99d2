import type { Command, RefusalCode } from "../protocol.ts";

/** What has happened since the start. */
export interface HubCounts {
  /** Commands that were read, by their type. */
  readonly commands: Readonly<Record<Command["type"], number>>;
  readonly refusals: Readonly<Record<RefusalCode, number>>;
  /** Peers that came back as who they were. */
  readonly resumed: number;
  /** Peers that wanted to, too late. */
  readonly rejoined: number;
  /** Connections that were lost in a room. */
  readonly lost: number;
  /** Connections that were closed for too many refusals. */
  readonly closedForRefusals: number;
}

type Mutable<Type> = { -readonly [Name in keyof Type]: Type[Name] };

/** The same, while it is counted. */
export type Counting = Mutable<Omit<HubCounts, "commands" | "refusals">> & {
  readonly commands: Record<Command["type"], number>;
  readonly refusals: Record<RefusalCode, number>;
};

export function startCounting(): Counting {
  return {
    commands: {
      join: 0,
      leave: 0,
      description: 0,
      candidate: 0,
      "end-of-candidates": 0,
      message: 0,
      presence: 0,
      kick: 0,
      unban: 0,
      lock: 0,
      ping: 0,
    },
    refusals: {
      malformed: 0,
      "unknown-type": 0,
      "not-in-room": 0,
      "already-in-room": 0,
      "unknown-peer": 0,
      unreachable: 0,
      "room-full": 0,
      "room-locked": 0,
      banned: 0,
      forbidden: 0,
      "rate-limited": 0,
      "too-many-rooms": 0,
      unavailable: 0,
    },
    resumed: 0,
    rejoined: 0,
    lost: 0,
    closedForRefusals: 0,
  };
}
