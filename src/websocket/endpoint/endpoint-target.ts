/** The constants and the `on…` handlers of the WHATWG WebSocket, and promises of the two events that come once. */
import type { CloseEvent, EndpointEvents, ErrorEvent } from "./endpoint-events.ts";
import { Events } from "./events.ts";
import { CLOSED, CLOSING, CONNECTING, OPEN, type ReadyState } from "./ready-state.ts";

type Handler<Event> = ((event: Event) => void) | null;

/** An object that emits the events of an endpoint; `Target` is what its events name. */
export abstract class EndpointTarget<Target> extends Events<EndpointEvents<Target>> {
  static readonly CONNECTING: typeof CONNECTING = CONNECTING;
  static readonly OPEN: typeof OPEN = OPEN;
  static readonly CLOSING: typeof CLOSING = CLOSING;
  static readonly CLOSED: typeof CLOSED = CLOSED;

  #opened: Promise<void> | undefined;
  #closed: Promise<CloseEvent<Target>> | undefined;
  #end: CloseEvent<Target> | undefined;

  abstract readonly readyState: ReadyState;

  /**
   * Sees each message before every listener; what it answers true for, no listener sees. For a layer that speaks
   * its own messages on the same connection, such as one that renews a login. Messages in parts pass by it.
   */
  intercept: ((data: string | Buffer) => boolean) | undefined;

  /** Resolves when the connection is open; rejects with what went wrong when it cannot be any more. */
  get opened(): Promise<void> {
    this.#opened ??= new Promise<void>((resolve, reject) => {
      let fault = new Error("the connection is over");
      if (this.readyState === OPEN || this.readyState === CLOSING) resolve();
      else if (this.readyState === CLOSED) reject(fault);
      this.addEventListener("open", () => resolve(), { once: true });
      this.addEventListener("error", ({ error }: ErrorEvent<Target>) => {
        fault = error;
      });
      this.addEventListener("close", () => reject(fault), { once: true });
    });
    this.#opened.catch(() => {}); // who does not wait for it hears of it by the events
    return this.#opened;
  }

  /** Resolves with the `close` event; never rejects. */
  get closed(): Promise<CloseEvent<Target>> {
    this.#closed ??= new Promise((resolve) => {
      if (this.#end === undefined) this.addEventListener("close", resolve, { once: true });
      else resolve(this.#end);
    });
    return this.#closed;
  }

  /** Tells the last event that there is. */
  protected emitClose(event: CloseEvent<Target>): void {
    this.#end = event;
    this.emit("close", event);
  }

  get onopen(): Handler<EndpointEvents<Target>["open"]> {
    return this.handler("open");
  }
  set onopen(handler: Handler<EndpointEvents<Target>["open"]>) {
    this.setHandler("open", handler);
  }
  get onmessage(): Handler<EndpointEvents<Target>["message"]> {
    return this.handler("message");
  }
  set onmessage(handler: Handler<EndpointEvents<Target>["message"]>) {
    this.setHandler("message", handler);
  }
  get onclose(): Handler<EndpointEvents<Target>["close"]> {
    return this.handler("close");
  }
  set onclose(handler: Handler<EndpointEvents<Target>["close"]>) {
    this.setHandler("close", handler);
  }
  get onerror(): Handler<EndpointEvents<Target>["error"]> {
    return this.handler("error");
  }
  set onerror(handler: Handler<EndpointEvents<Target>["error"]>) {
    this.setHandler("error", handler);
  }
}
