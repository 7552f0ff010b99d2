/** RFC 6455 §3 and §4.1: the URI, and how a client comes to a connection. */
import type { Requirement } from "./requirement.ts";

export const connecting: readonly Requirement[] = [
  {
    section: "3",
    role: "client",
    quote:
      "Fragment identifiers are meaningless in the context of WebSocket URIs and MUST NOT be used on these URIs.",
    code: {
      file: "websocket/client/client-options.ts",
      anchor: 'if (url.hash !== "" || String(text).includes("#"))',
    },
    test: { file: "websocket/client/client.test.ts", title: '"ws://x/#a"' },
  },
  {
    section: "3",
    role: "client",
    quote: 'the character "#", when not indicating the start of a fragment, MUST be escaped as %23.',
    code: { file: "websocket/client/client-options.ts", anchor: '// RFC 6455 §3: "Fragment identifiers' },
    test: {
      file: "websocket/rfc6455-4.1-client.test.ts",
      title: "a # that begins no fragment stays escaped as %23",
    },
    reason: "A # that is not escaped begins a fragment, and that is refused.",
  },
  {
    section: "4.1",
    role: "client",
    quote:
      "When the client is to _Establish a WebSocket Connection_ … it MUST open a connection, send an opening handshake, and read the server's handshake in response.",
    code: { file: "websocket/client/client.ts", anchor: "const dial = request.http2 === undefined" },
    test: {
      file: "websocket/client/client.test.ts",
      title: "is over when the answer is in order: open, with the subprotocol",
    },
  },
  {
    section: "4.1",
    role: "client",
    quote:
      "The components of the WebSocket URI … MUST be valid according to the specification of WebSocket URIs specified in Section 3.",
    code: {
      file: "websocket/client/client-options.ts",
      anchor: "if (url === null || !/^(?:http|ws)s?:$/",
      cites: "3",
    },
    test: { file: "websocket/client/client.test.ts", title: "it(`is none:" },
  },
  {
    section: "4.1",
    role: "client",
    quote:
      "If any of the components are invalid, the client MUST _Fail the WebSocket Connection_ and abort these steps.",
    code: {
      file: "websocket/client/client-options.ts",
      anchor: 'throw new SyntaxError("a WebSocket URL begins with ws: or wss:")',
      cites: "3",
    },
    test: { file: "websocket/client/client.test.ts", title: '"wss://a b/"' },
  },
  {
    section: "4.1",
    role: "client",
    quote:
      "If the client already has a WebSocket connection to the remote host … the client MUST wait until that connection has been established or for that connection to have failed.",
    reason:
      "Left out (src/websocket/README.md): the rule spares servers the crowd of a browser's tabs; a library cannot know of the other processes of its host, so it would keep half a promise.",
  },
  {
    section: "4.1",
    role: "client",
    quote: "There MUST be no more than one connection in a CONNECTING state.",
    reason:
      "Left out (src/websocket/README.md): the rule spares servers the crowd of a browser's tabs; a library cannot know of the other processes of its host, so it would keep half a promise.",
  },
  {
    section: "4.1",
    role: "client",
    quote:
      "If multiple connections to the same IP address are attempted simultaneously, the client MUST serialize them",
    reason:
      "Left out (src/websocket/README.md): the rule spares servers the crowd of a browser's tabs; a library cannot know of the other processes of its host, so it would keep half a promise.",
  },
  {
    section: "4.1",
    role: "client",
    quote:
      "If the client cannot determine the IP address … then the client MUST assume … that each host name refers to a distinct remote host, and instead the client SHOULD limit the total number of simultaneous pending connections",
    reason:
      "Left out (src/websocket/README.md): the rule spares servers the crowd of a browser's tabs; a library cannot know of the other processes of its host, so it would keep half a promise.",
  },
  {
    section: "4.1",
    role: "client",
    quote:
      "If the client is configured to use a proxy … then the client SHOULD connect to that proxy and ask it to open a TCP connection to the host given by /host/",
    reason:
      "There is no setting for a proxy. Who wants one opens the stream through it, with the option `connect`.",
  },
  {
    section: "4.1",
    role: "client",
    quote:
      "If the client is not configured to use a proxy, then a direct TCP connection SHOULD be opened to the host given by /host/ and the port given by /port/.",
    code: {
      file: "websocket/client/dial.ts",
      anchor: "if (connect === undefined) return secure ? tlsConnect",
    },
    test: {
      file: "websocket/client/client.test.ts",
      title: "asks for what the URL names, with every header that the RFC wants",
    },
  },
  {
    section: "4.1",
    role: "client",
    quote:
      "For the purpose of proxy autoconfiguration scripts, the URI to pass the function MUST be constructed from /host/, /port/, /resource name/, and the /secure/ flag",
    reason: "No proxy autoconfiguration script is run.",
  },
  {
    section: "4.1",
    role: "client",
    quote:
      "If the connection could not be opened … then the client MUST _Fail the WebSocket Connection_ and abort the connection attempt.",
    code: { file: "websocket/client/dial.ts", anchor: 'http.on("error", (cause' },
    test: { file: "websocket/client/client-failures.test.ts", title: "says so when nobody listens" },
  },
  {
    section: "4.1",
    role: "client",
    quote:
      "If /secure/ is true, the client MUST perform a TLS handshake over the connection after opening the connection and before sending the handshake data",
    code: {
      file: "websocket/client/dial.ts",
      anchor: "if (connect === undefined) return secure ? tlsConnect",
    },
    test: {
      file: "websocket/rfc6455-4.1-client.test.ts",
      title: "sends nothing but TLS, and fails when the server speaks none",
    },
  },
  {
    section: "4.1",
    role: "client",
    quote:
      "If this fails (e.g., the server's certificate could not be verified), then the client MUST _Fail the WebSocket Connection_ and abort the connection.",
    code: { file: "websocket/client/dial.ts", anchor: 'http.on("error", (cause' },
    test: {
      file: "websocket/endpoint/transport.test.ts",
      title: "is refused by a client that does not trust the certificate",
    },
  },
  {
    section: "4.1",
    role: "client",
    quote: "Otherwise, all further communication on this channel MUST run through the encrypted tunnel",
    code: {
      file: "websocket/client/dial.ts",
      anchor: "return secure ? tlsConnect({ ...secured, socket: stream })",
    },
    test: [
      {
        file: "websocket/rfc6455-4.1-client.test.ts",
        title: "names the server it wants (SNI), and sends its handshake through the tunnel",
      },
      {
        file: "websocket/endpoint/transport.test.ts",
        title: "carries messages of every size both ways, and is part of the origin",
      },
    ],
  },
  {
    section: "4.1",
    role: "client",
    quote: "Clients MUST use the Server Name Indication extension in the TLS handshake",
    code: { file: "websocket/client/dial.ts", anchor: 'servername: isIP(host) === 0 ? host : ""' },
    test: {
      file: "websocket/rfc6455-4.1-client.test.ts",
      title: "names the server it wants (SNI), and sends its handshake through the tunnel",
    },
  },
];
