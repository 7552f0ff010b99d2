import type { ClientSocket } from "../../../src/signalling/client/index.ts";
import type { RoomGrant } from "../../../src/signalling/grants.ts";
import { SignallingServer } from "../../../src/signalling/server.ts";
import type { SignallingServerOptions } from "../../../src/signalling/server-options.ts";

type Listener = (event: never) => void;

/** What becomes of a message: `cut` is a connection that breaks once it has arrived, `lost` just before. */
export type Fate = "arrives" | "cut" | "lost";

/** One end of a connection that exists only in memory. Messages arrive in order, in a turn of their own. */
class End {
  other: End | undefined;
  fateOf: (text: string) => Fate = () => "arrives";
  rewrite: (text: string) => string = (text) => text;
  readonly #listeners = new Map<string, Listener[]>();
  #open = true;

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }

  send(data: string): void {
    if (!this.#open) return;
    setImmediate(() => {
      if (!this.#open) return;
      const fate = this.fateOf(data);
      if (fate !== "lost") this.other?.emit("message", { data: this.rewrite(data) });
      if (fate !== "arrives") this.cut();
    });
  }

  close(code = 1005, reason = ""): void {
    if (!this.#open) return;
    setImmediate(() => {
      const { other } = this;
      this.#end(code, reason);
      if (other !== undefined) other.#end(code, reason);
    });
  }

  /** Breaks the connection without a word: what is under way in either direction is lost. */
  cut(): void {
    const other = this.other!;
    for (const end of [this, other]) end.#end(1006, "");
  }

  emit(type: string, event: unknown): void {
    for (const listener of this.#listeners.get(type) ?? []) listener(event as never);
  }

  #end(code: number, reason: string): void {
    if (!this.#open) return;
    this.#open = false;
    this.emit("close", { code, reason });
  }
}

/** A real signalling server without a network: sessions reach it through {@link MemoryNetwork.WebSocket}. */
export class MemoryNetwork {
  server: SignallingServer;
  readonly WebSocket: new (
    url: string,
  ) => ClientSocket;
  /** Asked about every message, in the order in which they arrive. */
  fateOf: (text: string) => Fate = () => "arrives";
  /** What arrives in place of a text. */
  rewrite: (text: string) => string = (text) => text;
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
      for (const one of [client, end]) {
        one.fateOf = (text) => this.fateOf(text);
        one.rewrite = (text) => this.rewrite(text);
      }
      client.emit("open", {});
      const asked = new URL(url).searchParams;
      const name = asked.get("name") ?? "nobody";
      this.server.add(end, { user: name, name, grant: grantOf(asked) });
    });
  }
}

/** With `may` in the address, such as `publish` or nothing, all else is forbidden to its user. */
function grantOf(asked: URLSearchParams): RoomGrant | undefined {
  const may = asked.get("may");
  if (may === null) return undefined;
  const rights = { role: "member", publish: may === "publish", subscribe: may === "subscribe" } as const;
  return { room: "r", ...rights, expiresAt: Date.now() / 1000 + 60 };
}
