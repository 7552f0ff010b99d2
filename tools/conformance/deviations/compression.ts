/** RFC 7692: what is agreed on, and what is done with data. */
import type { Explanation } from "../explanation.ts";

export const compression: readonly Explanation[] = [
  {
    family: "Parameters of permessage-deflate",
    text: "`ws` refuses the whole handshake with 400 where one offer has a parameter that it does not know, or an invalid value. RFC 7692 §5.1 has a server decline that offer and look at the next.",
    cases: { "ws (server)": ["rfc7692/5/3-6"] },
  },
  {
    family: "Parameters of permessage-deflate",
    text: 'RFC 7692 §7.1.2 has "a decimal integer value without leading zeroes between 8 to 15". `ws`, and in part `websocket-driver`, convert the text to a number as JavaScript does, so that `08`, `0x9`, `1e1`, `8.0` and `+9` are numbers, too.',
    cases: {
      "ws (server)": ["rfc7692/7/26-33, 36-39"],
      "ws (client)": ["rfc7692/7/123-130, 133-136"],
      "websocket-driver (server)": ["rfc7692/7/30-31"],
    },
  },
  {
    family: "Parameters of permessage-deflate",
    text: "A response has one permessage-deflate. `ws` looks at the first of several.",
    cases: { "ws (client)": ["rfc7692/5/101-103"] },
  },
  {
    family: "Parameters of permessage-deflate",
    text: "Node's client reads of the response what it needs, without holding it against the grammar or the registered parameters: unknown, repeated and impossible ones are passed over (where RFC 7692 §7.1 has a client fail the connection), a value in quotation marks is not understood, and what is no extension at all is none.",
    cases: { "Node (client)": ["rfc7692/7/101-142", "rfc7692/5.2/1", "rfc6455/9.1/53-55"] },
  },
  {
    family: "Parameters of permessage-deflate",
    text: "`permessage-deflate`, which is what `websocket-driver` compresses with, leaves `server_max_window_bits=15` out of its answer, since that is the default. RFC 7692 §7.1.2.1: a server that accepts the offer answers with the parameter.",
    cases: {
      "websocket-driver (server)": ["rfc7692/7.1/55-72, 91-108", "rfc7692/7.2.1/15", "rfc7692/7.1.2.1/15"],
    },
  },
  {
    family: "Parameters of permessage-deflate",
    text: "websockets agrees to a window of 8 bits, for which Python's `zlib` makes no raw stream: its server answers 500, its client ends the connection ([mended](https://github.com/python-websockets/websockets/pull/1768), but not in this version).",
    cases: {
      "websockets (server)": ["rfc7692/7.1.2.1/8", "rfc7692/7.2.1/8"],
      "websockets (client)": ["rfc7692/7.2.1/8"],
    },
  },
  {
    family: "RSV1 where it may not be",
    text: "Node's client looks at RSV1 in the first frame of a message alone: with permessage-deflate agreed on, it takes continuations, Pings, Pongs and Close frames that have it set.",
    cases: { "Node (client)": ["rfc7692/6.1/1-8"] },
  },
  {
    family: "DEFLATE that ends with a final block",
    text: 'RFC 7692 §7.2.1: "An endpoint MAY use both DEFLATE blocks with the "BFINAL" bit set to 0 and DEFLATE blocks with the "BFINAL" bit set to 1", and others may follow in the same message and in later ones. zlib\'s stream is at its end with the first, and all of these leave it at that in some way: what comes behind is lost, or refers to a window that is gone. With Node\'s client, `websocket-driver` and websockets every later message is empty, which nobody is told of. See [ws #2294](https://github.com/websockets/ws/issues/2294), [Bun #33592](https://github.com/oven-sh/bun/pull/33592) and [Bun #34105](https://github.com/oven-sh/bun/pull/34105).',
    cases: {
      "ws (server)": ["rfc7692/7.2.3.4/4-6"],
      "ws (client)": ["rfc7692/7.2.3.4/4-6"],
      "Bun (server)": ["rfc7692/7.2.3.4/4"],
      "Bun (client)": ["rfc7692/7.2.3.4/4-5"],
      "Node (client)": ["rfc7692/7.2.3.4/2-6"],
      "websocket-driver (server)": ["rfc7692/7.2.3.4/2-6"],
      "websockets (server)": ["rfc7692/7.2.3.4/2-6"],
      "websockets (client)": ["rfc7692/7.2.3.4/2-6"],
    },
  },
  {
    family: "DEFLATE that breaks off",
    text: "Data that ends within a block is no DEFLATE data. zlib gives what it has by then and waits for more, and these take that for the message.",
    cases: {
      "ws (server)": ["rfc7692/7.2.2/201-204"],
      "ws (client)": ["rfc7692/7.2.2/201-204"],
      "Bun (server)": ["rfc7692/7.2.2/201-204"],
      "Bun (client)": ["rfc7692/7.2.2/201-204"],
      "Node (client)": ["rfc7692/7.2.2/201-204"],
      "websocket-driver (server)": ["rfc7692/7.2.2/201-204"],
      "websockets (server)": ["rfc7692/7.2.2/201-204"],
      "websockets (client)": ["rfc7692/7.2.2/201-204"],
    },
  },
  {
    family: "DEFLATE that is wrong",
    text: "Bun's server takes the length codes 286 and 287, which RFC 1951 §3.2.6 says never occur.",
    cases: { "Bun (server)": ["rfc7692/7.2.2/104-105"] },
  },
  {
    family: "DEFLATE that is wrong",
    text: "`websocket-driver` fails the connection, as it must, but with 1010, which is for a client that misses an extension (RFC 6455 §7.4.1).",
    cases: { "websocket-driver (server)": ["rfc7692/7.2.2/101-123"] },
  },
];
