/**
 * What is taken of a peer that sends without end: it must neither fill our memory nor keep a case from its verdict. Far
 * more than any case makes a peer send.
 */
import { Deviation } from "../verdict.ts";

const MIB = 1 << 20;
/** Octets of one frame, and of all that is kept while one thing is waited for. The longest echo has 64 MiB. */
const MOST_OCTETS = 80 * MIB;
/** Frames that are kept while one thing is waited for, or answered. */
const MOST_FRAMES = 131_072;
/** Pings on one connection that are answered. */
const MOST_PINGS = 10_000;
/** Octets that have come and that nobody could take yet. */
const MOST_UNREAD = 96 * MIB;

/** Without end is worse than late, whatever the level of the case. */
const must = { level: "MUST" } as const;

export interface Bounds {
  /** Default 131,072. */
  readonly frames?: number;
  /** Octets of their payloads. Default 80 MiB. */
  readonly octets?: number;
}

/** Counts what comes while one thing is waited for. */
export class Tally {
  readonly #expected: string;
  readonly #most: Required<Bounds>;
  #frames = 0;
  #octets = 0;

  /** @param expected what is waited for */
  constructor(expected: string, { frames = MOST_FRAMES, octets = MOST_OCTETS }: Bounds = {}) {
    this.#expected = expected;
    this.#most = { frames, octets };
  }

  /** @throws {Deviation} when it is too much */
  count({ payload }: { readonly payload: Buffer }): void {
    this.#octets += payload.length;
    if (++this.#frames <= this.#most.frames && this.#octets <= this.#most.octets) return;
    const came = `${inDigits(this.#frames)} frames with ${inDigits(this.#octets)} octets, and no end of them`;
    throw new Deviation(this.#expected, came, must);
  }
}

/** @throws {Deviation} when a frame of so many octets is not waited for */
export function checkFrameSize(octets: number): void {
  if (octets <= MOST_OCTETS) return;
  const came = `a frame that announces ${inDigits(octets)} octets`;
  throw new Deviation(`a frame of ${MOST_OCTETS / MIB} MiB or less: nothing longer was sent`, came, must);
}

/** @throws {Deviation} when the peer sends Pings for their own sake */
export function checkPings(pings: number): void {
  if (pings <= MOST_PINGS) return;
  throw new Deviation("an end of Pings", `${inDigits(pings)} of them on one connection`, must);
}

/** @throws {Deviation} when so many octets without an end that could be seen are too many */
export function checkUnread(octets: number): void {
  if (octets <= MOST_UNREAD) return;
  throw new Deviation("an end of what is sent", `${inDigits(octets)} octets without one`, must);
}

function inDigits(number: number): string {
  return number.toLocaleString("en");
}
