/**
 * A server on a free port and a client that speaks bytes, for what no HTTP client would send.
 */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterEach, expect } from "vitest";
import type { Handler } from "../../src/http/message/handler.ts";
import type { ExchangeOptions } from "../../src/http/server/exchange-options.ts";
import type { HttpLimits } from "../../src/http/server/limits.ts";
import { HttpServer } from "../../src/http/server/server.ts";
import type { Log, LogFields } from "../../src/log.ts";

const open: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

export interface LogLine {
  readonly level: keyof Log;
  readonly event: string;
  readonly fields: LogFields;
}

export interface Served {
  readonly server: HttpServer;
  readonly port: number;
  readonly origin: string;
  readonly lines: readonly LogLine[];
}

/** Serves `handler` on 127.0.0.1 until the test ends. */
export async function serve(
  handler: Handler,
  limits: Partial<HttpLimits> = {},
  options: Partial<ExchangeOptions> = {},
): Promise<Served> {
  const lines: LogLine[] = [];
  const at =
    (level: keyof Log) =>
    (event: string, fields: LogFields = {}): void => {
      lines.push({ level, event, fields });
    };
  const log: Log = { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
  const server = new HttpServer({ handler, log, limits, ...options });
  const { port } = await server.listen({ port: 0, host: "127.0.0.1" });
  open.push(() => server.stop({ deadline: 0 }));
  return { server, port, origin: `http://127.0.0.1:${port}`, lines };
}

/** A connection that shows what came over it. */
export class Wire {
  readonly socket: Socket;
  /** Whether the peer ended it in order, and did not reset it. */
  ended = false;
  error: Error | undefined;
  closed: Promise<void>;
  #received = "";

  private constructor(socket: Socket) {
    this.socket = socket;
    this.closed = new Promise((resolve) => socket.once("close", () => resolve()));
    socket.setEncoding("latin1");
    socket.on("data", (text: string) => {
      this.#received += text;
    });
    socket.on("end", () => {
      this.ended = true;
    });
    socket.on("error", (error) => {
      this.error = error;
    });
    open.push(() => socket.destroy());
  }

  static async to(port: number, allowHalfOpen = false): Promise<Wire> {
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen });
    await once(socket, "connect");
    return new Wire(socket);
  }

  get received(): string {
    return this.#received;
  }

  send(text: string): void {
    this.socket.write(text, "latin1");
  }

  /** Until what came matches. Fails the test when the connection closes before. */
  async until(pattern: RegExp): Promise<string> {
    while (!pattern.test(this.#received)) {
      if (this.socket.closed) throw new Error(`closed after ${JSON.stringify(this.#received)}`);
      await Promise.race([once(this.socket, "data"), this.closed]);
    }
    return this.#received;
  }

  /** Everything until the connection is closed. */
  async rest(): Promise<string> {
    await this.closed;
    return this.#received;
  }
}

export interface Received {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** Takes apart one response that is not chunked. */
export function parseResponse(text: string): Received {
  const end = text.indexOf("\r\n\r\n");
  const [first = "", ...lines] = text.slice(0, end).split("\r\n");
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return { status: Number(first.split(" ")[1]), headers: new Map(headers), body: text.slice(end + 4) };
}

/** Sends `text` on a connection of its own and takes apart what comes until it is closed. */
export async function exchange(port: number, text: string): Promise<Received> {
  const wire = await Wire.to(port);
  wire.send(text);
  return parseResponse(await wire.rest());
}

/** An expectation of what `read` will give sooner or later; the machine may be busy. */
export function eventually<T>(read: () => T): ReturnType<typeof expect.poll> {
  return expect.poll(read, { timeout: 10_000 });
}

/** The lines of a head. */
export function head(...lines: readonly string[]): string {
  return `${lines.join("\r\n")}\r\n\r\n`;
}
