/** RFC 6455 §9 and §10: extensions and security considerations. */
import type { Requirement } from "./requirement.ts";

export const extensionsAndSecurity: readonly Requirement[] = [
  {
    section: "9",
    role: "server",
    quote: "A server MUST NOT respond with any extension not requested by the client.",
    code: {
      file: "websocket/handshake/handshake.ts",
      anchor: "acceptDeflateOffer(extensions, compression)",
      cites: "9.1",
    },
    test: {
      file: "websocket/handshake/handshake.test.ts",
      title: "accepts no extension, whichever is offered, unless it is told to",
    },
  },
  {
    section: "9",
    role: "both",
    quote:
      "If extension parameters are included in negotiations … those parameters MUST be chosen in accordance with the specification of the extension",
    code: {
      file: "websocket/deflate/permessage-deflate.ts",
      anchor: "function readParameters(",
      cites: "RFC 7692 §7",
    },
    reason: "The proof is RFC 7692's below.",
  },
  {
    section: "9.1",
    role: "both",
    quote:
      "If a value is received … during negotiation that does not conform to the ABNF below, the recipient of such malformed data MUST immediately _Fail the WebSocket Connection_.",
    code: [
      {
        file: "websocket/handshake/handshake.ts",
        anchor: 'refuse(400, "Sec-WebSocket-Extensions does not follow its grammar")',
      },
      {
        file: "websocket/handshake/client-handshake.ts",
        anchor: 'invalidResponse("Sec-WebSocket-Extensions does not follow its grammar")',
        cites: "4.1",
      },
    ],
    test: [
      {
        file: "websocket/rfc6455-4.2-server.test.ts",
        title: 'describe("RFC 6455 §4.2.1 a handshake that breaks its grammar"',
      },
      { file: "websocket/handshake/client-handshake.test.ts", title: "what does not follow the grammar" },
    ],
  },
  {
    section: "9.1",
    role: "both",
    quote:
      "When using the quoted-string syntax variant, the value ;after quoted-string unescaping MUST conform to the ;'token' ABNF.",
    code: {
      file: "websocket/handshake/header.ts",
      anchor: "return isToken(value) ? { name, value } : undefined;",
    },
    test: { file: "websocket/rfc6455-4.2-server.test.ts", title: "a quoted value that is no token (§9.1)" },
  },
  {
    section: "9.1",
    role: "both",
    level: "definition",
    quote:
      "Note that like other HTTP header fields, this header field MAY be split or combined across multiple lines.",
    code: { file: "websocket/handshake/header.ts", anchor: "for (const element of values.flatMap(" },
    test: { file: "websocket/handshake/header.test.ts", title: "are read from several lines as from one" },
  },
  {
    section: "9.1",
    role: "both",
    quote: "Any extension-token used MUST be a registered token (see Section 11.4).",
    code: {
      file: "websocket/deflate/permessage-deflate.ts",
      anchor: "export const PERMESSAGE_DEFLATE",
      cites: "RFC 7692 §7",
    },
    test: { file: "websocket/rfc6455-4.1-client.test.ts", title: "an extension that nobody registered" },
    reason: "The only one that we use or accept is registered.",
  },
  {
    section: "9.1",
    role: "both",
    quote: "The parameters supplied with any given extension MUST be defined for that extension.",
    code: {
      file: "websocket/deflate/permessage-deflate.ts",
      anchor: 'return "a parameter is not defined";',
      cites: "RFC 7692 §7",
    },
    test: {
      file: "websocket/deflate/permessage-deflate.test.ts",
      title: 'describe("RFC 7692 §7.1 a client\'s offer"',
    },
  },
  {
    section: "9.1",
    role: "client",
    quote:
      "Note that the client is only offering to use any advertised extensions and MUST NOT use them unless the server indicates that it wishes to use the extension.",
    code: {
      file: "websocket/deflate/compression.ts",
      anchor: "export class Compression {",
      cites: "RFC 7692 §6",
    },
    test: {
      file: "websocket/rfc6455-4.1-client.test.ts",
      title: "does not use what it offered and the server did not take up (RFC 6455 §9.1)",
    },
  },
  {
    section: "10.1",
    role: "server",
    level: "must",
    quote:
      "Servers should therefore be careful about assuming that they are talking directly to scripts from known origins and must consider that they might be accessed in unexpected ways.",
    test: { file: "websocket/fuzz.test.ts", title: "agree on streams made and broken at random" },
    reason:
      "What all checks here are for: nothing is taken for granted because of an Origin, which any program can send.",
  },
  {
    section: "10.2",
    role: "server",
    quote:
      "Servers that are not intended to process input from any web page but only for certain sites SHOULD verify the |Origin| field is an origin they expect.",
    code: { file: "websocket/handshake/handshake.ts", anchor: "function checkOrigin(" },
    test: { file: "websocket/handshake/handshake.test.ts", title: '"§10.2: the own origin"' },
  },
  {
    section: "10.2",
    role: "server",
    quote:
      "If the origin indicated is unacceptable to the server, then it SHOULD respond to the WebSocket handshake with a reply containing HTTP 403 Forbidden status code.",
    code: { file: "websocket/handshake/handshake.ts", anchor: "const permitted =" },
    test: { file: "websocket/refusals.test.ts", title: '"a foreign Origin"' },
  },
  {
    section: "10.3",
    role: "client",
    quote:
      "Clients MUST choose a new masking key for each frame, using an algorithm that cannot be predicted by end applications that provide data.",
    code: { file: "websocket/wire/masking-key.ts", anchor: "random(pool);", cites: "5.3" },
    test: [
      {
        file: "websocket/wire/masking-key.test.ts",
        title: "never gives an octet out twice, and asks for more when all are used",
      },
      { file: "websocket/client/client.test.ts", title: "are masked, each with a key of its own" },
    ],
  },
  {
    section: "10.3",
    role: "client",
    level: "must",
    quote:
      "once the transmission of a frame from a client has begun, the payload (application-supplied data) of that frame must not be capable of being modified by the application.",
    test: {
      file: "websocket/connection/outbox-memory.test.ts",
      title: "of a long payload is the application's own on a server, and a copy on a client",
    },
    reason: "In outbox.ts a client's payload is copied when it is masked.",
  },
  {
    section: "10.4",
    role: "both",
    quote:
      "Implementations that have … limitations regarding the frame size or total message size after reassembly from multiple frames MUST protect themselves against exceeding those limits.",
    code: [
      {
        file: "websocket/wire/fragmentation.ts",
        anchor: "if (this.length > this.#maxBytes) {",
        cites: "5.4",
      },
      { file: "websocket/wire/frame.ts", anchor: "if (length > this.#maxPayload", cites: "5.2" },
    ],
    test: [
      {
        file: "websocket/connection/connection.test.ts",
        title: "reads a message as long as the limit and fails with 1009 above it",
      },
      {
        file: "websocket/connection/connection.test.ts",
        title: "fails with 1009 when fragments together are too long",
      },
      {
        file: "websocket/connection/connection.test.ts",
        title: "fails with 1009 by the length of a frame alone, before its payload comes",
      },
    ],
  },
  {
    section: "10.4",
    role: "both",
    quote:
      "Such an implementation SHOULD impose a limit on frame sizes and the total message size after reassembly from multiple frames.",
    code: [
      {
        file: "websocket/wire/fragmentation.ts",
        anchor: "if (this.length > this.#maxBytes) {",
        cites: "5.4",
      },
      { file: "websocket/wire/frame.ts", anchor: "if (length > this.#maxPayload", cites: "5.2" },
    ],
    test: [
      {
        file: "websocket/connection/connection.test.ts",
        title: "reads a message as long as the limit and fails with 1009 above it",
      },
      {
        file: "websocket/connection/connection.test.ts",
        title: "fails with 1009 when fragments together are too long",
      },
      {
        file: "websocket/connection/connection.test.ts",
        title: "fails with 1009 by the length of a frame alone, before its payload comes",
      },
    ],
  },
  {
    section: "10.6",
    role: "both",
    quote:
      "WebSocket implementations MUST support TLS and SHOULD employ it when communicating with their peers.",
    code: {
      file: "websocket/client/dial.ts",
      anchor: "return secure ? tlsConnect({ ...secured, socket: stream })",
      cites: "4.1",
    },
    test: {
      file: "websocket/endpoint/transport.test.ts",
      title: "carries messages of every size both ways, and is part of the origin",
    },
  },
  {
    section: "10.7",
    role: "both",
    quote: "Incoming data MUST always be validated by both clients and servers.",
    code: {
      file: "websocket/connection/connection.ts",
      anchor: "this.#incoming.receive(chunk, lent);",
      cites: "6.2",
    },
    test: { file: "websocket/fuzz.test.ts", title: "agree on streams made and broken at random" },
  },
  {
    section: "10.7",
    role: "both",
    quote:
      "If the invalid data was received after a successful WebSocket handshake, the endpoint SHOULD send a Close frame with an appropriate status code",
    code: {
      file: "websocket/connection/connection.ts",
      anchor: "else this.#sendClose(encodeClose(error.closeCode, error.message), true);",
      cites: "7.1.7",
    },
    test: {
      file: "websocket/rfc6455-7.1-closing.test.ts",
      title: ", ends TCP and is over with 1006 on both ends: ",
    },
  },
  {
    section: "10.7",
    role: "server",
    quote:
      "If the invalid data is sent during the WebSocket handshake, the server SHOULD return an appropriate HTTP [RFC2616] status code.",
    code: {
      file: "websocket/handshake/handshake.ts",
      anchor: "const refused = checkLine(request) ?? checkHost(request)",
      cites: "4.2.1",
    },
    test: { file: "websocket/refusals.test.ts", title: '["no Host", handshake(' },
  },
];
