/** What may accompany a listener. */
export interface ListenerOptions {
  /** Removes the listener when it aborts. */
  readonly signal?: AbortSignal | undefined;
}

/** The listener for one kind of event. */
export type Listener<Event> = (event: Event) => void;

/**
 * Events in the manner of the DOM's EventTarget, typed: `Map` names each event and what its listeners get.
 *
 * A listener is given a plain object. One that throws hurts neither the others nor whoever emits; its error
 * is reported as an unhandled rejection.
 */
export abstract class Events<Map extends object> {
  readonly #listeners: { [Type in keyof Map]?: Set<Listener<Map[Type]>> } = {};

  /** Adds a listener; adding it twice for one type is adding it once. */
  addEventListener<Type extends keyof Map>(
    type: Type,
    listener: Listener<Map[Type]>,
    { signal }: ListenerOptions = {},
  ): void {
    if (signal?.aborted) return;
    this.#listeners[type] ??= new Set();
    this.#listeners[type].add(listener);
    signal?.addEventListener("abort", () => this.removeEventListener(type, listener));
  }

  removeEventListener<Type extends keyof Map>(type: Type, listener: Listener<Map[Type]>): void {
    this.#listeners[type]?.delete(listener);
  }

  protected emit<Type extends keyof Map>(type: Type, event: Map[Type]): void {
    for (const listener of [...(this.#listeners[type] ?? [])]) {
      try {
        listener(event);
      } catch (error) {
        void Promise.reject(error);
      }
    }
  }
}
