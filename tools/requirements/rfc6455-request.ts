/** RFC 6455 §3 and §4.1: the URI, and the request that a client sends. */
import type { Requirement } from "./requirement.ts";

export const request: readonly Requirement[] = [
  {
    section: "3",
    role: "client",
    quote:
      "Fragment identifiers are meaningless in the context of WebSocket URIs and MUST NOT be used on these URIs.",
  },
  {
    section: "3",
    role: "client",
    quote: 'the character "#", when not indicating the start of a fragment, MUST be escaped as %23.',
  },
  {
    section: "4.1",
    role: "client",
    quote:
      "When the client is to _Establish a WebSocket Connection_ … it MUST open a connection, send an opening handshake, and read the server's handshake in response.",
  },
  {
    section: "4.1",
    role: "client",
    quote:
      "The components of the WebSocket URI … MUST be valid according to the specification of WebSocket URIs specified in Section 3.",
  },
  {
    section: "4.1",
    role: "client",
    quote:
      "If any of the components are invalid, the client MUST _Fail the WebSocket Connection_ and abort these steps.",
  },
  {
    section: "4.1",
    role: "client",
    quote:
      "If the client already has a WebSocket connection to the remote host … the client MUST wait until that connection has been established or for that connection to have failed.",
  },
  {
    section: "4.1",
    role: "client",
    quote: "There MUST be no more than one connection in a CONNECTING state.",
  },
  {
    section: "4.1",
    role: "client",
    quote:
      "If multiple connections to the same IP address are attempted simultaneously, the client MUST serialize them",
  },
  {
    section: "4.1",
    role: "client",
    quote:
      "If the client cannot determine the IP address … then the client MUST assume … that each host name refers to a distinct remote host, and instead the client SHOULD limit the total number of simultaneous pending connections",
  },
  {
    section: "4.1",
    role: "client",
    quote:
      "If the client is configured to use a proxy … then the client SHOULD connect to that proxy and ask it to open a TCP connection to the host given by /host/",
  },
  {
    section: "4.1",
    role: "client",
    quote:
      "If the client is not configured to use a proxy, then a direct TCP connection SHOULD be opened to the host given by /host/ and the port given by /port/.",
  },
  {
    section: "4.1",
    role: "client",
    quote:
      "For the purpose of proxy autoconfiguration scripts, the URI to pass the function MUST be constructed from /host/, /port/, /resource name/, and the /secure/ flag",
  },
  {
    section: "4.1",
    role: "client",
    quote:
      "If the connection could not be opened … then the client MUST _Fail the WebSocket Connection_ and abort the connection attempt.",
  },
  {
    section: "4.1",
    role: "client",
    quote:
      "If /secure/ is true, the client MUST perform a TLS handshake over the connection after opening the connection and before sending the handshake data",
  },
  {
    section: "4.1",
    role: "client",
    quote:
      "If this fails (e.g., the server's certificate could not be verified), then the client MUST _Fail the WebSocket Connection_ and abort the connection.",
  },
  {
    section: "4.1",
    role: "client",
    quote: "Otherwise, all further communication on this channel MUST run through the encrypted tunnel",
  },
  {
    section: "4.1",
    role: "client",
    quote: "Clients MUST use the Server Name Indication extension in the TLS handshake",
  },
  {
    section: "4.1",
    role: "client",
    quote:
      "Once a connection to the server has been established … the client MUST send an opening handshake to the server.",
  },
  {
    section: "4.1",
    role: "client",
    quote: "The handshake MUST be a valid HTTP request as specified by [RFC2616].",
  },
  {
    section: "4.1",
    role: "client",
    quote: "The method of the request MUST be GET, and the HTTP version MUST be at least 1.1.",
  },
  {
    section: "4.1",
    role: "client",
    quote:
      'The "Request-URI" part of the request MUST match the /resource name/ defined in Section 3 (a relative URI)',
  },
  {
    section: "4.1",
    role: "client",
    quote:
      'The request MUST contain a |Host| header field whose value contains /host/ plus optionally ":" followed by /port/ (when not using the default port).',
  },
  {
    section: "4.1",
    role: "client",
    quote:
      'The request MUST contain an |Upgrade| header field whose value MUST include the "websocket" keyword.',
  },
  {
    section: "4.1",
    role: "client",
    quote:
      'The request MUST contain a |Connection| header field whose value MUST include the "Upgrade" token.',
  },
  {
    section: "4.1",
    role: "client",
    quote: "The request MUST include a header field with the name |Sec-WebSocket-Key|.",
  },
  {
    section: "4.1",
    role: "client",
    quote:
      "The value of this header field MUST be a nonce consisting of a randomly selected 16-byte value that has been base64-encoded",
  },
  {
    section: "4.1",
    role: "client",
    quote: "The nonce MUST be selected randomly for each connection.",
  },
  {
    section: "4.1",
    role: "other",
    quote:
      "The request MUST include a header field with the name |Origin| [RFC6454] if the request is coming from a browser client.",
    reason:
      "Binds browsers. Ours is no browser; an application that wants to be taken for one gives the header itself.",
  },
  {
    section: "4.1",
    role: "client",
    quote: "The request MUST include a header field with the name |Sec-WebSocket-Version|.",
  },
  {
    section: "4.1",
    role: "client",
    quote: "The value of this header field MUST be 13.",
  },
  {
    section: "4.1",
    role: "client",
    quote:
      "The elements that comprise this value MUST be non-empty strings with characters in the range U+0021 to U+007E … and MUST all be unique strings.",
  },
  {
    section: "4.1",
    role: "client",
    quote:
      "Once the client's opening handshake has been sent, the client MUST wait for a response from the server before sending any further data.",
  },
];
