/**
 * What is compressed: five kinds of content, as Autobahn|Testsuite has them (a JSON file, a bitmap, prose, HTML and a
 * PDF), and about as long. Theirs are not shipped: these are made up, the same in every run.
 */
import { Random } from "../random.ts";

export interface Payload {
  /** `JSON`, `a bitmap`. */
  readonly name: string;
  /** Text is cut by characters, which are not all of one octet; anything else by octets. */
  readonly text: boolean;
  /** A piece of so many characters or octets from a place on, which may be anywhere; the content repeats. */
  piece(at: number, length: number): Buffer;
}

/** In the order of Autobahn's groups 12.1 to 12.5. */
export const payloads: readonly Payload[] = [
  text("JSON", 194_000, (random) => JSON.stringify(account(random))),
  octets("a bitmap", bitmap),
  octets("prose", (random) => Buffer.from(until(222_000, () => `${paragraph(random)}\n\n`))),
  text("HTML", 263_000, section),
  octets("a PDF", document),
];

/** The first of them, which Autobahn uses wherever only the parameters differ. */
export const json: Payload = payloads[0]!;

function text(name: string, length: number, part: (random: Random) => string): Payload {
  let content: string | undefined;
  return {
    name,
    text: true,
    piece(at, size) {
      content ??= generated(length, part);
      let piece = "";
      while (piece.length < size) {
        const from = (at + piece.length) % content.length;
        piece += content.slice(from, from + size - piece.length);
      }
      return Buffer.from(piece);
    },
  };
}

function octets(name: string, make: (random: Random) => Buffer): Payload {
  let content: Buffer | undefined;
  return {
    name,
    text: false,
    piece(at, size) {
      content ??= make(new Random(name.length));
      const piece = Buffer.alloc(size);
      let done = 0;
      while (done < size) done += content.copy(piece, done, (at + done) % content.length);
      return piece;
    },
  };
}

function generated(length: number, part: (random: Random) => string): string {
  const random = new Random(length);
  return until(length, () => `${part(random)}\n`);
}

function until(length: number, part: () => string): string {
  let all = "";
  while (all.length < length) all += part();
  return all.slice(0, length);
}

// ── Text. No character needs a surrogate, so that it can be cut anywhere.

const syllables = "an be der ein fal gen her in kö lei mon nach or pré quo ry sté tun über vor we zu".split(
  " ",
);
const rareLetters = [..."éüßñčžłøåαβγδжщюקש日本語中文"];

function word(random: Random): string {
  const rare = random.below(40) === 0 ? rareLetters[random.below(rareLetters.length)]! : "";
  // Some words are far more frequent than others.
  const pool = random.below(4) === 0 ? syllables.length : 9;
  return Array.from({ length: 1 + random.below(3) }, () => syllables[random.below(pool)]).join("") + rare;
}

function words(random: Random, count: number): string {
  return Array.from({ length: count }, () => word(random)).join(" ");
}

function paragraph(random: Random): string {
  const sentence = (): string => {
    const all = words(random, 4 + random.below(14));
    return `${all[0]!.toUpperCase()}${all.slice(1)}${random.below(5) === 0 ? "!" : "."}`;
  };
  return Array.from({ length: 2 + random.below(5) }, sentence).join(" ");
}

function account(random: Random): object {
  return {
    id: random.next(),
    name: words(random, 2),
    active: random.below(3) > 0,
    balance: random.below(1_000_000) / 100,
    address: { street: words(random, 2), number: random.below(200), city: word(random) },
    tags: Array.from({ length: random.below(5) }, () => word(random)),
    about: paragraph(random),
    position: [random.below(180_000) / 1000, random.below(360_000) / 1000],
    parent: null,
  };
}

function section(random: Random): string {
  const item = (): string => {
    const id = random.below(10_000);
    return `    <li class="entry ${word(random)}" id="e${id}"><a href="/${word(random)}/${id}?x=1&amp;y=2">${words(random, 3)}</a></li>`;
  };
  return [
    `<div class="section">\n  <h2>${words(random, 3)}</h2>\n  <p>${paragraph(random)}</p>`,
    `  <ul>\n${Array.from({ length: 2 + random.below(6) }, item).join("\n")}\n  </ul>\n</div>`,
  ].join("\n");
}

// ── Octets

/** A picture of 512 × 512 grey pixels: soft shapes, and the grain of a photograph. */
function bitmap(random: Random): Buffer {
  const side = 512;
  const header = Buffer.alloc(54);
  header.write("BM");
  header.writeUInt32LE(54 + 1024 + side * side, 2);
  header.writeUInt32LE(54 + 1024, 10);
  for (const [i, value] of [40, side, side, 1 | (8 << 16)].entries()) header.writeUInt32LE(value, 14 + 4 * i);
  const palette = Buffer.alloc(1024);
  for (let grey = 0; grey < 256; grey++) palette.fill(grey, grey * 4, grey * 4 + 3);
  const pixels = Buffer.alloc(side * side);
  for (let at = 0; at < pixels.length; at++) {
    const [x, y] = [at % side, Math.floor(at / side)];
    const shape = Math.sin(x / 41) * Math.cos(y / 67) + Math.sin((x + 2 * y) / 149);
    pixels[at] = 128 + Math.round(shape * 50) + random.below(8);
  }
  return Buffer.concat([header, palette, pixels]);
}

/** Objects as a PDF has them: a little text between streams that are compressed already. */
function document(random: Random): Buffer {
  const parts: Buffer[] = [Buffer.from("%PDF-1.4\n")];
  for (let number = 1, length = 0; length < 1_042_000; number += 2) {
    const stream = random.octets(1_000 + random.below(12_000));
    const page = `/Type /Page /Parent 2 0 R /Contents ${number + 1} 0 R /MediaBox [0 0 595 842]`;
    const fonts = Array.from({ length: 20 }, (_, font) => `/F${font} ${number + font} 0 R`).join(" ");
    const head = `${number + 1} 0 obj\n<< /Length ${stream.length} /Filter /FlateDecode >>\nstream\n`;
    const objects = `${number} 0 obj\n<< ${page} /Resources << /Font << ${fonts} >> >> >>\nendobj\n${head}`;
    parts.push(Buffer.from(objects), stream, Buffer.from("\nendstream\nendobj\n"));
    length += stream.length + objects.length;
  }
  return Buffer.concat([...parts, Buffer.from("trailer\n<< /Root 1 0 R >>\n%%EOF\n")]);
}
