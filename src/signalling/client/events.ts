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
  #listeners: { [Type in keyof Map]?: readonly Listener<Map[Type]>[] } = {};

  /** Adds a listener; adding it twice for one type is adding it once. */
  addEventListener<Type extends keyof Map>(
    type: Type,
    listener: Listener<Map[Type]>,
    options: ListenerOptions = {},
  ): void {
    if (options.signal?.aborted === true) return;
    this.removeEventListener(type, listener);
    this.#listeners[type] = [...(this.#listeners[type] ?? []), listener];
    options.signal?.addEventListener("abort", () => this.removeEventListener(type, listener));
  }

  removeEventListener<Type extends keyof Map>(type: Type, listener: Listener<Map[Type]>): void {
    this.#listeners[type] = this.#listeners[type]?.filter((one) => one !== listener) ?? [];
  }

  protected emit<Type extends keyof Map>(type: Type, event: Map[Type]): void {
    for (const listener of this.#listeners[type] ?? []) {
      try {
        listener(event);
      } catch (error) {
        void Promise.reject(error);
      }
    }
  }
}
