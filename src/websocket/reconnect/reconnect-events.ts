/** What a reconnecting client tells, and its `on…` properties. */
import { type BaseEvent, Events } from "../endpoint/events.ts";
import type { ReconnectState } from "./reconnection.ts";

export interface Closed {
  /** 1006 when there was no Close frame (RFC 6455 §7.1.5). */
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
  /** Whether another attempt follows by itself. False in `unauthorized`: that is for the login to say. */
  readonly willReconnect: boolean;
  /** Milliseconds until that attempt; undefined when there is none, or when it waits for the network. */
  readonly delay: number | undefined;
}

export interface ReconnectingEventMap<Target, Data> {
  open: BaseEvent<"open", Target> & {
    /** Whether there was a connection before: what the server knew of that one may be gone. */
    readonly reconnected: boolean;
    /** How many reconnections it took since the last connection that lasted; 0 for the very first attempt. */
    readonly attempt: number;
  };
  message: BaseEvent<"message", Target> & { readonly data: Data };
  /** A connection ended, or an attempt failed. */
  close: BaseEvent<"close", Target> & Closed;
  /** Why an attempt failed, or something else that the application may want to log. Browsers say little. */
  error: BaseEvent<"error", Target> & { readonly error: Error; readonly message: string };
  /** Renew the login, then call `reconnect()`. */
  credentials: BaseEvent<"credentials", Target>;
  state: BaseEvent<"state", Target> & { readonly state: ReconnectState };
}

type Handler<Event> = ((event: Event) => void) | null;

/** The four `on…` properties of the WHATWG WebSocket. */
export abstract class ReconnectingEvents<Target, Data> extends Events<ReconnectingEventMap<Target, Data>> {
  get onopen(): Handler<ReconnectingEventMap<Target, Data>["open"]> {
    return this.handler("open");
  }
  set onopen(handler: Handler<ReconnectingEventMap<Target, Data>["open"]>) {
    this.setHandler("open", handler);
  }
  get onmessage(): Handler<ReconnectingEventMap<Target, Data>["message"]> {
    return this.handler("message");
  }
  set onmessage(handler: Handler<ReconnectingEventMap<Target, Data>["message"]>) {
    this.setHandler("message", handler);
  }
  get onclose(): Handler<ReconnectingEventMap<Target, Data>["close"]> {
    return this.handler("close");
  }
  set onclose(handler: Handler<ReconnectingEventMap<Target, Data>["close"]>) {
    this.setHandler("close", handler);
  }
  get onerror(): Handler<ReconnectingEventMap<Target, Data>["error"]> {
    return this.handler("error");
  }
  set onerror(handler: Handler<ReconnectingEventMap<Target, Data>["error"]>) {
    this.setHandler("error", handler);
  }
}
