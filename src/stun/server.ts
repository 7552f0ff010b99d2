/**
 * A STUN server on UDP and TCP, IPv4 and IPv6, one port for all (RFC 8489 §12: "It MUST support UDP and TCP."). What is
 * answered is decided in `binding.ts`.
 */
import { lookup } from "node:dns/promises";
import type { AddressInfo } from "node:net";
import { canonicalAddress } from "../addresses.ts";
import { Deadlines } from "../deadlines.ts";
import { type Log, silentLog } from "../log.ts";
import { type BindingCounts, type BindingOptions, BindingServer, defaultMaxMessage } from "./binding.ts";
import { type ConnectionCounts, ConnectionLimits } from "./connection-limits.ts";
import { type Listener, type ListenOptions, listenTcp, type TcpContext } from "./tcp-listener.ts";
import { listenUdp } from "./udp-listener.ts";

/** What a {@link StunServer} is told; everything has a default. */
export interface StunServerOptions extends BindingOptions {
  readonly log?: Log | undefined;
  /** TCP connections open at once; 1,000 by default. One more is closed. */
  readonly maxConnections?: number | undefined;
  /** Those of one client (an IPv4 address, or a /64 of IPv6); 50 by default. One more is closed. */
  readonly maxConnectionsPerClient?: number | undefined;
  /** Milliseconds without a whole message after which a TCP connection is closed; 30,000 by default. */
  readonly idleTimeout?: number | undefined;
}

/** Where a {@link StunServer} is to listen. */
export interface StunListenOptions {
  /** 3478 by default (RFC 8489 §18.6); 0: one that is free for UDP and TCP alike. */
  readonly port?: number | undefined;
  /** A name or an address. By default, and for `"::"`, all addresses of this host, of IPv4 and, where it is there, IPv6. */
  readonly host?: string | undefined;
}

/** What a {@link StunServer} has done so far. */
export interface StunServerCounts extends BindingCounts {
  readonly connections: ConnectionCounts;
}

/** How often a free port is looked for that is free for the other sockets too. */
const PORT_ATTEMPTS = 20;

export class StunServer implements AsyncDisposable {
  readonly #binding: BindingServer;
  readonly #limits: ConnectionLimits;
  readonly #context: TcpContext;
  #listeners: readonly Listener[] = [];
  #state: "new" | "opening" | "listening" | "closed" = "new";

  /** @throws {RangeError} on a number that is out of range, {TypeError} on options that do not go together */
  constructor(options: StunServerOptions = {}) {
    const { log = silentLog, idleTimeout = 30_000, maxMessage = defaultMaxMessage } = options;
    if (!(idleTimeout > 0)) throw new RangeError("idleTimeout must be more than 0");
    this.#binding = new BindingServer(options);
    this.#limits = new ConnectionLimits(
      options.maxConnections ?? 1000,
      options.maxConnectionsPerClient ?? 50,
    );
    const [binding, limits, deadlines] = [this.#binding, this.#limits, new Deadlines()];
    this.#context = { binding, limits, deadlines, log, maxMessage, idleTimeout };
  }

  /** Where we listen: the first of the addresses, and the port of all of them. Undefined before and after. */
  get address(): AddressInfo | undefined {
    return this.#state === "listening" ? this.#listeners[0]?.address() : undefined;
  }

  /** For metrics. */
  get counts(): StunServerCounts {
    return { ...this.#binding.counts, connections: this.#limits.counts };
  }

  /**
   * Opens the sockets; once in a server's life.
   *
   * @returns {@link address}
   * @throws {Error} of Node, such as EADDRINUSE, when a socket cannot be opened; then none is
   */
  async listen({ port = 3478, host }: StunListenOptions = {}): Promise<AddressInfo> {
    if (this.#state !== "new") throw new TypeError("a StunServer listens once");
    this.#state = "opening";
    try {
      this.#listeners = await this.#openAll(await addressesOf(host), port);
    } catch (error) {
      this.#state = "closed";
      throw error;
    }
    // `close` may have been called meanwhile.
    if (this.#is("closed")) await this.#closeAll(this.#listeners);
    else this.#state = "listening";
    return this.address ?? closed();
  }

  /** Closes the sockets and the connections. Never rejects; twice is once. */
  async close(): Promise<void> {
    const listening = this.#state === "listening";
    this.#state = "closed";
    if (listening) await this.#closeAll(this.#listeners);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #openAll(addresses: readonly string[], port: number): Promise<readonly Listener[]> {
    for (let attempt = 1; ; attempt++) {
      const opened: Listener[] = [];
      try {
        for (const address of addresses) await this.#open({ address, port }, opened, addresses.length > 1);
        return opened;
      } catch (error) {
        await this.#closeAll(opened);
        // The port that was free for one of them belongs to somebody for another: on to the next.
        if (port !== 0 || codeOf(error) !== "EADDRINUSE" || attempt === PORT_ATTEMPTS) throw error;
      }
    }
  }

  /** Opens UDP and TCP at an address; all that is opened has the port of the first. */
  async #open({ address, port }: ListenOptions, opened: Listener[], optional: boolean): Promise<void> {
    const shared = (): number => opened[0]?.address().port ?? port;
    try {
      opened.push(await listenUdp({ address, port: shared() }, this.#binding, this.#context.log));
    } catch (error) {
      // A host without IPv6 still has IPv4.
      if (optional && opened.length > 0 && noSuchFamily.has(codeOf(error))) return;
      throw error;
    }
    opened.push(await listenTcp({ address, port: shared() }, this.#context));
  }

  async #closeAll(listeners: readonly Listener[]): Promise<void> {
    await Promise.all(listeners.map((listener) => listener.close()));
  }

  #is(state: "closed"): boolean {
    return this.#state === state;
  }
}

const noSuchFamily: ReadonlySet<string> = new Set(["EAFNOSUPPORT", "EADDRNOTAVAIL"]);

async function addressesOf(host: string | undefined): Promise<readonly string[]> {
  if (host === undefined || host === "::") return ["0.0.0.0", "::"];
  // RFC 6761 §6.3: names of localhost are loopback addresses; browsers try both, whatever a hosts file knows.
  if (host === "localhost") return ["127.0.0.1", "::1"];
  if (canonicalAddress(host) !== undefined) return [host];
  return (await lookup(host, { all: true })).map(({ address }) => address);
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

function closed(): never {
  throw new TypeError("the StunServer was closed before it listened");
}
