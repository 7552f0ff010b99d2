/** A server as `npm start` runs it, and a browser for those who visit it. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { WebSocket } from "../../src/websocket/index.ts";
import { builtServe, type Running } from "../cli/barewire.ts";
import { launchChromium } from "./chromium.ts";
import { type Arrival, PASSWORD, Visitor } from "./visitor.ts";

/** Somebody who is logged in when they arrive. */
export interface Account extends Arrival {
  readonly token: string;
}

export class House {
  readonly browser: Browser;
  /** The same after the server is started again. */
  readonly url: string;
  readonly #options: readonly string[];
  readonly #data: string;
  readonly #visitors: Visitor[] = [];
  #server: Running;
  #running = true;

  private constructor(browser: Browser, options: readonly string[], data: string, server: Running) {
    this.browser = browser;
    this.#options = options;
    this.#data = data;
    this.#server = server;
    this.url = server.url;
  }

  /** @param options of `barewire serve`, besides where and with which data */
  static async open(options: readonly string[] = []): Promise<House> {
    const browser = await launchChromium();
    const data = await mkdtemp(join(tmpdir(), "barewire-browser-"));
    return new House(browser, options, data, await builtServe(["--port=0", `--data=${data}`, ...options]));
  }

  /** @param url by which they come; another one leads through a proxy */
  async visit(name: string, arrival: Arrival = {}, url: string = this.url): Promise<Visitor> {
    const visitor = await Visitor.open(this.browser, url, name, arrival);
    this.#visitors.push(visitor);
    return visitor;
  }

  /** Registers an account past the page, and returns an arrival that is logged in as it. */
  async account(name: string): Promise<Account> {
    const send = (path: string): Promise<Response> =>
      fetch(`${this.url}${path}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ username: name, password: PASSWORD }),
      });
    const registered = await send("/auth/register");
    if (registered.status !== 201) throw new Error(`register: ${registered.status}`);
    const { access_token: token, refresh_token } = (await (await send("/auth/token")).json()) as {
      access_token: string;
      refresh_token: string;
    };
    const common = { domain: new URL(this.url).hostname, expires: -1, httpOnly: true, secure: true } as const;
    const cookies = [
      { ...common, name: "__Host-barewire_access", value: token, path: "/", sameSite: "Lax" as const },
      {
        ...{ ...common, name: "__Secure-barewire_refresh", value: refresh_token },
        ...{ path: "/auth", sameSite: "Strict" as const },
      },
    ];
    return { token, storageState: { cookies, origins: [] } };
  }

  /** Sends somebody into a room who is no browser, but our own client. Who closes with 1000 leaves it at once. */
  async send(token: string, room: string): Promise<WebSocket> {
    const socket = new WebSocket(`${this.url.replace("http", "ws")}/ws`, "barewire.signal.v1", {
      headers: { authorization: `Bearer ${token}` },
    });
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener("error", ({ error }) => reject(error));
      socket.addEventListener("message", ({ data }) => {
        const { type } = JSON.parse(String(data)) as { type: string };
        if (type === "welcome") socket.send(JSON.stringify({ type: "join", room }));
        if (type === "joined") resolve();
        if (type === "error") reject(new Error(String(data)));
      });
    });
    return socket;
  }

  /** Stops the server as a service manager does, and returns its exit code. */
  async stop(): Promise<number | null> {
    this.#running = false;
    this.#server.signal("SIGTERM");
    return (await this.#server.finished).code;
  }

  /** Starts it anew on the same port with the same data. */
  async start(): Promise<void> {
    const port = new URL(this.url).port;
    this.#server = await builtServe([`--port=${port}`, `--data=${this.#data}`, ...this.#options]);
    this.#running = true;
  }

  /** All that the visitors' pages said and no page should say. */
  get complaints(): readonly string[] {
    return this.#visitors.flatMap(({ name, complaints }) => complaints.map((text) => `${name}: ${text}`));
  }

  async close(): Promise<void> {
    await this.browser.close();
    if (this.#running) await this.stop();
    await rm(this.#data, { recursive: true });
  }
}
