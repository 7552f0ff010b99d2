/** A port of one case's own, on the loopback interface: whatever connects to it is the client under test. */
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";

/** Refused connections that may be open at a time; more are not even answered. */
const MOST_REFUSED = 32;
const REFUSAL = "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

export interface CasePortOptions {
  /** Connections that the case says it takes; more are refused, unless somebody waits for one. */
  readonly connections: number;
  /** There is a connection to be taken. */
  readonly onConnection: () => void;
}

export class CasePort {
  readonly #server: Server;
  readonly #options: CasePortOptions;
  readonly #waiting: Socket[] = [];
  readonly #refused = new Set<Socket>();
  #came = 0;
  #refusals = 0;
  /** Whether the case waits for a connection, however many it has had. */
  wanted = false;

  private constructor(server: Server, options: CasePortOptions) {
    this.#server = server;
    this.#options = options;
    server.on("connection", (socket) => this.#accept(socket));
    // A connection could not be taken, as files run out: the client sees that for itself.
    server.on("error", () => {});
  }

  /** @throws {Error} when there is no port to be had */
  static async open(options: CasePortOptions): Promise<CasePort> {
    const server = createServer({ allowHalfOpen: true, noDelay: true });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(0, "127.0.0.1", resolve);
    });
    return new CasePort(server, options);
  }

  /** `127.0.0.1:49152` */
  get authority(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** How many connections were refused, since they came beside those of the case. */
  get refusals(): number {
    return this.#refusals;
  }

  /** The next connection that nobody has taken yet. */
  take(): Socket | undefined {
    return this.#waiting.shift();
  }

  /** Takes no more connections, and leaves none of those that the case did not take. */
  close(): void {
    this.#server.close();
    for (const socket of [...this.#waiting, ...this.#refused]) socket.destroy();
  }

  #accept(socket: Socket): void {
    // Until somebody takes it: a reset of a connection is no exception of ours.
    socket.on("error", () => {});
    if (this.wanted || this.#came < this.#options.connections) {
      this.#came++;
      this.#waiting.push(socket);
      this.#options.onConnection();
    } else this.#refuse(socket);
  }

  /** A client that connects again by itself is told that there is nothing for it to do. */
  #refuse(socket: Socket): void {
    this.#refusals++;
    if (this.#refused.size >= MOST_REFUSED) {
      socket.destroy();
      return;
    }
    this.#refused.add(socket);
    socket.once("close", () => this.#refused.delete(socket));
    // The answer to its request, whatever that is.
    socket.once("data", () => socket.end(REFUSAL));
  }
}
