/** What a hostile peer may cost, RFC 6455 §10.4. */
import type { Explanation } from "../explanation.ts";

export const hostile: readonly Explanation[] = [
  {
    family: "Bombs",
    text: "`permessage-deflate` inflates a message whole before `websocket-driver` compares its length with `maxLength`: 1 GiB is in memory by then, and while that goes on the connection lives.",
    cases: { "websocket-driver (server)": ["rfc6455/10.4/101-102"] },
  },
  {
    family: "Echoes and Pongs that nobody reads",
    text: "Whoever answers faster than the peer reads has to hold the answers, or hold back the peer. In `ws` and in Node's client that is the application's task, and the plain echo that is under test here does not care for `bufferedAmount`. Bun drops what does not fit into `backpressureLimit`, or holds it, and its Pongs go the same way.",
    cases: {
      "ws (server)": ["rfc6455/10.4/107"],
      "ws (client)": ["rfc6455/10.4/107"],
      "Node (client)": ["rfc6455/10.4/107"],
      "Bun (server)": ["rfc6455/10.4/107-108"],
      "Bun (client)": ["rfc6455/10.4/107-108"],
    },
  },
  {
    family: "Echoes and Pongs that nobody reads",
    text: "`websocket-driver` answers a Ping whether or not the answer can be sent, and keeps each fragment of a message as an object: what that costs depends on when memory is collected.",
    cases: {},
    sometimes: { "websocket-driver (server)": ["rfc6455/10.4/103-104, 107-108"] },
  },
];
