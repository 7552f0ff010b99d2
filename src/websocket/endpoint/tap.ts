/**
 * A tap: shows every frame of a connection both ways (RFC 6455 §5.2), control frames too, to whoever wants to
 * know what is on the wire.
 *
 * It costs nothing when there is none, because it has no part in the connection: it is given the bytes that
 * come and go, copies them and reads them itself. Where a stream breaks the rules so that it cannot be read
 * on, the tap says no more about that direction; that the connection fails is not its business.
 */
import type { Role } from "../connection/connection.ts";
import { type CodecOptions, MessageInflater } from "../deflate/deflate.ts";
import type { DeflateParameters } from "../deflate/permessage-deflate.ts";
import { WebSocketProtocolError } from "../errors.ts";
import { Fragments } from "../wire/fragments.ts";
import { FrameDecoder, type FrameSink, Opcode } from "../wire/frame.ts";

/** One frame as it was on the wire. */
export interface TappedFrame<Socket> {
  readonly socket: Socket;
  readonly direction: "received" | "sent";
  readonly fin: boolean;
  /** Set on the first frame of a compressed message (RFC 7692 §6). */
  readonly rsv1: boolean;
  readonly opcode: Opcode;
  /** Unmasked, and still compressed. Not to be written to. */
  readonly payload: Buffer;
  /**
   * On the last frame of a compressed message: the whole message, inflated. Undefined elsewhere, and for a
   * message that is no DEFLATE or too long to be inflated at once (32 KiB on the wire, 128 KiB inflated). With
   * context takeover the messages behind such a one cannot be inflated either.
   */
  readonly inflated: Buffer | undefined;
}

/** What a tap must know of its connection. */
export interface TapOptions {
  /** Which end is tapped: a server receives frames that are masked, a client sends them. */
  readonly role: Role;
  /** What was agreed on; undefined without compression. */
  readonly deflate: DeflateParameters | undefined;
  /**
   * The longest frame that may be received, and the longest compressed message that is put together, in bytes.
   * About twice as much is held of each of them; of what is sent, one frame however long.
   */
  readonly maxMessageBytes: number;
}

export class Tap<Socket> {
  readonly #received: TappedStream<Socket>;
  readonly #sent: TappedStream<Socket>;

  /** @param listener is called for each frame; what it throws becomes an uncaught exception */
  constructor(socket: Socket, options: TapOptions, listener: (frame: TappedFrame<Socket>) => void) {
    this.#received = new TappedStream(socket, "received", options, listener);
    this.#sent = new TappedStream(socket, "sent", options, listener);
  }

  /** Takes the next bytes that came from the peer, and copies them: they must not be unmasked yet. */
  received(bytes: Uint8Array): void {
    this.#received.push(bytes);
  }

  /** Takes the next bytes that go to the peer, and copies them. */
  sent(bytes: Uint8Array): void {
    this.#sent.push(bytes);
  }
}

/** One direction. */
class TappedStream<Socket> implements FrameSink {
  readonly #socket: Socket;
  readonly #direction: "received" | "sent";
  readonly #maxMessageBytes: number;
  readonly #listener: (frame: TappedFrame<Socket>) => void;
  /** Undefined once the stream has broken the rules. */
  #decoder: FrameDecoder | undefined;
  readonly #codec: CodecOptions | undefined;
  /** Undefined without compression, and when the context of its messages is lost. */
  #inflater: MessageInflater | undefined;

  /** Frames that were read and are not yet reported. */
  readonly #frames: TappedFrame<Socket>[] = [];
  #reporting = false;

  // The frame being read, and the compressed message that it belongs to.
  #fin = true;
  #rsv1 = false;
  #opcode: Opcode = Opcode.Continuation;
  #length = 0;
  #whole: Buffer | undefined;
  readonly #pieces = new Fragments();
  #compressed: Fragments | undefined;

  constructor(
    socket: Socket,
    direction: "received" | "sent",
    { role, deflate, maxMessageBytes }: TapOptions,
    listener: (frame: TappedFrame<Socket>) => void,
  ) {
    this.#socket = socket;
    this.#direction = direction;
    this.#maxMessageBytes = maxMessageBytes;
    this.#listener = listener;
    const fromClient = (role === "client") === (direction === "sent");
    this.#decoder = new FrameDecoder(this, {
      masked: fromClient,
      rsv1: true, // set without a meaning, it is all the more of interest
      // What is sent lies in our memory as a whole, whatever the limit on what a peer may make us hold.
      maxPayload: direction === "sent" ? NO_LIMIT : maxMessageBytes,
    });
    this.#codec = deflate === undefined ? undefined : codecOf(deflate, fromClient);
    this.#renewInflater();
  }

  push(bytes: Uint8Array): void {
    try {
      this.#decoder?.push(Buffer.from(bytes));
    } catch (error) {
      if (!(error instanceof WebSocketProtocolError)) throw error;
      this.#decoder = undefined;
      this.#pieces.clear();
      this.#compressed = undefined;
    }
    this.#report();
  }

  /** Tells the listener. When that makes more bytes go this way, their frames wait their turn. */
  #report(): void {
    if (this.#reporting) return;
    this.#reporting = true;
    for (let i = 0; i < this.#frames.length; i++) {
      try {
        this.#listener(this.#frames[i]!);
      } catch (error) {
        queueMicrotask(() => rethrow(error));
      }
    }
    this.#frames.length = 0;
    this.#reporting = false;
  }

  // ── FrameSink ───────────────────────────────────────────────────────────────────────────────────

  frameStart(fin: boolean, opcode: Opcode, rsv1: boolean, length: number): void {
    this.#fin = fin;
    this.#rsv1 = rsv1;
    this.#opcode = opcode;
    this.#length = length;
    if (opcode === Opcode.Text || opcode === Opcode.Binary) {
      this.#compressed = rsv1 && this.#inflater !== undefined ? new Fragments() : undefined;
    }
  }

  framePayload(chunk: Buffer, start: number, end: number): void {
    // Copied again, so that who keeps a small payload does not keep a large chunk.
    if (end - start === this.#length) this.#whole = Buffer.from(chunk.subarray(start, end));
    else this.#pieces.add(chunk, start, end, this.#length);
  }

  frameEnd(): void {
    const payload = this.#whole ?? this.#pieces.take();
    this.#whole = undefined;
    this.#frames.push({
      socket: this.#socket,
      direction: this.#direction,
      fin: this.#fin,
      rsv1: this.#rsv1,
      opcode: this.#opcode,
      payload,
      inflated: this.#opcode < Opcode.Close ? this.#takeCompressed(payload) : undefined,
    });
  }

  /** Takes payload of the compressed message that is under way, if one is; inflates it at its last frame. */
  #takeCompressed(payload: Buffer): Buffer | undefined {
    const compressed = this.#compressed;
    if (compressed === undefined) return undefined;
    if (compressed.length + payload.length > this.#maxMessageBytes) {
      this.#compressed = undefined;
      return this.#giveUp();
    }
    compressed.add(payload, 0, payload.length, (compressed.length + payload.length) * (this.#fin ? 1 : 2));
    if (!this.#fin) return undefined;
    this.#compressed = undefined;
    try {
      return this.#inflater?.inflateNow(compressed.take()) ?? this.#giveUp();
    } catch (error) {
      if (!(error instanceof WebSocketProtocolError)) throw error;
      return this.#giveUp();
    }
  }

  /** A message is not inflated. With context takeover those after it may refer to what it said. */
  #giveUp(): undefined {
    if (this.#codec?.contextTakeover === true) this.#inflater = undefined;
    else this.#renewInflater();
  }

  #renewInflater(): void {
    if (this.#codec === undefined) return;
    // A bomb is worth a look: as far as what is inflated at once goes.
    this.#inflater = new MessageInflater({ ...this.#codec, maxBytes: NO_LIMIT, maxRatio: NO_LIMIT });
  }
}

const NO_LIMIT = Number.MAX_SAFE_INTEGER;

/** What was agreed on for the direction from the client, or from the server. */
function codecOf(deflate: DeflateParameters, fromClient: boolean): CodecOptions {
  return fromClient
    ? { windowBits: deflate.clientMaxWindowBits, contextTakeover: !deflate.clientNoContextTakeover }
    : { windowBits: deflate.serverMaxWindowBits, contextTakeover: !deflate.serverNoContextTakeover };
}

function rethrow(error: unknown): never {
  throw error;
}
