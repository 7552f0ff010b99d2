/** An opening handshake that waits for its answer, over whatever HTTP it came. */
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Established } from "../endpoint/link.ts";
import { type Accepted, acceptUpgrade, type HandshakeOptions, type Refused } from "../handshake/handshake.ts";
import { UpgradeRequest } from "../handshake/upgrade-request.ts";
import { responseHead, writeRefusal } from "./response.ts";

export interface Opening {
  readonly request: UpgradeRequest;
  readonly stream: Duplex;
  /** Whether the answer can still be written. */
  readonly isPending: boolean;
  /** Whether the request is one, and which answer it gets. */
  decide(options: HandshakeOptions): Accepted | Refused;
  /** Answers, and gives what the connection runs on. */
  accept(answer: Accepted): Pick<Established, "stream" | "head" | "source" | "lent" | "unmask">;
  refuse(refused: Refused): void;
}

/** What an HTTP/1.1 opening runs on: bytes behind the request, and on a port of our own their source. */
export type Wire = Pick<Established, "head" | "source" | "lent" | "unmask">;

/** RFC 6455 §4.2: over HTTP/1.1, the stream itself becomes the connection. */
export class Http1Opening implements Opening {
  readonly request: UpgradeRequest;
  readonly stream: Duplex;
  readonly #wire: () => Wire;

  /** @param wire asked when the request is accepted */
  constructor(request: UpgradeRequest, stream: Duplex, wire: () => Wire) {
    this.request = request;
    this.stream = stream;
    this.#wire = wire;
    stream.on("end", drop);
  }

  /** What a `node:http` server's `upgrade` event hands over. */
  static of(message: IncomingMessage, stream: Duplex, head: Buffer): Http1Opening {
    return new Http1Opening(new UpgradeRequest(message), stream, () => ({ head }));
  }

  get isPending(): boolean {
    return this.stream.writable; // it may be gone, or was refused for an earlier request
  }

  decide(options: HandshakeOptions): Accepted | Refused {
    return acceptUpgrade(this.request, options);
  }

  accept(answer: Accepted): ReturnType<Opening["accept"]> {
    this.stream.off("end", drop);
    if ("setNoDelay" in this.stream) (this.stream as Socket).setNoDelay(true).setTimeout(0);
    this.stream.write(responseHead(101, answer.headers), "latin1");
    return { stream: this.stream, ...this.#wire() };
  }

  refuse(refused: Refused): void {
    this.stream.off("end", drop);
    writeRefusal(this.stream, refused);
  }
}

/**
 * On a stream that has ended nothing will ever be read, so that nobody would tell the application that its peer
 * is gone: a peer that ends its half while the application decides gets no connection.
 */
export function drop(this: Duplex): void {
  this.destroy();
}
