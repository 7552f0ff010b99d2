/** RFC 6455 §3: WebSocket URIs, as far as they come into a request. */
import type { Case } from "../../case.ts";
import type { ServerTrial } from "../../server/server-trial.ts";
import { answers, refuses } from "../requests.ts";
import { must, should } from "../rule.ts";
import { forServers } from "../section.ts";

const FRAGMENT =
  "Fragment identifiers are meaningless in the context of WebSocket URIs and MUST NOT be used on these URIs.";
const ESCAPED =
  'As with any URI scheme, the character "#", when not indicating the start of a fragment, MUST be escaped as %23.';

/** The plain target, with a query put behind what it has of one. */
function withQuery(plain: string, query: string): string {
  return plain.replace(/^GET (\S+)/, (_, target: string) => {
    return `GET ${target}${target.includes("?") ? "&" : "?"}${query}`;
  });
}

export const uris: readonly Case<ServerTrial>[] = forServers("rfc6455/3", { profile: "handshake" }, [
  answers(1, "a # that is escaped, in the query", must(ESCAPED), (plain) =>
    withQuery(plain, "x=%23%2F%00%ff&y"),
  ),
  answers(2, "characters of a query that need no escape", must(ESCAPED), (plain) =>
    withQuery(plain, "a=/?:@-._~!$&'()*+,;=b"),
  ),
  refuses(3, "a fragment in the request", should(FRAGMENT), (plain) => withQuery(plain, "x#fragment")),
]);
