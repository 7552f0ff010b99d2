/** Backpressure against peers that never read, with each overflow policy. */
import { describe, it } from "vitest";
import type { Overflow } from "../../../src/websocket/connection/backlog.ts";
import { checkStuckReader } from "./stuck-reader.ts";
import { places } from "./victim.ts";

const policies: readonly Overflow[] = ["close", "drop-oldest", "drop-newest", "coalesce", "wait"];

describe.each(places)("a peer that takes nothing of 8 MiB, %s", (place) => {
  it.each(policies)("makes us hold what may wait and no more, and others get all of it: %s", (overflow) =>
    checkStuckReader(place, overflow, 128),
  );
});
