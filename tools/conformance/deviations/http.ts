/** Where an opening handshake is a request of HTTP (RFC 9110, RFC 9112), and servers read it otherwise. */
import type { Explanation } from "../explanation.ts";

const nodeHttp =
  "`ws` and `websocket-driver` are handed the request by `node:http`, which passes an upgrade on as soon as its parser has read the head:";

export const http: readonly Explanation[] = [
  {
    family: "The request line",
    text: "HTTP/1.0 cannot switch protocols (RFC 6455 §4.2.1 wants 1.1 or higher), but is taken. nginx asks its upstream in HTTP/1.1 whatever the client spoke.",
    cases: {
      "ws (server)": ["rfc6455/4.2.1/7"],
      "Bun (server)": ["rfc6455/4.2.1/7"],
      "websocket-driver (server)": ["rfc6455/4.2.1/7"],
      "nginx (server)": ["rfc6455/4.2.1/7"],
    },
  },
  {
    family: "The request line",
    text: "A later minor version of HTTP/1 should be taken for the highest that a server knows (RFC 9110 §6.2). Each parser here knows two versions, and refuses the rest or ends the connection.",
    cases: {
      "ws (server)": ["rfc9110/6.2/1"],
      "Bun (server)": ["rfc9110/6.2/1"],
      "websocket-driver (server)": ["rfc9110/6.2/1"],
      "websockets (server)": ["rfc9110/6.2/1"],
    },
  },
  {
    family: "The request line",
    text: "A request line without a version is HTTP/0.9, which Node's parser still takes, and upgrades; nginx ends the connection as HTTP/0.9 would, without a response.",
    cases: {
      "ws (server)": ["rfc9112/3/2"],
      "websocket-driver (server)": ["rfc9112/3/2"],
      "nginx (server)": ["rfc9112/3/2"],
    },
  },
  {
    family: "The request line",
    text: "The target is left to the application, which is not asked when it takes every path: `*`, a host and port, a path without its `/`, a fragment, octets that no URI has. websockets says of the path that it \"isn't URL-decoded or validated in any way\"; Node's parser refuses most of these, but not `*`.",
    cases: {
      "ws (server)": ["rfc6455/3/3", "rfc6455/4.2.1/13"],
      "Bun (server)": ["rfc6455/3/3", "rfc9112/3/3"],
      "websocket-driver (server)": ["rfc6455/3/3", "rfc6455/4.2.1/13"],
      "websockets (server)": ["rfc6455/3/3", "rfc6455/4.2.1/13-15", "rfc9112/3/4"],
    },
  },
  {
    family: "Host",
    text: `RFC 9112 §3.2: "A server MUST respond with a 400 (Bad Request)" to a request without Host, with two, or with one that is none. ${nodeHttp} before it looks at Host, which it does for other requests. Bun misses none, but reads on where there are two, or where the value is no host. websockets leaves the check to "the HTTP stack", which it is itself ([a documented limitation](https://github.com/python-websockets/websockets/issues/1246)).`,
    cases: {
      "ws (server)": ["rfc6455/4.2.1/20-21", "rfc9112/3.2/1-7"],
      "Bun (server)": ["rfc6455/4.2.1/21", "rfc9112/3.2/2-7"],
      "websocket-driver (server)": ["rfc6455/4.2.1/20-21", "rfc9112/3.2/1-7"],
      "websockets (server)": ["rfc6455/4.2.1/20-21", "rfc9112/3.2/1-7"],
    },
  },
  {
    family: "A request that cannot be read",
    text: "websockets ends the connection without a response wherever its parser gives up, or where octets follow the request that no frame begins with: safe, though a client learns nothing. RFC 6455 §4.2.1 wants an HTTP response with an error code.",
    cases: {
      "websockets (server)": [
        "rfc6455/4.2.1/8-11, 16",
        "rfc6455/4.2.2/35-36",
        "rfc6455/10.7/1-4",
        "rfc9110/5.5/4-6",
        "rfc9112/2.2/1-12",
        "rfc9112/2.3/1",
        "rfc9112/3/1-3, 5-6",
        "rfc9112/5.1/1-4",
        "rfc9112/5.2/1-3",
        "rfc9112/6.1/2",
        "rfc9112/6.3/2-7",
      ],
    },
  },
  {
    family: "A request that cannot be read",
    text: "Bun ends the connection without a response where it does not know the method, and does not pass over an empty line before the request.",
    cases: { "Bun (server)": ["rfc6455/4.2.1/5-6", "rfc9112/2.2/1"] },
  },
  {
    family: "A request that cannot be read",
    text: "nginx leaves out header lines whose names are invalid (`ignore_invalid_headers`, on by default), instead of refusing the request, and does not take tabs around a value for whitespace.",
    cases: { "nginx (server)": ["rfc9112/2.2/7, 10-11", "rfc9110/5.5/2"] },
  },
  {
    family: "Content in the opening request",
    text: `Whoever lets the content of a request stand in the stream takes it for frames: what one side wrote as content, the other reads as a message. ${nodeHttp} the content follows as the first octets of the connection, and an unknown transfer coding is not looked at.`,
    cases: {
      "ws (server)": ["rfc9112/6.3/2-3, 7"],
      "websocket-driver (server)": ["rfc9112/6.3/2-3, 7"],
    },
  },
  {
    family: "Refusals that lack a field",
    text: "405 without |Allow| (RFC 9110 §10.2.1), and 426 without |Upgrade| (§7.8).",
    cases: {
      "ws (server)": ["rfc9110/7.8/2", "rfc9110/10.2.1/1"],
      "Bun (server)": ["rfc9110/7.8/2"],
    },
  },
  {
    family: "Lists in header fields",
    text: "A recipient must take a reasonable number of empty list elements (RFC 9110 §5.6.1.2). `ws` and `websocket-driver` parse |Sec-WebSocket-Extensions| by the stricter grammar of RFC 6455 §9.1, and refuse them; `ws` also refuses the space around `=` that RFC 2616 let into it.",
    cases: {
      "ws (server)": ["rfc9110/5.6.1.2/3", "rfc6455/9.1/10"],
      "websocket-driver (server)": ["rfc9110/5.6.1.2/3"],
    },
  },
];
