/** Frames and closing, RFC 6455 §5 to §8. */
import type { Explanation } from "../explanation.ts";

export const frames: readonly Explanation[] = [
  {
    family: "Lengths longer than they need be",
    text: 'RFC 6455 §5.2: "the minimal number of bytes MUST be used to encode the length". That binds who sends. No sentence says what who receives does with it; the suite warns, since a frame that cannot be is refused everywhere else. None of these does, and nothing goes wrong by it. `ws`, Bun and Node refuse it in control frames, whose lengths have to fit into 7 bits.',
    cases: {
      "ws (server)": ["rfc6455/5.2/261-267"],
      "ws (client)": ["rfc6455/5.2/261-267"],
      "Bun (server)": ["rfc6455/5.2/261-267"],
      "Bun (client)": ["rfc6455/5.2/261-267"],
      "Node (client)": ["rfc6455/5.2/261-267"],
      "websocket-driver (server)": ["rfc6455/5.2/261-269"],
      "websockets (server)": ["rfc6455/5.2/261-269"],
      "websockets (client)": ["rfc6455/5.2/261-269"],
    },
  },
  {
    family: "A Close frame in the middle of a message",
    text: "RFC 6455 §5.4 lets control frames stand between fragments. websockets takes a Close frame there for a protocol error, `incomplete fragmented message`, and answers 1002 instead of the code that came.",
    cases: {
      "websockets (server)": ["rfc6455/5.5.1/24, 34"],
      "websockets (client)": ["rfc6455/5.5.1/24, 34"],
    },
  },
  {
    family: "After a text that is not UTF-8",
    text: "websockets decodes a text when the application takes the message, and has answered the Ping behind it by then. RFC 6455 §7.1.7 lets nothing be processed once the connection is to be failed.",
    cases: { "websockets (server)": ["rfc6455/8.1/107"], "websockets (client)": ["rfc6455/8.1/107"] },
  },
  {
    family: "Codes of the registry",
    text: "1012, 1013 and 1014 were registered after RFC 6455. `websocket-driver` has the list of the RFC, and answers them with 1002.",
    cases: { "websocket-driver (server)": ["rfc6455/7.4.2/1-3"] },
  },
  {
    family: "A byte order mark",
    text: "Node's client decodes text with a `TextDecoder` that leaves out U+FEFF at the beginning: an application does not get what was sent.",
    cases: { "Node (client)": ["rfc6455/5.6/51"] },
  },
];
