/** Who takes part in the comparisons of WebSocket servers, and what is expected of ours. */
import type { Comparison, Goal } from "../harness/bench.ts";
import { findBun } from "../harness/bun.ts";
import { ServerProcess } from "../harness/server-process.ts";
import type { Duty } from "./peers/duty.ts";

/** A server under test. To add one, add its line and its script in `peers/`. */
export interface Peer {
  readonly name: string;
  /** `raw`: what `node:net` alone costs; but for one prepared answer it knows nothing of WebSocket. */
  readonly protocol: "websocket" | "raw";
  /** Another runtime than ours. */
  readonly runtime?: string | undefined;
}

const bun = findBun();

export const peers: readonly Peer[] = [
  { name: "barewire", protocol: "websocket" },
  { name: "barewire-portable", protocol: "websocket" },
  { name: "ws", protocol: "websocket" },
  ...(bun === undefined ? [] : [{ name: "bun", protocol: "websocket", runtime: bun.path } as const]),
  { name: "net-floor", protocol: "raw" },
];

export const comparison: Comparison = {
  reference: "ws",
  ratio: "reference ÷ contender",
  subject: "barewire",
};

/** What a section says of who took part. */
export const tookPart: { readonly packages: readonly string[]; readonly runtimes: readonly string[] } = {
  packages: ["ws"],
  runtimes: bun === undefined ? [] : [`Bun ${bun.version}`],
};

/** For the notes. */
export const ourNote: string =
  "`barewire`: on a port of its own, with the direct read path. `barewire-portable`: attached to a `node:http` server. `ws`: on a port of its own, without its native add-ons.";

/** For the notes where Bun could take part. */
export const bunNote: string =
  bun === undefined
    ? "Bun was not installed: it has no column, and the goals beside it are not judged. bench/README.md says how to add it."
    : "`bun`: the WebSocket server of `Bun.serve`, which is native code.";

/** How many times dearer than ours another should at least be. */
export interface Ratios {
  /** `ws` than the portable path, and than the direct one. */
  readonly portable: number;
  readonly direct: number;
  /** Bun than the direct path. */
  readonly bun?: number;
}

export function goalsOf(ratios: Ratios): readonly Goal[] {
  const goals: Goal[] = [
    { of: "ws", dividedBy: "barewire", atLeast: ratios.direct },
    { of: "ws", dividedBy: "barewire-portable", atLeast: ratios.portable },
  ];
  if (bun === undefined || ratios.bun === undefined) return goals;
  return [...goals, { of: "bun", dividedBy: "barewire", atLeast: ratios.bun }];
}

/** Starts a peer's server, that does what is asked. */
export function startPeer({ name, runtime }: Peer, duty: Duty): Promise<ServerProcess> {
  return ServerProcess.start(new URL(`./peers/${name}.ts`, import.meta.url), {
    args: [duty],
    runtime,
    runtimeOptions: runtime === undefined && duty === "open" ? ["--expose-gc"] : [],
  });
}
