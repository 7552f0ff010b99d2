/**
 * A network between a page and its server that can be cut: a relay of TCP whose connections first carry nothing any
 * more, as when a cable is pulled, and then are gone.
 */
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

export class TcpProxy {
  readonly #server: Server;
  readonly #target: number;
  readonly #sockets = new Set<Socket>();
  #cut = false;

  private constructor(target: number) {
    this.#target = target;
    this.#server = createServer((near) => this.#relay(near));
  }

  /** Relays a free port of localhost to a port there. */
  static async open(target: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(target);
    await new Promise<void>((listening) => proxy.#server.listen(0, "localhost", listening));
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** From now on nothing comes through, and nobody is told. Who connects waits. */
  freeze(): void {
    this.#cut = true;
    for (const socket of this.#sockets) socket.unpipe().pause();
  }

  /** Whatever was on its way is lost, and both ends hear that their connections are gone. */
  drop(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Ends those who waited in vain; new connections are carried again. */
  mend(): void {
    this.drop();
    this.#cut = false;
  }

  async close(): Promise<void> {
    this.drop();
    await new Promise((closed) => this.#server.close(closed));
  }

  #relay(near: Socket): void {
    this.#keep(near);
    if (this.#cut) {
      near.pause();
      return;
    }
    const far = connect(this.#target, "localhost");
    this.#keep(far);
    near.pipe(far);
    far.pipe(near);
    near.on("close", () => far.destroy());
    far.on("close", () => near.destroy());
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    // A connection that breaks is what this is for.
    socket.on("error", () => {});
    socket.on("close", () => this.#sockets.delete(socket));
  }
}
