/** Notices as they go over the wire. */
import type { Notice } from "../protocol.ts";
import type { Delivery } from "../room/outcome.ts";

/** JSON.stringify leaves out what is undefined, and escapes lone surrogates. */
export function textOf(notice: Notice): string {
  return JSON.stringify(notice);
}

/** What is to be told of an entry. */
export function textToTell({ notice, plain }: Delivery): string {
  return plain ? plainTextOf(notice) : textOf(notice);
}

/**
 * The same text for a notice of which it is known that nothing that was said in it has to be escaped: then it need not be
 * looked through character by character, which is what costs most when something is passed on.
 */
function plainTextOf(notice: Notice): string {
  switch (notice.type) {
    case "message": {
      const { seq, from, user, name, text, to } = notice;
      const head = `{"type":"message","seq":${seq},"from":"${from}","user":${quoted(user)},"name":${quoted(name)},"text":"`;
      return to === undefined ? `${head}${text}"}` : `${head}${text}","to":"${to}"}`;
    }
    case "candidate": {
      const { candidate, sdpMid, sdpMLineIndex, usernameFragment } = notice.candidate;
      const head = `{"type":"candidate","seq":${notice.seq},"from":"${notice.from}","candidate":{"candidate":"${candidate}"`;
      const mid = `,"sdpMid":${sdpMid === null ? "null" : `"${sdpMid}"`},"sdpMLineIndex":${sdpMLineIndex}`;
      return `${head}${mid}${usernameFragment === undefined ? "}}" : `,"usernameFragment":"${usernameFragment}"}}`}`;
    }
    default:
      return textOf(notice);
  }
}

/** Of names, which are short and were not said by the one who speaks. */
function quoted(name: string): string {
  return unescaped.test(name) ? `"${name}"` : JSON.stringify(name);
}

/** RFC 8259 §7; without surrogates, of which JSON.stringify escapes the lone ones. */
const unescaped = /^[ !#-[\]-\ud7ff\ue000-\uffff]*$/;
