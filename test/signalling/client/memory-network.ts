import type { ClientSocket } from "../../../src/signalling/client/index.ts";
import { SignallingServer, type SignallingServerOptions } from "../../../src/signalling/server.ts";

type Listener = (event: never) => void;

/** One end of a connection that exists only in memory. Messages arrive in order, in a turn of their own. */
class End {
  other: End | undefined;
  readonly #listeners = new Map<string, Listener[]>();
  #open = true;

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }

  send(data: string): void {
    if (this.#open) setImmediate(() => this.other?.emit("message", { data }));
  }

  close(code = 1005, reason = ""): void {
    if (!this.#open) return;
    this.#open = false;
    setImmediate(() => {
      this.emit("close", { code, reason });
      this.other?.close(code, reason);
    });
  }

  emit(type: string, event: unknown): void {
    for (const listener of this.#listeners.get(type) ?? []) listener(event as never);
  }
}

/** A real signalling server without a network: sessions reach it through {@link MemoryNetwork.WebSocket}. */
export class MemoryNetwork {
  server: SignallingServer;
  readonly WebSocket: new (
    url: string,
  ) => ClientSocket;
  readonly #options: SignallingServerOptions;

  constructor(options: SignallingServerOptions = {}) {
    this.#options = options;
    this.server = new SignallingServer(options);
    const connect = (url: string, client: End): void => this.#connect(url, client);
    this.WebSocket = class extends End {
      constructor(url: string) {
        super();
        connect(url, this);
      }
    };
  }

  /** Replaces the server by a fresh one, as a restart does. */
  restart(): void {
    void this.server.close();
    this.server = new SignallingServer(this.#options);
  }

  #connect(url: string, client: End): void {
    setImmediate(() => {
      const end = new End();
      end.other = client;
      client.other = end;
      client.emit("open", {});
      const name = new URL(url).searchParams.get("name") ?? "nobody";
      this.server.add(end, { user: name, name });
    });
  }
}
