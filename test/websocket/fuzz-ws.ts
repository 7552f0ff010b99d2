/** What ws makes of a stream, compared with what we make of it; and where the two differ, who is right. */
import { randomWay } from "./fuzz-drive.ts";
import { piecesOf, randomCuts, randomSetting, randomStream, rulesOf } from "./fuzz-streams.ts";
import { checkWay } from "./fuzzing.ts";
import { Broken, type ReadFrame, readFrame } from "./naive-codec.ts";
import { naiveInflate } from "./naive-inflate.ts";
import { expectedTranscripts, type Message, Reader, type Reading, type Rules } from "./naive-messages.ts";
import { random } from "./random.ts";
import { readByWs, type WsReading } from "./ws-receiver.ts";

/** Where ws 8.23 reads otherwise, and by what we do not: a reader with all of these habits reads as ws does. */
export const HABITS = {
  // "…the minimal number of bytes MUST be used to encode the length", "the most significant bit MUST be 0".
  "any length": "takes lengths that are not minimal, and says 1009 of those over 63 bits (RFC 6455 §5.2)",
  // "…_Fail the WebSocket Connection_" has no "when the message is complete"; the sooner, the less is held.
  "text at its end": "looks at text when the message is complete, behind other faults (RFC 6455 §8.1)",
  // Of a header that breaks two rules either may be named, and one that is cut breaks none yet.
  "two octets first": "looks at the order of frames before their header is complete (RFC 6455 §5.4, §5.5.1)",
  // Limits are an implementation's own.
  "limits in its order": "counts frames when they are complete, and lengths before the key (RFC 6455 §10.4)",
  // "…the payload of the message", whole.
  "inflates frame by frame": "refuses compressed data before its message is complete (RFC 7692 §6.2)",
} as const;
export type Habit = keyof typeof HABITS;

/** What is wrong with how ws inflates. From the first such message on it may read anything. */
export const LAPSES = {
  // "Append 4 octets of 0x00 0x00 0xff 0xff to the tail end of the payload of the message" makes it whole blocks.
  "cut short": "delivers compressed data that is cut short, with what was appended to it (RFC 7692 §7.2.2)",
  // "An endpoint MAY use both DEFLATE blocks with the "BFINAL" bit set to 0 and … set to 1."
  "blocks behind BFINAL": "loses blocks behind one with BFINAL, and the window (RFC 7692 §7.2.1)",
  // A sender must not; a receiver need not refuse it, and what ws refuses depends on the length of its output.
  "too far back": "may refuse what looks further back than was agreed on (RFC 7692 §7.1.2)",
} as const;
export type Lapse = keyof typeof LAPSES;

/** Reads as the RFCs have it, with some of the habits of ws. */
class LikeWs extends Reader {
  readonly #habits: ReadonlySet<Habit>;
  /** How many events there were before blocks behind one with BFINAL were seen. */
  finalsAfter = NEVER;
  #begunAfter = 0;
  readonly #compressed: { readonly after: number; readonly payload: Buffer; readonly window: Buffer }[] = [];

  constructor(rules: Rules, habits: ReadonlySet<Habit>) {
    super(rules);
    this.#habits = habits;
  }

  protected override readFrame(rest: Uint8Array): ReadFrame | undefined {
    const [first, second] = rest;
    if (second !== undefined && this.#habits.has("two octets first")) this.#checkOrder(first!, second);
    const { role, deflate, maxMessageBytes } = this.rules;
    const inItsOrder = this.#habits.has("limits in its order");
    return readFrame(rest, {
      role,
      rsv1: deflate !== undefined,
      maxMessageBytes: maxMessageBytes - (inItsOrder ? (this.message?.announced ?? 0) : 0),
      anyLength: this.#habits.has("any length"),
    });
  }

  #checkOrder(first: number, second: number): void {
    const opcode = first % 16;
    if (opcode < 8 && (this.message === undefined) === (opcode === 0))
      throw new Broken(1002, "sequence of frames");
    if (opcode === 0 && Math.floor(first / 64) % 2 === 1) throw new Broken(1002, "RSV1 of a continuation");
    if (opcode === 8 && second % 128 === 1) throw new Broken(1002, "Close of one octet");
  }

  protected override checkFrames(message: Message): void {
    if (!this.#habits.has("limits in its order")) super.checkFrames(message);
  }

  protected override checkText(beginning: readonly number[]): void {
    if (!this.#habits.has("text at its end")) super.checkText(beginning);
  }

  protected override end(frame: ReadFrame): void {
    if (this.#habits.has("limits in its order")) super.checkFrames(this.message!);
    if (this.message!.compressed) this.#inflateBeginning(this.message!);
    super.end(frame);
  }

  /** How many events there were before a message that looked further back than was agreed on. */
  get tooFarAfter(): number {
    const most = 2 ** this.rules.deflate!.windowBits;
    const found = this.#compressed.find(
      ({ payload, window }) => (naiveInflate(payload, window)?.farthest ?? 0) > most,
    );
    return found?.after ?? NEVER;
  }

  #inflateBeginning({ octets, frames }: Message): void {
    const payload = Buffer.from(octets);
    if (frames === 1) this.#begunAfter = this.events.length;
    this.#compressed.push({ after: this.#begunAfter, payload, window: this.inflater!.window });
    const inflated = this.inflater!.inflateBeginning(payload);
    const isWrong = "codes" in inflated;
    if (isWrong && this.#habits.has("inflates frame by frame"))
      throw new Broken(inflated.codes, inflated.why);
    if (!isWrong && inflated.finals > 0) this.finalsAfter = Math.min(this.finalsAfter, this.events.length);
  }
}

/**
 * One random stream, read by a Connection and by ws. They agree, or else ws has some of the habits, or a lapse.
 *
 * @returns which
 */
export async function compareWithWs(seed: number): Promise<readonly (Habit | Lapse)[]> {
  const next = random(seed);
  const setting = { ...randomSetting(next, 0.4), maxInflateRatio: 2 ** 30 };
  const stream = randomStream(next, setting);
  const cuts = randomCuts(next, stream.length);
  const name = `seed ${seed}, cuts ${cuts}`;
  const rules = rulesOf(setting);
  const expected = expectedTranscripts(stream, rules);
  checkWay(seed, { setting, stream, way: randomWay(next, cuts, setting), expected });

  const theirs = await readByWs(piecesOf(stream, cuts), setting);
  const none = new Set<Habit>();
  if (agree(new LikeWs(rules, none).readAll(stream), theirs)) return [];
  const all = new Set(Object.keys(HABITS) as Habit[]);
  const reader = new LikeWs(rules, all);
  const reading = reader.readAll(stream);
  if (!agree(reading, theirs)) return [lapseOf(reading, reader, theirs, name)];
  // Those without which it would not be explained.
  for (const habit of all) {
    const fewer = new Set([...all].filter((other) => other !== habit));
    if (agree(new LikeWs(rules, fewer).readAll(stream), theirs)) all.delete(habit);
  }
  return [...all];
}

function agree({ events, broken, close }: Reading, theirs: WsReading): boolean {
  return (
    (broken === undefined ? theirs.refusal === undefined : broken.codes.includes(theirs.refusal ?? 0)) &&
    close?.code === theirs.closeCode &&
    linesOf(events).join() === theirs.events.join()
  );
}

/** What lapse explains that `reading` and ws differ, if it has no part in what was before. */
function lapseOf(reading: Reading, reader: LikeWs, theirs: WsReading, name: string): Lapse {
  const lines = linesOf(reading.events);
  const firstOther = lines.findIndex((line, i) => line !== theirs.events[i]);
  const agreed = firstOther < 0 ? lines.length : firstOther;
  const withFinals = reading.events.findIndex(({ finals = 0 }) => finals > 0);
  if (Math.min(reader.finalsAfter, withFinals < 0 ? NEVER : withFinals) <= agreed)
    return "blocks behind BFINAL";
  if (reading.broken?.why === "not DEFLATE" && agreed === lines.length) return "cut short";
  if (theirs.refusal === 1007 && reader.tooFarAfter <= agreed) return "too far back";
  throw new Error(`${name}: another difference: ${JSON.stringify([reading, theirs])}`);
}

const NEVER = Number.POSITIVE_INFINITY;

function linesOf(events: Reading["events"]): string[] {
  return events.map(({ kind, octets }) => `${kind} ${Buffer.from(octets).toString("hex")}`);
}
