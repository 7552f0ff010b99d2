/** RFC 7692 §7 and §7.1: permessage-deflate and its parameters. */
import type { Requirement } from "./requirement.ts";

export const parameters: readonly Requirement[] = [
  {
    section: "7",
    role: "server",
    quote:
      "A server MUST decline an extension negotiation offer for this extension if any of the following conditions are met:",
  },
  {
    section: "7",
    role: "server",
    level: "step",
    quote: "The negotiation offer contains an extension parameter not defined for use in an offer.",
  },
  {
    section: "7",
    role: "server",
    level: "step",
    quote: "The negotiation offer contains an extension parameter with an invalid value.",
  },
  {
    section: "7",
    role: "server",
    level: "step",
    quote: "The negotiation offer contains multiple extension parameters with the same name.",
  },
  {
    section: "7",
    role: "server",
    level: "step",
    quote: "The server doesn't support the offered configuration.",
  },
  {
    section: "7",
    role: "client",
    quote:
      "A client MUST _Fail the WebSocket Connection_ if the peer server accepted … with an extension negotiation response meeting any of the following conditions:",
  },
  {
    section: "7",
    role: "client",
    level: "step",
    quote: "The negotiation response contains an extension parameter not defined for use in a response.",
  },
  {
    section: "7",
    role: "client",
    level: "step",
    quote: "The negotiation response contains an extension parameter with an invalid value.",
  },
  {
    section: "7",
    role: "client",
    level: "step",
    quote: "The negotiation response contains multiple extension parameters with the same name.",
  },
  {
    section: "7",
    role: "client",
    level: "step",
    quote: "The client does not support the configuration that the response represents.",
  },
  {
    section: "7.1.1.1",
    role: "client",
    level: "definition",
    quote: "This extension parameter has no value.",
  },
  {
    section: "7.1.1.1",
    role: "server",
    level: "definition",
    quote:
      'A server accepts an extension negotiation offer that includes the "server_no_context_takeover" extension parameter by including the "server_no_context_takeover" extension parameter in the corresponding extension negotiation response',
  },
  {
    section: "7.1.1.1",
    role: "server",
    quote:
      'It is RECOMMENDED that a server supports the "server_no_context_takeover" extension parameter in an extension negotiation offer.',
  },
  {
    section: "7.1.1.2",
    role: "both",
    level: "definition",
    quote:
      'By including the "client_no_context_takeover" extension parameter in an extension negotiation response, a server prevents the peer client from using context takeover.',
  },
  {
    section: "7.1.1.2",
    role: "client",
    quote:
      'A client MUST support the "client_no_context_takeover" extension parameter in an extension negotiation response.',
  },
  {
    section: "7.1.2.1",
    role: "client",
    quote:
      "This parameter has a decimal integer value without leading zeroes between 8 to 15, inclusive … and MUST conform to the ABNF below.",
  },
  {
    section: "7.1.2.1",
    role: "server",
    level: "definition",
    quote:
      "A server declines an extension negotiation offer with this parameter if the server doesn't support it.",
  },
  {
    section: "7.1.2.1",
    role: "server",
    level: "definition",
    quote:
      'A server accepts an extension negotiation offer with this parameter by including the "server_max_window_bits" extension parameter in the extension negotiation response … with the same or smaller value as the offer.',
  },
  {
    section: "7.1.2.1",
    role: "server",
    quote:
      'The "server_max_window_bits" extension parameter in an extension negotiation response has a decimal integer value without leading zeroes between 8 to 15 … and MUST conform to the ABNF below.',
  },
  {
    section: "7.1.2.2",
    role: "client",
    quote: "If a value is specified for this parameter, the value MUST conform to the ABNF below.",
  },
  {
    section: "7.1.2.2",
    role: "server",
    level: "definition",
    quote:
      'use this value to avoid allocating an unnecessarily big LZ77 sliding window by including the "client_max_window_bits" extension parameter … with a value equal to or smaller than the received value.',
  },
  {
    section: "7.1.2.2",
    role: "server",
    quote:
      'The "client_max_window_bits" extension parameter in an extension negotiation response has a decimal integer value without leading zeroes between 8 to 15 … and MUST conform to the ABNF below.',
  },
  {
    section: "7.1.2.2",
    role: "server",
    quote:
      'If a received extension negotiation offer doesn\'t have the "client_max_window_bits" extension parameter, the … response to the offer MUST NOT include the "client_max_window_bits" extension parameter.',
  },
];
