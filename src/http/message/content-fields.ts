/**
 * RFC 9110 §8: what the head of a request says of its content, and whether that is what is wanted.
 */
import { HttpProblem } from "./problem.ts";
import { trimWhitespace } from "./whitespace.ts";

/** The fields that describe the content of a request, as node:http names them. */
export interface ContentFields {
  readonly "content-type"?: string | undefined;
  readonly "content-encoding"?: string | undefined;
  readonly "content-length"?: string | undefined;
  readonly "transfer-encoding"?: string | undefined;
}

/** The forms of content that we read. */
export type ContentForm = "json" | "form";

const mediaTypes: Readonly<Record<ContentForm, string>> = {
  json: "application/json",
  form: "application/x-www-form-urlencoded",
};

/** Whether the head announces any content (RFC 9112 §6.3: without both fields, there is none). */
export function announcesContent(fields: ContentFields): boolean {
  if (fields["transfer-encoding"] !== undefined) return true;
  return fields["content-length"] !== undefined && Number(fields["content-length"]) > 0;
}

/**
 * Whether the head announces more than `maxBytes`, or does not say how much: content that nobody
 * reads is then not worth waiting for.
 */
export function announcesMoreThan(maxBytes: number, fields: ContentFields): boolean {
  if (fields["transfer-encoding"] !== undefined) return true;
  return Number(fields["content-length"] ?? 0) > maxBytes;
}

/** Which of the forms the head announces, or `"other"`; `"none"` without content. */
export function contentFormOf(fields: ContentFields): ContentForm | "other" | "none" {
  if (!announcesContent(fields)) return "none";
  const field = fields["content-type"] ?? "";
  if (isOfType(field, mediaTypes.json)) return "json";
  return isOfType(field, mediaTypes.form) ? "form" : "other";
}

/**
 * Passes when the head describes content in `form` of at most `maxBytes`, as far as it says.
 *
 * @throws {HttpProblem} 400 without content, 415 for another type or coding, 413 when too long
 */
export function checkContentFields(fields: ContentFields, form: ContentForm, maxBytes: number): void {
  if (!announcesContent(fields)) throw emptyContent();
  const type = mediaTypes[form];
  if (!isOfType(fields["content-type"] ?? "", type)) {
    // RFC 9110 §12.5.1: in a response, Accept says what the resource takes in a request.
    throw new HttpProblem(415, "http/unsupported-media-type", `The content must be ${type}.`, {
      accept: type,
    });
  }
  const coding = fields["content-encoding"] ?? "identity";
  if (coding.toLowerCase() !== "identity") {
    // RFC 9110 §12.5.3: a 415 for the coding, and only such a one, names the codings we take.
    throw new HttpProblem(415, "http/unsupported-content-coding", "The content must not be compressed.", {
      "accept-encoding": "identity",
    });
  }
  if (Number(fields["content-length"] ?? 0) > maxBytes) throw contentTooLarge(maxBytes);
}

/**
 * Whether a Content-Type (RFC 9110 §8.3.1) is `type`, with no parameter but the encoding it has anyway: both forms
 * are UTF-8 (RFC 8259 §8.1, RFC 6749 Appendix B) and define no charset parameter, which many clients send all the same.
 */
function isOfType(field: string, type: string): boolean {
  if (field === type) return true;
  const [given, ...parameters] = field.toLowerCase().split(";").map(trimWhitespace);
  const named = parameters.filter((parameter) => parameter !== ""); // RFC 9110 §5.6.6 lets them be empty
  return given === type && named.length <= 1 && named.every(isUtf8Charset);
}

function isUtf8Charset(parameter: string): boolean {
  const [name, value, ...more] = parameter.split("=").map(trimWhitespace);
  return name === "charset" && (value === "utf-8" || value === '"utf-8"') && more.length === 0;
}

/** RFC 9110 §15.5.14. */
export function contentTooLarge(maxBytes: number): HttpProblem {
  return new HttpProblem(413, "http/content-too-large", `The content is longer than ${maxBytes} bytes.`);
}

/** The refusal of a request whose content is missing, though it is what the request is about. */
export function emptyContent(): HttpProblem {
  return new HttpProblem(400, "http/empty-content", "The request has no content, and needs some.");
}
