import { describe, expect, it } from "vitest";
import {
  acceptExtendedConnect,
  checkExtendedConnectResponse,
  extendedConnectHeaders,
  http2Headers,
  type Offer,
  readExtendedConnect,
} from "../../../src/websocket/handshake/extended-connect.ts";
import type { Accepted, HandshakeOptions, Refused } from "../../../src/websocket/handshake/handshake.ts";
import { groupHeaders } from "../../../src/websocket/handshake/header.ts";

type Fields = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The example request of RFC 8441 §5.1, field by field; its page has the server's own origin. */
const FLAWLESS: Fields = {
  ":method": "CONNECT",
  ":protocol": "websocket",
  ":scheme": "https",
  ":path": "/chat",
  ":authority": "server.example.com",
  "sec-websocket-protocol": "chat, superchat",
  "sec-websocket-extensions": "permessage-deflate",
  "sec-websocket-version": "13",
  origin: "https://server.example.com",
};

/** A header section as node:http2 has it: fields replaced, repeated or left out (undefined). */
function section(fields: Fields = {}): string[] {
  return Object.entries({ ...FLAWLESS, ...fields }).flatMap(([name, values]) =>
    [values ?? []].flat().flatMap((value) => [name, value]),
  );
}

function decide(
  fields: Fields,
  options?: HandshakeOptions,
  about: { secure?: boolean; ended?: boolean } = {},
): Accepted | Refused {
  return acceptExtendedConnect(
    { ...readExtendedConnect(section(fields))!, secure: true, ended: false, ...about },
    options,
  );
}

describe("RFC 8441 §4 the extended CONNECT method", () => {
  it("is what it is by its method and its protocol", () => {
    expect(readExtendedConnect(section())).toMatchObject({
      scheme: "https",
      authority: "server.example.com",
      path: "/chat",
    });
  });

  for (const fields of [
    { ":method": "GET", ":protocol": undefined },
    { ":method": "GET" },
    { ":protocol": undefined },
    { ":protocol": "connect-udp" },
    { ":protocol": "WebSocket" },
  ]) {
    it(`is not ours with ${JSON.stringify(fields)}`, () => {
      expect(readExtendedConnect(section(fields))).toBeUndefined();
    });
  }

  it("addresses a host of ours, not one that a tunnel would lead to: an application sees it as host", () => {
    const { headers } = readExtendedConnect(section())!;
    expect(headers.get("host")).toEqual(["server.example.com"]);
    expect([...headers.keys()].filter((name) => name.startsWith(":"))).toEqual([]);
  });
});

describe("RFC 9113 §8.2.3 cookies", () => {
  it("come as one field, however they were cut", () => {
    const { headers } = readExtendedConnect(section({ cookie: ["a=b", "c=d", "e=f"] }))!;
    expect(headers.get("cookie")).toEqual(["a=b; c=d; e=f"]);
    expect(readExtendedConnect(section({ cookie: "a=b; c=d" }))!.headers.get("cookie")).toEqual(["a=b; c=d"]);
    expect(readExtendedConnect(section())!.headers.has("cookie")).toBe(false);
  });
});

describe("RFC 8441 §5 the server's half", () => {
  it("accepts the example, and answers what it chose", () => {
    expect(decide({}, { subprotocols: ["superchat", "chat"] })).toEqual({
      accepted: true,
      headers: [["Sec-WebSocket-Protocol", "chat"]],
      subprotocol: "chat",
      extensions: "",
      deflate: undefined,
    });
  });

  it("agrees on compression as over HTTP/1.1", () => {
    const answer = decide({}, { perMessageDeflate: true });
    expect(answer).toMatchObject({
      accepted: true,
      extensions: expect.stringMatching(/^permessage-deflate/),
      deflate: { serverMaxWindowBits: 15 },
    });
    expect(answer.headers).toEqual([
      ["Sec-WebSocket-Extensions", expect.stringMatching(/^permessage-deflate/)],
    ]);
  });

  it("answers with none of the fields that HTTP/1.1 needs", () => {
    const names = decide({ "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==" }).headers.map(([name]) => name);
    expect(names).toEqual([]);
  });

  it("does no processing of Sec-WebSocket-Key, right or wrong", () => {
    for (const key of ["dGhlIHNhbXBsZSBub25jZQ==", "nonsense", ["a", "b"]]) {
      expect(decide({ "sec-websocket-key": key })).toMatchObject({ accepted: true });
    }
  });

  type Row = readonly [rule: string, flawed: Fields, status: number, flawless: Fields];
  const rows: readonly Row[] = [
    ["a scheme", { ":scheme": undefined }, 400, { ":scheme": "http" }],
    ["a scheme of HTTP", { ":scheme": "wss" }, 400, { ":scheme": "https" }],
    ["an authority", { ":authority": undefined }, 400, { ":authority": "server.example.com:443" }],
    ["an authority without a user", { ":authority": "me@server.example.com" }, 400, {}],
    ["a path", { ":path": undefined }, 400, { ":path": "/" }],
    ["a path that is not empty", { ":path": "" }, 400, { ":path": "/?" }],
    ["a path from the root", { ":path": "chat" }, 400, { ":path": "//chat" }],
    ["no asterisk", { ":path": "*" }, 400, { ":path": "/*" }],
    ["a path without a fragment", { ":path": "/#chat" }, 400, { ":path": "/chat?a=b" }],
    [
      "a Host that says the same",
      { host: "other.example.com" },
      400,
      { host: ["SERVER.example.com", "server.example.com"] },
    ],
    ["no Connection", { connection: "Upgrade" }, 400, {}],
    ["no Upgrade", { upgrade: "websocket" }, 400, {}],
    ["no Keep-Alive", { "keep-alive": "timeout=5" }, 400, {}],
    ["no Transfer-Encoding", { "transfer-encoding": "chunked" }, 400, {}],
    ["no TE but trailers", { te: "gzip" }, 400, { te: "trailers" }],
    ["no content", { "content-length": "5" }, 400, { "content-length": "0" }],
    ["a version", { "sec-websocket-version": undefined }, 400, {}],
    ["the version 13", { "sec-websocket-version": "8" }, 400, {}],
    ["one version", { "sec-websocket-version": ["13", "13"] }, 400, {}],
    ["a list of subprotocols", { "sec-websocket-protocol": "a b" }, 400, {}],
    ["subprotocols that differ", { "sec-websocket-protocol": ["a", "a"] }, 400, {}],
    ["a list of extensions", { "sec-websocket-extensions": "a;" }, 400, {}],
    ["an origin of ours", { origin: "https://evil.example" }, 403, { origin: undefined }],
    ["one origin", { origin: ["https://server.example.com", "https://evil.example"] }, 400, {}],
  ];
  for (const [rule, flawed, status, flawless] of rows) {
    it(`refuses with ${status} where it needs ${rule}`, () => {
      // Each flaw stands alone: without an origin that also depends on the authority.
      expect(decide({ origin: undefined, ...flawed })).toMatchObject({ accepted: false, status });
      expect(decide({ origin: undefined, ...flawless })).toMatchObject({ accepted: true });
    });
  }

  it("names the version it speaks, but no Upgrade: HTTP/2 has none", () => {
    expect(decide({ "sec-websocket-version": "8" }).headers).toEqual([["Sec-WebSocket-Version", "13"]]);
  });

  it("refuses with 400 when the stream ended with the request", () => {
    expect(decide({}, {}, { ended: true })).toMatchObject({ status: 400 });
  });

  it("compares an origin with the authority and with how the request came", () => {
    const page = { origin: "http://server.example.com" };
    expect(decide(page)).toMatchObject({ status: 403 });
    expect(decide(page, {}, { secure: false })).toMatchObject({ accepted: true });
    // RFC 9110 §7.4: behind a proxy that ended TLS the scheme is not that of the connection.
    expect(decide({}, {}, { secure: false })).toMatchObject({ accepted: true });
    expect(decide({ origin: "https://a.example" }, { origins: ["https://a.example"] })).toMatchObject({
      accepted: true,
    });
    expect(decide({ origin: "https://a.example" }, { origins: "any" })).toMatchObject({ accepted: true });
  });
});

describe("RFC 9113 §8.2 fields of an answer", () => {
  it("have names in lower case, and one value for each but cookies (RFC 9110 §5.3)", () => {
    const lines = [
      ["WWW-Authenticate", "Basic"],
      ["Set-Cookie", "a=b"],
      ["Retry-After", "10"],
      ["www-authenticate", "Bearer"],
      ["Set-Cookie", "c=d"],
    ] as const;
    expect(http2Headers(lines)).toEqual({
      "www-authenticate": "Basic, Bearer",
      "retry-after": "10",
      "set-cookie": ["a=b", "c=d"],
    });
  });

  it("are none that are about an HTTP/1.1 connection", () => {
    const lines = [
      ["Upgrade", "websocket"],
      ["Connection", "Upgrade"],
      ["Keep-Alive", "timeout=5"],
      ["Sec-WebSocket-Version", "13"],
    ] as const;
    expect(http2Headers(lines)).toEqual({ "sec-websocket-version": "13" });
  });
});

const offer: Offer = { subprotocols: ["chat", "superchat"], perMessageDeflate: true };

describe("RFC 8441 §5 the client's request", () => {
  it("is that of the example", () => {
    const target = new URL("wss://server.example.com/chat");
    const fields = { Origin: "https://server.example.com" };
    expect(extendedConnectHeaders(target, { subprotocols: ["chat", "superchat"] }, fields)).toEqual({
      ...FLAWLESS,
      "sec-websocket-extensions": undefined,
    });
    expect(extendedConnectHeaders(target, offer)["sec-websocket-extensions"]).toMatch(/^permessage-deflate/);
  });

  it("has the scheme http for ws, and the query in its path", () => {
    const target = new URL("ws://[::1]:8080/chat?room=1");
    expect(extendedConnectHeaders(target, { subprotocols: [] })).toEqual({
      ":method": "CONNECT",
      ":protocol": "websocket",
      ":scheme": "http",
      ":authority": "[::1]:8080",
      ":path": "/chat?room=1",
      "sec-websocket-version": "13",
    });
  });

  it("is accepted by our server", () => {
    const headers = extendedConnectHeaders(new URL("wss://server.example.com/"), offer, { Cookie: "a=b" });
    const connect = readExtendedConnect(Object.entries(headers).flat())!;
    const options = { subprotocols: ["superchat"], perMessageDeflate: true };
    expect(acceptExtendedConnect({ ...connect, secure: true, ended: false }, options)).toMatchObject({
      accepted: true,
      subprotocol: "superchat",
      deflate: {},
    });
  });

  it("has the Host it is given as its authority", () => {
    const target = new URL("ws://127.0.0.1:8080/");
    const headers = extendedConnectHeaders(target, { subprotocols: [] }, { Host: "chat.example" });
    expect(headers).toMatchObject({ ":authority": "chat.example" });
    expect(headers).not.toHaveProperty("host");
  });

  for (const fields of [
    { Connection: "Upgrade" },
    { upgrade: "websocket" },
    { "HTTP2-Settings": "" },
    { TE: "gzip" },
    { "a b": "c" },
    { ":path": "/" },
    { a: "b\r\nc: d" },
  ]) {
    it(`is refused with a TypeError with ${JSON.stringify(fields)}`, () => {
      const target = new URL("ws://server.example.com/");
      expect(() =>
        extendedConnectHeaders(target, offer, fields as unknown as Record<string, string>),
      ).toThrow(TypeError);
    });
  }

  it("is refused with a SyntaxError when the subprotocols are no tokens", () => {
    const target = new URL("ws://server.example.com/");
    expect(() => extendedConnectHeaders(target, { subprotocols: ["a b"] })).toThrow(SyntaxError);
  });
});

describe("RFC 8441 §5 checking the server's answer", () => {
  const check = (fields: Fields): ReturnType<typeof checkExtendedConnectResponse> => {
    const raw = Object.entries({ ":status": "200", ...fields }).flatMap(([name, values]) =>
      [values ?? []].flat().flatMap((value) => [name, value]),
    );
    return checkExtendedConnectResponse(groupHeaders(raw), offer);
  };

  it("takes 200, and any 2xx as RFC 9110 §9.3.6 has it", () => {
    expect(check({})).toEqual({ subprotocol: "", extensions: "", deflate: undefined });
    expect(check({ ":status": "201", "sec-websocket-protocol": "superchat" })).toMatchObject({
      subprotocol: "superchat",
    });
  });

  it("agrees on the compression that was offered", () => {
    const extensions = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
    expect(check({ "sec-websocket-extensions": extensions })).toMatchObject({ extensions, deflate: {} });
  });

  it("asks for no Upgrade, no Connection and no Sec-WebSocket-Accept", () => {
    expect(check({ "sec-websocket-accept": "nonsense" })).toMatchObject({ subprotocol: "" });
  });

  for (const status of [101, 199, 300, 302, 401, 404, 503]) {
    it(`takes ${status} for a refusal`, () => {
      expect(check({ ":status": String(status) })).toBeUndefined();
    });
  }

  for (const fields of [
    { "sec-websocket-protocol": "other" },
    { "sec-websocket-protocol": ["chat", "chat"] },
    { "sec-websocket-extensions": "x-other" },
    { "sec-websocket-extensions": "permessage-deflate; a" },
    { "sec-websocket-extensions": "permessage-deflate, permessage-deflate" },
    { "sec-websocket-extensions": ";" },
  ]) {
    it(`fails with ${JSON.stringify(fields)}`, () => {
      expect(() => check(fields)).toThrow(
        expect.objectContaining({ name: "WebSocketHandshakeError", code: "handshake/invalid-response" }),
      );
    });
  }
});
