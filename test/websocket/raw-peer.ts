/** One end of a TCP connection that speaks whatever octets a test wants, and keeps those it hears. */
import { connect, type Socket } from "node:net";
import { encodeFrame, type Frame, readFrames } from "./naive-codec.ts";

export const KEY = "dGhlIHNhbXBsZSBub25jZQ=="; // of RFC 6455 §1.3
const MASKING_KEY = [0x37, 0xfa, 0x21, 0x3d];

/** A handshake, or anything like it: headers are replaced, repeated (several values) or left out (undefined). */
export function handshake(
  headers: Readonly<Record<string, string | readonly string[] | undefined>> = {},
  line = "GET / HTTP/1.1",
): string {
  const all = {
    Host: "127.0.0.1",
    Upgrade: "websocket",
    Connection: "Upgrade",
    "Sec-WebSocket-Key": KEY,
    "Sec-WebSocket-Version": "13",
    ...headers,
  };
  const lines = Object.entries(all).flatMap(([name, values]) =>
    [values ?? []].flat().map((value) => `${name}: ${value}\r\n`),
  );
  return `${line}\r\n${lines.join("")}\r\n`;
}

/** An HTTP answer, taken apart. Header names are in lower case. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export class RawPeer {
  readonly socket: Socket;
  #chunks: Buffer[] = [];
  ended = false;
  closed = false;
  readonly #waiting = new Set<() => void>();

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on("data", (chunk) => {
      this.#chunks.push(chunk);
      this.#wake();
    });
    socket.on("end", () => {
      this.ended = true;
      this.#wake();
    });
    socket.on("error", () => {}); // a reset is a way to end like any other; `closed` tells
    socket.on("close", () => {
      this.ended = true;
      this.closed = true;
      this.#wake();
    });
  }

  /** What was received and not taken yet. */
  get received(): Buffer {
    if (this.#chunks.length !== 1) this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0]!;
  }
  set received(left: Buffer) {
    this.#chunks = [left];
  }

  get receivedBytes(): number {
    return this.#chunks.reduce((sum, { length }) => sum + length, 0);
  }

  /** Connects; `halfOpen` keeps our half open when the other end closes its own. */
  static async connect(port: number, halfOpen = false): Promise<RawPeer> {
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: halfOpen });
    const peer = new RawPeer(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("error", reject);
    });
    return peer;
  }

  /** Connects and performs a flawless handshake. */
  static async open(port: number, options: { path?: string; halfOpen?: boolean } = {}): Promise<RawPeer> {
    const peer = await RawPeer.connect(port, options.halfOpen);
    peer.write(handshake({}, `GET ${options.path ?? "/"} HTTP/1.1`));
    const { status } = await peer.answer();
    if (status !== 101) throw new Error(`refused with ${status}`);
    return peer;
  }

  write(data: string | Uint8Array): void {
    this.socket.write(data);
  }

  /** Sends frames as a client, masked. */
  send(...frames: Frame[]): void {
    this.write(Buffer.concat(frames.map((frame) => encodeFrame({ key: MASKING_KEY, ...frame }))));
  }

  /** Waits until `condition` holds of what was received. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      if (this.closed) throw new Error(`the connection closed after: ${this.received.toString("latin1")}`);
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  /** Waits for an HTTP answer, with the body that its Content-Length announces, and takes it from `received`. */
  async answer(): Promise<Answer> {
    await this.until(() => this.received.includes("\r\n\r\n"));
    const end = this.received.indexOf("\r\n\r\n") + 4;
    const [line = "", ...lines] = this.received.toString("latin1", 0, end).trim().split("\r\n");
    const headers = Object.fromEntries(
      lines.map((text) => [text.split(":", 1)[0]!.toLowerCase(), text.slice(text.indexOf(":") + 1).trim()]),
    );
    const length = Number(headers["content-length"] ?? 0);
    await this.until(() => this.received.length >= end + length);
    const body = this.received.toString("utf8", end, end + length);
    this.received = this.received.subarray(end + length);
    return { status: Number(line.split(" ")[1]), headers, body };
  }

  /** Waits for `count` whole frames and takes them from `received`, as "opcode payload-in-hex". */
  async frames(count: number): Promise<string[]> {
    for (;;) {
      const found = this.#wholeFrames();
      if (found.length >= count) {
        const taken = found.slice(0, count);
        this.received = this.received.subarray(taken.reduce((sum, { size }) => sum + size, 0));
        return taken.map(({ opcode, payload }) => `${opcode} ${Buffer.from(payload).toString("hex")}`);
      }
      const had = this.receivedBytes;
      await this.until(() => this.receivedBytes > had);
    }
  }

  /** Waits until the other end has closed its half. */
  async end(): Promise<void> {
    while (!this.ended) await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  /** Waits until both halves are closed. */
  async close(): Promise<void> {
    while (!this.closed) await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  #wholeFrames(): ReturnType<typeof readFrames> {
    return readFrames(this.received, "client", "as far as they go");
  }

  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resolve of waiting) resolve();
  }
}
