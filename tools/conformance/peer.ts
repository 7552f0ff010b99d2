/** Somebody's server, client or verifier that takes part, and one run of the suite against it. */
import { availableParallelism, type } from "node:os";
import type { Profile, Role, RunReport } from "../../src/conformance/index.ts";

export interface Peer {
  readonly role: Role;
  /** `ws` */
  readonly name: string;
  readonly version: string;
  /** What it was set up with, in a few words; `defaults` where that is all. */
  readonly setup: string;
  /** Starts what has to be started. */
  start(): Promise<RunningPeer>;
}

export interface RunningPeer {
  /** Runs the cases of one profile; with `only`, those that one of these patterns means. */
  run(profile: Profile, only?: readonly string[]): Promise<RunReport>;
  stop(): Promise<void>;
}

/** A peer that could not take part, and what is missing. */
export interface LeftOut {
  readonly role: Role;
  readonly name: string;
  readonly missing: string;
}

/** What one run of all profiles found out about a peer; as JSON it can be kept. */
export interface PeerRun extends Pick<Peer, "role" | "name" | "version" | "setup"> {
  /** ISO 8601, of the first profile. */
  readonly startedAt: string;
  /** Where the suite ran. */
  readonly machine: Machine;
  /** In the order in which they were run; without cases a profile is not there. */
  readonly profiles: readonly ProfileRun[];
}

export interface Machine {
  /** `24.21.0` */
  readonly node: string;
  /** `Linux` */
  readonly system: string;
  readonly cores: number;
}

export interface ProfileRun {
  readonly profile: Profile;
  readonly report: RunReport;
}

/** The profiles that are run, in this order. `perf` is not: its figures are for whoever sees the machine they are from. */
export const profiles: readonly Profile[] = ["handshake", "core", "deflate", "h2", "hostile", "jwt"];

/** Who a peer is among all: `ws (server)`. */
export function titleOf({ name, role }: Pick<Peer, "name" | "role">): string {
  return `${name} (${role === "jwt" ? "verifier" : role})`;
}

/** Starts a peer, runs these profiles one after the other, and stops it. */
export async function runPeer(
  peer: Peer,
  wanted: readonly Profile[],
  only?: readonly string[],
): Promise<PeerRun> {
  const running = await peer.start();
  const ran: ProfileRun[] = [];
  try {
    for (const profile of wanted) {
      const report = await running.run(profile, only);
      if (report.cases.length > 0 || report.ended !== undefined) ran.push({ profile, report });
    }
  } finally {
    await running.stop();
  }
  const { role, name, version, setup } = peer;
  const startedAt = ran[0]?.report.startedAt ?? new Date().toISOString();
  return { role, name, version, setup, startedAt, machine: thisMachine(), profiles: ran };
}

function thisMachine(): Machine {
  return { node: process.versions.node, system: type(), cores: availableParallelism() };
}
