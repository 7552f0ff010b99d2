/** The STUN server of an application: where it listens, and what becomes of a port that is taken. */
import { type Log, silentLog } from "../log.ts";
import { StunServer, type StunServerCounts } from "../stun/index.ts";

/** RFC 8489 §18.6. */
const usualPort = 3478;

/** Where an application's STUN server is. */
export interface StunOptions {
  /** `auto` by default: 3478, or where that is taken, any port that is free. 0: any. */
  readonly port?: number | "auto" | undefined;
  /**
   * The name or address that is handed out, such as `stun.example.com`. By default the one by which each client has
   * reached the application.
   */
  readonly host?: string | undefined;
}

/** The STUN server's port could not be opened. `cause` is the error of Node. */
export class StunPortError extends Error {
  override readonly name = "StunPortError";
  readonly port: number;
  /** Such as `EADDRINUSE`. */
  readonly code: string;

  constructor(port: number, cause: unknown) {
    const { code = "unknown" } = cause as NodeJS.ErrnoException;
    super(`The STUN server cannot listen on port ${port} (${code})`, { cause });
    this.port = port;
    this.code = code;
  }
}

/** A STUN server on a port. */
export class StunPort {
  readonly #options: StunOptions;
  readonly #log: Log;
  #server: StunServer | undefined;

  constructor(options: StunOptions, log: Log = silentLog) {
    this.#options = options;
    this.#log = log;
  }

  /** Where clients find it; undefined before it listens. */
  get place(): { readonly port: number; readonly host?: string | undefined } | undefined {
    const port = this.#server?.address?.port;
    return port === undefined ? undefined : { port, host: this.#options.host };
  }

  get counts(): StunServerCounts | undefined {
    return this.#server?.counts;
  }

  /**
   * Listens for UDP and TCP.
   *
   * @param host as for HTTP
   * @throws {StunPortError} when it cannot
   */
  async listen(host: string | undefined): Promise<void> {
    const { port = "auto" } = this.#options;
    try {
      await this.#listen(port === "auto" ? usualPort : port, host);
    } catch (error) {
      if (port !== "auto" || (error as NodeJS.ErrnoException).code !== "EADDRINUSE") {
        throw new StunPortError(port === "auto" ? usualPort : port, error);
      }
      await this.#listen(0, host);
      this.#log.warn("stun.port-in-use", { port: usualPort, instead: this.place?.port });
    }
    this.#log.info("stun.listening", { port: this.place?.port });
  }

  async close(): Promise<void> {
    await this.#server?.close();
    this.#server = undefined;
  }

  async #listen(port: number, host: string | undefined): Promise<void> {
    const server = new StunServer({ log: this.#log });
    await server.listen({ port, host });
    this.#server = server;
  }
}
