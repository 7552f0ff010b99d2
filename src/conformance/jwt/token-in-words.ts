/** Tokens for people: taken apart as far as they can be, and short. */
import { visible } from "../report/visible.ts";

/** Characters shown of each part. */
const SHOWN = 200;

/** The parts of a token, one line each. */
export function describeToken(token: string): readonly string[] {
  const [header, payload, signature, ...further] = token.split(".", 6);
  if (payload === undefined || signature === undefined || further.length > 0) {
    return [`token of ${token.length} characters: ${shorten(token.slice(0, 2 * SHOWN))}`];
  }
  const octets = Buffer.from(signature, "base64url").length;
  return [`header ${decoded(header!)}`, `payload ${decoded(payload)}`, `signature of ${octets} octets`];
}

function decoded(part: string): string {
  const text = Buffer.from(part.slice(0, 2 * SHOWN), "base64url").toString("utf8");
  return part.length > 2 * SHOWN ? `${shorten(text)} (${part.length} characters)` : shorten(text);
}

function shorten(text: string): string {
  const shown = visible(text.slice(0, SHOWN));
  return text.length > SHOWN ? `${shown}…` : shown;
}
