/**
 * RFC 8259: what JSON content says.
 */
import { emptyContent } from "./content-fields.ts";
import { HttpProblem } from "./problem.ts";

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
