/**
 * Compressing and inflating on the thread pool, for messages that would hold up the event loop: at most
 * {@link JOBS_AT_ONCE} in the process, first come first served, so that the state of zlib (about 300 KiB to
 * compress, 40 KiB to inflate) does not grow with the number of connections.
 */
import { deflateRaw, inflateRaw } from "node:zlib";
import { type Inflated, isOutOfMemory, type MessageDeflater, type MessageInflater } from "./deflate.ts";
import type { WebSocketProtocolError } from "./errors.ts";

/** How many jobs run at once; the others wait. */
export const JOBS_AT_ONCE = 8;

/** A job that waits or runs. */
export interface CodecJob {
  /** Its result is no longer wanted: `done` is not called. The codec must not be used again. */
  cancel(): void;
}

/**
 * Compresses a payload of any length. `payload` must not change, and `deflater` not be used, until `done` is
 * called: once, later, with what to send.
 *
 * @throws {Error} when the deflater still compresses another message
 */
export function deflateLater(
  deflater: MessageDeflater,
  payload: Uint8Array,
  done: (message: Buffer) => void,
): CodecJob {
  const { input, options } = deflater.begin(payload);
  return schedule(done, (settle) => {
    deflateRaw(input, options, (error, deflated) => {
      if (error !== null && !isOutOfMemory(error)) throw error;
      settle(() => deflater.end(payload, error === null ? deflated : undefined));
    });
  });
}

/**
 * Inflates a message of any length within the limits of `inflater`, which must not be used until `done` is
 * called: once, later, with the message or with what is wrong with it (see `MessageInflater.inflateNow`).
 *
 * @throws {Error} when the inflater still inflates another message
 */
export function inflateLater(
  inflater: MessageInflater,
  payload: Uint8Array,
  done: (result: Buffer | WebSocketProtocolError) => void,
): CodecJob {
  const inflation = inflater.begin(payload);
  return schedule(done, (settle) => {
    const inflate = (): void => {
      const { input, options } = inflation.next();
      inflateRaw(input, options, (error, result) => {
        if (error !== null) return settle(() => inflation.failure(error));
        const { buffer, engine } = result as unknown as Inflated;
        let message: Buffer | undefined;
        try {
          message = inflation.advance(buffer, engine.bytesWritten);
        } catch (failed) {
          return settle(() => inflation.failure(failed));
        }
        if (message === undefined) return inflate();
        settle(() => inflater.end(message));
      });
    };
    inflate();
  });
}

type Start = () => void;

let running = 0;
/** In the order in which they came. */
const waiting = new Set<Start>();

/** Runs `work` when it is its turn. What `settle` is given makes the result, unless nobody wants it any more. */
function schedule<Result>(
  done: (result: Result) => void,
  work: (settle: (result: () => Result) => void) => void,
): CodecJob {
  let wanted = true;
  const start: Start = () =>
    work((result) => {
      running--;
      startWaiting();
      if (wanted) done(result());
    });
  waiting.add(start);
  startWaiting();
  return {
    cancel: () => {
      wanted = false;
      waiting.delete(start);
    },
  };
}

function startWaiting(): void {
  for (const start of waiting) {
    if (running === JOBS_AT_ONCE) return;
    waiting.delete(start);
    running++;
    start();
  }
}
