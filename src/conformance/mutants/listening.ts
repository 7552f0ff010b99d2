/** A server on a port of its own, on the loopback interface, that leaves no connection behind. */
import type { AddressInfo, Server, Socket } from "node:net";

export class Listening {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
    server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
      socket.on("error", () => socket.destroy());
    });
  }

  /** Also a server of HTTP/2 in cleartext is one of TCP. */
  static async on(server: Server): Promise<Listening> {
    const listening = new Listening(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return listening;
  }

  get url(): URL {
    return new URL(`ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`);
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}
