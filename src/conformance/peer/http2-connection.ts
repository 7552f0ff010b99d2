/** One connection of HTTP/2 as a case drives it, frame by frame (RFC 9113), for what RFC 8441 asks of it. */

import { Deviation, NotApplicable } from "../verdict.ts";
import {
  ACK,
  dataOf,
  decodeHttp2Frame,
  END_HEADERS,
  END_STREAM,
  encodeFields,
  encodeHttp2Frame,
  type Http2Frame,
  Http2Type,
  missedSize,
  PREFACE,
  readSettings,
  readStatus,
  SETTINGS_ENABLE_CONNECT_PROTOCOL,
} from "../wire/http2.ts";
import type { Field } from "../wire/opening.ts";
import { type Bounds, Tally } from "./bounds.ts";
import type { Connection } from "./connection.ts";

/** What became of a request. */
export type Answer =
  | { readonly kind: "status"; readonly status: string | undefined; readonly ended: boolean }
  | { readonly kind: "stream error" | "connection error"; readonly code: number }
  | { readonly kind: "end" | "reset" | "nothing" };

/** The flow-control windows that we give the server: as large as they may be (RFC 9113 §6.9.1). */
const LARGEST_WINDOW = 0x7fff_ffff;
/** What a window is until something else is said (RFC 9113 §6.9.2). */
const FIRST_WINDOW = 65_535;
/** RFC 9113 §6.5.2 */
const SETTINGS_INITIAL_WINDOW_SIZE = 0x4;
/** The payload of a frame that every peer takes (RFC 9113 §4.2). */
const LARGEST_FRAME = 16_384;

/** Far more than any case makes a server send on one connection. */
const MOST: Bounds = { frames: 20_000, octets: 1 << 20 };

export class Http2Connection {
  readonly connection: Connection;
  readonly url: URL;
  /** The server's settings, each with every value that it sent, in order. */
  readonly settings: Map<number, number[]> = new Map<number, number[]>();
  /** Data that has come, by stream. */
  readonly data: Map<number, Buffer> = new Map<number, Buffer>();
  /** Streams that the server has ended with END_STREAM. */
  readonly ended: Set<number> = new Set<number>();
  /** What the server lets us send: on the connection (0) and on each stream (RFC 9113 §6.9). */
  readonly #windows = new Map<number, number>([[0, FIRST_WINDOW]]);
  readonly #tally = new Tally("an end of what the server sends", MOST);
  #firstWindow = FIRST_WINDOW;
  #nextStream = 1;

  constructor(connection: Connection, url: URL) {
    this.connection = connection;
    this.url = url;
  }

  /**
   * Sends the preface and waits for the server's settings.
   *
   * @throws {NotApplicable} when the server does not speak HTTP/2, or offers no extended CONNECT
   */
  async begin(): Promise<void> {
    const window = Buffer.alloc(6);
    window.writeUInt16BE(SETTINGS_INITIAL_WINDOW_SIZE, 0);
    window.writeUInt32BE(LARGEST_WINDOW, 2);
    this.connection.send(PREFACE, "HTTP/2 preface");
    this.send({ type: Http2Type.Settings, flags: 0, stream: 0, payload: window });
    const more = Buffer.alloc(4);
    more.writeUInt32BE(LARGEST_WINDOW - FIRST_WINDOW);
    this.send({ type: Http2Type.WindowUpdate, flags: 0, stream: 0, payload: more });
    const first = await this.next().catch((error: unknown) => {
      // What comes of a server that speaks something else looks like a frame that is far too long.
      if (error instanceof Deviation) return "nothing" as const;
      throw error;
    });
    if (typeof first === "string" || first.type !== Http2Type.Settings) {
      throw new NotApplicable("the server does not speak HTTP/2 here");
    }
    if (!this.settings.has(SETTINGS_ENABLE_CONNECT_PROTOCOL)) {
      throw new NotApplicable("the server does not offer the extended CONNECT method (RFC 8441 §3)");
    }
  }

  send(frame: Http2Frame): void {
    this.connection.send(encodeHttp2Frame(frame), describeHttp2Frame(frame));
  }

  /** The pseudo-header fields and fields of an opening request (RFC 8441 §4 and §5). */
  openingFields(change: Readonly<Record<string, string | undefined>> = {}): readonly Field[] {
    const fields: Record<string, string | undefined> = {
      ":method": "CONNECT",
      ":protocol": "websocket",
      ":scheme": this.url.protocol === "wss:" ? "https" : "http",
      ":authority": this.url.host,
      ":path": `${this.url.pathname}${this.url.search}`,
      "sec-websocket-version": "13",
      ...change,
    };
    return Object.entries(fields).flatMap(([name, value]): Field[] =>
      value === undefined ? [] : [[name, value]],
    );
  }

  /** Sends HEADERS on a new stream; returns its number. */
  request(fields: readonly Field[], { endStream = false }: { endStream?: boolean } = {}): number {
    const stream = this.#nextStream;
    this.#nextStream += 2;
    this.#windows.set(stream, this.#firstWindow);
    const flags = END_HEADERS | (endStream ? END_STREAM : 0);
    this.send({ type: Http2Type.Headers, flags, stream, payload: encodeFields(fields) });
    return stream;
  }

  sendData(stream: number, payload: Buffer, { endStream = false }: { endStream?: boolean } = {}): void {
    for (const window of [0, stream]) this.#widen(window, -payload.length);
    this.send({ type: Http2Type.Data, flags: endStream ? END_STREAM : 0, stream, payload });
  }

  /** Sends more than a window holds, as the server makes room for it. */
  async sendWithinWindow(stream: number, octets: Buffer): Promise<void> {
    for (let at = 0; at < octets.length; ) {
      const room = Math.min(this.#windows.get(0)!, this.#windows.get(stream)!, LARGEST_FRAME);
      if (room > 0) {
        const piece = octets.subarray(at, at + room);
        this.sendData(stream, piece);
        at += piece.length;
        continue;
      }
      const frame = await this.next();
      if (typeof frame === "string") throw new Deviation("room for more (WINDOW_UPDATE)", frame);
    }
  }

  /** What the server makes of the request on this stream. */
  async answer(stream: number): Promise<Answer> {
    for (;;) {
      const frame = await this.next();
      if (typeof frame === "string") return { kind: frame };
      if (frame.type === Http2Type.Goaway && frame.payload.readUInt32BE(4) !== 0) {
        return { kind: "connection error", code: frame.payload.readUInt32BE(4) };
      }
      if (frame.stream !== stream) continue;
      if (frame.type === Http2Type.RstStream)
        return { kind: "stream error", code: frame.payload.readUInt32BE(0) };
      if (frame.type !== Http2Type.Headers) continue;
      return { kind: "status", status: readStatus(frame), ended: (frame.flags & END_STREAM) !== 0 };
    }
  }

  /** Waits until this stream has brought `length` octets more; takes them. */
  async readData(stream: number, length: number, expected: string): Promise<Buffer> {
    for (;;) {
      const data = this.data.get(stream) ?? Buffer.alloc(0);
      if (data.length >= length) {
        this.data.set(stream, data.subarray(length));
        return data.subarray(0, length);
      }
      const frame = await this.next();
      if (typeof frame === "string") throw new Deviation(expected, frame);
      const gone = frame.type === Http2Type.RstStream || this.ended.has(stream);
      if (frame.stream === stream && gone && (this.data.get(stream)?.length ?? 0) < length) {
        throw new Deviation(expected, describeHttp2Frame(frame));
      }
    }
  }

  /**
   * The next frame, with settings and PINGs answered and data kept; or what came in its place.
   *
   * @throws {Deviation} when it has a size that its type cannot have, or there is no end of frames
   */
  async next(): Promise<Http2Frame | "end" | "reset" | "nothing"> {
    for (;;) {
      this.#checkSize();
      const found = decodeHttp2Frame(this.connection.peek());
      if (found === undefined) {
        const state = await this.connection.more();
        if (state !== "octets") return state;
        continue;
      }
      const { frame } = found;
      this.#tally.count(frame);
      const { log, number } = this.connection;
      log.octets(number, "received", describeHttp2Frame(frame), this.connection.take(found.size));
      this.#follow(frame);
      return frame;
    }
  }

  /**
   * RFC 9113 §4.2: "An endpoint MUST send an error code of FRAME_SIZE_ERROR if a frame exceeds the size defined in
   * SETTINGS_MAX_FRAME_SIZE, exceeds any limit defined for the frame type, or is too small to contain mandatory frame
   * data."
   */
  #checkSize(): void {
    const octets = this.connection.peek();
    if (octets.length < 9) return;
    const [length, type, flags] = [octets.readUIntBE(0, 3), octets[3]!, octets[4]!];
    const missed = missedSize(type, flags, length, LARGEST_FRAME);
    if (missed === undefined) return;
    this.connection.logUnread("a frame that is too long, or too short");
    const came = `${nameOf(type)} of ${length} octets`;
    throw new Deviation(`a frame of ${missed}`, came, { level: "MUST", clause: "RFC 9113 §4.2" });
  }

  #follow(frame: Http2Frame): void {
    const { type, flags, stream, payload } = frame;
    if (type === Http2Type.Settings && !(flags & ACK)) {
      for (const [id, value] of readSettings(payload)) {
        const values = this.settings.get(id);
        if (values === undefined) this.settings.set(id, [value]);
        else values.push(value);
        if (id === SETTINGS_INITIAL_WINDOW_SIZE) this.#changeFirstWindow(value);
      }
      this.send({ type: Http2Type.Settings, flags: ACK, stream: 0, payload: Buffer.alloc(0) });
    }
    if (type === Http2Type.WindowUpdate) this.#widen(stream, payload.readUInt32BE(0) & 0x7fff_ffff);
    if (type === Http2Type.Ping && !(flags & ACK)) this.send({ ...frame, flags: ACK });
    if (type === Http2Type.Data) {
      this.data.set(stream, Buffer.concat([this.data.get(stream) ?? Buffer.alloc(0), dataOf(frame)]));
    }
    if ((type === Http2Type.Data || type === Http2Type.Headers) && flags & END_STREAM) this.ended.add(stream);
  }

  #widen(window: number, by: number): void {
    const now = this.#windows.get(window);
    if (now !== undefined) this.#windows.set(window, now + by);
  }

  /** RFC 9113 §6.9.2: the difference goes to every open stream; the connection's own window stays as it is. */
  #changeFirstWindow(to: number): void {
    for (const stream of this.#windows.keys()) if (stream !== 0) this.#widen(stream, to - this.#firstWindow);
    this.#firstWindow = to;
  }
}

/** The types of RFC 9113 §6, by their numbers. */
const names = [
  "DATA",
  "HEADERS",
  "PRIORITY",
  "RST_STREAM",
  "SETTINGS",
  "PUSH_PROMISE",
  "PING",
  "GOAWAY",
  "WINDOW_UPDATE",
];

function nameOf(type: number): string {
  return names[type] ?? `type 0x${type.toString(16)}`;
}

/** A frame in words: `HEADERS, stream 1, 120 octets`. */
function describeHttp2Frame({ type, flags, stream, payload }: Http2Frame): string {
  const ends = (type === Http2Type.Data || type === Http2Type.Headers) && flags & END_STREAM;
  const acknowledges = (type === Http2Type.Settings || type === Http2Type.Ping) && flags & ACK;
  return [
    `HTTP/2 ${nameOf(type)}`,
    ...(stream === 0 ? [] : [`stream ${stream}`]),
    ...(ends ? ["END_STREAM"] : []),
    ...(acknowledges ? ["ACK"] : []),
    `${payload.length} octets`,
  ].join(", ");
}
