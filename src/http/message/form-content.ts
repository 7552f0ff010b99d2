/**
 * RFC 6749 Appendix B: content of the type application/x-www-form-urlencoded, as clients of OAuth 2.0 send it.
 *
 *     token=bwr_…&token_type_hint=refresh_token          name=value&name=value; "+" is a space, the rest %XX of UTF-8
 *
 * Stricter than a browser's parser, which repairs: what could be read in two ways is refused.
 *
 * https://url.spec.whatwg.org/#application/x-www-form-urlencoded
 */
import { emptyContent } from "./content-fields.ts";
import { HttpProblem } from "./problem.ts";

/** The members of a form by their names, in their order. */
export type FormFields = ReadonlyMap<string, string>;

/** More members than any request of ours has. */
const maxMembers = 64;

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * The members of the form that `content` is. UTF-8 that was not percent-encoded is taken, as curl sends it.
 *
 * @throws {HttpProblem} 400 for bad UTF-8 or percent-encoding, a name that comes twice, more than 64 members; the
 *   message tells nothing of the content
 */
export function decodeForm(content: Uint8Array): FormFields {
  if (content.length === 0) throw emptyContent();
  const text = decodeUtf8(content);
  const fields = new Map<string, string>();
  for (let start = 0, end: number; start < text.length; start = end + 1) {
    const next = text.indexOf("&", start);
    end = next < 0 ? text.length : next;
    if (end === start) continue; // "a=1&&b=2&": the URL Standard skips what is empty
    if (fields.size === maxMembers) throw malformedForm(`The form has more than ${maxMembers} members.`);
    const [name, value] = decodeMember(text.slice(start, end));
    // RFC 6749 §3.2: "Request and response parameters MUST NOT be included more than once."
    if (fields.has(name)) throw malformedForm("A member of the form comes more than once.");
    fields.set(name, value);
  }
  return fields;
}

function decodeMember(member: string): readonly [name: string, value: string] {
  const equals = member.indexOf("=");
  if (equals < 0) return [decodeText(member), ""];
  return [decodeText(member.slice(0, equals)), decodeText(member.slice(equals + 1))];
}

function decodeText(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    throw malformedForm("The form is not percent-encoded UTF-8.");
  }
}

function decodeUtf8(content: Uint8Array): string {
  try {
    return strictUtf8.decode(content);
  } catch {
    throw malformedForm("The form is not valid UTF-8.");
  }
}

function malformedForm(detail: string): HttpProblem {
  return new HttpProblem(400, "http/malformed-form", detail);
}
