/** The mutant server: HTTP/1.1 on a socket, as far as an opening handshake needs it, and the endpoint behind it. */
import { createServer, type Socket } from "node:net";
import { Random } from "../random.ts";
import { encodeHead } from "../wire/head.ts";
import type { Field } from "../wire/opening.ts";
import type { Broken } from "./faults.ts";
import { readHead } from "./head-reader.ts";
import { Listening } from "./listening.ts";
import { MessageCodec } from "./message-codec.ts";
import { type Accepted, answerOpening, refusalSaid } from "./opening-server.ts";
import type { Refusal } from "./refusal.ts";
import { attach, type Common } from "./transport.ts";

/** Milliseconds in which a request has to be whole. */
const OPENING_TIMEOUT = 5_000;
/** Milliseconds that an endpoint waits for the other to end a connection that is closed. */
const CLOSING_TIMEOUT = 5_000;
/** Connections that a mutant takes. */
const FEW = 100;
/** Octets of a head beyond which a mutant forgets what it has read. */
const LONG = 16_384;

/** @param broken which rules the server does without */
export async function listenForHttp1(broken: Broken): Promise<Listening> {
  const server = createServer({ allowHalfOpen: true, noDelay: true });
  const common: Common = { unfinished: undefined };
  let count = 0;
  server.on("connection", (socket) => {
    count++;
    if (count > FEW && (broken("takes-at-most-100-connections") || broken("never-forgets-a-connection"))) {
      socket.destroy();
    } else new Opening(socket, broken, common);
    if (broken("never-forgets-a-connection")) return;
    socket.on("close", () => count--);
  });
  return Listening.on(server);
}

/** Reads from one socket until there is a request that may stand, and refuses those before it. */
class Opening {
  readonly #socket: Socket;
  readonly #broken: Broken;
  readonly #common: Common;
  readonly #timer: NodeJS.Timeout;
  #octets: Buffer = Buffer.alloc(0);

  constructor(socket: Socket, broken: Broken, common: Common) {
    this.#socket = socket;
    this.#broken = broken;
    this.#common = common;
    this.#timer = setTimeout(() => this.#refuse({ status: 408, closes: true }), OPENING_TIMEOUT).unref();
    socket.on("data", this.#receive).on("end", this.#givenUp);
    socket.on("close", () => clearTimeout(this.#timer));
  }

  readonly #receive = (chunk: Buffer): void => {
    this.#octets = Buffer.concat([this.#octets, chunk]);
    if (this.#broken("waits-for-the-end-of-any-head") && this.#octets.length > LONG) {
      this.#octets = this.#octets.subarray(-3);
    }
    const next = nextAnswer(this.#octets, this.#broken);
    if (next === undefined) return;
    this.#octets = this.#octets.subarray(next.size);
    if (!("status" in next.answer)) this.#open(next.answer);
    else if (this.#refuse(next.answer)) this.#settle();
    else if (this.#octets.length > 0) this.#receive(Buffer.alloc(0));
  };

  readonly #givenUp = (): void => {
    this.#settle();
    this.#socket.end();
  };

  #settle(): void {
    clearTimeout(this.#timer);
    this.#socket.off("data", this.#receive).off("end", this.#givenUp);
  }

  #open({ statusLine, fields, agreement }: Accepted): void {
    this.#settle();
    const broken = this.#broken;
    this.#socket.write(encodeHead(statusLine, fields));
    if (broken("answers-requests-behind-the-first") && this.#octets.toString("latin1", 0, 4) === "GET ") {
      this.#socket.write(encodeHead("HTTP/1.1 400 Bad Request", [["Content-Length", "0"]]));
    }
    const codec = agreement && new MessageCodec(agreement, "server", broken);
    const random = new Random(1);
    const early = broken("loses-frames-behind-the-request") ? Buffer.alloc(0) : this.#octets;
    attach(
      this.#socket,
      { role: "server", broken, random, codec, closingTimeout: CLOSING_TIMEOUT },
      { early, common: this.#common },
    );
  }

  /**
   * Writes the response of a refusal.
   *
   * @returns whether the connection ends with it
   */
  #refuse(refusal: Refusal): boolean {
    const broken = this.#broken;
    const { status, fields = [], closes = false } = refusalSaid(refusal, broken);
    if (status === undefined) {
      this.#socket.destroy();
      return true;
    }
    const ends = closes || broken("refuses-for-good");
    const line = `HTTP/1.1 ${status} ${reasons[status] ?? ""}`;
    const close: readonly Field[] = ends ? [["Connection", "close"]] : [];
    this.#socket.write(encodeHead(line, [...fields, ["Content-Length", "0"], ...close]));
    if (broken("says-close-and-stays") || !(ends || broken("ends-refusals-without-saying-so"))) return false;
    this.#socket.end();
    // What still comes is thrown away: a reset because of unread octets could overtake the response.
    this.#socket.resume();
    return true;
  }
}

/** The answer to the request that `octets` begin with, and its size; `undefined` while it is not all there. */
function nextAnswer(
  octets: Buffer,
  broken: Broken,
): { answer: Accepted | Refusal; size: number } | undefined {
  const read = readHead(octets, broken);
  if (read.kind === "head") return { answer: answerOpening(read.head, broken), size: read.size };
  if (read.kind === "incomplete") return undefined;
  const dropped = read.kind === "too large" && broken("drops-heads-above-4-KiB");
  const status = dropped ? undefined : read.kind === "too large" ? 431 : 400;
  return { answer: { status, closes: true }, size: octets.length };
}

const reasons: Readonly<Record<number, string>> = {
  400: "Bad Request",
  405: "Method Not Allowed",
  408: "Request Timeout",
  426: "Upgrade Required",
  431: "Request Header Fields Too Large",
  500: "Internal Server Error",
  505: "HTTP Version Not Supported",
};
