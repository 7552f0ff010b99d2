/** Ways to bring one stream to a Connection, none of which may matter. */
import { inflateRawSync } from "node:zlib";
import type { ConnectionOptions } from "../../src/websocket/connection/connection.ts";
import type { MessageDeflater, MessageInflater } from "../../src/websocket/deflate/deflate.ts";
import type { Inflated } from "../../src/websocket/deflate/inflation.ts";
import { deflateDefaults } from "../../src/websocket/deflate/permessage-deflate-options.ts";
import { WebSocketProtocolError } from "../../src/websocket/errors.ts";
import { mask } from "../../src/websocket/wire/mask.ts";
import { createSimdMask } from "../../src/websocket/wire/simd-mask.ts";
import { piecesOf, type Setting } from "./fuzz-streams.ts";
import { chance, octet, pick, random } from "./random.ts";
import { Transcript, withoutReasons } from "./transcript.ts";

export interface Way {
  /** Where the stream is cut. */
  readonly cuts: readonly number[];
  /**
   * Whose memory the chunks are: the connection's, or lent for one call, be it anywhere or within a WebAssembly
   * module. What was lent is overwritten at once.
   */
  readonly chunks: "owned" | "lent" | "lent, SIMD" | "now this, now that";
  /** When a long message is inflated: before the next chunk, or some time. */
  readonly jobs: "at once" | "late";
  /** Whether the application stops receiving and goes on, at random. */
  readonly holds: boolean;
  /** Whether messages come in parts. */
  readonly inParts: boolean;
  /** Whether the application overwrites what it has received, which belongs to it. */
  readonly scribbles: boolean;
  readonly seed: number;
}

export const WHOLE: Way = {
  cuts: [],
  chunks: "owned",
  jobs: "at once",
  holds: false,
  inParts: false,
  scribbles: false,
  seed: 0,
};

const LENT = Buffer.alloc(4096);
const simd = createSimdMask(4096);
if (simd === undefined) throw new Error("no WebAssembly here");
const simdMask: typeof mask = (bytes, start, end, key, phase) => {
  if (bytes.buffer === simd.memory.buffer) simd.mask(start, end, key, phase);
  else mask(bytes, start, end, key, phase);
};

/** What a Connection does with `stream` until the transport ends behind it. */
export function drive(setting: Setting, stream: Buffer, way: Way): string[] {
  const end = new FuzzedEnd(setting, way);
  for (const piece of piecesOf(stream, way.cuts)) end.receive(piece);
  end.receiveEnd();
  return end.result();
}

class FuzzedEnd extends Transcript {
  readonly #way: Way;
  readonly #next: () => number;
  /** What was delivered, and how it looked then. */
  readonly #delivered: { readonly bytes: Buffer; readonly hex: string }[] = [];
  readonly #waiting: (() => void)[] = [];
  #message = "";

  constructor(setting: Setting, way: Way) {
    super(setting.role, optionsOf(setting, way), {
      traits: {
        deflate: setting.deflate,
        lent: way.chunks === "lent" || way.chunks === "lent, SIMD",
        unmask: way.chunks === "lent" ? undefined : simdMask,
      },
    });
    this.#way = way;
    this.#next = random(way.seed);
    if (way.holds) this.during = () => this.#holdInside();
  }

  receive(piece: Buffer): void {
    if (this.#way.holds && chance(this.#next, 0.3)) this.connection.hold(chance(this.#next, 0.5), 0);
    if (this.#way.chunks === "owned") this.connection.receive(Buffer.from(piece), 0);
    else this.#lend(piece);
    if (this.#way.jobs === "at once" || chance(this.#next, 0.4)) this.#work();
  }

  #lend(piece: Buffer): void {
    const memory = this.#way.chunks === "lent" ? LENT : simd!.memory;
    for (let start = 0; start < piece.length; start += LENT.length) {
      if (this.#way.chunks === "now this, now that" && chance(this.#next, 0.5)) {
        this.connection.receive(Buffer.from(piece.subarray(start, start + LENT.length)), 0, false);
        continue;
      }
      const length = piece.copy(memory, 0, start, start + LENT.length);
      this.connection.receive(memory.subarray(0, length), 0, true);
      memory.fill(octet(this.#next), 0, length);
    }
  }

  receiveEnd(): void {
    if (this.#way.holds && chance(this.#next, 0.5)) this.connection.hold(false, 0);
    this.connection.receiveEnd();
    this.#work();
  }

  /** The lines, parts put together. */
  result(): string[] {
    for (const { bytes, hex } of this.#delivered) {
      if (bytes.toString("hex") !== hex) this.lines.push(`overwritten ${hex}`);
    }
    return withoutReasons(this.lines);
  }

  #work(): void {
    for (let job = this.#waiting.shift(); job !== undefined; job = this.#waiting.shift()) job();
  }

  #holdInside(): void {
    if (this.connection.state === "closed" || !chance(this.#next, 0.4)) return;
    this.connection.hold(true, 0);
    if (chance(this.#next, 0.5)) this.connection.hold(false, 0);
  }

  override inflate(inflater: MessageInflater, payload: Buffer): void {
    this.#waiting.push(() => this.connection.inflated(inflateWhole(inflater, payload), 0));
  }

  override deflate(_: MessageDeflater): void {
    throw new Error("nothing is sent here that could be compressed");
  }

  override binary(message: Buffer): void {
    super.binary(message);
    this.#keep(message);
  }

  override pong(payload: Buffer): void {
    super.pong(payload);
    this.#keep(payload);
  }

  override part(data: string | Buffer, isText: boolean, final: boolean): void {
    if (typeof data === "string") this.#message += data;
    else this.#message += data.toString("latin1");
    if (typeof data !== "string") this.#keep(data);
    if (!final) {
      this.during("part", this.connection);
      return;
    }
    const message = this.#message;
    this.#message = "";
    if (isText) super.text(message);
    else super.binary(Buffer.from(message, "latin1"));
  }

  #keep(bytes: Buffer): void {
    if (this.#way.scribbles) bytes.fill(0xee);
    else this.#delivered.push({ bytes, hex: bytes.toString("hex") });
  }
}

export function optionsOf(setting: Setting, { inParts }: Pick<Way, "inParts">): Partial<ConnectionOptions> {
  const { maxMessageBytes, maxFragments, maxInflateRatio } = setting;
  const perMessageDeflate = { ...deflateDefaults, maxInflateRatio };
  return { maxMessageBytes, maxFragments, perMessageDeflate, inParts };
}

/** As `inflateLater`, but when it is told to. */
function inflateWhole(inflater: MessageInflater, payload: Buffer): Buffer | WebSocketProtocolError {
  const inflation = inflater.start(payload);
  try {
    for (;;) {
      const inflated = inflateRawSync(inflation.rest, inflation.options()) as unknown as Inflated;
      const message = inflation.take(inflated);
      if (message !== undefined) return inflater.finish(message);
    }
  } catch (error) {
    if (error instanceof WebSocketProtocolError) return error;
    return inflation.failure(error);
  }
}

/** One of the many ways. */
export function randomWay(next: () => number, cuts: readonly number[], setting: Setting): Way {
  return {
    cuts,
    chunks: pick(next, ["owned", "lent", "lent, SIMD", "now this, now that"]),
    jobs: pick(next, ["at once", "late"]),
    holds: chance(next, 0.5),
    inParts: setting.deflate === undefined && chance(next, 0.3),
    scribbles: chance(next, 0.3),
    seed: Math.floor(next() * 2 ** 31),
  };
}
