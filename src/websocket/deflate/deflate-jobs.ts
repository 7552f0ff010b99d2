/**
 * Compressing and inflating on the thread pool, what would hold up the event loop for too long.
 *
 * At most {@link JOBS_AT_ONCE} run in the process, first come first served: a job has a zlib of about 300 KiB to
 * compress and 50 KiB to inflate, besides what it makes, and memory must not grow with the number of connections.
 */
import { deflateRaw, inflateRaw } from "node:zlib";
import type { WebSocketProtocolError } from "../errors.ts";
import type { MessageDeflater, MessageInflater } from "./deflate.ts";
import { codeOf, type Inflated } from "./inflation.ts";

/** How many jobs run at once; the others wait. */
export const JOBS_AT_ONCE = 8;

/** A job that waits or runs. */
export interface CodecJob {
  /** Nobody wants the result any more: `done` will not be called, and the codec is of no use. */
  cancel(): void;
}

/**
 * Compresses a payload of any length. `done` gets what to send, once, and never before this returns. Until then
 * `payload` must not change.
 *
 * @throws {Error} when another message is still being compressed
 */
export function deflateLater(
  deflater: MessageDeflater,
  payload: Uint8Array,
  done: (message: Buffer) => void,
): CodecJob {
  const options = deflater.start(payload);
  return queue(done, (settle) => {
    deflateRaw(payload, options, (error, deflated) =>
      settle(() => {
        if (error === null) return deflater.finish(payload, deflated);
        if (codeOf(error) !== "Z_MEM_ERROR") throw error;
        return deflater.finish(payload, undefined);
      }),
    );
  });
}

/**
 * Inflates a message of any length, within the limits of `inflater`. `done` gets it, or what is wrong with it
 * as `MessageInflater.inflateNow` would throw, once, and never before this returns.
 *
 * @throws {Error} when another message is still being inflated
 */
export function inflateLater(
  inflater: MessageInflater,
  payload: Uint8Array,
  done: (result: Buffer | WebSocketProtocolError) => void,
): CodecJob {
  const inflation = inflater.start(payload);
  return queue(done, (settle) => {
    const inflateNext = (): void => {
      inflateRaw(inflation.rest, inflation.options(), (error, result) => {
        if (error !== null) return settle(() => inflation.failure(error));
        let message: Buffer | undefined;
        try {
          message = inflation.take(result as unknown as Inflated);
        } catch (failed) {
          return settle(() => inflation.failure(failed));
        }
        if (message === undefined) return inflateNext();
        settle(() => inflater.finish(message));
      });
    };
    inflateNext();
  });
}

let running = 0;
/** What to start when there is room, in the order in which it came. */
const waiting = new Set<() => void>();

/**
 * Starts `work` when there is room. It calls `settle` when it is done, with what makes the result; until `done`
 * has that, the next job is already running.
 */
function queue<Result>(
  done: (result: Result) => void,
  work: (settle: (result: () => Result) => void) => void,
): CodecJob {
  let wanted = true;
  const start = (): void =>
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
    if (running >= JOBS_AT_ONCE) return;
    waiting.delete(start);
    running++;
    start();
  }
}
