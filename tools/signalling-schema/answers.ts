/** What follows from each command, for the documents. */
import type { Command, Notice } from "../../src/signalling/protocol.ts";

/** What a command leads to when it is obeyed; when it is refused, `error` answers it and nobody else hears of it. */
export interface Consequence {
  /** Notices of which exactly one comes; `ok` only to a command with an `id`. */
  readonly answers: readonly Notice["type"][];
  /** What others in the room hear. */
  readonly heard: readonly Notice["type"][];
  /** Who they are. */
  readonly by: string;
}

const toOne = { answers: ["ok"], by: "the peer" } as const;
const toAll = { answers: ["ok"], by: "all others" } as const;

export const consequences: Readonly<Record<Command["type"], Consequence>> = {
  join: { answers: ["joined", "resumed"], heard: ["peer-joined", "peer-reconnected"], by: "all others" },
  leave: { ...toAll, heard: ["peer-left"] },
  description: { ...toOne, heard: ["description"] },
  candidate: { ...toOne, heard: ["candidate"] },
  "end-of-candidates": { ...toOne, heard: ["end-of-candidates"] },
  message: { ...toOne, heard: ["message"], by: "the peer, or all others" },
  presence: { ...toAll, heard: ["presence"] },
  kick: { ...toAll, heard: ["peer-left", "left"], by: "all others; `left` the peer" },
  unban: { answers: ["ok"], heard: [], by: "nobody" },
  lock: { ...toAll, heard: ["locked"] },
  ping: { answers: ["pong"], heard: [], by: "nobody" },
};

/** Notices that answer a command, and are not heard without one. */
export const answering: ReadonlySet<Notice["type"]> = new Set<Notice["type"]>([
  "error",
  ...Object.values(consequences).flatMap(({ answers }) => answers),
]);
