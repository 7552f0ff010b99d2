/**
 * All that a reconnecting client takes from the world: time, chance, the network's state and a WebSocket.
 * Each may be replaced, and a test does without the world altogether.
 */
import type { WebSocketConstructor } from "./websocket-like.ts";

/** Whether there is a network at all, as browsers tell. */
export interface Network {
  /** False: certainly not. True says little. */
  readonly onLine: boolean;
  /** Calls back each time the network returns, until the function that it returns is called. */
  whenOnline(callback: () => void): () => void;
}

export interface ReconnectPorts {
  /** At least 0 and less than 1. */
  readonly random: () => number;
  /** Milliseconds on a clock that only goes forward. */
  readonly now: () => number;
  /** Calls back once after so many milliseconds, unless the function that it returns is called before. */
  readonly after: (milliseconds: number, callback: () => void) => () => void;
  /** Undefined where nobody knows, as in Node, or where it shall not matter. */
  readonly network: Network | undefined;
}

/** The world as it is here, but for what is `given`. */
export function openReconnectPorts(given: Partial<ReconnectPorts>): ReconnectPorts {
  return {
    random: given.random ?? Math.random,
    now: given.now ?? (() => performance.now()),
    after: given.after ?? after,
    // One that is given as undefined is to be absent.
    network: "network" in given ? given.network : browserNetwork(),
  };
}

/** @throws {TypeError} when there is no global WebSocket */
export function globalWebSocket(): WebSocketConstructor {
  const found = (globalThis as Globals).WebSocket;
  if (found === undefined) throw new TypeError("there is no WebSocket here: pass one as an option");
  return found;
}

/** In Node such a timer keeps the process running: somebody still wants something. */
function after(milliseconds: number, callback: () => void): () => void {
  const timer = setTimeout(callback, milliseconds);
  return () => clearTimeout(timer);
}

/** In pages and in workers; Node has a `navigator`, too, which does not know. */
function browserNetwork(): Network | undefined {
  const { navigator, addEventListener, removeEventListener } = globalThis as Globals;
  if (typeof navigator?.onLine !== "boolean" || addEventListener === undefined) return undefined;
  return {
    get onLine(): boolean {
      return navigator.onLine !== false;
    },
    whenOnline(callback: () => void): () => void {
      addEventListener.call(globalThis, "online", callback);
      return () => removeEventListener?.call(globalThis, "online", callback);
    },
  };
}

/** As much of a browser's global object as is used, none of which needs to be there. */
interface Globals {
  readonly WebSocket?: WebSocketConstructor;
  readonly navigator?: { readonly onLine?: boolean };
  readonly addEventListener?: (type: "online", listener: () => void) => void;
  readonly removeEventListener?: (type: "online", listener: () => void) => void;
}
