/** RFC 6455 §6: sending and receiving data. */
import type { Requirement } from "./requirement.ts";

export const messages: readonly Requirement[] = [
  {
    section: "6.1",
    role: "both",
    quote: "To _Send a WebSocket Message_ comprising of /data/ over a WebSocket connection, an endpoint MUST perform the following steps.",
  },
  {
    section: "6.1",
    role: "both",
    quote: "The endpoint MUST ensure the WebSocket connection is in the OPEN state",
  },
  {
    section: "6.1",
    role: "both",
    quote: "If at any point the state of the WebSocket connection changes, the endpoint MUST abort the following steps.",
  },
  {
    section: "6.1",
    role: "both",
    quote: "An endpoint MUST encapsulate the /data/ in a WebSocket frame as defined in Section 5.2.",
  },
  {
    section: "6.1",
    role: "both",
    quote: "The opcode (frame-opcode) of the first frame containing the data MUST be set to the appropriate value",
  },
  {
    section: "6.1",
    role: "both",
    quote: "The FIN bit (frame-fin) of the last frame containing the data MUST be set to 1",
  },
  {
    section: "6.1",
    role: "client",
    quote: "If the data is being sent by the client, the frame(s) MUST be masked as defined in Section 5.3.",
  },
  {
    section: "6.1",
    role: "both",
    quote: "The frame(s) that have been formed MUST be transmitted over the underlying network connection.",
  },
  {
    section: "6.2",
    role: "both",
    quote: "Incoming data MUST be parsed as WebSocket frames as defined in Section 5.2.",
  },
  {
    section: "6.2",
    role: "both",
    quote: "If a control frame (Section 5.5) is received, the frame MUST be handled as defined by Section 5.5.",
  },
  {
    section: "6.2",
    role: "both",
    quote: "Upon receiving a data frame (Section 5.6), the endpoint MUST note the /type/ of the data as defined by the opcode",
  },
  {
    section: "6.2",
    role: "both",
    level: "definition",
    quote: "When the last fragment is received as indicated by the FIN bit … _A WebSocket Message Has Been Received_ with data /data/ (comprised of the concatenation of the \"Application data\" of the fragments)",
  },
  {
    section: "6.2",
    role: "both",
    quote: "Subsequent data frames MUST be interpreted as belonging to a new WebSocket message.",
  },
  {
    section: "6.2",
    role: "server",
    quote: "A server MUST remove masking for data frames received from a client as described in Section 5.3.",
  },
];
