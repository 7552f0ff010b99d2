/**
 * `request-head.ts` against the parser of `node:http`: what we accept it accepts, with the same headers.
 *
 * The other way round we are stricter on purpose; the last table has how. And we leave to `acceptUpgrade`
 * what is not grammar: methods that nobody knows, minor versions, what a target says, how long a body would
 * be.
 */
import { createServer, type IncomingMessage, type Server } from "node:http";
import { describe, expect, it } from "vitest";
import { acceptUpgrade } from "../../../src/websocket/handshake/handshake.ts";
import { groupHeaders } from "../../../src/websocket/handshake/header.ts";
import { type RequestHead, RequestHeadReader } from "../../../src/websocket/handshake/request-head.ts";
import { FakeDuplex } from "../fake-duplex.ts";
import { turn } from "../next-event.ts";
import { random } from "../random.ts";
import { handshake } from "../raw-peer.ts";

type Read = Pick<RequestHead, "method" | "target" | "httpVersion" | "rawHeaders">;

/** A server without a port, which tells what it read, the name of what is wrong, or nothing yet. */
class NodeParser {
  readonly #server: Server = createServer({ requireHostHeader: false, insecureHTTPParser: false });
  #result: Read | string | undefined;

  constructor() {
    const take = ({ method = "", url = "", httpVersion, rawHeaders }: IncomingMessage): void => {
      this.#result ??= { method, target: url, httpVersion, rawHeaders };
    };
    this.#server.on("upgrade", take);
    this.#server.on("request", take);
    this.#server.on("clientError", (error: NodeJS.ErrnoException) => {
      this.#result ??= error.code ?? "";
    });
  }

  async read(bytes: Buffer): Promise<Read | string | undefined> {
    this.#result = undefined;
    const stream = new FakeDuplex();
    this.#server.emit("connection", stream);
    stream.arrive(bytes);
    await turn();
    await turn();
    stream.destroy();
    return this.#result;
  }
}

function ours(bytes: Buffer): Read | string | undefined {
  const result = new RequestHeadReader().push(Buffer.from(bytes));
  if (result === undefined || "detail" in result) return result?.detail;
  const { method, target, httpVersion, rawHeaders } = result;
  return { method, target, httpVersion, rawHeaders };
}

const accepted = (head: Read): boolean =>
  acceptUpgrade({ ...head, headers: groupHeaders(head.rawHeaders), secure: false }).accepted;

/** What Node's parser refuses and our reader leaves to others. */
const LEFT_TO_OTHERS = [
  "HPE_INVALID_METHOD",
  "HPE_INVALID_URL",
  "HPE_INVALID_VERSION",
  "HPE_INVALID_CONTENT_LENGTH",
  "HPE_UNEXPECTED_CONTENT_LENGTH",
  "HPE_INVALID_TRANSFER_ENCODING",
];

const HEADS = [
  handshake(),
  handshake({ Cookie: ["a=b", "c=d"], "X-Empty": "", "X-Odd": "\t a \t b \xe9 " }, "GET /a?b HTTP/1.1"),
  handshake({ "Content-Length": "0" }, "GET http://127.0.0.1/ HTTP/1.1"),
  "GET / HTTP/1.0\r\nA:b\r\n\r\n",
  "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
];
const SPLINTERS = [
  ...["\r", "\n", "\r\n", "\r\n\r\n", "\r\n ", " ", "\t", ":", "\0", "\x7f", "\x80", "\xff", "\x0b", "\x01"],
  ...["HTTP/1.1", "GET", "A: b\r\n", "A : b\r\n", ": b\r\n", "A\r\n", "Content-Length: 0\r\n", "a", "#", '"'],
  ...["Transfer-Encoding: chunked\r\n", "Content-Length: x\r\n", "http://", "(", "{", "\\", "1", "9", ","],
];

function mutate(text: string, next: () => number): string {
  const at = Math.floor(next() * (text.length + 1));
  const splinter = SPLINTERS[Math.floor(next() * SPLINTERS.length)]!;
  switch (Math.floor(next() * 4)) {
    case 0:
      return text.slice(0, at) + splinter + text.slice(at);
    case 1:
      return text.slice(0, at) + splinter + text.slice(at + splinter.length);
    case 2:
      return text.slice(0, at) + text.slice(at + 1 + Math.floor(next() * 4));
    default: {
      const end = at + Math.floor(next() * 40);
      return text.slice(0, end) + text.slice(at, end) + text.slice(end);
    }
  }
}

describe("RFC 9112 heads, read by us and by node:http", () => {
  for (const head of HEADS) {
    it(`are the same: ${JSON.stringify(head.slice(0, 40))}`, async () => {
      const bytes = Buffer.from(head, "latin1");
      expect(ours(bytes)).toEqual(await new NodeParser().read(bytes));
    });
  }

  for (const seed of [1, 2, 3, 4]) {
    it(`are accepted by us only if they are by Node, with the same headers (seed ${seed})`, async () => {
      const next = random(seed);
      const node = new NodeParser();
      let agreed = 0;
      let refused = 0;
      for (let i = 0; i < 300; i++) {
        let text = HEADS[Math.floor(next() * HEADS.length)]!;
        for (let n = 1 + Math.floor(next() * 3); n > 0; n--) text = mutate(text, next);
        const bytes = Buffer.from(text, "latin1");
        const read = ours(bytes);
        const theirs = await node.read(bytes);
        const which = JSON.stringify(text);
        if (typeof read !== "object") {
          refused++;
        } else if (typeof theirs === "string") {
          expect(LEFT_TO_OTHERS, which).toContain(theirs);
          if (accepted(read)) expect(theirs, which).toBe("HPE_INVALID_VERSION");
        } else {
          expect(read, which).toEqual(theirs);
          agreed++;
        }
      }
      expect(agreed).toBeGreaterThan(30);
      expect(refused).toBeGreaterThan(100);
    });
  }
});

describe("RFC 9112 heads that we refuse and node:http accepts", () => {
  const rows: readonly (readonly [what: string, head: string])[] = [
    ["two empty lines in front", "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"],
    ["a bare LF in front", "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"],
    ["two spaces before the version", "GET /  HTTP/1.1\r\nHost: a\r\n\r\n"],
    ["no version, as HTTP/0.9", "GET /\r\nHost: a\r\n\r\n"],
    ["101 header lines", `GET / HTTP/1.1\r\n${"A: b\r\n".repeat(101)}\r\n`],
  ];
  for (const [what, head] of rows) {
    it(`have ${what}`, async () => {
      const bytes = Buffer.from(head, "latin1");
      expect(typeof ours(bytes)).toBe("string");
      expect(typeof (await new NodeParser().read(bytes))).toBe("object");
    });
  }
});
