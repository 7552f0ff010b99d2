/**
 * Opening handshakes of a client, prepared, and the check of the server's answer. Without the code under
 * test. Pure.
 */
import { createHash } from "node:crypto";

/** One request (RFC 6455 §4.1) and what the answer to it must say. */
export interface Opening {
  readonly request: string;
  /** The `Sec-WebSocket-Accept` of the answer. */
  readonly accept: string;
  /** All that the answer's `Sec-WebSocket-Extensions` must name, and may; empty for none. */
  readonly extension: readonly string[];
}

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; // RFC 6455 §1.3
const SAMPLE_KEY = "dGhlIHNhbXBsZSBub25jZQ==";

/** The opening with the key of the RFC's example (§1.3), for a server that can only answer this one. */
export const sampleOpening: Opening = prepareOpening(SAMPLE_KEY);

/** The whole answer to {@link sampleOpening}. */
export const sampleAnswer: string = [
  "HTTP/1.1 101 Switching Protocols",
  "Upgrade: websocket",
  "Connection: Upgrade",
  `Sec-WebSocket-Accept: ${sampleOpening.accept}`,
  "\r\n",
].join("\r\n");

/** So many openings, each with a key of its own. */
export function prepareOpenings(count: number): readonly Opening[] {
  return Array.from({ length: count }, (_, index) => {
    return prepareOpening(createHash("md5").update(`opening ${index}`).digest("base64"));
  });
}

/**
 * An opening that offers permessage-deflate (RFC 7692 §7.1.1) without context takeover in either direction: what
 * all servers then have to agree to is the same.
 */
export function prepareDeflateOpening(): Opening {
  return prepareOpening(SAMPLE_KEY, [
    "permessage-deflate",
    "server_no_context_takeover",
    "client_no_context_takeover",
  ]);
}

function prepareOpening(key: string, extension: readonly string[] = []): Opening {
  const lines = [
    "GET / HTTP/1.1",
    "Host: 127.0.0.1",
    "Upgrade: websocket",
    "Connection: Upgrade",
    `Sec-WebSocket-Key: ${key}`,
    "Sec-WebSocket-Version: 13",
    ...(extension.length === 0 ? [] : [`Sec-WebSocket-Extensions: ${extension.join("; ")}`]),
  ];
  return {
    request: `${lines.join("\r\n")}\r\n\r\n`,
    accept: createHash("sha1").update(`${key}${GUID}`).digest("base64"),
    extension,
  };
}

/**
 * Checks an answer, whole with the empty line at its end.
 *
 * @throws {Error} when the connection is not open then, or not as it was asked for
 */
export function checkAnswer(answer: string, { accept, extension }: Opening): void {
  const [status = "", ...lines] = answer.split("\r\n");
  if (!status.startsWith("HTTP/1.1 101 ")) throw new Error(`the server refused: ${status}`);
  if (valueIn(lines, "sec-websocket-accept") !== accept) {
    throw new Error("the server's Sec-WebSocket-Accept is not the one for this key");
  }
  const agreed = valueIn(lines, "sec-websocket-extensions") ?? "";
  const parts = agreed === "" ? [] : agreed.split(";").map((part) => part.trim());
  if (parts.toSorted().join() !== extension.toSorted().join()) {
    throw new Error(`the server agreed to "${agreed}" instead of "${extension.join("; ")}"`);
  }
}

function valueIn(lines: readonly string[], name: string): string | undefined {
  const line = lines.find((text) => text.toLowerCase().startsWith(`${name}:`));
  return line?.slice(name.length + 1).trim();
}
