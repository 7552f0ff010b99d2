/** What an application may say about the compression of messages (RFC 7692), checked and completed. */

/** How messages may be compressed; what is absent or undefined has its default. */
export interface PerMessageDeflateOptions {
  /** The server compresses each message by itself, not with what it remembers of others. Default true. */
  readonly serverNoContextTakeover?: boolean | undefined;
  /** So does the client. Default true. */
  readonly clientNoContextTakeover?: boolean | undefined;
  /** The server looks back over 2 to this power bytes at most, 9-15. Default 15. */
  readonly serverMaxWindowBits?: number | undefined;
  /** So does the client, 9-15. Default 15. A server that sets less declines offers that cannot agree to it. */
  readonly clientMaxWindowBits?: number | undefined;
  /** Messages of fewer bytes go uncompressed. Default 1024. */
  readonly threshold?: number | undefined;
  /** zlib's level: 0-9, or -1 for its own default. Default -1. */
  readonly level?: number | undefined;
  /**
   * How many times its compressed size a message may have. Default 100; counts once a message is past 64 KiB.
   */
  readonly maxInflateRatio?: number | undefined;
}

/** The same with nothing left open. */
export type CompleteDeflateOptions = {
  readonly [Name in keyof PerMessageDeflateOptions]-?: NonNullable<PerMessageDeflateOptions[Name]>;
};

export const deflateDefaults: CompleteDeflateOptions = {
  serverNoContextTakeover: true,
  clientNoContextTakeover: true,
  serverMaxWindowBits: 15,
  clientMaxWindowBits: 15,
  threshold: 1024,
  level: -1,
  maxInflateRatio: 100,
};

/** RFC 7692 §7.1.2.1: a window of 32,768 bytes, the largest, is what an absent parameter stands for. */
export const LARGEST_WINDOW = 15;
/** zlib writes raw DEFLATE data with no smaller window than this: asked for 8, it would refuse, or use 9. */
export const SMALLEST_OWN_WINDOW = 9;

/** From where to where a number goes; those that have an end are whole. */
const ranges: Readonly<Record<string, readonly [least: number, most: number]>> = {
  serverMaxWindowBits: [SMALLEST_OWN_WINDOW, LARGEST_WINDOW],
  clientMaxWindowBits: [SMALLEST_OWN_WINDOW, LARGEST_WINDOW],
  threshold: [0, Number.POSITIVE_INFINITY],
  level: [-1, 9],
  maxInflateRatio: [1, Number.POSITIVE_INFINITY],
};

/**
 * Checks and completes what an application passed as `perMessageDeflate`. What is complete comes back
 * equal.
 *
 * @returns undefined when there is to be no compression
 * @throws {TypeError} on a value of another type
 * @throws {RangeError} on a number out of its range
 */
export function completeDeflateOptions(
  given: boolean | PerMessageDeflateOptions | undefined,
): CompleteDeflateOptions | undefined {
  if (given === undefined || given === false) return undefined;
  if (given === true) return deflateDefaults;
  if (typeof given !== "object" || given === null) {
    throw new TypeError("perMessageDeflate is true, false or an object of options");
  }
  const options: Record<string, boolean | number> = {};
  for (const [name, standard] of Object.entries(deflateDefaults)) {
    const value = given[name as keyof PerMessageDeflateOptions] ?? standard;
    if (typeof value !== typeof standard)
      throw new TypeError(`perMessageDeflate.${name} is a ${typeof standard}`);
    if (typeof value === "number") checkRange(name, value);
    options[name] = value;
  }
  return options as unknown as CompleteDeflateOptions;
}

function checkRange(name: string, value: number): void {
  const [least, most] = ranges[name]!;
  const whole = most !== Number.POSITIVE_INFINITY;
  if (value >= least && value <= most && (Number.isInteger(value) || !whole)) return;
  const allowed = whole ? `a whole number from ${least} to ${most}` : `${least} or more`;
  throw new RangeError(`perMessageDeflate.${name} is ${allowed}`);
}
