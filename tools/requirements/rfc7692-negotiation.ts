/** RFC 7692 §5: negotiating compression. */
import type { Requirement } from "./requirement.ts";

export const negotiation: readonly Requirement[] = [
  {
    section: "5",
    role: "client",
    quote:
      'To offer use of a PMCE, a client MUST include the extension name of the PMCE in the "Sec-WebSocket-Extensions" header field of its opening handshake',
    code: { file: "websocket/deflate/permessage-deflate.ts", anchor: "let text = PERMESSAGE_DEFLATE;" },
    test: {
      file: "websocket/deflate/permessage-deflate.test.ts",
      title: 'describe("RFC 7692 §7.1 a client\'s offer"',
    },
  },
  {
    section: "5",
    role: "client",
    quote:
      "In a PMCE negotiation offer, the client MUST inform the server of its LZ77 window size so that the server uses an LZ77 window size that is not greater",
    code: {
      file: "websocket/deflate/permessage-deflate.ts",
      anchor: "// Without a value it says that the server may choose.",
    },
    test: {
      file: "websocket/deflate/permessage-deflate.test.ts",
      title: '[{ ...EASY, serverMaxWindowBits: 10 }, "; server_max_window_bits=10; client_max_window_bits"]',
    },
  },
  {
    section: "5",
    role: "server",
    level: "must",
    quote:
      'the server must use the "agreed parameters" … to explicitly ask the client not to use an LZ77 window size greater than the LZ77 window size of the server.',
    code: {
      file: "websocket/deflate/permessage-deflate.ts",
      anchor: "clientMaxWindowBits < LARGEST_WINDOW && clientMaxWindowBits,",
    },
    test: {
      file: "websocket/deflate/permessage-deflate.test.ts",
      title:
        '["; client_max_window_bits", { ...EASY, clientMaxWindowBits: 9 }, "; client_max_window_bits=9", "S15 C9"]',
    },
  },
  {
    section: "5",
    role: "server",
    quote:
      'To accept the use of an offered PMCE, a server MUST include the extension name of the PMCE in the "Sec-WebSocket-Extensions" header field of its opening handshake',
    code: { file: "websocket/deflate/permessage-deflate.ts", anchor: "response: format(" },
    test: {
      file: "websocket/handshake/handshake.test.ts",
      title: "accepts permessage-deflate when it is told to (RFC 7692 §5)",
    },
  },
  {
    section: "5",
    role: "server",
    quote: "The element MUST represent a PMCE that is fully supported by the server.",
    code: {
      file: "websocket/deflate/permessage-deflate.ts",
      anchor: "if (serverMaxWindowBits < SMALLEST_OWN_WINDOW) return undefined;",
    },
    test: { file: "websocket/deflate/permessage-deflate.test.ts", title: '"a window that zlib cannot use"' },
  },
  {
    section: "5",
    role: "server",
    level: "must",
    quote:
      '"Agreed parameters" must represent how the requests and hints in the client\'s extension negotiation offer have been handled',
    code: {
      file: "websocket/deflate/permessage-deflate.ts",
      anchor: "const parameters: DeflateParameters = {",
    },
    test: [
      {
        file: "websocket/deflate/permessage-deflate.test.ts",
        title: 'describe("RFC 7692 §7.1 a server\'s answer"',
      },
      { file: "websocket/deflate/permessage-deflate.test.ts", title: "agree, whatever either is told" },
    ],
  },
  {
    section: "5",
    role: "server",
    quote:
      "A server MUST NOT accept a PMCE extension negotiation offer together with another extension if the PMCE will conflict with the extension on their use of the RSV1 bit.",
    code: {
      file: "websocket/deflate/permessage-deflate.ts",
      anchor: "if (offer.name !== PERMESSAGE_DEFLATE) continue;",
    },
    test: {
      file: "websocket/handshake/handshake.test.ts",
      title: "accepts permessage-deflate when it is told to (RFC 7692 §5)",
    },
    reason: "permessage-deflate is the only extension that we accept, and it once.",
  },
  {
    section: "5",
    role: "client",
    quote:
      "A client that received a response accepting a PMCE extension negotiation offer together with such an extension MUST _Fail the WebSocket Connection_.",
    code: {
      file: "websocket/handshake/client-handshake.ts",
      anchor: 'invalidResponse("there is more than one extension")',
      cites: "RFC 6455 §4.1",
    },
    test: { file: "websocket/handshake/client-handshake.test.ts", title: '"one beside that which was"' },
  },
  {
    section: "5",
    role: "server",
    quote:
      "A server MUST NOT accept a PMCE extension negotiation offer together with another extension if the PMCE will be applied to the output of the extension and any of the following conditions applies",
    code: {
      file: "websocket/deflate/permessage-deflate.ts",
      anchor: "if (offer.name !== PERMESSAGE_DEFLATE) continue;",
    },
    test: {
      file: "websocket/handshake/handshake.test.ts",
      title: "accepts permessage-deflate when it is told to (RFC 7692 §5)",
    },
    reason: "permessage-deflate is the only extension that we accept, and it once.",
  },
  {
    section: "5",
    role: "client",
    quote:
      "A client that receives a response accepting a PMCE extension negotiation offer together with such an extension MUST _Fail the WebSocket Connection_.",
    code: {
      file: "websocket/handshake/client-handshake.ts",
      anchor: 'invalidResponse("there is more than one extension")',
      cites: "RFC 6455 §4.1",
    },
    test: { file: "websocket/handshake/client-handshake.test.ts", title: '"one beside that which was"' },
  },
  {
    section: "5",
    role: "server",
    quote: "A server declining all offered PMCEs MUST NOT include any element with PMCE names.",
    code: {
      file: "websocket/handshake/handshake.ts",
      anchor: 'if (extensions !== "") lines.push',
      cites: "RFC 6455 §4.2",
    },
    test: {
      file: "websocket/handshake/handshake.test.ts",
      title: "accepts the handshake without what it cannot accept",
    },
  },
  {
    section: "5",
    role: "client",
    quote:
      "If a server gives an invalid response, such as accepting a PMCE that the client did not offer, the client MUST _Fail the WebSocket Connection_.",
    code: {
      file: "websocket/handshake/client-handshake.ts",
      anchor: 'invalidResponse("an extension was not offered")',
      cites: "RFC 6455 §4.1",
    },
    test: {
      file: "websocket/handshake/client-handshake.test.ts",
      title: '"item 5: no extension we did not offer"',
    },
  },
  {
    section: "5",
    role: "both",
    quote:
      'both endpoints MUST use the algorithm described in Section 6 and the message payload transformation … procedure of the PMCE configured with the "agreed parameters" returned by the server',
    code: {
      file: "websocket/deflate/compression.ts",
      anchor: 'this.#out = role === "server" ? server : client;',
      cites: "7",
    },
    test: [
      {
        file: "websocket/deflate/permessage-deflate-ws.test.ts",
        title: "our offers are understood, and ws's answers agree with what it does",
      },
      {
        file: "websocket/deflate/permessage-deflate-ws.test.ts",
        title: "Node's own client and our server agree",
      },
    ],
  },
  {
    section: "5.1",
    role: "client",
    level: "step",
    quote: "Otherwise, the client starts the closing handshake with close code 1010.",
    reason:
      "Stricter: a response that we cannot obey fails the handshake (§7), before there is a connection to close with 1010.",
  },
];
