/**
 * Events as browsers have them, without the cost: `addEventListener`, `removeEventListener` and the
 * `on…` handlers of the WHATWG WebSocket, typed, over a plain array of listeners.
 *
 * Node's own EventTarget costs more per event than everything this project does to a small message. What
 * is left out is what only a tree of nodes needs: phases, propagation and `preventDefault`.
 */

/** What every event has. */
export interface BaseEvent<Type extends string, Target> {
  readonly type: Type;
  readonly target: Target;
}

type Callback<Event> = (event: Event) => void;
type Listener<Event> = Callback<Event> | { handleEvent(event: Event): void };

export interface ListenerOptions {
  /** Remove the listener after its first event. */
  readonly once?: boolean | undefined;
  /** Remove the listener when this signal aborts. */
  readonly signal?: AbortSignal | undefined;
}

interface Registration {
  readonly listener: Listener<never>;
  readonly once: boolean;
  /** Undoes what ties it to a signal, if something does. */
  readonly release: (() => void) | undefined;
  /** An event that is on its way does not reach it any more. */
  removed: boolean;
}

/** What an `on…` property holds, and the listener that stands for it: no other has its identity. */
interface Handler<Event> {
  readonly handler: Callback<Event>;
  readonly listener: Callback<Event>;
}

/** An object that emits the events of `Map` (event type → event). */
export abstract class Events<Map extends object> {
  // Made when they are needed: an idle connection should cost little.
  #registrations: { [Type in keyof Map]?: readonly Registration[] } | undefined;
  #handlers: { [Type in keyof Map]?: Handler<Map[Type]> } | undefined;

  /** Adds a listener; one that was added before for the same type is not added twice. */
  addEventListener<Type extends keyof Map & string>(
    type: Type,
    listener: Listener<Map[Type]>,
    options: ListenerOptions = NO_OPTIONS,
  ): void {
    this.#registrations ??= {};
    const before = this.#registrations[type] ?? NOBODY;
    if (options.signal?.aborted === true || before.some((one) => one.listener === listener)) return;
    const { once = false, signal } = options;
    const release = signal && this.#removeWhenAborted(type, listener, signal);
    this.#registrations[type] = [...before, { listener, once, release, removed: false }];
  }

  /** Returns what unties the listener: a signal may live for as long as the program, and must not keep it. */
  #removeWhenAborted<Type extends keyof Map & string>(
    type: Type,
    listener: Listener<Map[Type]>,
    signal: AbortSignal,
  ): () => void {
    const abort = (): void => this.removeEventListener(type, listener);
    signal.addEventListener("abort", abort);
    return () => signal.removeEventListener("abort", abort);
  }

  removeEventListener<Type extends keyof Map & string>(type: Type, listener: Listener<Map[Type]>): void {
    const before = this.#registrations?.[type];
    const registration = before?.find((one) => one.listener === listener);
    if (registration === undefined) return;
    registration.removed = true;
    registration.release?.();
    this.#registrations![type] = before!.filter((one) => one !== registration);
  }

  /** The listener that an `on…` property holds. */
  protected handler<Type extends keyof Map & string>(type: Type): Callback<Map[Type]> | null {
    return this.#handlers?.[type]?.handler ?? null;
  }

  /** Sets an `on…` property: its listener replaces the one that it held. */
  protected setHandler<Type extends keyof Map & string>(
    type: Type,
    handler: Callback<Map[Type]> | null,
  ): void {
    this.#handlers ??= {};
    const before = this.#handlers[type];
    if (before !== undefined) this.removeEventListener(type, before.listener);
    if (handler === null) {
      delete this.#handlers[type];
      return;
    }
    const listener = (event: Map[Type]): void => handler(event);
    this.#handlers[type] = { handler, listener };
    this.addEventListener(type, listener);
  }

  /**
   * Calls the listeners of one type, in the order they were added.
   *
   * One that throws does not stop the others, nor whoever emits: the error becomes an uncaught exception,
   * as with any EventTarget; so does that of a listener that is an async function.
   */
  protected emit<Type extends keyof Map & string>(type: Type, event: Map[Type]): void {
    const registrations = this.#registrations?.[type];
    if (registrations === undefined) return;
    for (let i = 0; i < registrations.length; i++) {
      const { listener, once, removed } = registrations[i]!;
      if (removed) continue;
      if (once) this.removeEventListener(type, listener as Listener<Map[Type]>);
      try {
        const outcome: unknown =
          typeof listener === "function"
            ? (listener as Callback<Map[Type]>)(event)
            : (listener as { handleEvent(event: Map[Type]): void }).handleEvent(event);
        if (outcome instanceof Promise) outcome.catch((error) => this.listenerFailed(error, type));
      } catch (error) {
        this.listenerFailed(error, type);
      }
    }
  }

  /** A listener of such events threw, or the promise that it returned was rejected. */
  protected listenerFailed(error: unknown, _type: keyof Map & string): void {
    queueMicrotask(() => rethrow(error));
  }

  /** Whether somebody listens to events of this type. */
  protected hasListener(type: keyof Map & string): boolean {
    return (this.#registrations?.[type]?.length ?? 0) > 0;
  }
}

const NOBODY: readonly Registration[] = [];
const NO_OPTIONS: ListenerOptions = {};

function rethrow(error: unknown): never {
  throw error;
}
