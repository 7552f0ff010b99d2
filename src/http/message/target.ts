/**
 * RFC 9112 §3.2: the request target, taken apart once and strictly, so that every reader after this
 * file sees the same path.
 *
 *     origin-form    = absolute-path [ "?" query ]
 *     absolute-form  = absolute-URI
 *     asterisk-form  = "*"
 *
 * RFC 9112 §3: "A recipient SHOULD NOT attempt to autocorrect and then process the request without a
 * redirect, since the invalid request-line might be deliberately crafted to bypass security filters
 * along the request chain." So nothing is repaired here: what is not a path is 400.
 */
import { HttpProblem } from "./problem.ts";

/** A request target whose path can be split at "/" without a second thought. */
export interface RequestTarget {
  /**
   * Percent-decoded; starts with "/", or is "*". It holds no dot segment, control character, backslash
   * or slash that was percent-encoded.
   */
  readonly path: string;
  /** What follows the first "?", as it came. */
  readonly query: string;
  /** The host of the absolute form, which takes the place of the Host field (RFC 9112 §3.2.2). */
  readonly authority: string | undefined;
}

// RFC 3986 §3.3: segments of unreserved characters, percent-encoded octets, sub-delims, ":" and "@".
const ABSOLUTE_PATH = /^\/(?:[\w\-.~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2})*$/;
const ABSOLUTE_FORM = /^https?:\/\/([^/?#@]+)/i;
const ENCODED_SLASH = /%(?:2f|5c)/i;
const DOT_SEGMENT = /(?:^|\/)\.\.?(?:\/|$)/;

/** @throws {HttpProblem} 400 when `target` is none of the forms or its path could be read in two ways. */
export function parseTarget(target: string): RequestTarget {
  if (target === "*") return { path: "*", query: "", authority: undefined };
  const authority = target.startsWith("/") ? null : ABSOLUTE_FORM.exec(target);
  const rest = authority === null ? target : target.slice(authority[0].length);
  const question = rest.indexOf("?");
  const path = question < 0 ? rest : rest.slice(0, question);
  return {
    // RFC 9110 §4.2.3: an empty path is the same as "/".
    path: decodePath(path === "" && authority !== null ? "/" : path),
    query: question < 0 ? "" : rest.slice(question + 1),
    authority: authority?.[1],
  };
}

/** Decodes exactly once: "%252e" is the three characters "%2e", never a dot. */
function decodePath(raw: string): string {
  if (!ABSOLUTE_PATH.test(raw)) throw malformed("The path has a character that must be percent-encoded.");
  const path = raw.includes("%") ? decodeEscapes(raw) : raw;
  // RFC 3986 §5.2.4: removing dot segments is the client's part; what still has them is a probe.
  if (DOT_SEGMENT.test(path)) throw malformed("The path has a dot segment.");
  return path;
}

function decodeEscapes(raw: string): string {
  // A decoded "/" would move the borders between segments, and "\" is a border on some systems.
  if (ENCODED_SLASH.test(raw)) throw malformed("The path has a percent-encoded slash.");
  const path = decodeUtf8(raw);
  if (hasControl(path)) throw malformed("The path has a control character.");
  return path;
}

function decodeUtf8(raw: string): string {
  try {
    return decodeURIComponent(raw);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    throw malformed("The path is not percent-encoded UTF-8.");
  }
}

/** Whether `text` has a C0 control or DEL (CTL, RFC 5234 Appendix B.1). */
export function hasControl(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x20 || unit === 0x7f) return true;
  }
  return false;
}

function malformed(detail: string): HttpProblem {
  return new HttpProblem(400, "http/malformed-target", detail);
}
