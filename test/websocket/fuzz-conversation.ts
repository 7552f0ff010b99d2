/** What one end sends is what the other receives, be it a Connection, the naive codec or ws. */
import { strict as assert } from "node:assert";
import { drive, randomWay } from "./fuzz-drive.ts";
import { type Spoken, speak } from "./fuzz-sending.ts";
import { piecesOf, randomCuts, rulesOf, type Setting } from "./fuzz-streams.ts";
import { readStream } from "./naive-messages.ts";
import { type Next, random } from "./random.ts";
import { readByWs } from "./ws-receiver.ts";

/** Ends that speak, and who reads what they sent. */
export function checkConversation(seed: number): void {
  const next = random(seed);
  for (const spoken of told(seed, () => speak(next))) {
    told(seed, () => {
      checkNaively(spoken);
      checkConnection(spoken, next);
    });
  }
}

/** The same, read by ws. */
export async function checkConversationWithWs(seed: number): Promise<void> {
  const next = random(seed);
  for (const { wire, messages, pings, closeCode, ...spoken } of speak(next)) {
    const cuts = randomCuts(next, wire.length);
    const read = await readByWs(piecesOf(wire, cuts), settingOf(spoken));
    const name = `seed ${seed}, cuts ${cuts}`;
    assert.equal(read.refusal, undefined, name);
    assert.equal(read.closeCode, closeCode, name);
    assert.deepEqual(read.events.filter(isMessage), messages, name);
    assert.deepEqual(read.events.filter(isPing), pings, name);
  }
}

function checkNaively({ wire, messages, pings, asked, closeCode, ...spoken }: Spoken): void {
  const { events, broken, close } = readStream(wire, rulesOf(settingOf(spoken)));
  if (broken !== undefined) throw broken;
  assert.equal(close?.code, closeCode);
  const lines = events.map(({ kind, octets }) => `${kind} ${Buffer.from(octets).toString("hex")}`);
  assert.deepEqual(lines.filter(isMessage), messages);
  assert.deepEqual(lines.filter(isPing), pings);
  // RFC 6455 §5.5.3: "…MAY elect to send a Pong frame for only the most recently processed Ping frame."
  const pongs = lines.filter((line) => line.startsWith("pong"));
  assert.deepEqual(
    asked.filter((ping) => pongs.includes(ping)),
    pongs,
  );
  if (closeCode === undefined) assert.equal(pongs.at(-1), asked.at(-1));
}

function checkConnection({ wire, messages, ...spoken }: Spoken, next: Next): void {
  const setting = settingOf(spoken);
  const way = randomWay(next, randomCuts(next, wire.length), setting);
  const lines = drive(setting, wire, way).filter(isMessage);
  const texts = messages.map((line) => {
    const [kind, octets = ""] = line.split(" ");
    return kind === "text" ? `text ${JSON.stringify(Buffer.from(octets, "hex").toString())}` : line;
  });
  if (lines.join("\n") !== texts.join("\n")) assert.deepEqual(lines, texts, JSON.stringify(way));
}

const isMessage = (line: string): boolean => line.startsWith("text") || line.startsWith("binary");
const isPing = (line: string): boolean => line.startsWith("ping");

function settingOf({ reader, deflate }: Pick<Spoken, "reader" | "deflate">): Setting {
  const many = 2 ** 30;
  const limits = { maxMessageBytes: many, maxFragments: many, maxInflateRatio: many };
  return { role: reader, deflate, ...limits, longMessages: 0 };
}

function told<Result>(seed: number, happen: () => Result): Result {
  try {
    return happen();
  } catch (error) {
    throw new Error(`seed ${seed}`, { cause: error });
  }
}
