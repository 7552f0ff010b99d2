/** RFC 6455 §4.2.1 item 1: the request line that a server has to accept, and those that it must not. */
import type { Case } from "../../case.ts";
import type { ServerTrial } from "../../server/server-trial.ts";
import { replaced } from "../head-text.ts";
import { accepts, answers, type Departure, refuses } from "../requests.ts";
import { must, should } from "../rule.ts";
import { forServers } from "../section.ts";

const SENTENCE =
  'An HTTP/1.1 or higher GET request, including a "Request-URI" [RFC2616] that should be interpreted as a /resource name/ defined in Section 3 (or an absolute HTTP/HTTPS URI containing the /resource name/).';

const line = must(SENTENCE);
/** HTTP has uses of its own for these requests: what matters is that they switch no protocol. */
const noHandshake = { ...line, plainHttp: true };

/** The same resource in another form of request-target. */
function target(form: (url: URL) => string): Departure {
  return (plain, { url }) => plain.replace(/^GET \S+/, () => `GET ${form(url)}`);
}

export const requestLine: readonly Case<ServerTrial>[] = forServers(
  "rfc6455/4.2.1",
  { profile: "handshake" },
  [
    refuses(1, "the method POST", noHandshake, { method: "POST", fields: { "Content-Length": "0" } }),
    refuses(2, "the method HEAD", noHandshake, { method: "HEAD" }),
    refuses(3, "the method OPTIONS", noHandshake, { method: "OPTIONS" }),
    refuses(4, "the method PUT", noHandshake, { method: "PUT", fields: { "Content-Length": "0" } }),
    refuses(5, "a method that nobody knows", noHandshake, { method: "WEBSOCKET" }),
    refuses(6, "the method get, in small letters", noHandshake, { method: "get" }),
    refuses(7, "HTTP/1.0", noHandshake, { version: "HTTP/1.0" }),
    answers(
      8,
      "HTTP/2.0 in a request line of HTTP/1",
      { ...should(SENTENCE), plainHttp: true },
      {
        version: "HTTP/2.0",
      },
    ),
    refuses(9, "a version that is no number", noHandshake, { version: "HTTP/one.one" }),
    refuses(10, "a version without its minor number", noHandshake, { version: "HTTP/1" }),
    refuses(11, "a protocol that is not HTTP", noHandshake, { version: "WS/1.1" }),
    accepts(
      12,
      "an absolute URI",
      line,
      target(({ protocol, host, pathname, search }) => {
        return `${protocol === "wss:" ? "https" : "http"}://${host}${pathname}${search}`;
      }),
    ),
    refuses(
      13,
      "an asterisk for a target",
      noHandshake,
      target(() => "*"),
    ),
    refuses(
      14,
      "a host and a port for a target",
      noHandshake,
      target(({ host }) => host),
    ),
    refuses(
      15,
      "a path that does not begin with /",
      noHandshake,
      target(({ pathname }) => `x${pathname}`),
    ),
    refuses(16, "no target", noHandshake, replaced(/^GET \S+ /, "GET ")),
  ],
);
