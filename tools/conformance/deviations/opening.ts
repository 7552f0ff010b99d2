/** The opening handshake as RFC 6455 §4 has it, as servers read it. */
import type { Explanation } from "../explanation.ts";

export const opening: readonly Explanation[] = [
  {
    family: "|Upgrade| and |Connection|",
    text: "|Upgrade| is a list (RFC 9110 §7.8), in which `websocket` may stand beside another protocol. These servers want it alone. nginx passes on the first of two |Upgrade| fields.",
    cases: {
      "ws (server)": ["rfc6455/4.2.1/38-41"],
      "websocket-driver (server)": ["rfc6455/4.2.1/38-41"],
      "websockets (server)": ["rfc6455/4.2.1/38-41"],
      "nginx (server)": ["rfc6455/4.2.1/41"],
    },
  },
  {
    family: "|Upgrade| and |Connection|",
    text: "Bun does not look at |Connection|. Nor does nginx, set up as its documentation says: it writes `Connection: upgrade` to its upstream whenever there is an |Upgrade|.",
    cases: { "Bun (server)": ["rfc6455/4.2.1/50-54"], "nginx (server)": ["rfc6455/4.2.1/50-54"] },
  },
  {
    family: "|Upgrade| and |Connection|",
    text: "`websocket-driver` splits |Connection| at commas with spaces, and does not find the token between tabs.",
    cases: { "websocket-driver (server)": ["rfc6455/4.2.1/59"] },
  },
  {
    family: "|Sec-WebSocket-Key|",
    text: "`websocket-driver` takes any key, several among them as one, and hashes it. RFC 6455 §4.2.1 wants 16 octets in base64; that a server need not decode it (§4.2.2) makes most of this a warning.",
    cases: { "websocket-driver (server)": ["rfc6455/4.2.1/71-85", "rfc6455/11.3.1/1-2"] },
  },
  {
    family: "|Sec-WebSocket-Version|",
    text: "`ws` turns the value into a number the way JavaScript does, so that `013`, `13.0`, `+13` and `0x0d` are 13.",
    cases: { "ws (server)": ["rfc6455/4.2.1/102, 105, 107-108"] },
  },
  {
    family: "|Sec-WebSocket-Version|",
    text: "RFC 6455 §4.4: a server that does not speak the version answers with the versions that it does. These two answer 400 without them.",
    cases: {
      "websocket-driver (server)": ["rfc6455/4.4/1-7"],
      "websockets (server)": ["rfc6455/4.4/1-7"],
    },
  },
  {
    family: "|Sec-WebSocket-Protocol| and |Sec-WebSocket-Extensions|",
    text: "Bun answers with what the client sent as its subprotocol, whatever that is, unless the application chooses; and looks in |Sec-WebSocket-Extensions| for what it knows, without reading the rest as a list, so that nothing in it is an error.",
    cases: { "Bun (server)": ["rfc6455/4.2.1/131-134", "rfc6455/9.1/20-36"] },
  },
  {
    family: "|Sec-WebSocket-Protocol| and |Sec-WebSocket-Extensions|",
    text: "`websocket-extensions`, which `websocket-driver` reads the field with, takes an empty list, and any text in quotation marks, where the grammar (RFC 6455 §9.1) allows a token alone.",
    cases: { "websocket-driver (server)": ["rfc6455/9.1/32, 34-36"] },
  },
];
