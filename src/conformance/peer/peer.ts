/**
 * The peer after the opening handshake, as cases speak with it: frames out and frames in. How a connection ends is in
 * `closing.ts`.
 *
 * Waiting is always for evidence. Nothing here sleeps where an answer can decide: that a peer did *not* react is
 * learnt by asking it something else afterwards.
 */

import type { Role } from "../case.ts";
import type { Random } from "../random.ts";
import { Deviation, type Finding } from "../verdict.ts";
import { InflateError } from "../wire/bit-reader.ts";
import { closePayload, encodeFrame, type Frame, type FrameToWrite, Opcode, RSV1 } from "../wire/frame.ts";
import type { Inflated } from "../wire/inflate.ts";
import type { MessageDeflater, MessageInflater } from "../wire/message-deflate.ts";
import { Arrivals } from "./arrivals.ts";
import { Tally } from "./bounds.ts";
import type { Connection } from "./connection.ts";
import { orLimit, type Size } from "./limits.ts";
import { isUtf8, Observance } from "./observance.ts";
import { type BeforePong, Closed, inWords, type Message, type Received } from "./received.ts";

/** The part of the patience that is left for a Pong where another came. */
const SOON = 1 / 5;

export interface PeerOptions {
  /** What the peer is; we are the other. */
  readonly role: Exclude<Role, "jwt">;
  readonly random: Random;
  /** Takes what was found out without ending the case. */
  readonly note: (finding: Finding) => void;
  /** What the response said in Sec-WebSocket-Extensions; empty where it said nothing. */
  readonly extensions: string;
  /** Present when permessage-deflate was agreed on. */
  readonly deflate?: { readonly deflater: MessageDeflater; readonly inflater: MessageInflater } | undefined;
}

export class Peer {
  readonly connection: Connection;
  readonly role: Exclude<Role, "jwt">;
  readonly note: (finding: Finding) => void;
  readonly extensions: string;
  readonly deflater: MessageDeflater | undefined;
  readonly inflater: MessageInflater | undefined;
  readonly #random: Random;
  readonly #arrivals: Arrivals;
  /** Data frames that came before a Pong which was waited for. */
  readonly #held: Frame[] = [];
  /** Unanswered Pings of the peer are answered unless a case wants to see them. Default true. */
  answersPings = true;

  constructor(connection: Connection, { role, random, note, extensions, deflate }: PeerOptions) {
    this.connection = connection;
    this.role = role;
    this.note = note;
    this.extensions = extensions;
    this.#random = random;
    this.deflater = deflate?.deflater;
    this.inflater = deflate?.inflater;
    this.#arrivals = new Arrivals({
      connection,
      observance: new Observance({ role, deflate: deflate !== undefined }),
      answer: ({ payload }) => {
        if (this.answersPings) this.pong(payload);
        return this.answersPings;
      },
    });
  }

  // ── Sending

  /** The octets of a frame, masked as our side of the connection has to. */
  encode(frame: FrameToWrite): Buffer {
    return encodeFrame(this.#masked(frame));
  }

  send(...frames: readonly FrameToWrite[]): void {
    const octets = frames.map((frame) => this.#logged(frame));
    this.connection.write(octets.length === 1 ? octets[0]! : Buffer.concat(octets));
  }

  /** Sends frames cut into writes of `size` octets. */
  async sendChopped(size: number, ...frames: readonly FrameToWrite[]): Promise<void> {
    const octets = frames.map((frame) => this.#logged(frame));
    await this.connection.writeChopped(Buffer.concat(octets), size);
  }

  text(text: string | Buffer): void {
    this.send({ opcode: Opcode.Text, payload: text });
  }

  binary(octets: Buffer): void {
    this.send({ opcode: Opcode.Binary, payload: octets });
  }

  ping(payload: Buffer | string = ""): void {
    this.send({ opcode: Opcode.Ping, payload });
  }

  pong(payload: Buffer | string = ""): void {
    this.send({ opcode: Opcode.Pong, payload });
  }

  close(code?: number, reason: string | Buffer = ""): void {
    this.send({ opcode: Opcode.Close, payload: closePayload(code, reason) });
  }

  /** A message cut into frames: one for each part. */
  fragments(opcode: number, parts: readonly (Buffer | string)[]): readonly FrameToWrite[] {
    return parts.map((payload, i) => ({
      opcode: i === 0 ? opcode : Opcode.Continuation,
      payload,
      fin: i === parts.length - 1,
    }));
  }

  // ── Receiving

  /**
   * The next frame, or what came in its place. Pings are answered and passed over, except where a case wants them.
   *
   * @throws {Deviation} when the frame breaks a rule that holds for all frames
   */
  async next(patience: number = this.connection.patience): Promise<Received> {
    const frame = this.#held.shift();
    return frame === undefined ? this.#arrivals.next(patience) : { kind: "frame", frame };
  }

  /** Has the frame come next, for whoever asks, though it was read before. */
  hold(frame: Frame): void {
    this.#held.push(frame);
  }

  /** The next frame; @throws {Deviation} when none comes; {@link Closed} when none will */
  async frame(expected: string): Promise<Frame> {
    const received = await this.next();
    if (received.kind === "frame") return received.frame;
    throw this.#insteadOf(expected, received);
  }

  /**
   * The next message, whole and inflated. Pongs on the way are passed over, for they may come unasked.
   *
   * @throws {Deviation} when something else comes, or text that is not UTF-8; {@link Closed} when none will
   */
  async message(expected = "a message"): Promise<Message> {
    const parts: Buffer[] = [];
    const tally = new Tally(expected);
    let first: Frame | undefined;
    for (;;) {
      const frame = await this.frame(expected);
      tally.count(frame);
      if (frame.opcode === Opcode.Pong) continue;
      if (frame.opcode === Opcode.Close) throw this.#insteadOf(expected, { kind: "frame", frame });
      first ??= frame;
      parts.push(frame.payload);
      if (frame.fin) break;
    }
    const carried = Buffer.concat(parts);
    const compressed = (first.rsv & RSV1) !== 0;
    const inflated = compressed ? this.#inflate(carried) : undefined;
    const payload = inflated?.octets ?? carried;
    if (first.opcode === Opcode.Text && !isUtf8(payload)) {
      throw new Deviation("text in UTF-8", `${payload.length} octets that are not`, {
        level: "MUST",
        clause: "RFC 6455 §5.6",
      });
    }
    return {
      opcode: first.opcode,
      payload,
      frames: parts.length,
      compressed,
      carried: carried.length,
      ...(inflated === undefined ? {} : { inflated }),
    };
  }

  /** The echo of exactly this message; `sent` is how it was carried, where that is not in one frame as it is. */
  async expectMessage(opcode: number, payload: Buffer | string, sent: Partial<Size> = {}): Promise<Message> {
    const wanted = Buffer.from(payload);
    const kind = opcode === Opcode.Text ? "text" : "binary";
    const expected = `the echo: ${kind}, ${wanted.length} octets`;
    const size = { length: wanted.length, frames: 1, ...sent };
    const message = await orLimit(this.message(expected), size, this.connection);
    if (message.opcode !== opcode)
      throw new Deviation(expected, `a message of opcode 0x${message.opcode.toString(16)}`);
    const { payload: came } = message;
    if (came.equals(wanted)) return message;
    let at = 0;
    while (at < came.length && came[at] === wanted[at]) at++;
    throw new Deviation(`${expected}, unchanged`, `${came.length} octets, other from octet ${at} on`);
  }

  /** The echo of this text. */
  async expectText(text: string | Buffer): Promise<Message> {
    return this.expectMessage(Opcode.Text, text);
  }

  async expectBinary(octets: Buffer): Promise<Message> {
    return this.expectMessage(Opcode.Binary, octets);
  }

  /**
   * A Pong with exactly this payload. Data frames on the way are kept for whoever asks next: a peer may echo a message
   * frame by frame. Other Pongs are passed over, for they may come unasked; but behind one of them it has to follow soon.
   *
   * @throws {Deviation} when it does not come; {@link Closed} when it will not
   */
  async expectPong(payload: Buffer | string = ""): Promise<BeforePong> {
    const wanted = Buffer.from(payload);
    const expected = `a Pong with the Ping's ${wanted.length} octets`;
    const data: Frame[] = [];
    const pongs: Frame[] = [];
    const tally = new Tally(expected);
    for (;;) {
      const { patience } = this.connection;
      const received = await this.#arrivals.next(pongs.length > 0 ? patience * SOON : patience);
      const frame = received.kind === "frame" ? received.frame : undefined;
      if (frame !== undefined) tally.count(frame);
      if (frame !== undefined && frame.opcode < Opcode.Close) {
        data.push(frame);
        continue;
      }
      if (frame?.opcode === Opcode.Pong && !frame.payload.equals(wanted)) {
        pongs.push(frame);
        continue;
      }
      this.#held.push(...data);
      if (frame?.opcode === Opcode.Pong) return { messages: data.filter(({ fin }) => fin).length, pongs };
      const [other] = received.kind === "nothing" ? pongs : [];
      throw this.#insteadOf(expected, other === undefined ? received : { kind: "frame", frame: other });
    }
  }

  /** Sends a text and expects its echo: the connection works. */
  async expectWorking(text = "still here"): Promise<void> {
    this.text(text);
    await this.expectText(text);
  }

  /** What came, in words. */
  describe(received: Received): string {
    const cutOff = received.kind === "reset" && this.connection.cutOff;
    return `${inWords(received, this.connection.patience)}${cutOff ? " while we were still sending" : ""}`;
  }

  #insteadOf(expected: string, received: Received): Deviation {
    const came = this.describe(received);
    if (received.kind === "nothing") return new Deviation(expected, came);
    if (received.kind !== "frame" || received.frame.opcode === Opcode.Close)
      return new Closed(expected, came, received);
    const other = received.frame.opcode === Opcode.Pong ? ", with another payload" : "";
    return new Deviation(expected, `${came}${other}`);
  }

  #masked(frame: FrameToWrite): FrameToWrite {
    const maskingKey = this.role === "server" ? this.#random.octets(4) : undefined;
    return { maskingKey, ...frame };
  }

  #logged(frame: FrameToWrite): Buffer {
    const masked = this.#masked(frame);
    const octets = encodeFrame(masked);
    const { log, number } = this.connection;
    if (masked.statedLength === undefined) log.sent(number, masked, octets);
    else log.octets(number, "sent", `${octets.length} octets of an unfinished frame`, octets);
    return octets;
  }

  #inflate(carried: Buffer): Inflated {
    try {
      return this.inflater!.read(carried);
    } catch (error) {
      if (!(error instanceof InflateError)) throw error;
      const { windowBits, contextTakeover } = this.inflater!.options;
      const context = contextTakeover ? "" : ", each message by itself";
      const expected = `a message compressed as was agreed: a window of ${2 ** windowBits} octets${context}`;
      throw new Deviation(expected, error.message, { level: "MUST", clause: error.clause });
    }
  }
}
