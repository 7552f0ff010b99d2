/** The server's end of a connection. */
import { Endpoint } from "../endpoint/endpoint.ts";
import type { EndpointOptions } from "../endpoint/endpoint-options.ts";

/** A socket that is among its server's clients from its beginning to its end. */
export class ServerSocket extends Endpoint {
  readonly #clients: Set<Endpoint>;

  constructor(options: EndpointOptions, clients: Set<Endpoint>) {
    super(options);
    this.#clients = clients;
    clients.add(this);
  }

  protected override ended(): void {
    this.#clients.delete(this);
  }
}
