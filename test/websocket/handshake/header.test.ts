import { describe, expect, it } from "vitest";
import {
  groupHeaders,
  includesToken,
  isAuthority,
  isToken,
  parseExtensions,
  parseTokenList,
  valuesOf,
} from "../../../src/websocket/handshake/header.ts";

describe("RFC 9110 §5.6.2 tokens", () => {
  it("are made of the characters of the grammar and no other", () => {
    const tchar = new Set("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
    for (let code = 0; code < 0x180; code++) {
      const character = String.fromCharCode(code);
      expect(isToken(`a${character}b`), `U+${code.toString(16)}`).toBe(tchar.has(character));
    }
  });

  it("are never empty", () => expect(isToken("")).toBe(false));
  it("end where they end, a newline included", () => expect(isToken("chat\n")).toBe(false));
});

describe("grouped headers", () => {
  it("keep all values of a name in order, whatever its case", () => {
    const headers = groupHeaders(["Host", "a", "COOKIE", "x", "cookie", "y"]);
    expect(valuesOf(headers, "cookie")).toEqual(["x", "y"]);
    expect(valuesOf(headers, "host")).toEqual(["a"]);
  });

  it("have no values for what was not sent, even under a name that objects have", () => {
    expect(valuesOf(groupHeaders([]), "constructor")).toEqual([]);
  });
});

describe("RFC 9110 §5.6.1 lists of tokens", () => {
  const rows: readonly (readonly [values: readonly string[], tokens: readonly string[] | undefined])[] = [
    [[], []],
    [["chat"], ["chat"]],
    [["chat, superchat"], ["chat", "superchat"]],
    [
      ["chat", "superchat"],
      ["chat", "superchat"],
    ],
    [["chat,superchat\t,\t x"], ["chat", "superchat", "x"]],
    [[" , chat,, ,x,"], ["chat", "x"]],
    // 1#token: what was sent has an element that is not empty.
    [[""], undefined],
    [[" , ,", ""], undefined],
    [["", "chat"], ["chat"]],
    [["chat room"], undefined],
    [["chat, a/b"], undefined],
    [['"chat"'], undefined],
    [["chat\u00a0"], undefined],
    [["chät"], undefined],
  ];
  for (const [values, tokens] of rows) {
    it(`${JSON.stringify(values)} ${tokens === undefined ? "is none" : `holds ${JSON.stringify(tokens)}`}`, () => {
      expect(parseTokenList(values)).toEqual(tokens);
    });
  }

  it("are read in one pass, however many blanks stand inside", () => {
    const blanks = " \t".repeat(500_000);
    expect(parseTokenList([`a${blanks}b`])).toBeUndefined();
    expect(parseTokenList([`${blanks}a${blanks},${blanks}`])).toEqual(["a"]);
  });

  it("are searched for a token in any case, and for whole tokens only", () => {
    expect(includesToken(["keep-alive, Upgrade"], "upgrade")).toBe(true);
    expect(includesToken(["keep-alive", "UPGRADE"], "upgrade")).toBe(true);
    expect(includesToken(["upgrades, no-upgrade"], "upgrade")).toBe(false);
    expect(includesToken([], "upgrade")).toBe(false);
  });
});

describe("RFC 9110 §7.2 a host and a port", () => {
  for (const text of [
    ...["example.com", "EXAMPLE.com:80", "localhost:", "127.0.0.1:8080", "[::1]", "[::ffff:1.2.3.4]:443"],
    ...["x", "a_b-c.d~e", "xn--bcher-kva.example", "%C3%BC.example", "!$&'()*+,;="],
  ]) {
    it(`are ${text}`, () => expect(isAuthority(text)).toBe(true));
  }
  for (const text of [
    ...["", ":80", "a b", "a/b", "me@a", "a:b", "a:80:80", "[::1", "::1", "[]", "[g]", "%zz", "a?b", "a#b"],
    ...["ü.example", "a\n", "http://a", "a\\b"],
  ]) {
    it(`are not ${JSON.stringify(text)}`, () => expect(isAuthority(text)).toBe(false));
  }
});

describe("RFC 6455 §9.1 extensions", () => {
  const deflate = (...parameters: [string, string?][]) => ({
    name: "permessage-deflate",
    parameters: parameters.map(([name, value]) => ({ name, value })),
  });
  const rows: readonly (readonly [string, ReturnType<typeof parseExtensions>])[] = [
    ["", undefined],
    [" , ,", undefined],
    [", foo,", [{ name: "foo", parameters: [] }]],
    ["foo", [{ name: "foo", parameters: [] }]],
    ["permessage-deflate; client_max_window_bits", [deflate(["client_max_window_bits"])]],
    ["permessage-deflate;server_max_window_bits=10", [deflate(["server_max_window_bits", "10"])]],
    ["permessage-deflate ; a = 1 ; b", [deflate(["a", "1"], ["b"])]],
    ['permessage-deflate; a="10"', [deflate(["a", "10"])]],
    ['permessage-deflate; a="1\\0"', [deflate(["a", "10"])]],
    ["permessage-deflate; a, permessage-deflate", [deflate(["a"]), deflate()]],
    // A quoted comma or semicolon does not separate, and is no token either.
    ['foo; a="b,c"', undefined],
    ['foo; a="b;c"', undefined],
    ['foo; a="b c"', undefined],
    ['foo; a=""', undefined],
    ['foo; a="b', undefined],
    ['foo; a="b"c', undefined],
    ['foo; a="b\\"', undefined],
    ["foo; a=", undefined],
    ["foo; =b", undefined],
    ["foo;", undefined],
    ["foo; ; a", undefined],
    ["; a", undefined],
    ["foo bar", undefined],
    ["foo; a=b=c", undefined],
    ["foo/1", undefined],
  ];
  for (const [value, extensions] of rows) {
    it(`${JSON.stringify(value)} ${extensions === undefined ? "does not follow the grammar" : "is read"}`, () => {
      expect(parseExtensions([value])).toEqual(extensions);
    });
  }

  it("are none where there is no header", () => expect(parseExtensions([])).toEqual([]));

  it("are read from several lines as from one", () => {
    expect(parseExtensions(["foo; a", "bar"])).toEqual(parseExtensions(["foo; a, bar"]));
  });

  it("of many quotes and backslashes are read in one pass", () => {
    expect(parseExtensions([`foo; a="${'\\"'.repeat(8000)}`])).toBeUndefined();
    expect(parseExtensions([`foo; a="${"\\a".repeat(8000)}"`])?.[0]?.parameters[0]?.value).toHaveLength(8000);
  });
});
