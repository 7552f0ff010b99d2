/**
 * The mutant server over HTTP/2 once more, on frames written by hand: Node's own HTTP/2 does not let through most of
 * what RFC 8441 and RFC 9113 forbid, so that no mutant could be made of it.
 *
 * It reads only fields that are written as literals, as the suite's own cases have them, and takes the other side to
 * have opened its windows wide.
 */
import { createServer, type Socket } from "node:net";
import { Duplex } from "node:stream";
import { Random } from "../random.ts";
import {
  ACK,
  decodeHttp2Frame,
  END_HEADERS,
  END_STREAM,
  encodeFields,
  encodeHttp2Frame,
  Http2Error,
  type Http2Frame,
  Http2Type,
  PREFACE,
  SETTINGS_ENABLE_CONNECT_PROTOCOL,
} from "../wire/http2.ts";
import type { Field } from "../wire/opening.ts";
import type { Broken } from "./faults.ts";
import { Listening } from "./listening.ts";
import { MessageCodec } from "./message-codec.ts";
import { answerConnect } from "./opening-http2.ts";
import { attach } from "./transport.ts";

/** RFC 9113 §4.2: the payload of a frame that every peer takes. */
const LARGEST_FRAME = 16_384;
/** Milliseconds that an endpoint waits for the other to end a stream that is closed. */
const CLOSING_TIMEOUT = 5_000;

/** @param broken which rules the server does without */
export async function listenForHttp2ByHand(broken: Broken): Promise<Listening> {
  const server = createServer({ noDelay: true });
  server.on("connection", (socket) => new Session(socket, broken));
  return Listening.on(server);
}

class Session {
  readonly #socket: Socket;
  readonly #broken: Broken;
  readonly #streams = new Map<number, Stream>();
  #octets: Buffer = Buffer.alloc(0);
  #begun = false;

  constructor(socket: Socket, broken: Broken) {
    this.#socket = socket;
    this.#broken = broken;
    this.#set(broken("says-2-to-offer-connect") ? 2 : 1);
    socket.on("data", (octets) => this.#receive(octets));
    socket.on("close", () => {
      for (const stream of this.#streams.values()) stream.destroy();
    });
  }

  send(type: number, stream: number, { flags = 0, payload = Buffer.alloc(0) }: Partial<Http2Frame>): void {
    if (this.#socket.writable) this.#socket.write(encodeHttp2Frame({ type, stream, flags, payload }));
  }

  /** A stream has nothing more to send. */
  ended(stream: number): void {
    if (this.#broken("resets-streams-that-have-ended")) this.#reset(stream, Http2Error.Cancel);
    else this.send(Http2Type.Data, stream, { flags: END_STREAM });
    if (this.#broken("ends-the-connection-with-its-first-stream")) this.#socket.end();
  }

  #receive(octets: Buffer): void {
    this.#octets = Buffer.concat([this.#octets, octets]);
    if (!this.#begun) {
      if (this.#octets.length < PREFACE.length) return;
      if (!this.#octets.subarray(0, PREFACE.length).equals(PREFACE)) this.#socket.destroy();
      this.#octets = this.#octets.subarray(PREFACE.length);
      this.#begun = true;
    }
    for (;;) {
      const found = decodeHttp2Frame(this.#octets);
      if (found === undefined) return;
      this.#octets = this.#octets.subarray(found.size);
      this.#take(found.frame);
    }
  }

  #take({ type, flags, stream, payload }: Http2Frame): void {
    if (type === Http2Type.Settings && !(flags & ACK)) this.send(Http2Type.Settings, 0, { flags: ACK });
    if (type === Http2Type.Ping && !(flags & ACK)) this.send(Http2Type.Ping, 0, { flags: ACK, payload });
    if (type === Http2Type.Headers) this.#open(stream, readFields(payload));
    if (type === Http2Type.Data) this.#data(stream, payload);
    if (type === Http2Type.RstStream) {
      this.#streams.get(stream)?.destroy();
      if (this.#broken("takes-a-reset-for-the-end-of-the-connection")) this.#socket.destroy();
    }
    if ((type === Http2Type.Data || type === Http2Type.Headers) && flags & END_STREAM)
      this.#streams.get(stream)?.push(null);
  }

  #data(number: number, payload: Buffer): void {
    const to = this.#broken("gives-all-data-to-the-last-stream") ? Math.max(...this.#streams.keys()) : number;
    this.#streams.get(to)?.push(payload);
    if (payload.length === 0 || this.#broken("never-widens-its-window")) return;
    const more = Buffer.alloc(4);
    more.writeUInt32BE(payload.length);
    for (const window of [0, number]) this.send(Http2Type.WindowUpdate, window, { payload: more });
  }

  #open(number: number, request: readonly Field[]): void {
    const { status, fields, opens, agreement } = answerConnect(request, this.#broken);
    this.send(Http2Type.Headers, number, {
      flags: END_HEADERS | (opens ? 0 : END_STREAM),
      payload: Buffer.concat([statusField(status), encodeFields(fields)]),
    });
    if (!opens) return;
    if (this.#broken("takes-back-its-offer-of-connect")) this.#set(0);
    const stream = new Stream(this, number);
    this.#streams.set(number, stream);
    const codec = agreement && new MessageCodec(agreement, "server", this.#broken);
    const random = new Random(number);
    const options = {
      role: "server",
      broken: this.#broken,
      random,
      codec,
      closingTimeout: CLOSING_TIMEOUT,
    } as const;
    attach(stream, options);
  }

  #set(value: number): void {
    const payload = Buffer.alloc(6);
    payload.writeUInt16BE(SETTINGS_ENABLE_CONNECT_PROTOCOL);
    payload.writeUInt32BE(value, 2);
    this.send(Http2Type.Settings, 0, { payload });
  }

  #reset(stream: number, code: number): void {
    const payload = Buffer.alloc(4);
    payload.writeUInt32BE(code);
    this.send(Http2Type.RstStream, stream, { payload });
  }
}

/** One stream, as it were the TCP connection (RFC 8441 §5). */
class Stream extends Duplex {
  readonly #session: Session;
  readonly #number: number;

  constructor(session: Session, number: number) {
    super();
    this.#session = session;
    this.#number = number;
  }

  override _read(): void {}

  override _write(octets: Buffer, _encoding: string, done: () => void): void {
    for (let at = 0; at < octets.length; at += LARGEST_FRAME) {
      this.#session.send(Http2Type.Data, this.#number, { payload: octets.subarray(at, at + LARGEST_FRAME) });
    }
    done();
  }

  override _final(done: () => void): void {
    this.#session.ended(this.#number);
    done();
  }
}

/** RFC 7541 §6.2.2, with the name at index 8 of the static table: `:status`. */
function statusField(status: number): Buffer {
  return Buffer.from(`\x08\x03${status}`, "latin1");
}

/** Fields that are literals without indexing and without Huffman coding (RFC 7541 §6.2.2); the rest is left out. */
function readFields(block: Buffer): readonly Field[] {
  const fields: Field[] = [];
  let at = 0;
  const literal = (): string => {
    let length = block[at++]! & 0x7f;
    // RFC 7541 §5.1: what does not fit into the prefix follows seven bits at a time.
    for (let shift = 0, more = length === 127; more; shift += 7) {
      const octet = block[at++]!;
      length += (octet & 0x7f) << shift;
      more = (octet & 0x80) !== 0;
    }
    at += length;
    return block.toString("latin1", at - length, at);
  };
  while (at < block.length && block[at] === 0x00) {
    at++;
    fields.push([literal(), literal()]);
  }
  return fields;
}
