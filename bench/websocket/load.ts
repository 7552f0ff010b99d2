/**
 * The client of the echo test: many connections over `node:net`, each with so many messages in flight.
 *
 * It does as little as a client can: the frames are prepared, reads land in one buffer that all connections
 * share, and the echoes are compared where they lie. It never sleeps while it loads: waking it would be a cost
 * of the server's sends.
 */
import { connect, type Socket } from "node:net";
import { EchoCheck, type EchoContent, type EchoFrames, prepareFrames } from "./frames.ts";

export interface EchoLoadOptions extends EchoContent {
  readonly port: number;
  readonly connections: number;
  /** The most messages that each connection has sent and not got back. */
  readonly inFlight: number;
  /**
   * When the next messages follow. `batch`: as many at once, when all have come back, so that the server gets
   * the same bytes in the same portions however fast it answers. `window`: as many as one read brought, at
   * once; a server that answers one by one is then asked one by one.
   */
  readonly pacing: Pacing;
}

export type Pacing = "batch" | "window";

/** What happened under load. */
export interface EchoRun {
  readonly echoes: number;
  /** How often the client read from a socket: `echoes / reads` came together. */
  readonly reads: number;
}

const READ_BUFFER = 256 * 1024;
/** How long all echoes may fail to come before something is wrong. */
const PATIENCE = 20_000;

export class EchoLoad {
  readonly #options: EchoLoadOptions;
  readonly #frames: EchoFrames;
  readonly #buffer: Buffer = Buffer.allocUnsafe(READ_BUFFER);
  #connections: readonly EchoConnection[] = [];
  #running = false;
  #outstanding = 0;
  #reads = 0;
  #echoed = 0;
  #finish: (() => void) | undefined;
  #fail: ((error: Error) => void) | undefined;

  private constructor(options: EchoLoadOptions) {
    this.#options = options;
    this.#frames = prepareFrames(options, options.inFlight, READ_BUFFER);
  }

  /** Opens all connections. */
  static async open(options: EchoLoadOptions): Promise<EchoLoad> {
    const load = new EchoLoad(options);
    load.#connections = await Promise.all(Array.from({ length: options.connections }, () => load.#connect()));
    return load;
  }

  /** Keeps the messages in flight for `duration` milliseconds; returns when all have come back. */
  async run(duration: number): Promise<EchoRun> {
    this.#running = true;
    this.#echoed = 0;
    this.#reads = 0;
    this.#outstanding = 0;
    const finished = new Promise<void>((resolve, reject) => {
      this.#finish = resolve;
      this.#fail = reject;
    });
    for (const connection of this.#connections) this.#send(connection, this.#options.inFlight);
    const end = setTimeout(() => {
      this.#running = false;
    }, duration);
    const patience = setTimeout(() => {
      this.#fail?.(new Error(`${this.#outstanding} echoes did not come back`));
    }, duration + PATIENCE);
    const spin = spinning();
    try {
      await finished;
    } finally {
      clearTimeout(end);
      clearTimeout(patience);
      spin.stop();
      this.#finish = this.#fail = undefined;
    }
    return { echoes: this.#echoed, reads: this.#reads };
  }

  close(): void {
    this.#finish = this.#fail = undefined;
    for (const connection of this.#connections) connection.destroy();
  }

  async #connect(): Promise<EchoConnection> {
    const connection = new EchoConnection(this.#frames, this.#buffer, {
      port: this.#options.port,
      opening: this.#options.protocol === "websocket",
      echoed: (frames) => this.#echo(connection, frames),
      failed: (error) => this.#fail?.(error),
    });
    await connection.opened;
    return connection;
  }

  #echo(connection: EchoConnection, frames: number): void {
    this.#reads++;
    if (frames === 0) return;
    this.#echoed += frames;
    this.#outstanding -= frames;
    connection.outstanding -= frames;
    if (this.#running) {
      const { pacing, inFlight } = this.#options;
      if (pacing === "window") this.#send(connection, frames);
      else if (connection.outstanding === 0) this.#send(connection, inFlight);
    }
    if (this.#outstanding === 0) this.#finish?.();
  }

  #send(connection: EchoConnection, frames: number): void {
    this.#outstanding += frames;
    connection.outstanding += frames;
    connection.send(frames);
  }
}

interface EchoConnectionOptions {
  readonly port: number;
  /** Whether the server wants an opening handshake. */
  readonly opening: boolean;
  /** One read brought the rest of so many frames. */
  echoed(frames: number): void;
  failed(error: Error): void;
}

class EchoConnection {
  readonly opened: Promise<void>;
  /** Messages sent and not got back. */
  outstanding = 0;
  readonly #frames: EchoFrames;
  readonly #options: EchoConnectionOptions;
  readonly #check: EchoCheck;
  readonly #socket: Socket;
  #next = 0;
  /** The server's handshake, as far as it has come; undefined once it is done. */
  #response: string | undefined;
  #open!: () => void;
  #refuse!: (error: Error) => void;

  constructor(frames: EchoFrames, buffer: Buffer, options: EchoConnectionOptions) {
    this.#frames = frames;
    this.#options = options;
    this.#check = new EchoCheck(frames);
    this.opened = new Promise((resolve, reject) => {
      this.#open = resolve;
      this.#refuse = reject;
    });
    this.#response = options.opening ? "" : undefined;
    this.#socket = connect({
      host: "127.0.0.1",
      port: options.port,
      noDelay: true,
      onread: {
        buffer,
        callback: (length) => {
          this.#receive(buffer, length);
          return true;
        },
      },
    });
    this.#socket.once("connect", () => (options.opening ? this.#socket.write(request) : this.#open()));
    this.#socket.on("error", (error) => this.#failed(error));
    this.#socket.on("close", () => this.#failed(new Error("the server closed a connection")));
  }

  /** Sends the next `count` frames in one write. */
  send(count: number): void {
    const { sent, sentSize, cycle } = this.#frames;
    this.#socket.write(sent.subarray(this.#next * sentSize, (this.#next + count) * sentSize));
    this.#next = (this.#next + count) % cycle;
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #receive(bytes: Buffer, length: number): void {
    if (this.#response !== undefined) {
      this.#receiveResponse(bytes.toString("latin1", 0, length));
      return;
    }
    try {
      const frames = this.#check.receive(bytes, length);
      this.#options.echoed(frames);
    } catch (error) {
      this.#failed(error as Error);
    }
  }

  #receiveResponse(text: string): void {
    this.#response += text;
    if (!this.#response!.endsWith("\r\n\r\n")) return;
    if (this.#response!.startsWith("HTTP/1.1 101 ")) this.#open();
    else this.#failed(new Error(`the server refused: ${this.#response!.split("\r\n", 1)[0]}`));
    this.#response = undefined;
  }

  #failed(error: Error): void {
    this.#refuse(error);
    this.#options.failed(error);
    this.#socket.destroy();
  }
}

/** RFC 6455 §4.1, with the key of §1.3. */
const request = [
  "GET / HTTP/1.1",
  "Host: 127.0.0.1",
  "Upgrade: websocket",
  "Connection: Upgrade",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  "Sec-WebSocket-Version: 13",
  "\r\n",
].join("\r\n");

/** Keeps the event loop from waiting in the kernel. */
function spinning(): { stop(): void } {
  let immediate = setImmediate(function again() {
    immediate = setImmediate(again);
  });
  return { stop: () => clearImmediate(immediate) };
}
