import { describe, expect, it } from "vitest";
import {
  acceptUpgrade,
  acceptValue,
  checkHandshakeOptions,
  type HandshakeOptions,
  refuse,
} from "../../../src/websocket/handshake/handshake.ts";
import { groupHeaders } from "../../../src/websocket/handshake/header.ts";

const KEY = "dGhlIHNhbXBsZSBub25jZQ=="; // of RFC 6455 §1.3

/** The example request of RFC 6455 §1.2, header by header. */
const FLAWLESS: Readonly<Record<string, string | readonly string[]>> = {
  Host: "server.example.com",
  Upgrade: "websocket",
  Connection: "Upgrade",
  "Sec-WebSocket-Key": KEY,
  Origin: "http://server.example.com",
  "Sec-WebSocket-Protocol": "chat, superchat",
  "Sec-WebSocket-Version": "13",
};

interface Change {
  readonly method?: string;
  readonly target?: string;
  readonly httpVersion?: string;
  readonly secure?: boolean;
  /** A header replaced, repeated (several values) or left out (undefined). */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>;
}

function flatten(headers: Readonly<Record<string, string | readonly string[] | undefined>>): string[] {
  return Object.entries(headers).flatMap(([name, values]) =>
    [values ?? []].flat().flatMap((value) => [name, value]),
  );
}

function decide({ headers, ...line }: Change, options?: HandshakeOptions): ReturnType<typeof acceptUpgrade> {
  return acceptUpgrade(
    {
      method: "GET",
      target: "/chat",
      httpVersion: "1.1",
      secure: false,
      ...line,
      headers: groupHeaders(flatten({ ...FLAWLESS, ...headers })),
    },
    options,
  );
}

type Row = readonly [rule: string, flawed: Change, status: number, flawless: Change];
const header = (name: string, ...values: string[]): Change => ({ headers: { [name]: values } });

describe("RFC 6455 §1.3 Sec-WebSocket-Accept", () => {
  it("is that of the example", () => expect(acceptValue(KEY)).toBe("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
});

describe("RFC 6455 §4.2.1 reading the client's opening handshake", () => {
  const rows: readonly Row[] = [
    ["item 1: a GET request", { method: "POST" }, 405, { method: "GET" }],
    ["item 1: no HEAD request", { method: "HEAD" }, 405, {}],
    ["item 1: HTTP/1.1 or higher", { httpVersion: "1.0" }, 505, { httpVersion: "1.1" }],
    ["item 1: not HTTP/0.9 either", { httpVersion: "0.9" }, 505, { httpVersion: "2.0" }],
    ["item 1: a path", { target: "*" }, 400, { target: "/" }],
    ["item 1: no authority", { target: "server.example.com:80" }, 400, { target: "/server.example.com:80" }],
    ["item 1: no relative path", { target: "chat" }, 400, { target: "//chat" }],
    ["item 1: not nothing", { target: "" }, 400, { target: "/?" }],
    [
      "item 1: an absolute HTTP URI",
      { target: "ws://server.example.com/chat" },
      400,
      { target: "http://server.example.com/chat?a=b" },
    ],
    [
      "item 1: with a host",
      { target: "http:///chat" },
      400,
      { target: "HTTP://server.example.com", ...header("Origin") },
    ],
    [
      "item 1: without a user",
      { target: "http://me@server.example.com/" },
      400,
      { target: "http://server.example.com:80/", ...header("Origin") },
    ],
    ["§3: no fragment", { target: "/chat#room" }, 400, { target: "/chat%23room" }],
    ["item 1: no blank", { target: "/a b" }, 400, { target: "/a%20b" }],
    ["item 1: ASCII", { target: "/\u00e9" }, 400, { target: '/{|}~^[]"<>\\`?{|}^`' }],
    ["item 1: no control character", { target: "/a\u0000" }, 400, {}],
    ["item 2: a Host", header("Host"), 400, header("Host", "SERVER.example.com")],
    ["item 2: that is not empty", header("Host", ""), 400, {}],
    ["item 2: that is a host", header("Host", "a b"), 400, {}],
    ["item 2: and nothing more", header("Host", "server.example.com/chat"), 400, {}],
    ["item 2: without a user", header("Host", "me@server.example.com"), 400, {}],
    ["item 2: no list of them", header("Host", "server.example.com, x"), 400, {}],
    [
      "item 2: one Host",
      header("Host", "server.example.com", "x"),
      400,
      header("Host", "server.example.com:80"),
    ],
    ["item 3: an Upgrade", header("Upgrade"), 426, header("Upgrade", "websocket")],
    ["item 3: to websocket", header("Upgrade", "h2c"), 426, header("Upgrade", "WebSocket")],
    ["item 3: to no other word", header("Upgrade", "websockets"), 426, header("Upgrade", "h2c, websocket")],
    ["item 3: to no version of it", header("Upgrade", "websocket/13"), 426, header("Upgrade", "WEBSOCKET")],
    ["item 4: a Connection", header("Connection"), 400, header("Connection", "Upgrade")],
    ["item 4: with Upgrade", header("Connection", "close"), 400, header("Connection", "keep-alive, upgrade")],
    [
      "item 4: as a token",
      header("Connection", "Upgraded"),
      400,
      header("Connection", "keep-alive", "UPGRADE"),
    ],
    ["item 5: a Key", header("Sec-WebSocket-Key"), 400, header("Sec-WebSocket-Key", KEY)],
    ["item 5: an empty Key is none", header("Sec-WebSocket-Key", ""), 400, {}],
    ["item 5: of 16 bytes, not 15", header("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25j"), 400, {}],
    ["item 5: of 16 bytes, not 17", header("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZXM="), 400, {}],
    ["item 5: padded", header("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ"), 400, {}],
    ["item 5: in base64", header("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25j!Q=="), 400, {}],
    [
      "item 5: in base64, not base64url",
      header("Sec-WebSocket-Key", "-_8AAAAAAAAAAAAAAAAAAA=="),
      400,
      header("Sec-WebSocket-Key", "+/8AAAAAAAAAAAAAAAAAAA=="),
    ],
    // What the spare bits of its last character are is nobody's business (RFC 4648 §3.5).
    [
      "item 5: without white space",
      header("Sec-WebSocket-Key", "dGhlIHNhbXBs ZSBub25jZQ=="),
      400,
      header("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZR=="),
    ],
    ["item 5: on one line", header("Sec-WebSocket-Key", `${KEY}\n`), 400, {}],
    ["item 5: no list of them", header("Sec-WebSocket-Key", `${KEY}, ${KEY}`), 400, {}],
    ["§11.3.1: one Key", header("Sec-WebSocket-Key", KEY, KEY), 400, {}],
    ["item 6: a Version", header("Sec-WebSocket-Version"), 426, header("Sec-WebSocket-Version", "13")],
    ["item 6: no later Version", header("Sec-WebSocket-Version", "14"), 426, {}],
    ["item 6: no earlier Version", header("Sec-WebSocket-Version", "8"), 426, {}],
    ["item 6: no list of Versions", header("Sec-WebSocket-Version", "13, 8"), 426, {}],
    ["item 6: without leading zeros", header("Sec-WebSocket-Version", "013"), 426, {}],
    ["§11.3.5: one Version", header("Sec-WebSocket-Version", "13", "13"), 426, {}],
    ["§11.3.5: not two either", header("Sec-WebSocket-Version", "8", "13"), 426, {}],
    ["§4.3: a Version is a number", header("Sec-WebSocket-Version", ""), 426, {}],
    ["§4.3: of ASCII digits", header("Sec-WebSocket-Version", "１３"), 426, {}],
    [
      "§4.1 item 10: subprotocols are tokens",
      header("Sec-WebSocket-Protocol", "chat room"),
      400,
      header("Sec-WebSocket-Protocol", "chat"),
    ],
    [
      "§4.1 item 10: subprotocols are unique",
      header("Sec-WebSocket-Protocol", "chat", "chat"),
      400,
      header("Sec-WebSocket-Protocol", "chat", "Chat"),
    ],
    [
      "§4.1 item 10: subprotocols are not quoted",
      header("Sec-WebSocket-Protocol", '"chat"'),
      400,
      header("Sec-WebSocket-Protocol", "\t chat ,,"),
    ],
    [
      "§4.3: there is one subprotocol at least",
      header("Sec-WebSocket-Protocol", ""),
      400,
      header("Sec-WebSocket-Protocol"),
    ],
    [
      "§4.3: commas are none",
      header("Sec-WebSocket-Protocol", " , ,"),
      400,
      header("Sec-WebSocket-Protocol", "", "chat"),
    ],
    [
      "§9.1: there is one extension at least",
      header("Sec-WebSocket-Extensions", ""),
      400,
      header("Sec-WebSocket-Extensions", ",x"),
    ],
    [
      "§9.1: quoted values are tokens",
      header("Sec-WebSocket-Extensions", 'x; y="a b"'),
      400,
      header("Sec-WebSocket-Extensions", 'x; y="a\\b"'),
    ],
    [
      "§9.1: extensions follow their grammar",
      header("Sec-WebSocket-Extensions", "permessage-deflate;"),
      400,
      header("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits"),
    ],
    ["no body by its length", header("Content-Length", "5"), 400, header("Content-Length", "0")],
    ["no body by two lengths", header("Content-Length", "0", "5"), 400, {}],
    ["no body in chunks", header("Transfer-Encoding", "chunked"), 400, {}],
    [
      "§10.2: the own origin",
      header("Origin", "http://evil.example"),
      403,
      header("Origin", "http://server.example.com"),
    ],
    [
      "RFC 6454 §7.3: one origin",
      header("Origin", "http://server.example.com", "http://server.example.com"),
      400,
      header("Origin"),
    ],
    ["§10.2: no list of origins", header("Origin", "http://server.example.com http://x"), 403, {}],
    ["§10.2: no opaque origin", header("Origin", "null"), 403, header("Origin")],
  ];
  for (const [rule, flawed, status, flawless] of rows) {
    it(`refuses with ${status} what breaks ${rule}, and accepts what does not`, () => {
      const refused = decide(flawed);
      expect(refused).toMatchObject({ accepted: false, status });
      expect(refused.accepted ? "" : refused.detail).not.toBe("");
      expect(decide(flawless)).toMatchObject({ accepted: true });
    });
  }

  it("does not mind the order of the headers, nor others", () => {
    const reversed = flatten(FLAWLESS);
    const pairs = reversed.flatMap((name, i) => (i % 2 === 0 ? [[name, reversed[i + 1]!]] : [])).reverse();
    const headers = groupHeaders([["Cookie", "a=b"], ...pairs].flat());
    const line = { method: "GET", target: "/", httpVersion: "1.1" };
    expect(acceptUpgrade({ ...line, secure: false, headers }).accepted).toBe(true);
  });

  it("names the method, the protocol and the version that would do", () => {
    expect(decide({ method: "POST" })).toMatchObject({ headers: [["Allow", "GET"]] });
    for (const asked of [header("Upgrade"), header("Sec-WebSocket-Version", "8")]) {
      // RFC 6455 §4.4, RFC 9110 §15.5.22
      expect(decide(asked).headers).toEqual([
        ["Upgrade", "websocket"],
        ["Sec-WebSocket-Version", "13"],
      ]);
    }
  });

  it("gives the answer to HEAD no body (RFC 9110 §9.3.2)", () => {
    expect(decide({ method: "HEAD" })).toMatchObject({ bodiless: true });
    expect(decide({ method: "POST" })).not.toHaveProperty("bodiless");
  });
});

describe("RFC 6455 §4.2.2 the server's answer", () => {
  it("is that of the example", () => {
    expect(decide({}, { subprotocols: ["chat"] })).toEqual({
      accepted: true,
      subprotocol: "chat",
      extensions: "",
      deflate: undefined,
      headers: [
        ["Upgrade", "websocket"],
        ["Connection", "Upgrade"],
        ["Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="],
        ["Sec-WebSocket-Protocol", "chat"],
      ],
    });
  });

  const choices: readonly (readonly [
    offered: readonly string[],
    spoken: readonly string[],
    chosen: string,
  ])[] = [
    [["chat, superchat"], ["superchat", "chat"], "chat"],
    [["superchat", "chat"], ["chat", "superchat"], "superchat"],
    [["a, b, chat"], ["chat"], "chat"],
    [["Chat"], ["chat"], ""], // names are compared exactly
    [["chat"], [], ""],
    [[], ["chat"], ""],
    [[" , chat ,"], ["chat"], "chat"],
  ];
  for (const [offered, spoken, chosen] of choices) {
    it(`chooses ${JSON.stringify(chosen)} when offered ${JSON.stringify(offered)} and speaking ${spoken}`, () => {
      const answer = decide(header("Sec-WebSocket-Protocol", ...offered), { subprotocols: spoken });
      expect(answer).toMatchObject({ accepted: true, subprotocol: chosen });
      const named = answer.headers.filter(([name]) => name === "Sec-WebSocket-Protocol");
      expect(named).toEqual(chosen === "" ? [] : [["Sec-WebSocket-Protocol", chosen]]);
    });
  }

  const extended = (value: string, options?: HandshakeOptions): ReturnType<typeof decide> =>
    decide(header("Sec-WebSocket-Extensions", value), options);

  it("accepts no extension, whichever is offered, unless it is told to", () => {
    for (const perMessageDeflate of [undefined, false]) {
      const answer = extended("permessage-deflate, foo", { perMessageDeflate });
      expect(answer).toMatchObject({ accepted: true, extensions: "", deflate: undefined });
      expect(answer.headers.map(([name]) => name)).not.toContain("Sec-WebSocket-Extensions");
    }
  });

  it("accepts permessage-deflate when it is told to (RFC 7692 §5)", () => {
    const response = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
    const answer = extended("foo, permessage-deflate; client_max_window_bits", { perMessageDeflate: true });
    expect(answer).toMatchObject({
      accepted: true,
      extensions: response,
      deflate: { serverNoContextTakeover: true, clientMaxWindowBits: 15 },
    });
    expect(answer.headers).toContainEqual(["Sec-WebSocket-Extensions", response]);
    const options = { perMessageDeflate: { serverMaxWindowBits: 10 } };
    expect(extended("permessage-deflate", options)).toMatchObject({ deflate: { serverMaxWindowBits: 10 } });
  });

  it("finds offers on any line, in order", () => {
    const lines = header(
      "Sec-WebSocket-Extensions",
      "permessage-deflate; server_max_window_bits=8, foo",
      "permessage-deflate; server_max_window_bits=11",
    );
    expect(decide(lines, { perMessageDeflate: true })).toMatchObject({
      deflate: { serverMaxWindowBits: 11 },
    });
  });

  it("accepts the handshake without what it cannot accept", () => {
    for (const offer of ["foo", "permessage-deflate; x", "permessage-deflate; server_max_window_bits=8"]) {
      const answer = extended(offer, { perMessageDeflate: true });
      expect(answer, offer).toMatchObject({ accepted: true, extensions: "", deflate: undefined });
    }
  });
});

describe("RFC 6455 §10.2 origins", () => {
  const foreign = header("Origin", "https://chat.example");

  it("are the listed ones when there is a list, and no others, not even the own", () => {
    const origins = ["https://chat.example"];
    expect(decide(foreign, { origins })).toMatchObject({ accepted: true });
    expect(decide({}, { origins })).toMatchObject({ accepted: false, status: 403 });
    expect(decide(header("Origin", "https://chat.example.evil.example"), { origins }).accepted).toBe(false);
    expect(decide(header("Origin", "https://chat.example/"), { origins }).accepted).toBe(false);
    expect(decide(header("Origin", "null"), { origins }).accepted).toBe(false);
    expect(decide(foreign, { origins: [] }).accepted).toBe(false);
  });

  it("are compared in lower case (§4.2.2)", () => {
    expect(
      decide(header("Origin", "HTTPS://Chat.example"), { origins: ["https://chat.Example"] }).accepted,
    ).toBe(true);
  });

  it("are the own by the authority of an absolute target, not by Host (RFC 9112 §3.2.2)", () => {
    const target = "http://other.example/chat";
    expect(decide({ target })).toMatchObject({ status: 403 });
    expect(decide({ target, ...header("Origin", "http://other.example") }).accepted).toBe(true);
  });

  it("are all when any may connect, opaque ones too", () => {
    expect(decide(foreign, { origins: "any" }).accepted).toBe(true);
    expect(decide(header("Origin", "http://a", "http://b"), { origins: "any" })).toMatchObject({
      status: 400,
    });
    expect(decide(header("Origin", "null"), { origins: "any" }).accepted).toBe(true);
  });

  it("do not bind a client that is no browser and sends none", () => {
    expect(decide(header("Origin"), { origins: ["https://chat.example"] }).accepted).toBe(true);
  });

  it("are the own over TLS only when the page came over TLS", () => {
    const secure = true;
    expect(decide({ secure }).accepted).toBe(false);
    expect(decide({ secure, ...header("Origin", "https://server.example.com") }).accepted).toBe(true);
  });
});

describe("a refusal", () => {
  it("holds what an application says", () => {
    expect(refuse(401, "who are you?", [["WWW-Authenticate", "Bearer"]])).toEqual({
      accepted: false,
      status: 401,
      detail: "who are you?",
      headers: [["WWW-Authenticate", "Bearer"]],
    });
  });

  it("has a status that refuses", () => {
    for (const status of [300, 404, 599]) expect(refuse(status, "no").status).toBe(status);
    for (const status of [0, 101, 200, 299, 600, 404.5, Number.NaN]) {
      expect(() => refuse(status, "no"), `${status}`).toThrow(RangeError);
    }
  });

  it("has no header that would be more than one line", () => {
    for (const value of ["a\r\nX: y", "a\nb", "a\rb", "a\0b", "a\u0100"]) {
      expect(() => refuse(302, "there", [["Location", value]]), JSON.stringify(value)).toThrow(TypeError);
    }
    for (const name of ["", "A B", "A:", "A\r\n"])
      expect(() => refuse(400, "", [[name, "x"]])).toThrow(TypeError);
    expect(refuse(400, "", [["X", "a\tb \u00e9"]]).headers).toHaveLength(1);
  });

  it("has no header that says how the answer ends", () => {
    const names = [
      "Date",
      "Connection",
      "transfer-encoding",
      "Content-Length",
      "content-type",
      "Content-Encoding",
    ];
    for (const name of names) expect(() => refuse(401, "", [[name, "x"]]), name).toThrow(TypeError);
  });
});

describe("the options of a handshake", () => {
  const right: readonly HandshakeOptions[] = [
    {},
    { origins: "any" },
    { origins: [] },
    { origins: ["https://chat.example", "http://localhost:8080", "http://[::1]:81", "null"] },
    { origins: ["https://xn--bcher-kva.example", "http://192.0.2.1", "https://chat.example:80"] },
    { origins: ["capacitor://localhost", "moz-extension://0a-b:1"] },
    { origins: ["chrome-extension://abcdef"], subprotocols: ["a", "b"], perMessageDeflate: true },
  ];
  for (const options of right) {
    it(`may be ${JSON.stringify(options)}`, () => expect(() => checkHandshakeOptions(options)).not.toThrow());
  }

  const wrong: readonly (readonly [HandshakeOptions, string])[] = [
    [{ origins: ["https://chat.example/"] }, "https://chat.example/"],
    [{ origins: ["chat.example"] }, "chat.example"],
    [{ origins: ["https://chat.example:443"] }, 'write it as "https://chat.example"'],
    [{ origins: ["http://[::1]:80"] }, 'write it as "http://[::1]"'],
    [{ origins: ["http://[0:0::1]"] }, 'write it as "http://[::1]"'],
    [{ origins: ["https://Chat.example"] }, 'write it as "https://chat.example"'],
    [{ origins: ["HTTPS://chat.example"] }, 'write it as "https://chat.example"'],
    [{ origins: ["https://bücher.example"] }, 'write it as "https://xn--bcher-kva.example"'],
    [{ origins: ["wss://chat.example:443"] }, 'write it as "https://chat.example"'],
    [{ origins: ["ws://chat.example:81"] }, 'write it as "http://chat.example:81"'],
    [{ origins: ["https://me:secret@chat.example"] }, 'write it as "https://chat.example"'],
    [{ origins: ["https://chat.example/page?x#y"] }, 'write it as "https://chat.example"'],
    [{ origins: [" https://chat.example"] }, 'write it as "https://chat.example"'],
    [{ origins: ["app://Chat/"] }, 'write it as "app://chat"'],
    [{ origins: ["https://*.example"] }, "scheme, host and perhaps a port"],
    [{ origins: ["*"] }, "scheme, host and perhaps a port"],
    [{ origins: ["localhost:8080"] }, "scheme, host and perhaps a port"],
    [{ origins: ["NULL"] }, "scheme, host and perhaps a port"],
    [{ origins: [/chat/] as unknown as string[] }, "scheme, host and perhaps a port"],
    [{ origins: "https://chat.example" as unknown as string[] }, '"any" or a list'],
    [{ subprotocols: ["a b"] }, "tokens"],
    [{ subprotocols: "chat" as unknown as string[] }, "a list of tokens"],
    [{ origins: [""] }, "origin"],
    [{ subprotocols: [""] }, "tokens"],
    [{ perMessageDeflate: { level: 10 } }, "level"],
  ];
  for (const [options, says] of wrong) {
    it(`may not be ${JSON.stringify(options)}`, () =>
      expect(() => checkHandshakeOptions(options)).toThrow(says));
  }
});
