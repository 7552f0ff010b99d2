/** RFC 7692 §7 and §7.1: permessage-deflate and its parameters. */
import type { Requirement } from "./requirement.ts";

export const parameters: readonly Requirement[] = [
  {
    section: "7",
    role: "server",
    quote:
      "A server MUST decline an extension negotiation offer for this extension if any of the following conditions are met:",
    code: {
      file: "websocket/deflate/permessage-deflate.ts",
      anchor: 'if (typeof offered === "string") continue;',
    },
    test: {
      file: "websocket/deflate/permessage-deflate.test.ts",
      title: ", and accepts the fallback behind it",
    },
  },
  {
    section: "7",
    role: "server",
    level: "step",
    quote: "The negotiation offer contains an extension parameter not defined for use in an offer.",
    code: {
      file: "websocket/deflate/permessage-deflate.ts",
      anchor: 'if (typeof offered === "string") continue;',
    },
    test: { file: "websocket/deflate/permessage-deflate.test.ts", title: '"one that differs by case"' },
  },
  {
    section: "7",
    role: "server",
    level: "step",
    quote: "The negotiation offer contains an extension parameter with an invalid value.",
    code: {
      file: "websocket/deflate/permessage-deflate.ts",
      anchor: 'if (typeof offered === "string") continue;',
    },
    test: { file: "websocket/deflate/permessage-deflate.test.ts", title: '"a leading zero with two digits"' },
  },
  {
    section: "7",
    role: "server",
    level: "step",
    quote: "The negotiation offer contains multiple extension parameters with the same name.",
    code: {
      file: "websocket/deflate/permessage-deflate.ts",
      anchor: 'if (typeof offered === "string") continue;',
    },
    test: { file: "websocket/deflate/permessage-deflate.test.ts", title: '"the same window twice"' },
  },
  {
    section: "7",
    role: "server",
    level: "step",
    quote: "The server doesn't support the offered configuration.",
    code: {
      file: "websocket/deflate/permessage-deflate.ts",
      anchor: "if (accepted !== undefined) return accepted;",
    },
    test: {
      file: "websocket/deflate/permessage-deflate.test.ts",
      title: '"no promise to obey where one is needed"',
    },
  },
  {
    section: "7",
    role: "client",
    quote:
      "A client MUST _Fail the WebSocket Connection_ if the peer server accepted … with an extension negotiation response meeting any of the following conditions:",
    code: {
      file: "websocket/deflate/permessage-deflate.ts",
      anchor: 'if (typeof answered === "string") throw',
    },
    test: { file: "websocket/deflate/permessage-deflate.test.ts", title: "fails the connection for" },
  },
  {
    section: "7",
    role: "client",
    level: "step",
    quote: "The negotiation response contains an extension parameter not defined for use in a response.",
    code: {
      file: "websocket/deflate/permessage-deflate.ts",
      anchor: 'if (typeof answered === "string") throw',
    },
    test: { file: "websocket/handshake/client-handshake.test.ts", title: '"parameters that are none"' },
  },
  {
    section: "7",
    role: "client",
    level: "step",
    quote: "The negotiation response contains an extension parameter with an invalid value.",
    code: {
      file: "websocket/deflate/permessage-deflate.ts",
      anchor: 'if (typeof answered === "string") throw',
    },
    test: {
      file: "websocket/deflate/permessage-deflate.test.ts",
      title: '["a leading zero", "; client_max_window_bits=08"]',
    },
  },
  {
    section: "7",
    role: "client",
    level: "step",
    quote: "The negotiation response contains multiple extension parameters with the same name.",
    code: {
      file: "websocket/deflate/permessage-deflate.ts",
      anchor: 'if (typeof answered === "string") throw',
    },
    test: {
      file: "websocket/deflate/permessage-deflate.test.ts",
      title: '["a parameter twice", "; client_no_context_takeover; client_no_context_takeover"]',
    },
  },
  {
    section: "7",
    role: "client",
    level: "step",
    quote: "The client does not support the configuration that the response represents.",
    code: {
      file: "websocket/deflate/permessage-deflate.ts",
      anchor: 'invalid("server_max_window_bits is missing or larger than was asked for")',
    },
    test: {
      file: "websocket/deflate/permessage-deflate.test.ts",
      title: '["a larger window", "; server_max_window_bits=11"',
    },
  },
  {
    section: "7.1.1.1",
    role: "client",
    level: "definition",
    quote: "This extension parameter has no value.",
    code: {
      file: "websocket/deflate/permessage-deflate.ts",
      anchor: "if (serverNoContextTakeover) text +=",
      cites: "7.1.2.1",
    },
    test: {
      file: "websocket/deflate/permessage-deflate.test.ts",
      title: '["a value where there is none", "; server_no_context_takeover=true"]',
    },
  },
  {
    section: "7.1.1.1",
    role: "server",
    level: "definition",
    quote:
      'A server accepts an extension negotiation offer that includes the "server_no_context_takeover" extension parameter by including the "server_no_context_takeover" extension parameter in the corresponding extension negotiation response',
    code: {
      file: "websocket/deflate/permessage-deflate.ts",
      anchor: "serverNoContextTakeover: offered.serverNoContextTakeover ||",
    },
    test: {
      file: "websocket/deflate/permessage-deflate.test.ts",
      title: '["; server_no_context_takeover", EASY, "; server_no_context_takeover", "s15 C15"]',
    },
  },
  {
    section: "7.1.1.1",
    role: "server",
    quote:
      'It is RECOMMENDED that a server supports the "server_no_context_takeover" extension parameter in an extension negotiation offer.',
    code: {
      file: "websocket/deflate/permessage-deflate.ts",
      anchor: "serverNoContextTakeover: offered.serverNoContextTakeover ||",
    },
    test: {
      file: "websocket/deflate/permessage-deflate.test.ts",
      title: '["; server_no_context_takeover", EASY, "; server_no_context_takeover", "s15 C15"]',
    },
  },
  {
    section: "7.1.1.2",
    role: "both",
    level: "definition",
    quote:
      'By including the "client_no_context_takeover" extension parameter in an extension negotiation response, a server prevents the peer client from using context takeover.',
    code: {
      file: "websocket/deflate/permessage-deflate.ts",
      anchor: "clientNoContextTakeover: offered.clientNoContextTakeover ||",
    },
    test: {
      file: "websocket/deflate/permessage-deflate.test.ts",
      title: '["; client_no_context_takeover", EASY, "; client_no_context_takeover", "S15 c15"]',
    },
  },
  {
    section: "7.1.1.2",
    role: "client",
    quote:
      'A client MUST support the "client_no_context_takeover" extension parameter in an extension negotiation response.',
    code: {
      file: "websocket/deflate/permessage-deflate.ts",
      anchor: "clientNoContextTakeover: answered.clientNoContextTakeover ||",
      cites: "7.1.2.1",
    },
    test: {
      file: "websocket/deflate/permessage-deflate.test.ts",
      title: '["; client_no_context_takeover", EASY, "S15 c15"]',
    },
  },
  {
    section: "7.1.2.1",
    role: "client",
    quote:
      "This parameter has a decimal integer value without leading zeroes between 8 to 15, inclusive … and MUST conform to the ABNF below.",
    code: {
      file: "websocket/deflate/permessage-deflate.ts",
      anchor: "return /^(?:[89]|1[0-5])$/.test(value)",
    },
    test: {
      file: "websocket/deflate/permessage-deflate.test.ts",
      title: '["a leading zero", "; server_max_window_bits=09"]',
    },
  },
  {
    section: "7.1.2.1",
    role: "server",
    level: "definition",
    quote:
      "A server declines an extension negotiation offer with this parameter if the server doesn't support it.",
    code: {
      file: "websocket/deflate/permessage-deflate.ts",
      anchor: "if (serverMaxWindowBits < SMALLEST_OWN_WINDOW) return undefined;",
      cites: "7",
    },
    test: { file: "websocket/deflate/permessage-deflate.test.ts", title: '"a window that zlib cannot use"' },
    reason: "It supports 9 to 15; zlib cannot keep to a window of 2^8 bytes.",
  },
  {
    section: "7.1.2.1",
    role: "server",
    level: "definition",
    quote:
      'A server accepts an extension negotiation offer with this parameter by including the "server_max_window_bits" extension parameter in the extension negotiation response … with the same or smaller value as the offer.',
    code: {
      file: "websocket/deflate/permessage-deflate.ts",
      anchor: "const namesServerWindow =",
      cites: "7",
    },
    test: {
      file: "websocket/deflate/permessage-deflate.test.ts",
      title: '["; server_max_window_bits=15", EASY, "; server_max_window_bits=15", "S15 C15"]',
    },
  },
  {
    section: "7.1.2.1",
    role: "server",
    quote:
      'The "server_max_window_bits" extension parameter in an extension negotiation response has a decimal integer value without leading zeroes between 8 to 15 … and MUST conform to the ABNF below.',
    code: { file: "websocket/deflate/permessage-deflate.ts", anchor: "response: format(", cites: "7" },
    test: {
      file: "websocket/deflate/permessage-deflate.test.ts",
      title: '["", { ...EASY, serverMaxWindowBits: 10 }, "; server_max_window_bits=10", "S10 C15"]',
    },
  },
  {
    section: "7.1.2.2",
    role: "client",
    quote: "If a value is specified for this parameter, the value MUST conform to the ABNF below.",
    code: {
      file: "websocket/deflate/permessage-deflate.ts",
      anchor: "return /^(?:[89]|1[0-5])$/.test(value)",
      cites: "7.1.2.1",
    },
    test: [
      { file: "websocket/deflate/permessage-deflate.test.ts", title: '"a leading zero with two digits"' },
      {
        file: "websocket/deflate/permessage-deflate.test.ts",
        title: '[{ ...EASY, clientMaxWindowBits: 9 }, "; client_max_window_bits=9"]',
      },
    ],
  },
  {
    section: "7.1.2.2",
    role: "server",
    level: "definition",
    quote:
      'use this value to avoid allocating an unnecessarily big LZ77 sliding window by including the "client_max_window_bits" extension parameter … with a value equal to or smaller than the received value.',
    code: { file: "websocket/deflate/permessage-deflate.ts", anchor: "return Math.min(offered, most);" },
    test: {
      file: "websocket/deflate/permessage-deflate.test.ts",
      title: '["; client_max_window_bits=10", EASY, "; client_max_window_bits=10", "S15 C10"]',
    },
  },
  {
    section: "7.1.2.2",
    role: "server",
    quote:
      'The "client_max_window_bits" extension parameter in an extension negotiation response has a decimal integer value without leading zeroes between 8 to 15 … and MUST conform to the ABNF below.',
    code: {
      file: "websocket/deflate/permessage-deflate.ts",
      anchor: "clientMaxWindowBits < LARGEST_WINDOW && clientMaxWindowBits,",
    },
    test: {
      file: "websocket/deflate/permessage-deflate.test.ts",
      title: '"; client_max_window_bits=11; server_max_window_bits=10; server_no_context_takeover"',
    },
  },
  {
    section: "7.1.2.2",
    role: "server",
    quote:
      'If a received extension negotiation offer doesn\'t have the "client_max_window_bits" extension parameter, the … response to the offer MUST NOT include the "client_max_window_bits" extension parameter.',
    code: {
      file: "websocket/deflate/permessage-deflate.ts",
      anchor: "if (offered === undefined) return most === LARGEST_WINDOW",
    },
    test: {
      file: "websocket/deflate/permessage-deflate.test.ts",
      title: "the simplest offer is not answered with client_max_window_bits",
    },
  },
];
