/** ASVS 5.0 V4.4: WebSocket. */
import type { AsvsSection } from "./requirement.ts";

export const webSocket: readonly AsvsSection[] = [
  {
    id: "4.4",
    title: "WebSocket",
    count: 4,
    requirements: [
      {
        id: "4.4.1",
        level: 1,
        asks: "no WebSocket without TLS",
        verdict: "left to who deploys",
        page: { file: "docs/auth.md", heading: "Behind a proxy" },
        reason:
          "TLS ends at a proxy in front. The cookies are Secure, so that a browser sends them over TLS alone; only for localhost it makes an exception.",
      },
      {
        id: "4.4.2",
        level: 2,
        asks: "the handshake is refused to pages of origins that are not listed",
        verdict: "met",
        test: [
          {
            file: "websocket/handshake/handshake.test.ts",
            title: "are the listed ones when there is a list, and no others, not even the own",
          },
          { file: "integration/login.test.ts", title: "is not opened by the cookie on another site's page" },
        ],
      },
      {
        id: "4.4.3",
        level: 2,
        asks: "where the session of the pages cannot be used, a token of its own that is as good",
        verdict: "met",
        test: [
          { file: "auth/tickets.test.ts", title: "stands for the session that asked for it, once" },
          { file: "auth/tickets.test.ts", title: "is good for less than 30 s" },
          { file: "integration/sockets.test.ts", title: "not by a ticket that another origin asked for" },
          { file: "integration/sockets.test.ts", title: "not by a token in the query string, as %s" },
          { file: "http/auth/session-routes.test.ts", title: "gives a program one that no page can use" },
        ],
      },
      {
        id: "4.4.4",
        level: 2,
        asks: "such a token is got, or checked, by the session that is there already",
        verdict: "met",
        test: { file: "http/auth/session-routes.test.ts", title: "needs the scope sockets" },
      },
    ],
  },
];
