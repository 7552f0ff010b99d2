/**
 * RFC 9113 a second time: a client that writes whatever frames a test wants, and keeps those it hears.
 *
 * Field lines are literals without compression; of answers only the status is read, as far as it is one of
 * HPACK's static table (RFC 7541 §A). No flow control: a test sends WINDOW_UPDATE when it wants to.
 */
import { connect, type Socket } from "node:net";
import { onTestFinished } from "vitest";

export const Type = {
  DATA: 0,
  HEADERS: 1,
  RST_STREAM: 3,
  SETTINGS: 4,
  PING: 6,
  GOAWAY: 7,
  WINDOW_UPDATE: 8,
} as const;
export const END_STREAM = 0x1;
const ACK = 0x1;
const END_HEADERS = 0x4;

export interface Http2Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
}

/** RFC 9113 §4.1. */
function encode({ type, flags, stream, payload }: Http2Frame): Buffer {
  const header = Buffer.alloc(9);
  header.writeUIntBE(payload.length, 0, 3);
  header[3] = type;
  header[4] = flags;
  header.writeUInt32BE(stream, 5);
  return Buffer.concat([header, payload]);
}

/** RFC 7541 §6.2.2: a literal field that is not indexed, name and value without Huffman's code. */
function literal(text: string): Buffer {
  const octets = Buffer.from(text);
  if (octets.length > 126) throw new Error("a test needs no longer fields");
  return Buffer.concat([Buffer.from([octets.length]), octets]);
}

export type FieldLines = readonly (readonly [name: string, value: string])[];

/** RFC 8441 §5.1, fields replaced or left out (undefined). */
export function connectFields(changes: Readonly<Record<string, string | undefined>> = {}): FieldLines {
  const fields = {
    ":method": "CONNECT",
    ":protocol": "websocket",
    ":scheme": "http",
    ":path": "/",
    ":authority": "127.0.0.1",
    "sec-websocket-version": "13",
    ...changes,
  };
  return Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
}

export class NaiveHttp2 {
  readonly frames: Http2Frame[] = [];
  closed = false;
  readonly #socket: Socket;
  #received = Buffer.alloc(0);
  #nextStream = 1;
  readonly #waiting = new Set<() => void>();

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (chunk) => this.#receive(chunk));
    socket.on("error", () => {});
    socket.on("close", () => {
      this.closed = true;
      this.#wake();
    });
  }

  /** Connects, with empty SETTINGS, and waits for the server's. */
  static async connect(port: number): Promise<NaiveHttp2> {
    const peer = new NaiveHttp2(connect(port, "127.0.0.1"));
    onTestFinished(() => void peer.#socket.destroy());
    peer.#socket.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    peer.write(Type.SETTINGS, 0, 0);
    await peer.frame((frame) => frame.type === Type.SETTINGS && frame.flags !== ACK);
    peer.write(Type.SETTINGS, ACK, 0);
    return peer;
  }

  write(type: number, flags: number, stream: number, payload: Uint8Array = Buffer.alloc(0)): void {
    this.#socket.write(encode({ type, flags, stream, payload: Buffer.from(payload) }));
  }

  /** Sends a request and returns its stream's number. */
  request(fields: FieldLines, flags = 0): number {
    const stream = this.#nextStream;
    this.#nextStream += 2;
    const block = fields.flatMap(([name, value]) => [Buffer.from([0]), literal(name), literal(value)]);
    this.write(Type.HEADERS, END_HEADERS | flags, stream, Buffer.concat(block));
    return stream;
  }

  reset(stream: number, code: number): void {
    this.write(Type.RST_STREAM, 0, stream, Buffer.from([0, 0, 0, code]));
  }

  /** The server's settings, number → value (RFC 9113 §6.5.1), in order of arrival. */
  get settings(): [number, number][] {
    return this.of(Type.SETTINGS).flatMap(({ payload }) =>
      Array.from({ length: payload.length / 6 }, (_, i): [number, number] => [
        payload.readUInt16BE(6 * i),
        payload.readUInt32BE(6 * i + 2),
      ]),
    );
  }

  /** All frames of one type, on one stream if it is given. */
  of(type: number, stream?: number): Http2Frame[] {
    return this.frames.filter((frame) => frame.type === type && (stream ?? frame.stream) === frame.stream);
  }

  /** The octets that came on a stream. */
  data(stream: number): Buffer {
    return Buffer.concat(this.of(Type.DATA, stream).map(({ payload }) => payload));
  }

  /** How many octets the server let us send on a stream, or on all (0), beyond the first 65,535. */
  credit(stream: number): number {
    return this.of(Type.WINDOW_UPDATE, stream).reduce((sum, { payload }) => sum + payload.readUInt32BE(0), 0);
  }

  /** Waits for the answer to a request and returns its status. */
  async status(stream: number): Promise<number> {
    const { payload } = await this.frame((frame) => frame.type === Type.HEADERS && frame.stream === stream);
    const status = [200, 204, 206, 304, 400, 404, 500][payload[0]! - 0x88];
    if (status === undefined) throw new Error(`no status of the static table: ${payload.toString("hex")}`);
    return status;
  }

  /** Waits for a stream's RST_STREAM and returns its code. */
  async resetCode(stream: number): Promise<number> {
    const { payload } = await this.frame(
      (frame) => frame.type === Type.RST_STREAM && frame.stream === stream,
    );
    return payload.readUInt32BE(0);
  }

  /** Waits until the server has done all that it did before it answers a Ping. */
  async settled(): Promise<void> {
    const before = this.of(Type.PING).length;
    this.write(Type.PING, 0, 0, Buffer.alloc(8));
    await this.until(() => this.of(Type.PING).length > before);
  }

  /** The first frame that is as described, now or later. */
  async frame(matches: (frame: Http2Frame) => boolean): Promise<Http2Frame> {
    await this.until(() => this.frames.some(matches));
    return this.frames.find(matches)!;
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      if (this.closed) throw new Error(`closed after the frames ${JSON.stringify(this.frames.slice(-5))}`);
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  async close(): Promise<void> {
    while (!this.closed) await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  #receive(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    while (this.#received.length >= 9) {
      const size = 9 + this.#received.readUIntBE(0, 3);
      if (this.#received.length < size) break;
      this.frames.push({
        type: this.#received[3]!,
        flags: this.#received[4]!,
        stream: this.#received.readUInt32BE(5) & 0x7fffffff,
        payload: Buffer.from(this.#received.subarray(9, size)),
      });
      this.#received = this.#received.subarray(size);
    }
    this.#wake();
  }

  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resolve of waiting) resolve();
  }
}
