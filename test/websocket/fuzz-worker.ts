/** Checks a range of seeds, in a thread of its own. */
import { parentPort, workerData } from "node:worker_threads";
import { checkConversation, checkConversationWithWs } from "./fuzz-conversation.ts";
import { compareWithWs } from "./fuzz-ws.ts";
import { checkStream, checkStreamWithThreads } from "./fuzzing.ts";

export type Check = "stream" | "threads" | "conversation" | "conversation with ws" | "ws";

/** Each throws when something is wrong, or resolves with the kinds of what it found. */
const CHECKS: Readonly<Record<Check, (seed: number) => unknown>> = {
  stream: checkStream,
  threads: checkStreamWithThreads,
  conversation: checkConversation,
  "conversation with ws": checkConversationWithWs,
  ws: compareWithWs,
};

export interface Range {
  readonly check: Check;
  readonly first: number;
  readonly last: number;
}

export interface Outcome {
  /** What was found, with how often. */
  readonly found: ReadonlyMap<string, number>;
  /** The first failure, if there was one. */
  readonly failure: string | undefined;
}

async function run({ check, first, last }: Range): Promise<Outcome> {
  const found = new Map<string, number>();
  const { stackTraceLimit } = Error;
  for (let seed = first; seed <= last; seed++) {
    // Most streams break a rule, and where the error was made takes longer to find out than that it was.
    Error.stackTraceLimit = 0;
    let failure = await attempt(check, seed, found);
    if (failure === undefined) continue;
    Error.stackTraceLimit = stackTraceLimit;
    failure = (await attempt(check, seed, found)) ?? `${failure}\nand not when it was tried again`;
    return { found, failure };
  }
  return { found, failure: undefined };
}

/** Checks one seed, and returns what was wrong. */
async function attempt(check: Check, seed: number, found: Map<string, number>): Promise<string | undefined> {
  try {
    const result = CHECKS[check](seed);
    const kinds = result instanceof Promise ? await result : undefined;
    for (const kind of (kinds as string[] | undefined) ?? []) found.set(kind, (found.get(kind) ?? 0) + 1);
    return undefined;
  } catch (error) {
    const { stack, cause } = error as Error;
    return [stack, ...(cause instanceof Error ? [cause.stack] : [])].join("\n");
  }
}

parentPort?.postMessage(await run(workerData as Range));
