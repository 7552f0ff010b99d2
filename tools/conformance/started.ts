/** What the three kinds of targets have in common when the suite is run against them. */
import { version } from "../../src/cli/version.ts";
import { type Case, runCases, selectCases, type Target } from "../../src/conformance/index.ts";
import type { Peer, RunningPeer } from "./peer.ts";

/** Milliseconds to wait for evidence. */
export const PATIENCE = 5_000;

export interface Started<T> {
  readonly peer: Pick<Peer, "name" | "role">;
  readonly cases: readonly Case<T>[];
  readonly target: Target<T>;
  /** Cases at a time. Default: the suite's. */
  readonly concurrency?: number;
  /** Ends what was started beside the target. */
  readonly stop?: () => Promise<void>;
}

/** A peer whose target is there. */
export function started<T>({ peer, cases, target, concurrency, stop }: Started<T>): RunningPeer {
  return {
    run: (profile, only) =>
      runCases(selectCases(cases, { profiles: [profile], ...(only === undefined ? {} : { only }) }), target, {
        patience: PATIENCE,
        ...(concurrency === undefined ? {} : { concurrency }),
        suite: { name: "barewire", version: version() },
        repeat: (id) => `npm run conformance -- --peer ${peer.name} --role ${peer.role} --only ${id}`,
      }),
    stop: async () => {
      await target.close();
      await stop?.();
    },
  };
}

/** An argument for a shell. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
