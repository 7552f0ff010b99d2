/** The mutant client: asks a server for a WebSocket, and echoes what comes. */
import { connect } from "node:net";
import { Random } from "../random.ts";
import type { Broken } from "./faults.ts";
import { type HeadRead, readHead } from "./head-reader.ts";
import { MessageCodec } from "./message-codec.ts";
import { askToOpen } from "./opening-client.ts";
import { takeResponse } from "./response-rules.ts";
import { attach } from "./transport.ts";

/** Milliseconds in which the handshake has to be through. */
const OPENING_TIMEOUT = 5_000;
/** Milliseconds that the client waits for the server to end a connection that is closed. */
const CLOSING_TIMEOUT = 2_000;

/**
 * Connects to `url` and goes on until the connection has ended.
 *
 * @param seed what keys and masking keys are drawn from
 * @returns ends the connection at once
 */
export function runEchoClient(url: URL, seed: number, broken: Broken): () => void {
  const random = new Random(seed);
  const asked = askToOpen(url, random, broken);
  const socket = connect({ host: url.hostname, port: Number(url.port), allowHalfOpen: true, noDelay: true });
  const timer = setTimeout(() => socket.destroy(), OPENING_TIMEOUT).unref();
  let octets: Buffer = Buffer.alloc(0);
  const settled = (): void => {
    clearTimeout(timer);
    socket.off("data", receive).off("end", givenUp);
  };
  const givenUp = (): void => {
    if (broken("ignores-the-end-before-a-response")) return;
    settled();
    socket.end();
  };
  const receive = (chunk: Buffer): void => {
    octets = Buffer.concat([octets, chunk]);
    const read = finalHead(octets, broken);
    if (read.kind === "incomplete") return;
    settled();
    const taken = read.kind === "head" ? takeResponse(read.head, asked, broken) : undefined;
    // RFC 6455 §7.1.7: a Close frame belongs to a connection that was established; this one was not.
    if (read.kind !== "head" || taken === undefined) {
      if (!broken("keeps-the-connection-of-a-refusal")) socket.destroy();
      return;
    }
    const codec = taken.agreement && new MessageCodec(taken.agreement, "client", broken);
    const options = { role: "client", broken, random, codec, closingTimeout: CLOSING_TIMEOUT } as const;
    const early = octets.subarray(read.size);
    attach(socket, options, broken("loses-frames-behind-the-response") ? {} : { early });
  };
  socket.on("data", receive).on("end", givenUp);
  socket.on("error", () => socket.destroy());
  socket.on("close", () => clearTimeout(timer));
  socket.write(asked.octets);
  if (broken("sends-a-frame-behind-its-request")) socket.write(Buffer.from("898000000000", "hex"));
  return () => socket.destroy();
}

/** The head behind interim ones (RFC 9110 §15.2), and where it ends. */
function finalHead(octets: Buffer, broken: Broken): HeadRead {
  let size = 0;
  for (;;) {
    const read = readHead(octets.subarray(size), broken);
    if (read.kind !== "head") return read;
    size += read.size;
    const { status } = read.head;
    const interim = status >= 100 && status < 200 && status !== 101;
    if (!interim || broken("takes-the-first-response-for-the-last")) return { ...read, size };
  }
}
