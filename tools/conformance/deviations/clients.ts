/** The server's response, as clients read it (RFC 6455 §4.1), and their request. */
import type { Explanation } from "../explanation.ts";

export const clients: readonly Explanation[] = [
  {
    family: "The server's response",
    text: "Node's client compares |Connection| with `upgrade` as a whole, and |Sec-WebSocket-Accept| octet by octet: it fails connections where |Connection| is a list that contains the token (RFC 6455 §4.1, item 3), or where whitespace stands around the value.",
    cases: { "Node (client)": ["rfc6455/4.1/23-26", "rfc9110/5.5/51", "rfc9110/5.6.1.2/50"] },
  },
  {
    family: "The server's response",
    text: 'RFC 9110 §15.2: "A client MUST be able to parse one or more 1xx responses received prior to a final response". undici, which Node\'s client is a part of, takes 100 that nobody waits for as an error; websockets takes any response but 101 as a refusal.',
    cases: { "Node (client)": ["rfc9110/15.2/1, 3-4"], "websockets (client)": ["rfc9110/15.2/1-4"] },
  },
  {
    family: "The server's response",
    text: "RFC 6455 §11.3.3: |Sec-WebSocket-Accept| must not appear twice. Bun is content with one that is right.",
    cases: { "Bun (client)": ["rfc6455/11.3.3/10, 12"] },
  },
  {
    family: "The client's request",
    text: "RFC 9110 §7.2 recommends Host as the first field. `node:http` appends it to the fields that `ws` gives it.",
    cases: { "ws (client)": ["rfc9110/7.2/1"] },
  },
];
