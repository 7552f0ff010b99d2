/** RFC 6455 §9 and §10: extensions and security considerations. */
import type { Requirement } from "./requirement.ts";

export const extensionsAndSecurity: readonly Requirement[] = [
  {
    section: "9",
    role: "server",
    quote: "A server MUST NOT respond with any extension not requested by the client.",
  },
  {
    section: "9",
    role: "both",
    quote:
      "If extension parameters are included in negotiations … those parameters MUST be chosen in accordance with the specification of the extension",
  },
  {
    section: "9.1",
    role: "both",
    quote:
      "If a value is received … during negotiation that does not conform to the ABNF below, the recipient of such malformed data MUST immediately _Fail the WebSocket Connection_.",
  },
  {
    section: "9.1",
    role: "both",
    quote:
      "When using the quoted-string syntax variant, the value ;after quoted-string unescaping MUST conform to the ;'token' ABNF.",
  },
  {
    section: "9.1",
    role: "both",
    level: "definition",
    quote:
      "Note that like other HTTP header fields, this header field MAY be split or combined across multiple lines.",
  },
  {
    section: "9.1",
    role: "both",
    quote: "Any extension-token used MUST be a registered token (see Section 11.4).",
  },
  {
    section: "9.1",
    role: "both",
    quote: "The parameters supplied with any given extension MUST be defined for that extension.",
  },
  {
    section: "9.1",
    role: "client",
    quote:
      "Note that the client is only offering to use any advertised extensions and MUST NOT use them unless the server indicates that it wishes to use the extension.",
  },
  {
    section: "10.1",
    role: "server",
    level: "must",
    quote:
      "Servers should therefore be careful about assuming that they are talking directly to scripts from known origins and must consider that they might be accessed in unexpected ways.",
  },
  {
    section: "10.2",
    role: "server",
    quote:
      "Servers that are not intended to process input from any web page but only for certain sites SHOULD verify the |Origin| field is an origin they expect.",
  },
  {
    section: "10.2",
    role: "server",
    quote:
      "If the origin indicated is unacceptable to the server, then it SHOULD respond to the WebSocket handshake with a reply containing HTTP 403 Forbidden status code.",
  },
  {
    section: "10.3",
    role: "client",
    quote:
      "Clients MUST choose a new masking key for each frame, using an algorithm that cannot be predicted by end applications that provide data.",
  },
  {
    section: "10.3",
    role: "client",
    level: "must",
    quote:
      "once the transmission of a frame from a client has begun, the payload (application-supplied data) of that frame must not be capable of being modified by the application.",
  },
  {
    section: "10.4",
    role: "both",
    quote:
      "Implementations that have … limitations regarding the frame size or total message size after reassembly from multiple frames MUST protect themselves against exceeding those limits.",
  },
  {
    section: "10.4",
    role: "both",
    quote:
      "Such an implementation SHOULD impose a limit on frame sizes and the total message size after reassembly from multiple frames.",
  },
  {
    section: "10.6",
    role: "both",
    quote:
      "WebSocket implementations MUST support TLS and SHOULD employ it when communicating with their peers.",
  },
  {
    section: "10.7",
    role: "both",
    quote: "Incoming data MUST always be validated by both clients and servers.",
  },
  {
    section: "10.7",
    role: "both",
    quote:
      "If the invalid data was received after a successful WebSocket handshake, the endpoint SHOULD send a Close frame with an appropriate status code",
  },
  {
    section: "10.7",
    role: "server",
    quote:
      "If the invalid data is sent during the WebSocket handshake, the server SHOULD return an appropriate HTTP [RFC2616] status code.",
  },
];
