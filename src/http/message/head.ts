/**
 * RFC 9112 §3.2, RFC 9110 §5.3: what node:http lets pass in the head of a request and we do not.
 */
import { HttpProblem } from "./problem.ts";

// Fields of one value. Of several lines node:http keeps the first, a proxy before us perhaps the last:
// two readers of one request that see different ones is how requests are smuggled.
const singleFields = [
  "host",
  "origin",
  "content-type",
  "authorization",
  "sec-fetch-site",
  "content-encoding",
];

/** By their lengths, which all differ: most fields of a head need not be spelt out to be none of these. */
const singleByLength: readonly (string | undefined)[] = Array.from({ length: 17 }, (_, length) =>
  singleFields.find((name) => name.length === length),
);

// RFC 3986 §3.2.2 and §3.2.3: a name or an address, and perhaps a port.
const HOST = /^(?:\[[0-9A-Fa-f:.]+\]|(?:[\w\-.~!$&'()*+,;=]|%[0-9A-Fa-f]{2})*)(?::\d*)?$/;

/**
 * What is wrong with a head: a field of one value that comes twice, or a Host that is missing or no host.
 *
 * @param rawHeaders names and values in turn, as they came
 */
export function headProblem(httpVersion: string, rawHeaders: readonly string[]): HttpProblem | undefined {
  let seen = 0; // a bit for each length
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const { length } = rawHeaders[i]!;
    const name = singleByLength[length];
    if (name === undefined || rawHeaders[i]!.toLowerCase() !== name) continue;
    if ((seen & (1 << length)) !== 0) {
      return new HttpProblem(400, "http/duplicate-field", `The field ${name} comes more than once.`);
    }
    seen |= 1 << length;
    if (name === "host" && !HOST.test(rawHeaders[i + 1]!)) {
      return new HttpProblem(400, "http/malformed-request", "The field host is malformed.");
    }
  }
  // RFC 9112 §3.2: "A server MUST respond with a 400 (Bad Request) status code to any HTTP/1.1 request
  // message that lacks a Host header field".
  if (httpVersion === "1.1" && (seen & (1 << "host".length)) === 0) {
    return new HttpProblem(400, "http/missing-host", "The field host is missing.");
  }
  return undefined;
}

/** Whether an Upgrade field (RFC 9110 §7.8) asks for WebSocket, among others or alone. */
export function asksForWebSocket(upgrade: string | undefined): boolean {
  return (upgrade ?? "").split(",").some((protocol) => protocol.trim().toLowerCase() === "websocket");
}
