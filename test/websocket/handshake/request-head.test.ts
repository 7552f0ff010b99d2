import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { Refused } from "../../../src/websocket/handshake/handshake.ts";
import { type RequestHead, RequestHeadReader } from "../../../src/websocket/handshake/request-head.ts";
import { random } from "../random.ts";
import { handshake } from "../raw-peer.ts";

type Result = RequestHead | Refused | undefined;

/** Feeds a head in pieces of `size` octets; each piece is overwritten once it was taken. */
function read(text: string, size: number = Number.POSITIVE_INFINITY, maxBytes?: number): Result {
  const reader = new RequestHeadReader(maxBytes);
  const bytes = Buffer.from(text, "latin1");
  for (let at = 0; at < bytes.length; at += size) {
    const piece = Buffer.from(bytes.subarray(at, at + size));
    const result = reader.push(piece);
    if (result !== undefined) return "end" in result ? { ...result, end: result.end + at } : result;
    piece.fill("X");
  }
  return undefined;
}

const status = (text: string, size?: number): number | undefined => {
  const result = read(text, size);
  return result !== undefined && "status" in result ? result.status : undefined;
};

const HEAD = handshake({ Cookie: ["a=b", "c=d"], "X-Empty": "" }, "GET /chat?a=b HTTP/1.1");

describe("RFC 9112 §3, §5 the head of a request", () => {
  const expected = {
    method: "GET",
    target: "/chat?a=b",
    httpVersion: "1.1",
    rawHeaders: [
      ...["Host", "127.0.0.1", "Upgrade", "websocket", "Connection", "Upgrade"],
      ...["Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version", "13"],
      ...["Cookie", "a=b", "Cookie", "c=d", "X-Empty", ""],
    ],
    end: HEAD.length,
  };

  it("is read whole", () => expect(read(HEAD)).toEqual(expected));

  it("is read however it is cut", () => {
    for (let size = 1; size <= HEAD.length; size++) expect(read(HEAD, size), `${size}`).toEqual(expected);
  });

  it("ends where the first frames begin", () => {
    for (const size of [Number.POSITIVE_INFINITY, 1, 7, HEAD.length, HEAD.length + 1]) {
      expect(read(`${HEAD}\x81\x85\n\r\n\r\n`, size)).toEqual(expected);
    }
  });

  it("says so in octets of the last chunk", () => {
    const reader = new RequestHeadReader();
    expect(reader.push(Buffer.from(HEAD.slice(0, -3)))).toBeUndefined();
    expect(reader.push(Buffer.from(`${HEAD.slice(-3)}frame`))).toMatchObject({ end: 3 });
  });

  it("is not there before its last octet", () => {
    for (let end = 0; end < HEAD.length; end++) expect(read(HEAD.slice(0, end)), `${end}`).toBeUndefined();
  });

  it("may be nothing but a request line", () => {
    expect(read("GET / HTTP/1.1\r\n\r\n")).toEqual({
      ...{ method: "GET", target: "/", httpVersion: "1.1", rawHeaders: [], end: 18 },
    });
  });

  it("is read with any method, target and version of HTTP/1, which others judge", () => {
    expect(read("M-SEARCH * HTTP/1.0\r\n\r\n")).toMatchObject({ method: "M-SEARCH", target: "*" });
    expect(read("get http://a/b HTTP/1.0\r\n\r\n")).toMatchObject({ method: "get", httpVersion: "1.0" });
    expect(read("GET / HTTP/1.2\r\n\r\n")).toMatchObject({ httpVersion: "1.2" });
  });

  it("has values without the white space around them, and with that inside", () => {
    const head = "GET / HTTP/1.1\r\na:b\r\nc: \t d \t e\t \r\nf:\r\ng: \t\r\nh:i:j\r\nk: \xe9\xff\r\n\r\n";
    const rawHeaders = ["a", "b", "c", "d \t e", "f", "", "g", "", "h", "i:j", "k", "\xe9\xff"];
    for (const size of [1, 3, 1000]) expect(read(head, size)).toMatchObject({ rawHeaders });
  });

  it("may follow one empty line (§2.2)", () => {
    for (const size of [1, 2, 3, 1000]) {
      expect(read(`\r\n${HEAD}`, size)).toEqual({ ...expected, end: expected.end + 2 });
      expect(status(`\r\n\r\n${HEAD}`, size)).toBe(400);
    }
  });
});

describe("RFC 9112 a head that is none", () => {
  const line = "GET / HTTP/1.1\r\n";
  const rows: readonly (readonly [what: string, text: string, status: number])[] = [
    ["a bare LF behind the request line (§2.2)", "GET / HTTP/1.1\n", 400],
    ["a bare LF behind a header", `${line}A: b\n`, 400],
    ["a bare LF at the end", `${line}A: b\r\n\n`, 400],
    ["a bare LF at the start", "\n", 400],
    ["a bare CR in the request line", "GET /\rHTTP/1.1\r\n", 400],
    ["a bare CR in a name", `${line}A\rB: c\r\n`, 400],
    ["a bare CR in a value", `${line}A: b\rC: d\r\n`, 400],
    ["a CR too many", `${line}A: b\r\r\n`, 400],
    ["a CR too many at the end", `${line}\r\r\n`, 400],
    ["obsolete line folding with a space (§5.2)", `${line}A: b\r\n c\r\n`, 400],
    ["obsolete line folding with a tab", `${line}A: b\r\n\tc\r\n`, 400],
    ["white space before the first header (§2.2)", `${line} A: b\r\n`, 400],
    ["a line of white space", `${line} \r\n`, 400],
    ["white space before the colon (§5.1)", `${line}A : b\r\n`, 400],
    ["a tab before the colon", `${line}A\t: b\r\n`, 400],
    ["no colon", `${line}A\r\n`, 400],
    ["no name", `${line}: b\r\n`, 400],
    ["a name that is no token", `${line}A(b): c\r\n`, 400],
    ["a name beyond ASCII", `${line}\xc4: c\r\n`, 400],
    ["NUL in a name", `${line}A\0: c\r\n`, 400],
    ["NUL in a value", `${line}A: \0\r\n`, 400],
    ["another control character in a value", `${line}A: \x1b\r\n`, 400],
    ["DEL in a value", `${line}A: \x7f\r\n`, 400],
    ["a vertical tab for white space", `${line}A:\x0bb\r\n`, 400],
    ["an empty request line", "\r\n\r\n", 400],
    ["no target", "GET HTTP/1.1\r\n", 400],
    ["no version", "GET /\r\n", 400],
    ["two spaces before the target (§3)", "GET  / HTTP/1.1\r\n", 400],
    ["two spaces behind it", "GET /  HTTP/1.1\r\n", 400],
    ["a tab instead of a space", "GET\t/ HTTP/1.1\r\n", 400],
    ["a space behind the version", "GET / HTTP/1.1 \r\n", 400],
    ["a space in the target", "GET /a b HTTP/1.1\r\n", 400],
    ["a target beyond ASCII", "GET /\xe9 HTTP/1.1\r\n", 400],
    ["a control character in the target", "GET /\x01 HTTP/1.1\r\n", 400],
    ["a method that is no token", "G{T / HTTP/1.1\r\n", 400],
    ["another protocol", "GET / HTCPCP/1.0\r\n", 400],
    ["http in small letters (§2.3)", "GET / http/1.1\r\n", 400],
    ["a version without minor", "GET / HTTP/1\r\n", 400],
    ["a version of three digits", "GET / HTTP/1.10\r\n", 400],
    ["HTTP/0.9", "GET / HTTP/0.9\r\n", 505],
    ["HTTP/2.0", "GET / HTTP/2.0\r\n", 505],
    ["HTTP/3.0", "GET / HTTP/3.0\r\n", 505],
    ["the preface of HTTP/2 (RFC 9113 §3.4)", "PRI * HTTP/2.0\r\n", 400],
    ["the ClientHello of TLS", "\x16", 400],
    ["a frame", "\x81", 400],
    ["an answer", "HTTP/1.1 200 OK\r\n", 400],
    ["no text at all", "\0", 400],
    ["101 header lines", line + "A: b\r\n".repeat(101), 431],
    ["more than 16 KiB in a line", `${line}A: ${"b".repeat(16 * 1024)}`, 431],
    ["more than 16 KiB in the request line", `GET /${"b".repeat(16 * 1024)}`, 431],
    ["more than 16 KiB in lines", `${line}${`A: ${"b".repeat(1000)}\r\n`.repeat(17)}`, 431],
  ];
  for (const [what, text, expected] of rows) {
    it(`is refused with ${expected}, at that octet and not before: ${what}`, () => {
      expect(status(text)).toBe(expected);
      expect(status(text, 1)).toBe(expected);
      const result = read(text);
      expect(result !== undefined && "detail" in result && result.detail).not.toBe("");
      // Whatever follows changes nothing, and without its last octet it might still have become one.
      expect(status(`${text}\r\n\r\n`)).toBe(expected);
      if (expected === 400 || expected === 505) expect(read(text.slice(0, -1), 1)).toBeUndefined();
    });
  }

  it("says that line folding is what is wrong", () => {
    expect(read(`${line}A: b\r\n c\r\n`)).toMatchObject({ detail: expect.stringContaining("folding") });
  });
});

describe("the limits of a head", () => {
  const of = (bytes: number): string => {
    const frame = "GET / HTTP/1.1\r\nA: \r\n\r\n";
    return frame.replace("A: ", `A: ${"b".repeat(bytes - frame.length)}`);
  };

  it("are reached with the last octet that it may have", () => {
    for (const size of [1, 100, 1000]) {
      expect(read(of(300), size, 300)).toMatchObject({ end: 300 });
      expect(read(of(301), size, 300)).toMatchObject({ status: 431 });
      expect(read(of(16 * 1024), size)).toMatchObject({ end: 16 * 1024 });
    }
  });

  it("do not count what follows it", () => {
    expect(read(of(300) + "x".repeat(100_000), undefined, 300)).toMatchObject({ end: 300 });
  });

  it("are 100 header lines", () => {
    const head = `GET / HTTP/1.1\r\n${"A: b\r\n".repeat(100)}\r\n`;
    expect((read(head) as RequestHead).rawHeaders).toHaveLength(200);
  });

  it("bound the work, too: a line that comes octet by octet is copied now and then, not for each", () => {
    const allocations = vi.spyOn(Buffer, "allocUnsafeSlow");
    onTestFinished(() => allocations.mockRestore());
    expect(read(of(16 * 1024), 1)).toMatchObject({ end: 16 * 1024 });
    const sizes = allocations.mock.calls.map(([size]) => size);
    expect(sizes.length).toBeLessThan(10);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(16 * 1024);
  });

  it("need no memory for a head that comes in one chunk", () => {
    const allocations = vi.spyOn(Buffer, "allocUnsafeSlow");
    onTestFinished(() => allocations.mockRestore());
    expect(read(HEAD)).toBeDefined();
    expect(allocations).not.toHaveBeenCalled();
  });
});

describe("RFC 9112 any octets", () => {
  it("give the same result however they are cut (seed 1)", () => {
    const next = random(1);
    const pick = (from: string): string => from[Math.floor(next() * from.length)]!;
    for (let i = 0; i < 2_000; i++) {
      const at = Math.floor(next() * HEAD.length);
      const text = HEAD.slice(0, at) + pick("\r\n \t:\0\x7f\xe9A,") + HEAD.slice(at + Math.floor(next() * 3));
      const whole = read(text);
      for (const size of [1, 2, 5, 64]) expect(read(text, size), JSON.stringify(text)).toEqual(whole);
    }
  });
});
