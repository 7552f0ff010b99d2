import { describe, expect, it } from "vitest";
import { WebSocketHandshakeError } from "../../../src/websocket/errors.ts";
import type { Agreement } from "../../../src/websocket/handshake/agreement.ts";
import { checkResponse, upgradeHeaders } from "../../../src/websocket/handshake/client-handshake.ts";
import { acceptUpgrade, acceptValue } from "../../../src/websocket/handshake/handshake.ts";
import { groupHeaders } from "../../../src/websocket/handshake/header.ts";

const KEY = "dGhlIHNhbXBsZSBub25jZQ=="; // of RFC 6455 §1.3

type HeaderValues = Readonly<Record<string, string | readonly string[] | undefined>>;

function flatten(headers: HeaderValues): string[] {
  return Object.entries(headers).flatMap(([name, values]) =>
    [values ?? []].flat().flatMap((value) => [name, value]),
  );
}

describe("RFC 6455 §4.1 the client's opening handshake", () => {
  it("is accepted by our server", () => {
    const headers = { Host: "x", ...upgradeHeaders(KEY, ["chat", "superchat"]) };
    const request = {
      method: "GET",
      target: "/",
      httpVersion: "1.1",
      secure: false,
      headers: groupHeaders(flatten(headers)),
    };
    expect(acceptUpgrade(request, { subprotocols: ["superchat"] })).toMatchObject({
      subprotocol: "superchat",
    });
  });

  it("names no subprotocols when there are none", () => {
    expect(Object.keys(upgradeHeaders(KEY, []))).toEqual([
      ...["Upgrade", "Connection", "Sec-WebSocket-Key", "Sec-WebSocket-Version"],
    ]);
  });

  it("offers compression when it is told to", () => {
    const offer = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
    expect(upgradeHeaders(KEY, [], true)["Sec-WebSocket-Extensions"]).toBe(
      `${offer}; client_max_window_bits`,
    );
    expect(upgradeHeaders(KEY, [], false)).not.toHaveProperty("Sec-WebSocket-Extensions");
    expect(upgradeHeaders(KEY, [], { serverNoContextTakeover: false })["Sec-WebSocket-Extensions"]).toBe(
      "permessage-deflate; client_no_context_takeover; client_max_window_bits",
    );
    expect(() => upgradeHeaders(KEY, [], { clientMaxWindowBits: 8 })).toThrow(RangeError);
  });

  for (const subprotocols of [[""], ["a b"], ["a,b"], ["chät"], ["a", "a"], ["a\r\nX: y"]]) {
    it(`is refused with a SyntaxError for the subprotocols ${JSON.stringify(subprotocols)}`, () => {
      expect(() => upgradeHeaders(KEY, subprotocols)).toThrow(SyntaxError);
    });
  }
});

describe("RFC 6455 §4.1 checking the server's answer", () => {
  const answer = {
    Upgrade: "websocket",
    Connection: "Upgrade",
    "Sec-WebSocket-Accept": acceptValue(KEY),
    "Sec-WebSocket-Protocol": "chat",
  };
  const check = (change: HeaderValues = {}, perMessageDeflate = false): Agreement =>
    checkResponse(
      groupHeaders(flatten({ ...answer, ...change })),
      KEY,
      ["chat", "superchat"],
      perMessageDeflate,
    );

  it("finds the subprotocol in use, or none", () => {
    expect(check()).toEqual({ subprotocol: "chat", extensions: "", deflate: undefined });
    expect(check({ "Sec-WebSocket-Protocol": undefined }).subprotocol).toBe("");
  });

  it("finds the extension in use, as the server wrote it", () => {
    const extensions = "permessage-deflate;server_no_context_takeover; server_max_window_bits=12";
    expect(check({ "Sec-WebSocket-Extensions": extensions }, true)).toEqual({
      subprotocol: "chat",
      extensions,
      deflate: {
        serverNoContextTakeover: true,
        clientNoContextTakeover: true,
        serverMaxWindowBits: 12,
        clientMaxWindowBits: 15,
      },
    });
    expect(check({}, true)).toMatchObject({ extensions: "", deflate: undefined });
  });

  const fine = "permessage-deflate; server_no_context_takeover";
  for (const [what, extensions] of [
    ["an extension that was not offered", "foo"],
    ["one beside that which was", `${fine}, foo`],
    ["one in front of it", `foo, ${fine}`],
    ["the same extension twice", `${fine}, ${fine}`],
    ["the same extension twice, on two lines", [fine, fine]],
    ["parameters that are none", `${fine}; x`],
    ["what does not follow the grammar", `${fine};`],
    ["an empty list", ""],
  ] as const) {
    it(`fails on ${what} (RFC 6455 §9.1)`, () => {
      const invalid = expect.objectContaining({ code: "handshake/invalid-response" });
      expect(() => check({ "Sec-WebSocket-Extensions": extensions }, true)).toThrow(invalid);
    });
  }

  type ResponseRow = readonly [
    rule: string,
    name: string,
    flawed: readonly string[],
    flawless: readonly string[],
  ];
  const rows: readonly ResponseRow[] = [
    ["item 2: an Upgrade", "Upgrade", [], ["WebSocket"]],
    ["item 2: to websocket", "Upgrade", ["h2c"], ["WEBSOCKET"]],
    ["item 2: to nothing else", "Upgrade", ["websocket, h2c"], ["websocket"]],
    ["item 2: named once", "Upgrade", ["websocket", "websocket"], ["websocket"]],
    ["item 3: a Connection", "Connection", [], ["upgrade"]],
    ["item 3: with Upgrade", "Connection", ["keep-alive"], ["keep-alive, Upgrade"]],
    ["item 4: an Accept", "Sec-WebSocket-Accept", [], [acceptValue(KEY)]],
    [
      "item 4: of our key",
      "Sec-WebSocket-Accept",
      [acceptValue("AAAAAAAAAAAAAAAAAAAAAA==")],
      [acceptValue(KEY)],
    ],
    [
      "item 4: in the right case",
      "Sec-WebSocket-Accept",
      [acceptValue(KEY).toLowerCase()],
      [acceptValue(KEY)],
    ],
    ["item 4: but white space", "Sec-WebSocket-Accept", [`x${acceptValue(KEY)}`], [` ${acceptValue(KEY)}\t`]],
    ["item 4: once", "Sec-WebSocket-Accept", [acceptValue(KEY), acceptValue(KEY)], [acceptValue(KEY)]],
    ["item 5: no extension we did not offer", "Sec-WebSocket-Extensions", ["permessage-deflate"], []],
    ["item 5: the grammar of extensions", "Sec-WebSocket-Extensions", ["a b"], []],
    ["item 5: one extension at least", "Sec-WebSocket-Extensions", [""], []],
    ["item 6: no subprotocol we did not offer", "Sec-WebSocket-Protocol", ["other"], ["superchat"]],
    ["item 6: in the right case", "Sec-WebSocket-Protocol", ["CHAT"], ["chat"]],
    ["item 6: one subprotocol", "Sec-WebSocket-Protocol", ["chat", "chat"], ["chat"]],
    ["item 6: no list of subprotocols", "Sec-WebSocket-Protocol", ["chat, superchat"], ["chat"]],
    ["item 6: no empty subprotocol", "Sec-WebSocket-Protocol", [""], []],
  ];
  for (const [rule, name, flawed, flawless] of rows) {
    it(`fails on what breaks ${rule}`, () => {
      const invalid = expect.objectContaining({ code: "handshake/invalid-response" });
      expect(() => check({ [name]: flawed })).toThrow(invalid);
      expect(() => check({ [name]: flawed })).toThrow(WebSocketHandshakeError);
      expect(check({ [name]: flawless }).subprotocol).toBe(
        name === "Sec-WebSocket-Protocol" ? (flawless[0] ?? "") : "chat",
      );
    });
  }
});
