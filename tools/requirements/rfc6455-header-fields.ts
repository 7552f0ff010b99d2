/** RFC 6455 §11: URI schemes and header fields. */
import type { Requirement } from "./requirement.ts";

export const headerFields: readonly Requirement[] = [
  {
    section: "11.1.1",
    role: "client",
    quote:
      "Characters in the host component that are excluded by the syntax defined above MUST be converted from Unicode to ASCII",
  },
  {
    section: "11.1.1",
    role: "client",
    quote:
      "Characters in other components that are excluded by the syntax defined above MUST be converted … by first encoding the characters as UTF-8 and then replacing the corresponding bytes using their percent-encoded form",
  },
  {
    section: "11.1.2",
    role: "client",
    quote:
      "Characters in the host component that are excluded by the syntax defined above MUST be converted from Unicode to ASCII",
  },
  {
    section: "11.1.2",
    role: "client",
    quote:
      "Characters in other components that are excluded by the syntax defined above MUST be converted … by first encoding the characters as UTF-8 and then replacing the corresponding bytes using their percent-encoded form",
  },
  {
    section: "11.3.1",
    role: "both",
    quote: "The |Sec-WebSocket-Key| header field MUST NOT appear more than once in an HTTP request.",
  },
  {
    section: "11.3.2",
    role: "both",
    quote: "the |Sec-WebSocket-Extensions| header field MUST NOT appear more than once in an HTTP response.",
  },
  {
    section: "11.3.3",
    role: "both",
    quote: "The |Sec-WebSocket-Accept| header MUST NOT appear more than once in an HTTP response.",
  },
  {
    section: "11.3.4",
    role: "both",
    quote: "the |Sec-WebSocket-Protocol| header field MUST NOT appear more than once in an HTTP response.",
  },
  {
    section: "11.3.5",
    role: "both",
    quote: "the |Sec-WebSocket-Version| header field MUST NOT appear more than once in an HTTP request.",
  },
];
