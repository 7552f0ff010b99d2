/** A store changed at random, by somebody who says what is about to be done and what is done. */
import { MemoryStore } from "../../src/auth/memory-store.ts";
import type { AuthStore } from "../../src/auth/store.ts";
import { type Call, perform, randomCalls } from "./random-calls.ts";

/** What is to be done. */
export interface Orders {
  readonly path: string;
  readonly seed: number;
  /** What the ids begin with. Two with different ones do not touch each other's accounts. */
  readonly prefix: string;
  /** Whether nobody else is there, so that also what has expired may be forgotten. */
  readonly alone: boolean;
  /** How many calls. */
  readonly most: number;
  /** Whether to break the promise: to acknowledge first, and write a turn later. */
  readonly writeBehind: boolean;
}

/** What is said. */
export type Line =
  | { readonly opening: true }
  | { readonly opened: true }
  | { readonly begin: Call }
  | { readonly done: unknown }
  | { readonly failed: string };

/** What is done to a store, and who hears of it. */
export interface Acting {
  readonly store: AuthStore;
  readonly orders: Omit<Orders, "path">;
  readonly say: (line: Line) => void;
}

/** Changes the store at random. */
export async function act({ store, orders, say }: Acting): Promise<void> {
  const { most, writeBehind } = orders;
  // What it knows of its own data, to choose calls that mean something.
  const known = new MemoryStore();
  const nextCall = randomCalls({ ...orders, known });
  for (let count = 0; count < most; count++) {
    const call = await nextCall();
    say({ begin: call });
    try {
      const result = writeBehind ? await perform(known, call) : await perform(store, call);
      if (!writeBehind) await perform(known, call);
      say({ done: result ?? null });
      if (writeBehind) setTimeout(() => perform(store, call));
    } catch (error) {
      say({ failed: (error as { code?: string }).code ?? String(error) });
    }
    // A turn, as between the requests of a server.
    await new Promise(setImmediate);
  }
}
