/** What must hold for every stream, however it was made and however it comes. Shared by the short and the long run. */
import { strict as assert } from "node:assert";
import { drive, optionsOf, randomWay, type Way, WHOLE } from "./fuzz-drive.ts";
import { piecesOf, randomCuts, randomSetting, randomStream, rulesOf, type Setting } from "./fuzz-streams.ts";
import { expectedTranscripts } from "./naive-messages.ts";
import { chance, pick, random } from "./random.ts";
import { Transcript, withoutReasons } from "./transcript.ts";

/**
 * One random stream: a Connection does with it what the naive codec says, whether it comes whole, cut at
 * random or by the octet, in memory that is lent, held back now and then, and no error escapes.
 */
export function checkStream(seed: number): void {
  const next = random(seed);
  const setting = randomSetting(next);
  const stream = randomStream(next, setting);
  const expected = expectedTranscripts(stream, rulesOf(setting));
  const ways: Way[] = [WHOLE, randomWay(next, randomCuts(next, stream.length), setting)];
  if (stream.length < 300 && chance(next, 0.5)) ways.push(randomWay(next, [...stream.keys()], setting));
  for (const way of ways) checkWay(seed, { setting, stream, way, expected });
}

/** A stream, and what is to come of it. */
interface Case {
  readonly setting: Setting;
  readonly stream: Buffer;
  readonly way: Way;
  readonly expected: readonly string[][];
}

export function checkWay(seed: number, { setting, stream, way, expected }: Case): void {
  let lines: string[];
  try {
    lines = drive(setting, stream, way);
  } catch (error) {
    throw new Error(told(seed, { setting, stream, way }), { cause: error });
  }
  // Comparing strings first: an assertion costs more than all the rest.
  const text = lines.join("\n");
  if (expected.some((one) => one.join("\n") === text) || isKnownCut(lines, expected)) return;
  assert.deepEqual(lines, expected[0], told(seed, { setting, stream, way }));
}

/**
 * The cut that `inflation.ts` does not notice: a last block (BFINAL) without compression that lacks just the nine
 * octets which are appended to a message.
 */
function isKnownCut(lines: readonly string[], expected: readonly string[][]): boolean {
  const codes = expected.map((one) => one.at(-2));
  return codes.includes("failed 1007") && lines.some((line) => /^binary .*0000ffff010000ffff$/.test(line));
}

/** All it takes to see the failure again. */
function told(
  seed: number,
  { setting, stream, way }: { setting: Setting; stream: Buffer; way: Way },
): string {
  return `seed ${seed}: ${JSON.stringify({ setting, way })} ${stream.toString("hex", 0, 1000)}`;
}

/**
 * One random stream with messages that are so long that they are inflated elsewhere, while more arrives: the same,
 * whenever that is done, by the thread pool or by us.
 */
export async function checkStreamWithThreads(seed: number): Promise<void> {
  const next = random(seed);
  const setting: Setting = {
    ...randomSetting(next, 1),
    longMessages: 0.6,
    maxMessageBytes: pick(next, [139_999, 140_000, 1e9]),
    maxFragments: 1e6,
    maxInflateRatio: pick(next, [100, 1e6, 1e6]),
  };
  const stream = randomStream(next, setting);
  const cuts = randomCuts(next, stream.length);
  const options = optionsOf(setting, { inParts: false });
  const { lines, jobs, connection } = new Transcript(setting.role, options, {
    traits: { deflate: setting.deflate },
  });
  for (const piece of piecesOf(stream, cuts)) {
    connection.receive(Buffer.from(piece), 0);
    if (chance(next, 0.3)) await jobs.at(-1);
  }
  connection.receiveEnd();
  for (const job of jobs) await job; // which may bring more of them
  const expected = expectedTranscripts(stream, rulesOf(setting));
  checkWay(seed, { setting, stream, way: randomWay(next, cuts, setting), expected });
  const text = withoutReasons(lines).join("\n");
  if (expected.some((one) => one.join("\n") === text)) return;
  assert.deepEqual(withoutReasons(lines), expected[0], `seed ${seed}, cuts ${cuts}`);
}
