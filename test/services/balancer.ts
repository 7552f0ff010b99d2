/** What stands before several server processes: passes each connection on to one of them, in bytes. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A port at the loopback interface behind which processes come and go. */
export class Balancer {
  readonly #server = createServer((socket) => this.#pass(socket));
  readonly #sockets = new Set<Socket>();
  #ports: readonly number[] = [];

  static async start(): Promise<Balancer> {
    const balancer = new Balancer();
    balancer.#server.listen(0, "127.0.0.1");
    await once(balancer.#server, "listening");
    return balancer;
  }

  /** Where clients come. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Connections go to the first of these that takes them. */
  use(...urls: readonly string[]): void {
    this.#ports = urls.map((url) => Number(new URL(url).port));
  }

  /** Cuts all connections, as a network does that is gone. */
  cut(): void {
    for (const socket of [...this.#sockets]) socket.resetAndDestroy();
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.cut();
    await once(this.#server, "close");
  }

  #pass(client: Socket, tried = 0): void {
    const port = this.#ports[tried];
    client.on("error", () => {});
    if (port === undefined) {
      client.destroy();
      return;
    }
    const server = connect(port, "127.0.0.1");
    server.once("error", () => {
      if (!server.readable && server.bytesRead === 0) this.#pass(client, tried + 1);
    });
    server.once("connect", () => {
      for (const [one, other] of [
        [client, server],
        [server, client],
      ] as const) {
        this.#sockets.add(one);
        one.on("error", () => {});
        one.once("close", () => {
          this.#sockets.delete(one);
          other.destroy();
        });
        one.pipe(other);
      }
    });
  }
}
