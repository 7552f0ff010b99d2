import { describe, expect, it } from "vitest";
import { drive, WHOLE } from "./fuzz-drive.ts";
import type { Setting } from "./fuzz-streams.ts";
import { compareWithWs, HABITS, type Habit, LAPSES, type Lapse } from "./fuzz-ws.ts";
import { encodeFrame } from "./naive-codec.ts";
import { naiveDeflate } from "./naive-deflate.ts";
import { readByWs, type WsReading } from "./ws-receiver.ts";

const plain: Setting = {
  role: "client",
  maxMessageBytes: 1000,
  maxFragments: 1000,
  maxInflateRatio: 100,
  deflate: undefined,
  longMessages: 0,
};
const deflate = {
  serverNoContextTakeover: false,
  clientNoContextTakeover: false,
  serverMaxWindowBits: 15,
  clientMaxWindowBits: 15,
};
const compressed: Setting = { ...plain, deflate };
const over = (refusal?: number) => ({ refusal, closeCode: undefined });

interface Example {
  readonly kind: Habit | Lapse;
  readonly setting: Setting;
  readonly stream: string | Buffer;
  /** What we make of it, and what ws does. */
  readonly ours: readonly string[];
  readonly theirs: WsReading;
}

const failed = (code: number): string[] => [
  `sent close ${code.toString(16).padStart(4, "0")}…`,
  "end",
  `failed ${code}`,
];

const PERIOD = Buffer.from(Array.from({ length: 600 }, (_, i) => (i * i) >> 3));

const examples: readonly Example[] = [
  {
    kind: "any length",
    setting: plain,
    stream: "817e0001 61",
    ours: failed(1002),
    theirs: { events: ["text 61"], ...over() },
  },
  {
    kind: "any length",
    setting: plain,
    stream: "817f8000000000000000",
    ours: failed(1002),
    theirs: { events: [], ...over(1009) },
  },
  {
    kind: "text at its end",
    setting: plain,
    stream: "0101ff 8300",
    ours: failed(1007),
    theirs: { events: [], ...over(1002) },
  },
  {
    kind: "two octets first",
    setting: plain,
    stream: "807e",
    ours: [],
    theirs: { events: [], ...over(1002) },
  },
  {
    kind: "two octets first",
    setting: plain,
    stream: "8801",
    ours: [],
    theirs: { events: [], ...over(1002) },
  },
  {
    kind: "limits in its order",
    setting: { ...plain, maxFragments: 1 },
    stream: "0100 8001",
    ours: failed(1008),
    theirs: { events: [], ...over() },
  },
  {
    kind: "inflates frame by frame",
    setting: compressed,
    stream: "420107",
    ours: [],
    theirs: { events: [], ...over(1007) },
  },
  {
    // RFC 7692 §7.2.3.1, without its last two octets.
    kind: "cut short",
    setting: compressed,
    stream: "c105f248cdc9c9",
    ours: failed(1007),
    theirs: { events: ["text 48656c6c68"], ...over() },
  },
  {
    // An empty block, the last, before §7.2.3.1.
    kind: "blocks behind BFINAL",
    setting: compressed,
    stream: "c1090300f248cdc9c90700",
    ours: ['text "Hello"'],
    theirs: { events: ["text "], ...over() },
  },
  {
    kind: "too far back",
    setting: { ...compressed, maxMessageBytes: 20_000, deflate: { ...deflate, serverMaxWindowBits: 9 } },
    stream: farBack(),
    ours: [`binary ${PERIOD.toString("hex").repeat(30)}`],
    theirs: { events: [], ...over(1007) },
  },
];

/** A message that looks 600 octets back, over more octets than ws inflates at a time. */
function farBack(): Buffer {
  const text = Buffer.concat(new Array<Buffer>(30).fill(PERIOD));
  const payload = naiveDeflate([{ text, options: { windowBits: 15 }, final: false }], Buffer.alloc(0));
  return encodeFrame({ opcode: 2, rsv: 4, payload });
}

describe("ws 8.23 reads as we do, but it", () => {
  const about: Record<string, string> = { ...HABITS, ...LAPSES };
  for (const { kind, setting, stream, ours, theirs } of examples) {
    it(`${about[kind]}: ${typeof stream === "string" ? stream : "30 times 600 octets"}`, async () => {
      const bytes = typeof stream === "string" ? Buffer.from(stream.replaceAll(" ", ""), "hex") : stream;
      expect(drive(setting, bytes, WHOLE)).toEqual([...ours, 'closed 1006 "" unclean']);
      expect(await readByWs([bytes], setting)).toEqual(theirs);
    });
  }

  it("differs in nothing else (seeds 0 to 999)", async () => {
    for (let seed = 0; seed < 1000; seed++) await compareWithWs(seed);
  });

  it("is shown with an example of each difference", () => {
    expect([...new Set(examples.map(({ kind }) => kind))]).toEqual([
      ...Object.keys(HABITS),
      ...Object.keys(LAPSES),
    ]);
  });
});
