/** The constants and the `on…` handlers of the WHATWG WebSocket. */
import type { EndpointEvents } from "./endpoint-events.ts";
import { Events } from "./events.ts";
import { CLOSED, CLOSING, CONNECTING, OPEN } from "./ready-state.ts";

type Handler<Event> = ((event: Event) => void) | null;

/** An object that emits the events of an endpoint; `Target` is what its events name. */
export abstract class EndpointTarget<Target> extends Events<EndpointEvents<Target>> {
  static readonly CONNECTING: typeof CONNECTING = CONNECTING;
  static readonly OPEN: typeof OPEN = OPEN;
  static readonly CLOSING: typeof CLOSING = CLOSING;
  static readonly CLOSED: typeof CLOSED = CLOSED;

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
