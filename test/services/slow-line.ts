/** What lies between a process and its Redis when that is far away: slow, stuck, or cut in the middle of a word. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** How a line treats what goes over it. */
export interface LineSettings {
  /** Milliseconds that each direction takes. Default 0. */
  readonly delay?: number | undefined;
}

/** A port at the loopback interface that leads to another. */
export class SlowLine {
  readonly #server = createServer((socket) => this.#pass(socket));
  readonly #port: number;
  readonly #delay: number;
  readonly #sockets = new Set<Socket>();
  /** What is to be passed on once the line moves again. */
  #held: (() => void)[] | undefined;
  /** Octets of replies that still pass before the line is cut. */
  #budget = Number.POSITIVE_INFINITY;
  #cutAs: () => void = () => {};

  private constructor(port: number, delay: number) {
    this.#port = port;
    this.#delay = delay;
  }

  /** A line to a port at the loopback interface. */
  static async lay(port: number, { delay = 0 }: LineSettings = {}): Promise<SlowLine> {
    const line = new SlowLine(port, delay);
    line.#server.listen(0, "127.0.0.1");
    await once(line.#server, "listening");
    return line;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** As Redis's own, but over this line. */
  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Nothing moves any more, in either direction, until {@link resume}; what is sent waits. */
  stall(): void {
    this.#held ??= [];
  }

  resume(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const pass of held) pass();
  }

  /** Lets so many octets of replies pass and cuts all connections then; fulfilled when that is done. */
  cutAfter(octets: number): Promise<void> {
    this.#budget = octets;
    return new Promise((resolve) => {
      this.#cutAs = resolve;
    });
  }

  async stop(): Promise<void> {
    this.#server.close();
    for (const socket of [...this.#sockets]) socket.destroy();
    await once(this.#server, "close");
  }

  #pass(client: Socket): void {
    const server = connect(this.#port, "127.0.0.1");
    for (const socket of [client, server]) {
      this.#sockets.add(socket.setNoDelay(true).on("error", () => {}));
      socket.once("close", () => this.#sockets.delete(socket));
    }
    client.on("data", (chunk) => this.#later(() => server.write(chunk)));
    client.once("close", () => this.#later(() => server.destroy()));
    server.on("data", (chunk) => this.#later(() => this.#reply(client, chunk)));
    server.once("close", () => this.#later(() => client.destroy()));
  }

  /** Timers of one length come in the order in which they were set. */
  #later(pass: () => void): void {
    setTimeout(() => {
      if (this.#held === undefined) pass();
      else this.#held.push(pass);
    }, this.#delay);
  }

  #reply(client: Socket, chunk: Buffer): void {
    if (chunk.length < this.#budget) {
      this.#budget -= chunk.length;
      client.write(chunk);
      return;
    }
    client.write(chunk.subarray(0, this.#budget), () => {
      for (const socket of [...this.#sockets]) socket.destroy();
    });
    this.#budget = Number.POSITIVE_INFINITY;
    this.#cutAs();
  }
}
