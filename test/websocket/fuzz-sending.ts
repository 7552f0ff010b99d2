/** Ends that send at random, into transports that take what they like: what was accepted is what can be read. */
import { strict as assert } from "node:assert";
import {
  Connection,
  type ConnectionOptions,
  connectionDefaults,
} from "../../src/websocket/connection/connection.ts";
import { SharedMessage } from "../../src/websocket/connection/message.ts";
import type { SendOptions, Sent } from "../../src/websocket/connection/outgoing.ts";
import type { DeflateParameters } from "../../src/websocket/deflate/permessage-deflate.ts";
import { deflateDefaults } from "../../src/websocket/deflate/permessage-deflate-options.ts";
import { Opcode } from "../../src/websocket/wire/frame.ts";
import { type Accepted, Expectation } from "./fuzz-expectation.ts";
import { directionTo, randomOctets, randomParameters, randomText } from "./fuzz-streams.ts";
import { FuzzedTransport } from "./fuzz-transport.ts";
import { chance, type Next, octet, pick, upTo } from "./random.ts";
import { framesTo } from "./transcript.ts";

const POLICIES = ["close", "drop-oldest", "drop-newest", "coalesce", "wait"] as const;
/** Around the lengths where something changes: a header, copying, compressing elsewhere. */
const LENGTHS = [1, 20, 125, 126, 1023, 2048, 2049, 4095, 4096, 4097];
const LONG = [16_384, 16_385, 65_535, 65_536, 70_000];

/** What one end sent, and what it should be. */
export interface Spoken {
  /** Who reads it. */
  readonly reader: "client" | "server";
  readonly deflate: DeflateParameters | undefined;
  readonly wire: Buffer;
  readonly messages: readonly string[];
  readonly pings: readonly string[];
  /** The Pings that it received: it may answer the latest of several. */
  readonly asked: readonly string[];
  /** The code of the Close frame; undefined when there was to be none. */
  readonly closeCode: number | undefined;
}

/** Lets some ends speak at the same time, for they share memory and messages, and checks what they say about that. */
export function speak(next: Next): Spoken[] {
  const shared = ["s", "shared", "s".repeat(5000)].map(
    (text) => new SharedMessage(chance(next, 0.5) ? text : Buffer.from(text)),
  );
  const speakers = Array.from({ length: 1 + upTo(next, 2) }, () => new Speaker(next, shared));
  for (let left = 1 + upTo(next, 20 * speakers.length); left > 0; left--) pick(next, speakers).act();
  return speakers.map((speaker) => speaker.finish());
}

class Speaker extends FuzzedTransport {
  readonly connection: Connection;
  readonly #role: "client" | "server";
  readonly #deflate: DeflateParameters | undefined;
  readonly #options: ConnectionOptions;
  readonly #expectation: Expectation;
  readonly #shared: readonly SharedMessage[];
  #count = 0;
  #isSending = false;
  readonly #pings: string[] = [];
  readonly #asked: string[] = [];
  #closeCode: number | undefined;
  /** The message that is being sent in parts, as far as it was. */
  #parts: { readonly opcode: Opcode; octets: Buffer } | undefined;

  constructor(next: Next, shared: readonly SharedMessage[]) {
    super(next);
    this.#shared = shared;
    this.#role = pick(next, ["client", "server"]);
    this.#deflate = chance(next, 0.6) ? randomParameters(next, 9) : undefined;
    const threshold = pick(next, [0, 8, 1024]);
    this.#options = {
      ...connectionDefaults,
      heartbeatInterval: Number.POSITIVE_INFINITY,
      overflow: pick(next, POLICIES),
      maxBufferedBytes: pick(next, [200, 2000, 10_000, 1024 * 1024]),
      perMessageDeflate: { ...deflateDefaults, threshold, level: pick(next, [-1, 1, 9]) },
      random: (bytes: Buffer) => void bytes.fill(octet(next)),
    };
    const traits = { deflate: this.#deflate };
    this.connection = new Connection(this.#role, this, { options: this.#options, traits }, 0);
    this.#expectation = new Expectation(this.#options);
  }

  /** Does one thing of many. */
  act(): void {
    pick<() => void>(this.next, [
      () => this.#sendText(),
      () => this.#sendText(),
      () => this.#sendBinary(),
      () => this.#sendBinary(),
      () => this.#sendShared(),
      () => this.#sendPart(chance(this.next, 0.4)),
      () => this.#ping(),
      () => this.#answer(),
      () => this.transmit(),
      () => this.drain(),
      () => this.compress(),
    ])();
    this.#expectation.sync(this.connection.outgoing);
  }

  finish(): Spoken {
    if (this.#isOpen && chance(this.next, 0.5)) this.#close();
    if (this.#isOpen && this.#parts !== undefined) this.#sendPart(true);
    const wire = this.takeAll();
    this.#expectation.sync(this.connection.outgoing);
    return {
      reader: this.#reader,
      deflate: this.#deflate,
      wire,
      messages: this.#expectation.sent,
      pings: this.#pings,
      asked: this.#asked,
      closeCode: this.#closeCode,
    };
  }

  get #isOpen(): boolean {
    return this.connection.state === "open";
  }

  get #reader(): "client" | "server" {
    return this.#role === "client" ? "server" : "client";
  }

  #sendText(): void {
    const unpaired = chance(this.next, 0.1) ? pick(this.next, ["\ud800", "\udc00a"]) : "";
    const short = `${this.#number()}${randomText(this.next)}${unpaired}`;
    const text = chance(this.next, 0.05) ? short.repeat(pick(this.next, [20, 40, 130, 700])) : short;
    const options = this.#sendOptions();
    const payload = Buffer.from(text);
    const accepted = { line: lineOf("text", payload), bytes: payload.length, key: options.key };
    this.#expect(accepted, () => this.connection.sendText(text, options));
  }

  #sendBinary(): void {
    const payload = Buffer.concat([Buffer.from(this.#number()), this.#bytes()]);
    const options = this.#sendOptions();
    const accepted = { line: lineOf("binary", payload), bytes: payload.length, key: options.key };
    this.#expect(accepted, () => this.connection.sendBinary(payload, options));
  }

  /** Sends what others may have sent, too. */
  #sendShared(): void {
    const shared = pick(this.next, this.#shared);
    const compress = chance(this.next, 0.8);
    const line = lineOf(kindOf(shared.opcode), shared.payload);
    const accepted = { line, bytes: this.#roomFor(shared, compress), key: undefined };
    this.#expect(accepted, () => this.connection.sendShared(shared, { compress }));
  }

  /** A server sends it as it was encoded for all, unless it is to be compressed with regard to other messages. */
  #roomFor(shared: SharedMessage, compress: boolean): number {
    const { threshold, level } = this.#options.perMessageDeflate!;
    const { length } = shared.payload;
    if (this.#role === "client") return length;
    if (this.#deflate === undefined || !compress || length < threshold) return shared.plain.length;
    const { contextTakeover, windowBits } = directionTo(this.#reader, this.#deflate);
    return contextTakeover ? length : (shared.compressed(windowBits, level) ?? shared.plain).length;
  }

  #expect(message: Accepted, send: () => Sent | undefined): void {
    const { isCompressing } = this;
    const wasOpen = this.#isOpen;
    this.#isSending = true;
    const sent = send();
    this.#isSending = false;
    assert.equal(sent !== undefined, wasOpen, "sent if and only if the connection is open");
    if (sent === undefined) return;
    this.#expectation.add(message, sent);
    if (sent !== "dropped" || this.#options.overflow !== "close") return;
    this.#expectation.abandon(isCompressing);
    this.#closeCode = 1013;
    this.#parts = undefined;
  }

  /** The first part of a message, one that follows, or the last. */
  #sendPart(final: boolean): void {
    if (!this.#isOpen) return;
    const { outgoing } = this.connection;
    const isFirst = this.#parts === undefined;
    if (isFirst) {
      const { isClear } = outgoing;
      assert.equal(outgoing.beginParts(), isClear, "parts begin if and only if nothing is before them");
      if (!isClear) return;
    }
    const opcode = this.#parts?.opcode ?? pick(this.next, [Opcode.Text, Opcode.Binary]);
    const part = opcode === Opcode.Text ? Buffer.from(randomText(this.next)) : this.#bytes();
    const payload = isFirst ? Buffer.concat([Buffer.from(this.#number()), part]) : part;
    const octets = isFirst ? payload : Buffer.concat([this.#parts!.octets, part]);
    this.#parts = final ? undefined : { opcode, octets };
    if (final) this.#expectation.sent.push(lineOf(kindOf(opcode), octets));
    const sent = this.connection.sendPart(isFirst ? opcode : Opcode.Continuation, payload, final);
    assert(sent, "a part was refused");
  }

  #ping(): void {
    const payload = randomOctets(this.next).subarray(0, 125);
    if (this.connection.ping(payload, 0)) this.#pings.push(lineOf("ping", payload));
  }

  /** The peer has sent a Ping. */
  #answer(): void {
    if (!this.#isOpen) return;
    const payload = Buffer.from(this.#number());
    this.#asked.push(lineOf("pong", payload));
    this.connection.receive(framesTo(this.#role, [{ opcode: Opcode.Ping, payload }]), 0);
  }

  #close(): void {
    this.connection.close(1000, "", 0);
    this.#closeCode = 1000;
    if (this.#parts !== undefined) this.#expectation.dropWaiting();
    this.#parts = undefined;
  }

  /** Who hears of room may use it. */
  override room(): void {
    if (this.#isSending || !chance(this.next, 0.1)) return;
    this.#expectation.sync(this.connection.outgoing);
    this.#sendText();
  }

  #sendOptions(): SendOptions {
    const key = chance(this.next, 0.5) ? pick(this.next, ["a", "b", "c"]) : undefined;
    return chance(this.next, 0.2) ? { compress: false, key } : { key };
  }

  /** What no other message begins with. */
  #number(): string {
    return `${this.#count++}: `;
  }

  #bytes(): Buffer {
    const length = pick(this.next, chance(this.next, 0.05) ? LONG : LENGTHS);
    if (chance(this.next, 0.8)) return Buffer.alloc(length, octet(this.next));
    const start = upTo(this.next, NOISE.length - length);
    return NOISE.subarray(start, start + length);
  }
}

const kindOf = (opcode: Opcode): string => (opcode === Opcode.Text ? "text" : "binary");
const lineOf = (kind: string, payload: Uint8Array): string =>
  `${kind} ${Buffer.from(payload).toString("hex")}`;

/** Octets that cannot be compressed much. */
const NOISE = Buffer.from(
  Array.from({ length: 80_000 }, (_, i) => (Math.imul(i + 1, 0x9e3779b1) >>> 13) & 255),
);
