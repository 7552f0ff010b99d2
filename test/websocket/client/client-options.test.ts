import { describe, expect, it } from "vitest";
import {
  type DialRequest,
  readArguments,
  type WebSocketOptions,
} from "../../../src/websocket/client/client-options.ts";

const read = (url: string | URL, options: WebSocketOptions = {}): DialRequest =>
  readArguments(url, [], options);

describe("the URL of a client", () => {
  const rows: readonly (readonly [given: string, href: string])[] = [
    ["ws://example.com", "ws://example.com/"],
    ["WSS://Example.com:443/a?b", "wss://example.com/a?b"],
    // As in browsers.
    ["http://example.com:80/a", "ws://example.com/a"],
    ["https://example.com/", "wss://example.com/"],
    ["https://example.com:80/", "wss://example.com:80/"],
    ["HTTP://[::1]:8080", "ws://[::1]:8080/"],
    ["ws://me:secret@example.com/", "ws://example.com/"],
  ];
  for (const [given, href] of rows) {
    it(`${given} is that of ${href}`, () => {
      expect(read(given).url.href).toBe(href);
      expect(read(new URL(given)).url.href).toBe(href);
    });
  }

  it("is not changed where it belongs to the caller", () => {
    const url = new URL("http://me:secret@example.com/");
    read(url);
    expect(url.href).toBe("http://me:secret@example.com/");
  });

  for (const given of [
    "ftp://x/",
    "x",
    "/chat",
    "ws+unix:/x",
    "blob:http://x/",
    "about:blank",
    "ws://x/#",
    "http://x/#a",
  ]) {
    it(`is none: ${given}`, () => expect(() => read(given)).toThrow(SyntaxError));
  }
});

describe("RFC 7617 §2 user and password in the URL", () => {
  const basic = (text: string): string => `Basic ${Buffer.from(text).toString("base64")}`;

  it("are those of the example", () => {
    const { headers } = read("ws://Aladdin:open%20sesame@x/");
    expect(headers.Authorization).toBe("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
  });

  const rows: readonly (readonly [userinfo: string, credentials: string])[] = [
    ["me:", "me:"],
    ["me", "me:"],
    [":secret", ":secret"],
    ["me:a:b", "me:a:b"],
    ["m%40e:%3A%2F", "m@e::/"],
    ["test:123%C2%A3", "test:123£"], // §2.1
    ["ü:😀", "ü:😀"],
  ];
  for (const [userinfo, credentials] of rows) {
    it(`${userinfo} are sent as ${credentials}, in UTF-8`, () => {
      expect(read(`wss://${userinfo}@x/`).headers).toEqual({ Authorization: basic(credentials) });
    });
  }

  it("are none when they are empty", () => {
    expect(read("ws://@x/").headers).toEqual({});
    expect(read("ws://:@x/").headers).toEqual({});
  });

  for (const userinfo of ["a%3Ab:c", "a%00:b", "a:%0A", "a:%7F", "a:%C2%85", "%ff:b", "a:%E0%80"]) {
    it(`are refused with a SyntaxError that does not name them: ${userinfo}`, () => {
      expect(() => read(`ws://${userinfo}@x/`)).toThrow(SyntaxError);
      expect(() => read(`ws://${userinfo}@x/`)).toThrow(/^the user or the password in the URL [a-zA-Z8 -]+$/);
    });
  }

  it("are given once", () => {
    const headers = { authorization: "Bearer x" };
    expect(() => read("ws://me:secret@x/", { headers })).toThrow(TypeError);
    expect(read("ws://x/", { headers }).headers).toEqual(headers);
  });
});

describe("the headers of a client", () => {
  it("are those that it is given, and its origin", () => {
    const headers = { Cookie: "a=b", "X-é": "" };
    expect(() => read("ws://x/", { headers })).toThrow(TypeError);
    expect(
      read("ws://x/", { headers: { Cookie: "a=b", "X-A": "é\t" }, origin: "https://y" }).headers,
    ).toEqual({
      Cookie: "a=b",
      "X-A": "é\t",
      Origin: "https://y",
    });
  });

  for (const name of [
    ...["Upgrade", "connection", "Sec-WebSocket-Key", "sec-websocket-version", "SEC-WEBSOCKET-EXTENSIONS"],
    ...["Sec-WebSocket-Protocol", "Content-Length", "Transfer-Encoding", "", "a b", "a:"],
  ]) {
    it(`are not ${JSON.stringify(name)}`, () => {
      expect(() => read("ws://x/", { headers: { [name]: "x" } })).toThrow(TypeError);
    });
  }

  for (const value of ["a\r\nX: y", "a\nb", "\0", "\u0100", "\x7f"]) {
    it(`do not hold ${JSON.stringify(value)}, and the error does not either`, () => {
      expect(() => read("ws://x/", { headers: { "X-A": value } })).toThrow(
        new TypeError("the header X-A holds what no header may hold"),
      );
      expect(() => read("ws://x/", { origin: value })).toThrow(TypeError);
    });
  }

  it("name the origin once", () => {
    expect(() => read("ws://x/", { headers: { ORIGIN: "null" }, origin: "null" })).toThrow(TypeError);
  });
});

describe("the options of a client", () => {
  const wrong: readonly (readonly [WebSocketOptions, string])[] = [
    [{ followRedirects: -1 }, "followRedirects"],
    [{ followRedirects: 1.5 }, "followRedirects"],
    [{ followRedirects: Number.NaN }, "followRedirects"],
    [{ maxBodyBytes: -1 }, "maxBodyBytes"],
    [{ handshakeTimeout: 0 }, "handshakeTimeout"],
    [{ handshakeTimeout: Number.NaN }, "handshakeTimeout"],
    [{ perMessageDeflate: { threshold: -1 } }, "threshold"],
  ];
  for (const [options, says] of wrong) {
    it(`may not be ${JSON.stringify(options)}`, () => {
      expect(() => read("ws://x/", options)).toThrow(RangeError);
      expect(() => read("ws://x/", options)).toThrow(says);
    });
  }

  it("have defaults where they are undefined", () => {
    const options = { followRedirects: undefined, maxBodyBytes: undefined, handshakeTimeout: undefined };
    expect(read("ws://x/", options)).toMatchObject({
      maxBodyBytes: 16 * 1024,
      perMessageDeflate: false,
      headers: {},
    });
    expect(() => read("ws://x/", { handshakeTimeout: Number.POSITIVE_INFINITY })).not.toThrow();
  });

  it("take one subprotocol or a list of different tokens", () => {
    expect(readArguments("ws://x/", "chat", {}).subprotocols).toEqual(["chat"]);
    expect(readArguments("ws://x/", ["a", "b"], {}).subprotocols).toEqual(["a", "b"]);
    for (const list of ["", "a b", ["a", "a"]]) {
      expect(() => readArguments("ws://x/", list, {})).toThrow(SyntaxError);
    }
  });
});
