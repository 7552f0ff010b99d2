import type { RefusalCode } from "../protocol.ts";

/**
 * What a refusal costs its earner. A peer that has just left may be written to in good faith, for as long as
 * word of it is on its way: a tenth, so that the candidates of one gathering never get their sender closed. What
 * is our own fault costs nothing.
 */
export const refusalCosts: Readonly<Record<RefusalCode, number>> = {
  malformed: 1,
  "unknown-type": 1,
  "not-in-room": 0.1,
  "already-in-room": 1,
  "unknown-peer": 0.1,
  unreachable: 0,
  "room-full": 1,
  "room-locked": 1,
  banned: 1,
  forbidden: 1,
  "rate-limited": 1,
  "too-many-rooms": 1,
  unavailable: 0,
};
