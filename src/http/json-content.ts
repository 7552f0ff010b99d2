/**
 * RFC 9110 §8, RFC 8259: which request content is JSON that we read, and what it says.
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

/**
 * Passes when the head describes JSON of at most `maxBytes` as far as it says.
 *
 * @throws {HttpProblem} 400 without content, 415 for another type or coding, 413 when too long
 */
export function checkJsonFields(fields: ContentFields, maxBytes: number): void {
  if (!announcesContent(fields)) throw emptyContent();
  if (!isJsonType(fields["content-type"] ?? "")) {
    // RFC 9110 §12.5.1: in a response, Accept says what the resource takes in a request.
    throw new HttpProblem(415, "http/unsupported-media-type", "The content must be application/json.", {
      accept: "application/json",
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

/** Whether a Content-Type (RFC 9110 §8.3.1) is JSON's, with no parameter but the encoding it has anyway. */
function isJsonType(field: string): boolean {
  const [type, ...parameters] = field.toLowerCase().split(";").map(trimWhitespace);
  const given = parameters.filter((parameter) => parameter !== ""); // RFC 9110 §5.6.6 lets them be empty
  return type === "application/json" && given.length <= 1 && given.every(isUtf8Charset);
}

/** RFC 8259 §11 defines no charset parameter; many clients send one, and only UTF-8 is true of JSON. */
function isUtf8Charset(parameter: string): boolean {
  const [name, value, ...more] = parameter.split("=").map(trimWhitespace);
  return name === "charset" && (value === "utf-8" || value === '"utf-8"') && more.length === 0;
}

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * The value that `content` is the JSON of. A byte order mark is refused with the rest that is not JSON
 * (RFC 8259 §8.1).
 *
 * @throws {HttpProblem} 400; the message tells nothing of the content
 */
export function decodeJson(content: Uint8Array): unknown {
  if (content.length === 0) throw emptyContent();
  let text: string;
  try {
    text = strictUtf8.decode(content);
  } catch {
    throw new HttpProblem(400, "http/malformed-content", "The content is not valid UTF-8.");
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new HttpProblem(400, "http/malformed-content", "The content is not valid JSON.");
  }
}

/** RFC 9110 §15.5.14. */
export function contentTooLarge(maxBytes: number): HttpProblem {
  return new HttpProblem(413, "http/content-too-large", `The content is longer than ${maxBytes} bytes.`);
}

function emptyContent(): HttpProblem {
  return new HttpProblem(400, "http/empty-content", "The request has no content; a JSON object is expected.");
}
