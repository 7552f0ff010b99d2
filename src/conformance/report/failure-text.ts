/** One case told at length: its rule, what was sent, what was expected, what came, and how to repeat it. */
import type { CaseReport } from "../run/run-report.ts";
import type { Finding } from "../verdict.ts";
import type { WireEntry } from "../wire/wire-log.ts";
import { clauseOf } from "./clause.ts";
import { frameFields, isFrameEntry, octetCount } from "./frame-fields.ts";
import { asciiLines, margin, spaced } from "./octets.ts";
import { columns, cut, paint, paintVerdict, symbolOf, type TextStyle, wrapped } from "./paint.ts";
import { verdictWords } from "./verdict-words.ts";
import { visible, visibleLines } from "./visible.ts";

/** Octets in one line of a listing. */
const OCTETS_A_LINE = 8;
/** Lines given to one field, or to one piece that is no frame. */
const MOST_LINES = 6;
/** Pieces told of what was sent; the last ones, since they are what led to the verdict. */
const MOST_SENT = 3;
/** Columns of a label such as `expected`. */
const LABEL = 10;

/** The block about one case. Nothing that the peer wrote reaches the terminal unescaped. */
export function caseBlock(report: CaseReport, style: TextStyle): readonly string[] {
  const { id, title, verdict, level, requirement, reason, repeat, findings } = report;
  const { citation } = clauseOf(id);
  const head = `${visible(id)}  ${visible(title)}`;
  const room = columns(style) - 6 - LABEL;
  return [
    `${symbolOf(style, verdict)} ${paint(style, "strong", head)}  ${paint(style, "dim", level)}`,
    ...labelled(style, citation, [`“${requirement}”`], room),
    ...(reason === undefined ? [] : labelled(style, verdictWords[verdict].short, [reason], room)),
    ...sentLines(report, style),
    ...findings.flatMap((finding) => findingLines(finding, style, room)),
    `    ${paint(style, "dim", "repeat".padEnd(LABEL))}${paint(style, "strong", visible(repeat))}`,
  ];
}

/**
 * The octets of an entry, field by field where they are a frame, as lines:
 *
 * ```
 * 89 85                    FIN, opcode 0x9 Ping, masked, length 5
 * 37 fa 21 3d              masking key; what follows is unmasked
 * 48 65 6c 6c 6f           payload: "Hello"
 * ```
 */
export function annotateFrame(entry: WireEntry): readonly string[] {
  if (!isFrameEntry(entry)) return plainLines(entry);
  const lines = frameFields(entry).flatMap((field) => {
    const meaning = field.kind === "key" ? `${field.meaning}; what follows is unmasked` : field.meaning;
    return listing(field.unmasked ?? field.octets, meaning);
  });
  const kept = entry.frame.payload.length / 2;
  const { payloadLength } = entry.frame;
  return kept >= payloadLength
    ? lines
    : [...lines, `${"…".padEnd(3 * OCTETS_A_LINE)} ${kept} of ${octetCount(payloadLength)} were kept`];
}

function findingLines(finding: Finding, style: TextStyle, room: number): readonly string[] {
  const { expected, came, clause, severity } = finding;
  return [
    ...labelled(style, "expected", [clause === undefined ? expected : `${expected} (${clause})`], room),
    ...labelled(style, "came", [came], room).map((line) => paintVerdict(style, severity, line)),
  ];
}

function sentLines({ wire }: CaseReport, style: TextStyle): readonly string[] {
  const sent = wire.filter(({ direction }) => direction === "sent");
  const frames = sent.filter(isFrameEntry);
  const told = frames.length > 0 ? frames : sent;
  const left = told.length - MOST_SENT;
  const room = columns(style) - 4 - LABEL;
  return [
    ...(left > 0 ? labelled(style, "sent", [`… ${left} before these`], room) : []),
    ...told
      .slice(-MOST_SENT)
      .flatMap((entry) => [
        ...labelled(style, "sent", [entry.summary], room),
        ...annotateFrame(entry).map(
          (line) => `    ${" ".repeat(LABEL)}${paint(style, "dim", cut(line, room))}`,
        ),
      ]),
  ];
}

/** Lines with a label before the first; where the label is too long for its column, on a line of its own. */
function labelled(
  style: TextStyle,
  label: string,
  texts: readonly string[],
  room: number,
): readonly string[] {
  const lines = texts.flatMap((text) => wrapped(text, room));
  const indent = " ".repeat(4);
  const fits = label.length < LABEL;
  const first = paint(style, "dim", label.padEnd(LABEL));
  return [
    ...(fits ? [] : [`${indent}${first}`]),
    ...lines.map((line, at) => `${indent}${fits && at === 0 ? first : " ".repeat(LABEL)}${line}`),
  ];
}

/** Octets at the left, beside them their meaning; where they need several lines, also the characters they may be. */
function listing(hex: string, meaning: string): readonly string[] {
  const rows = hex.match(new RegExp(`.{1,${2 * OCTETS_A_LINE}}`, "g")) ?? [""];
  const lines = rows.slice(0, MOST_LINES).map((row, at) => {
    const characters = rows.length === 1 ? "" : `|${margin(row)}|`.padEnd(OCTETS_A_LINE + 4);
    return `${spaced(row).padEnd(3 * OCTETS_A_LINE)} ${characters}${at === 0 ? meaning : ""}`.trimEnd();
  });
  const left = rows.slice(MOST_LINES).join("").length / 2;
  return left === 0 ? lines : [...lines, `${"…".padEnd(3 * OCTETS_A_LINE)} ${octetCount(left)} more`];
}

/** What is no frame: the lines of an HTTP message, or octets. */
function plainLines({ octets = "", length = 0 }: WireEntry): readonly string[] {
  const text = asciiLines(octets);
  if (text === undefined) return octets === "" ? [] : listing(octets, octetCount(length));
  const lines = visibleLines(text.trimEnd());
  const cutShort = octets.length / 2 < length || lines.length > MOST_LINES;
  return [...lines.slice(0, MOST_LINES), ...(cutShort ? ["…"] : [])];
}
