/** An endpoint on a stream, TCP's or one of HTTP/2: what it writes is sent, and nothing is held for who does not read. */
import type { Duplex } from "node:stream";
import { Endpoint, type EndpointOptions, type EndpointSink } from "./endpoint.ts";

/** Octets that may wait to be sent before nothing more is read. */
const MOST_WAITING = 1 << 20;
/** Milliseconds in which what was sent may arrive before the stream is destroyed. */
const LINGER = 2_000;

/** What the endpoints of one server have in common: whoever is in the middle of a frame, for a mutant to wait for. */
export interface Common {
  unfinished: Endpoint | undefined;
}

/** Lets an endpoint have this stream; `early` are octets that came with the opening handshake. */
export function attach(
  stream: Duplex,
  options: EndpointOptions,
  { early, common = { unfinished: undefined } }: { readonly early?: Buffer; readonly common?: Common } = {},
): void {
  const { broken } = options;
  let timer: NodeJS.Timeout | undefined;
  const endpoint = new Endpoint(sinkOf(stream, options), options);
  /** What one read is answered with leaves in one write. */
  const receiveCorked = (octets: Buffer): void => {
    stream.cork();
    endpoint.receive(octets, performance.now());
    stream.uncork();
  };
  const receive = (octets: Buffer): void => {
    if (broken("serves-nobody-while-a-frame-is-unfinished")) {
      if (common.unfinished !== undefined && common.unfinished !== endpoint) return;
      receiveCorked(octets);
      common.unfinished = endpoint.withinFrame ? endpoint : undefined;
      return;
    }
    receiveCorked(octets);
    clearTimeout(timer);
    if (endpoint.nextTimeout === Number.POSITIVE_INFINITY) return;
    const wait = endpoint.nextTimeout - performance.now();
    timer = setTimeout(() => endpoint.handleTimeout(performance.now()), Math.max(0, wait)).unref();
  };
  if (!broken("never-reads-on")) stream.on("drain", () => stream.resume());
  stream.on("data", receive);
  stream.on("end", () => endpoint.receiveEnd());
  stream.on("close", () => clearTimeout(timer));
  if (early !== undefined && early.length > 0) receive(early);
}

function sinkOf(stream: Duplex, { broken }: EndpointOptions): EndpointSink {
  return {
    write: (octets) => {
      if (!stream.writable) return;
      stream.write(octets);
      if (stream.writableLength > MOST_WAITING && !broken("holds-what-nobody-reads")) stream.pause();
    },
    end: () => {
      stream.end();
      // What still comes is thrown away: a reset because of unread octets could overtake the Close frame.
      stream.resume();
      setTimeout(() => stream.destroy(), LINGER).unref();
    },
    destroy: () => stream.destroy(),
  };
}
