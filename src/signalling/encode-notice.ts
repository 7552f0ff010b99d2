/**
 * Notices on the wire: JSON (RFC 8259), as `JSON.stringify` writes it, which leaves out what is undefined.
 *
 * What one peer said to others is most of what a server writes, and most of what that costs is to look at each
 * character for one that must be escaped. The text came as JSON itself a moment ago: where nothing was escaped in
 * that, nothing has to be.
 */
import type { Notice } from "./protocol.ts";

type Chat = Extract<Notice, { type: "message" }>;
type Candidacy = Extract<Notice, { type: "candidate" }>;

/** @param source the command that is being obeyed, if there is one: text that was read as JSON */
export function encodeNotice(notice: Notice, source?: string): string {
  if (source !== undefined) {
    if (notice.type === "message" && standsIn(source, notice.text)) return encodeChat(notice);
    if (notice.type === "candidate" && standsIn(source, notice.candidate.candidate))
      return encodeCandidate(notice);
  }
  return JSON.stringify(notice);
}

/** Below so many characters JSON.stringify is as fast. */
const PAYS_OFF_FROM = 128;

/**
 * Whether a text is in JSON what it is, between two quotation marks.
 *
 * RFC 8259 §7: "All Unicode characters may be placed within the quotation marks, except for the characters that MUST
 * be escaped: quotation mark, reverse solidus, and the control characters". JSON that holds no reverse solidus has
 * escaped nothing; outside of its strings it holds of those but quotation marks and white space (§2). So a part of it
 * without these needs no escape, from wherever it is. Lone surrogates are escaped by JSON.stringify.
 */
function standsIn(source: string, text: string): boolean {
  if (text.length < PAYS_OFF_FROM || source.includes("\\") || !source.includes(text)) return false;
  if (text.includes('"') || text.includes("\n") || text.includes("\r") || text.includes("\t")) return false;
  return text.isWellFormed();
}

function encodeChat({ seq, from, user, name, text, to }: Chat): string {
  const speaker = `"from":${quote(from)},"user":${quote(user)},"name":${quote(name)}`;
  const listener = to === undefined ? "" : `,"to":${quote(to)}`;
  return `{"type":"message","seq":${seq},${speaker},"text":"${text}"${listener}}`;
}

function encodeCandidate({ seq, from, candidate }: Candidacy): string {
  const { candidate: text, sdpMid, sdpMLineIndex, usernameFragment } = candidate;
  const fragment = usernameFragment === undefined ? "" : `,"usernameFragment":${quote(usernameFragment)}`;
  const place = `"sdpMid":${quote(sdpMid)},"sdpMLineIndex":${sdpMLineIndex}${fragment}`;
  return `{"type":"candidate","seq":${seq},"from":${quote(from)},"candidate":{"candidate":"${text}",${place}}}`;
}

function quote(text: string | null): string {
  return JSON.stringify(text);
}
