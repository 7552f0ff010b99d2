/** RFC 8441 §3 to §5: WebSocket over HTTP/2. */
import type { Requirement } from "./requirement.ts";

export const extendedConnect: readonly Requirement[] = [
  {
    section: "3",
    role: "server",
    quote: "The value of the parameter MUST be 0 or 1.",
    code: {
      file: "websocket/server/http2.ts",
      anchor: "server.updateSettings({ enableConnectProtocol: true });",
    },
    test: {
      file: "websocket/server/http2.test.ts",
      title: "is sent as 1 to sessions that begin after a WebSocket server came",
    },
  },
  {
    section: "3",
    role: "both",
    quote:
      "A sender MUST NOT send a SETTINGS_ENABLE_CONNECT_PROTOCOL parameter with the value of 0 after previously sending a value of 1.",
    code: {
      file: "websocket/server/http2.ts",
      anchor: "server.updateSettings({ enableConnectProtocol: true });",
    },
    test: {
      file: "websocket/server/http2.test.ts",
      title: "is not sent as 0 when the last WebSocket server has gone",
    },
  },
  {
    section: "3",
    role: "client",
    level: "definition",
    quote:
      "If a client were to use the provisions of the extended CONNECT method … without first receiving a SETTINGS_ENABLE_CONNECT_PROTOCOL parameter, a non-supporting peer would detect a malformed request",
    code: { file: "websocket/client/http2-client.ts", anchor: "remoteSettings.enableConnectProtocol" },
    test: { file: "websocket/rfc8441-3-client.test.ts", title: "has to be 1 before a client asks" },
  },
  {
    section: "4",
    role: "client",
    quote:
      "On requests that contain the :protocol pseudo-header field, the :scheme and :path pseudo-header fields of the target URI … MUST also be included.",
    code: { file: "websocket/handshake/extended-connect.ts", anchor: '":method": "CONNECT",' },
    test: [
      { file: "websocket/rfc8441-3-client.test.ts", title: "lets a client send the request of §5" },
      {
        file: "websocket/handshake/extended-connect.test.ts",
        title: "has the scheme http for ws, and the query in its path",
      },
    ],
  },
  {
    section: "4",
    role: "server",
    quote:
      "the server MUST NOT create a tunnel to the host indicated by the :authority as it would with a CONNECT method request that was not modified by this extension.",
    code: {
      file: "websocket/handshake/extended-connect.ts",
      anchor: 'if (pseudo(":method") !== "CONNECT" || pseudo(":protocol") !== PROTOCOL) return undefined;',
    },
    test: {
      file: "websocket/handshake/extended-connect.test.ts",
      title: "addresses a host of ours, not one that a tunnel would lead to",
    },
  },
  {
    section: "5",
    role: "client",
    quote:
      'The :protocol pseudo-header field MUST be included in the CONNECT request, and it MUST have a value of "websocket"',
    code: { file: "websocket/handshake/extended-connect.ts", anchor: '":protocol": PROTOCOL,' },
    test: {
      file: "websocket/handshake/extended-connect.test.ts",
      title: 'describe("RFC 8441 §5 the client\'s request"',
    },
  },
  {
    section: "5",
    role: "client",
    quote:
      'The scheme of the target URI … MUST be "https" for "wss"-schemed WebSockets and "http" for "ws"-schemed WebSockets.',
    code: {
      file: "websocket/handshake/extended-connect.ts",
      anchor: '":scheme": target.protocol === "wss:" ? "https" : "http",',
    },
    test: {
      file: "websocket/handshake/extended-connect.test.ts",
      title: "has the scheme http for ws, and the query in its path",
    },
  },
  {
    section: "5",
    role: "client",
    quote: "They MUST NOT be included in the CONNECT request defined here.",
    code: {
      file: "websocket/handshake/extended-connect.ts",
      anchor: "if (isConnectionSpecific(name, value)) throw new TypeError(",
    },
    test: { file: "websocket/handshake/extended-connect.test.ts", title: "is refused with a TypeError with" },
  },
  {
    section: "5",
    role: "both",
    level: "definition",
    quote:
      "Implementations using this extended CONNECT to bootstrap WebSockets do not do the processing of the Sec-WebSocket-Key and Sec-WebSocket-Accept header fields",
    code: {
      file: "websocket/handshake/extended-connect.ts",
      anchor: "return { accepted: true, headers: agreementHeaders(agreement), ...agreement };",
    },
    test: [
      {
        file: "websocket/handshake/extended-connect.test.ts",
        title: "does no processing of Sec-WebSocket-Key, right or wrong",
      },
      {
        file: "websocket/handshake/extended-connect.test.ts",
        title: "asks for no Upgrade, no Connection and no Sec-WebSocket-Accept",
      },
    ],
  },
  {
    section: "5",
    role: "both",
    level: "definition",
    quote:
      "The Origin … Sec-WebSocket-Version, Sec-WebSocket-Protocol, and Sec-WebSocket-Extensions header fields are used in the CONNECT request and response-header fields as defined in",
    code: {
      file: "websocket/handshake/extended-connect.ts",
      anchor: "const agreement = agree(request, options);",
    },
    test: {
      file: "websocket/handshake/extended-connect.test.ts",
      title: "accepts the example, and answers what it chose",
    },
  },
  {
    section: "5",
    role: "both",
    level: "should",
    quote:
      "After successfully processing the opening handshake, the peers should proceed with the WebSocket Protocol … using the HTTP/2 stream from the CONNECT transaction as if it were the TCP connection",
    test: {
      file: "websocket/server/http2.test.ts",
      title: "answers an extended CONNECT with 200 and speaks WebSocket on its stream",
    },
    reason: "A stream of `node:http2` is a Duplex, on which an endpoint runs as on a socket.",
  },
  {
    section: "5",
    role: "both",
    level: "definition",
    quote: "Orderly TCP-level closures are represented as END_STREAM flags",
    test: {
      file: "websocket/server/http2-closing.test.ts",
      title: "ends the server's half behind its answer to a Close, and the stream with the peer's half",
    },
    reason: "What `node:http2` makes of ending a stream.",
  },
  {
    section: "5",
    role: "both",
    level: "definition",
    quote: "RST exceptions are represented with the RST_STREAM frame … with the CANCEL error code",
    code: {
      file: "websocket/server/http2.ts",
      anchor: "if (!stream.closed && !stream.destroyed) addAbortSignal(ABORTED, stream);",
    },
    test: { file: "websocket/server/http2-closing.test.ts", title: "is how the server drops a connection" },
  },
];
