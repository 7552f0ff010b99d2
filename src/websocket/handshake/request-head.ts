/**
 * RFC 9112 §2 to §5: the head of an HTTP/1.1 request, read from a stream without I/O.
 *
 *     head         = [ CRLF ] request-line *( field-line ) CRLF
 *     request-line = method SP request-target SP HTTP-version CRLF
 *     field-line   = field-name ":" OWS field-value OWS CRLF
 *
 * It is read line by line, wherever TCP cut it: what is wrong is refused as soon as its line is there, and no
 * octet is looked at twice. Strict, since two readers of one request that see different requests are how
 * requests are smuggled: RFC 9112 lets a server take a bare LF for a line end (§2.2), and ours does not.
 */
import { type Refused, refuse } from "./handshake.ts";
import { isFieldValue, isToken, trimOws } from "./header.ts";

export interface RequestHead {
  readonly method: string;
  /** Visible ASCII; what it may say is `acceptUpgrade`'s business. */
  readonly target: string;
  /** "1.0", "1.1" and so on. */
  readonly httpVersion: string;
  /** Names and values in turn, as they came; values without the white space around them. */
  readonly rawHeaders: readonly string[];
  /** Where in the last chunk the head ended: what follows there are the first frames. */
  readonly end: number;
}

const DEFAULT_MAX_BYTES = 16 * 1024;
/** As many as `node:http` servers usually see from browsers, several times over. */
const MAX_FIELD_LINES = 100;

const LF = 0x0a;
const CR = 0x0d;

/** Reads one head. Once {@link push} returned something it is done. */
export class RequestHeadReader {
  readonly #maxBytes: number;
  readonly #rawHeaders: string[] = [];
  #line: RequestLine | undefined;
  /** Octets of the lines that are read. */
  #bytes = 0;
  /** The beginning of a line whose end has not come yet, in {@link #partial}. */
  #partialBytes = 0;
  #partial: Buffer | undefined;

  /** @param maxBytes of the head, line ends included */
  constructor(maxBytes: number = DEFAULT_MAX_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /**
   * Takes the next octets of the stream; the chunk may be overwritten afterwards.
   *
   * @returns the head when it is complete, a refusal as soon as there can be none, else undefined
   */
  push(chunk: Buffer): RequestHead | Refused | undefined {
    if (this.#bytes + this.#partialBytes === 0 && chunk.length > 0 && !mayBegin(chunk[0]!)) {
      return refuse(400, "this is not HTTP/1.1");
    }
    let start = 0;
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, start)) {
      this.#bytes += this.#partialBytes + end + 1 - start;
      if (this.#bytes > this.#maxBytes) return tooLong();
      const line = this.#takeLine(chunk, start, end);
      start = end + 1;
      if (!line.endsWith("\r")) return refuse(400, "a line of the request ends without CR");
      const result = this.#readLine(line.slice(0, -1), start);
      if (result !== undefined) return result;
    }
    if (this.#bytes + this.#partialBytes + chunk.length - start > this.#maxBytes) return tooLong();
    if (start < chunk.length) this.#keep(chunk, start);
    return undefined;
  }

  #readLine(line: string, end: number): RequestHead | Refused | undefined {
    if (this.#line === undefined) {
      // RFC 9112 §2.2: "a server that is expecting to receive and parse a request-line SHOULD ignore at least
      // one empty line (CRLF) received prior to the request-line." We ignore one.
      if (line === "" && this.#bytes === 2) return undefined;
      const read = readRequestLine(line);
      if ("status" in read) return read;
      this.#line = read;
      return undefined;
    }
    if (line === "") return { ...this.#line, rawHeaders: this.#rawHeaders, end };
    if (this.#rawHeaders.length >= 2 * MAX_FIELD_LINES) {
      return refuse(431, `the request has more than ${MAX_FIELD_LINES} header lines`);
    }
    return readFieldLine(line, this.#rawHeaders);
  }

  /** The line that ends at `end`, with what came of it before. */
  #takeLine(chunk: Buffer, start: number, end: number): string {
    if (this.#partialBytes === 0) return chunk.toString("latin1", start, end);
    const line =
      this.#partial!.toString("latin1", 0, this.#partialBytes) + chunk.toString("latin1", start, end);
    this.#partialBytes = 0;
    return line;
  }

  /** Copies what follows `start`. The memory doubles, so that a line costs the same however it is cut. */
  #keep(chunk: Buffer, start: number): void {
    const needed = this.#partialBytes + chunk.length - start;
    if (this.#partial === undefined || this.#partial.length < needed) {
      const larger = Buffer.allocUnsafeSlow(Math.min(Math.max(2 * needed, 256), this.#maxBytes));
      this.#partial?.copy(larger, 0, 0, this.#partialBytes);
      this.#partial = larger;
    }
    chunk.copy(this.#partial, this.#partialBytes, start);
    this.#partialBytes = needed;
  }
}

/** TLS and most other protocols show with their first octet: no method begins with it. */
function mayBegin(octet: number): boolean {
  return octet === CR || isToken(String.fromCharCode(octet));
}

type RequestLine = Pick<RequestHead, "method" | "target" | "httpVersion">;

// RFC 9112 §3: single spaces, and nothing around them. §2.3: "HTTP-name is case-sensitive."
const REQUEST_LINE = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+) ([\x21-\x7e]+) HTTP\/(\d\.\d)$/;

function readRequestLine(line: string): RequestLine | Refused {
  const [, method, target, httpVersion] = REQUEST_LINE.exec(line) ?? [];
  if (method === undefined || target === undefined || httpVersion === undefined) {
    return refuse(400, "the request line does not follow its grammar");
  }
  // RFC 9113 §3.4: the preface of HTTP/2 looks like a request, so that HTTP/1.1 servers refuse it.
  if (method === "PRI") return refuse(400, "this is HTTP/2, and HTTP/1.1 is spoken here");
  // RFC 9110 §15.6.6: the major version is not supported. Within HTTP/1 a later one is read like 1.1.
  if (!httpVersion.startsWith("1")) return refuse(505, "a WebSocket handshake needs HTTP/1.1");
  return { method, target, httpVersion };
}

/** Appends name and value, or says what is wrong. */
function readFieldLine(line: string, rawHeaders: string[]): Refused | undefined {
  const first = line.charCodeAt(0);
  // RFC 9112 §5.2: a server "MUST either reject the message by sending a 400 (Bad Request), preferably with a
  // representation explaining that obsolete line folding is unacceptable, or replace" it.
  if (first === 0x20 || first === 0x09) return refuse(400, "obsolete line folding is not accepted");
  const colon = line.indexOf(":");
  const name = line.slice(0, Math.max(colon, 0));
  // RFC 9112 §5.1: "A server MUST reject, with a response status code of 400 (Bad Request), any received
  // request message that contains whitespace between a header field name and colon." It is no token.
  if (!isToken(name)) return refuse(400, "a header of the request has no name");
  const value = trimOws(line.slice(colon + 1));
  // Neither CR, LF and NUL (RFC 9110 §5.5) nor any other control character but the tab.
  if (!isFieldValue(value)) return refuse(400, "a header of the request holds a control character");
  rawHeaders.push(name, value);
  return undefined;
}

function tooLong(): Refused {
  return refuse(431, "the head of the request is too long");
}
