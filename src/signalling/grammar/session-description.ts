/**
 * RFC 8866 §5, §9: whether a text is a session description, and who sends and who receives what by it.
 *
 * Enough is checked that nothing but a description gets through, and no more: formats, extensions and the attributes
 * of media are between the two ends, which check them anyway. What is missing is no fault, what is there and broken
 * is one.
 */
import { type Direction, isDirection, parseAttribute } from "./attributes.ts";
import { checkFieldValue, parseMediaField } from "./field-values.ts";
import { LineOrder } from "./line-order.ts";
import { LineReader } from "./lines.ts";

/** The most media sections (`m=`): SFUs offer some hundred, two for each member of a large room. */
export const maxMediaSections = 256;

/** A media section: one `m=` and the lines behind it. */
export interface MediaSection {
  /** `audio`, `video`, `application` (data channels), …, in small letters. */
  readonly kind: string;
  /** RFC 5888 §4; undefined when the section has no name. */
  readonly mid: string | undefined;
  /** As RFC 8866 §6.7 says: the section's own, else that of the session, else sendrecv. */
  readonly direction: Direction;
  /** RFC 3264 §6, RFC 9143 §6: port 0, and not because it shares the port of another section. */
  readonly rejected: boolean;
  /** Whether the describing side may send by it. True too for a section without a direction of its own. */
  readonly sends: boolean;
  /** Whether the describing side may receive by it. True too for a section without a direction of its own. */
  readonly receives: boolean;
}

/** What a session description says, as far as a server that passes it on must know. */
export interface SessionDescriptionView {
  readonly media: readonly MediaSection[];
}

/** Why a text is no session description: in which line, from 1, and in words that repeat nothing of it. */
export interface SdpFault {
  readonly line: number;
  readonly reason: string;
}

/** Reads a session description. Never throws, in time linear in the text. */
export function checkSessionDescription(sdp: string): SessionDescriptionView | SdpFault {
  const lines = new LineReader(sdp);
  const order = new LineOrder();
  const reading = new DescriptionReading(sdp);
  while (lines.next()) {
    const { type, start, end } = lines;
    const reason = order.place(type) ?? reading.read(type, start, end);
    if (reason !== undefined) return { line: lines.number, reason };
  }
  const reason = lines.fault ?? order.end();
  return reason === undefined ? reading.view() : { line: Math.max(lines.number, 1), reason };
}

/** Whether the side that describes may send audio or video. */
export function sendsMedia(view: SessionDescriptionView): boolean {
  return view.media.some((section) => section.sends && isAudioOrVideo(section));
}

/** Whether the side that describes may receive audio or video. */
export function receivesMedia(view: SessionDescriptionView): boolean {
  return view.media.some((section) => section.receives && isAudioOrVideo(section));
}

function isAudioOrVideo({ kind }: MediaSection): boolean {
  return kind === "audio" || kind === "video";
}

/** What has been read of a section so far. */
interface SectionReading {
  readonly kind: string;
  readonly port: number;
  mid: string | undefined;
  direction: Direction | undefined;
  bundleOnly: boolean;
}

class DescriptionReading {
  readonly #text: string;
  readonly #sections: SectionReading[] = [];
  #section: SectionReading | undefined;
  #direction: Direction | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /** Reads the value of a line, from `start` to before `end`; @returns what is wrong with it, or undefined */
  read(type: string, start: number, end: number): string | undefined {
    if (type === "a") return this.#readAttribute(start, end);
    return type === "m" ? this.#openSection(start, end) : checkFieldValue(type, this.#text, start, end);
  }

  view(): SessionDescriptionView {
    return { media: this.#sections.map((section) => toMediaSection(section, this.#direction)) };
  }

  #openSection(start: number, end: number): string | undefined {
    if (this.#sections.length === maxMediaSections)
      return `a description has at most ${maxMediaSections} sections`;
    const field = parseMediaField(this.#text, start, end);
    if (field === undefined) return "m= is a kind of media, a port, a protocol and formats";
    const { kind, port } = field;
    this.#section = { kind, port, mid: undefined, direction: undefined, bundleOnly: false };
    this.#sections.push(this.#section);
    return undefined;
  }

  #readAttribute(start: number, end: number): string | undefined {
    const section = this.#section;
    const attribute = parseAttribute(this.#text, start, end, section !== undefined);
    if (typeof attribute !== "object") return attribute;
    const { name } = attribute;
    if (isDirection(name)) return this.#readDirection(name, section);
    if (section === undefined) return undefined;
    if (name === "mid") section.mid = this.#text.slice(start + "mid:".length, end);
    if (name === "bundle-only") section.bundleOnly = true;
    return undefined;
  }

  #readDirection(direction: Direction, section: SectionReading | undefined): string | undefined {
    // Of two, one reader takes the first and another the last; no sender has two.
    const earlier = section === undefined ? this.#direction : section.direction;
    if (earlier !== undefined) return "of sendrecv, sendonly, recvonly and inactive there is one";
    if (section === undefined) this.#direction = direction;
    else section.direction = direction;
    return undefined;
  }
}

function toMediaSection(section: SectionReading, ofSession: Direction | undefined): MediaSection {
  const rejected = section.port === 0 && !section.bundleOnly;
  // libwebrtc does not read the direction of a session and takes sendrecv: whoever enforces must reckon with both.
  const own = section.direction ?? "sendrecv";
  return {
    kind: section.kind,
    mid: section.mid,
    direction: section.direction ?? ofSession ?? "sendrecv",
    rejected,
    sends: !rejected && (own === "sendrecv" || own === "sendonly"),
    receives: !rejected && (own === "sendrecv" || own === "recvonly"),
  };
}
