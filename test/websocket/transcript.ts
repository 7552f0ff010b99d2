/** What a Connection did, as lines of text, so that a test compares one array. */
import { expect } from "vitest";
import {
  Connection,
  type ConnectionOptions,
  connectionDefaults,
  type Role,
} from "../../src/websocket/connection/connection.ts";
import type { ConnectionTraits } from "../../src/websocket/connection/connection-options.ts";
import type { ConnectionSink } from "../../src/websocket/connection/connection-sink.ts";
import type { MessageDeflater, MessageInflater } from "../../src/websocket/deflate/deflate.ts";
import { deflateLater, inflateLater } from "../../src/websocket/deflate/deflate-jobs.ts";
import type { WebSocketProtocolError } from "../../src/websocket/errors.ts";
import { encodeFrame, type Frame, readFrames } from "./naive-codec.ts";

const SENT: Readonly<Record<number, string>> = { 1: "text", 2: "binary", 8: "close", 9: "ping", 10: "pong" };

/**
 * A connection on a virtual clock and without a network. Whatever it wants to send is taken at once, and
 * read again by the naive codec, which also sees to it that a client masks and a server does not.
 */
export class Transcript implements ConnectionSink {
  readonly lines: string[] = [];
  readonly connection: Connection;
  readonly #role: Role;
  /** Called in the middle of each event that an application sees. */
  during: (event: string, connection: Connection) => void = () => {};

  /** What zlib's threads have to do, in order. */
  readonly jobs: Promise<void>[] = [];

  constructor(
    role: Role,
    options: Partial<ConnectionOptions> = {},
    { now = 0, traits = {} }: { readonly now?: number; readonly traits?: ConnectionTraits } = {},
  ) {
    this.#role = role;
    const quiet = {
      ...connectionDefaults,
      heartbeatInterval: Number.POSITIVE_INFINITY,
      random: fillWith(0x5a),
    };
    this.connection = new Connection(role, this, { options: { ...quiet, ...options }, traits }, now);
  }

  output(): void {
    const written: Uint8Array[] = [];
    const write = (bytes: Uint8Array): void => void written.push(Uint8Array.from(bytes));
    this.connection.outgoing.outbox.transmit({
      write,
      cork() {},
      uncork() {},
      pendingBytes: 0,
      letsGo: true,
    });
    for (const frame of readFrames(Buffer.concat(written), this.#role === "client" ? "server" : "client")) {
      const payload = Buffer.from(frame.payload);
      const shown =
        SENT[frame.opcode] === "text" ? JSON.stringify(payload.toString()) : payload.toString("hex");
      this.lines.push(`sent ${SENT[frame.opcode]} ${shown}`);
    }
  }
  flush(): void {
    this.output();
  }
  room(): void {}
  deflate(deflater: MessageDeflater, payload: Uint8Array): void {
    this.jobs.push(
      new Promise((resolve) => {
        deflateLater(deflater, payload, (deflated) => {
          this.connection.outgoing.deflated(deflated);
          resolve();
        });
      }),
    );
  }
  inflate(inflater: MessageInflater, payload: Buffer): void {
    this.jobs.push(
      new Promise((resolve) => {
        inflateLater(inflater, payload, (result) => {
          this.connection.inflated(result, 0);
          resolve();
        });
      }),
    );
  }
  part(data: string | Buffer, isText: boolean, final: boolean): void {
    const shown = typeof data === "string" ? JSON.stringify(data) : data.toString("hex");
    this.#note(`part ${isText ? "text" : "binary"} ${shown}${final ? " final" : ""}`);
  }
  text(message: string): void {
    this.#note(`text ${JSON.stringify(message)}`);
  }
  binary(message: Buffer): void {
    this.#note(`binary ${message.toString("hex")}`);
  }
  pong(payload: Buffer): void {
    this.#note(`pong ${payload.toString("hex")}`);
  }
  end(): void {
    this.lines.push("end");
  }
  abort(): void {
    this.lines.push("abort");
  }
  closed(code: number, reason: string, wasClean: boolean): void {
    this.#note(`closed ${code} ${JSON.stringify(reason)} ${wasClean ? "clean" : "unclean"}`);
  }
  failed(error: WebSocketProtocolError): void {
    this.#note(`failed ${error.closeCode}`);
  }

  #note(line: string): void {
    this.lines.push(line);
    this.during(line.split(" ")[0]!, this.connection);
  }
}

/** A source of "randomness" that always gives the same octet. */
export function fillWith(octet: number): (bytes: Buffer) => void {
  return (bytes) => void bytes.fill(octet);
}

const KEY = [0x37, 0xfa, 0x21, 0x3d]; // of the examples in RFC 6455 §5.7

/** A stream of frames as the peer of `role` sends them. */
export function framesTo(role: Role, frames: readonly Frame[]): Buffer {
  return Buffer.concat(
    frames.map((frame) => encodeFrame(role === "server" ? { key: KEY, ...frame } : frame)),
  );
}

/** Feeds a copy of `stream` in pieces that end at `cuts`. */
export function feed(connection: Connection, stream: Uint8Array, cuts: Iterable<number>): void {
  let at = 0;
  for (const cut of [...cuts, stream.length]) {
    if (cut > at) connection.receive(Buffer.from(stream.subarray(at, cut)), 0);
    at = Math.max(at, cut);
  }
}

/**
 * What a connection does with a stream. It is fed whole and then, to another one, octet by octet: how TCP
 * cuts a stream must never matter.
 *
 * @param stream frames, or octets in hex
 */
export function transcriptOf(
  role: Role,
  stream: string | readonly Frame[],
  options: Partial<ConnectionOptions> & { readonly during?: Transcript["during"] } = {},
): string[] {
  const { during, ...others } = options;
  const bytes =
    typeof stream === "string" ? Buffer.from(stream.replaceAll(" ", ""), "hex") : framesTo(role, stream);
  const [whole, cut] = [[], bytes.keys()].map((cuts) => {
    const transcript = new Transcript(role, others);
    if (during !== undefined) transcript.during = during;
    feed(transcript.connection, bytes, cuts);
    return transcript.lines;
  });
  expect(cut).toEqual(whole);
  return whole!;
}

/** The line that says that a Close frame was sent. */
export function sentClose(code?: number, reason = ""): string {
  const status = code === undefined ? Buffer.alloc(0) : Buffer.from([code >> 8, code & 255]);
  return `sent close ${Buffer.concat([status, Buffer.from(reason)]).toString("hex")}`;
}

/** Takes our own wording out of the Close frame that tells of a broken rule. */
export function withoutReasons(lines: readonly string[]): string[] {
  return lines.map((line, i) =>
    lines[i + 1] === "end" && lines[i + 2]?.startsWith("failed") === true ? `${line.slice(0, 15)}…` : line,
  );
}

/** The lines of a connection that was failed, after those of `before`. */
export function failure(code: number, ...before: readonly string[]): string[] {
  return [...before, `${sentClose(code)}…`, "end", `failed ${code}`];
}
