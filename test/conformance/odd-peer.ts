/**
 * Peers that are odd and yet do nothing that an RFC forbids. Each is the correct peer of `mutants/` with somebody between
 * it and the suite who changes how it goes about things: what is said, the frames, the octets or the end.
 */
import { randomBytes } from "node:crypto";
import { connect, createServer, type Server, type Socket } from "node:net";
import { decodeFrame, encodeFrame, type FrameToWrite, Opcode } from "../../src/conformance/wire/frame.ts";

/** A frame of the peer, as it goes on to the suite. */
export type OddFrame = FrameToWrite & {
  readonly opcode: number;
  readonly payload: Buffer;
  readonly fin: boolean;
};

/** What is unusual about a peer. */
export interface Oddity {
  /** The head that it opens with, in Latin-1. */
  readonly head?: (head: string) => string;
  /** Frames that it sends at a time, as it would rather send them. */
  readonly frames?: (frames: readonly OddFrame[]) => readonly OddFrame[];
  /** Octets of a message above which it closes with 1009. */
  readonly limit?: number;
  /** Octets of a write. Default: all there are. */
  readonly cut?: number;
  /** Milliseconds that pass before each write. Default: none, not even a turn of the event loop. */
  readonly delay?: number;
  /** Whether it closes TCP as soon as its Close frame is written, whatever is still on its way to it. Default false. */
  readonly drops?: boolean;
  /** Whether it waits for the suite to end TCP before it does. Default false. */
  readonly waits?: boolean;
}

export interface Between {
  readonly port: number;
  close(): void;
}

/** Listens for whoever wants to reach `target`, and changes what comes from the peer: who answers, or who connects. */
export async function between(
  target: { readonly host: string; readonly port: number },
  role: "server" | "client",
  oddity: Oddity,
): Promise<Between> {
  const sockets = new Set<Socket>();
  const server: Server = createServer({ allowHalfOpen: true, noDelay: true }, (caller) => {
    const called = connect({ ...target, allowHalfOpen: true, noDelay: true });
    for (const socket of [caller, called]) {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
    }
    const [suite, peer] = role === "server" ? [caller, called] : [called, caller];
    new Odd(suite, peer, role, oddity);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { port: (server.address() as { port: number }).port, close };
}

class Odd {
  readonly #suite: Socket;
  readonly #peer: Socket;
  readonly #role: "server" | "client";
  readonly #oddity: Oddity;
  /** What has come of the peer and was not passed on. */
  #unread = Buffer.alloc(0);
  #state: "head" | "frames" | "content" | "closed" = "head";
  readonly #incoming: Incoming;
  /** Whether a message was too long. */
  #refuses = false;
  #writing: Promise<void> = Promise.resolve();

  constructor(suite: Socket, peer: Socket, role: "server" | "client", oddity: Oddity) {
    this.#suite = suite;
    this.#peer = peer;
    this.#role = role;
    this.#oddity = oddity;
    this.#incoming = new Incoming(oddity.limit ?? Number.POSITIVE_INFINITY);
    peer.on("data", (octets) => this.#fromPeer(octets));
    suite.on("data", (octets) => this.#fromSuite(octets));
    suite.on("end", () => peer.end());
    peer.on("end", () => {
      if (!oddity.waits || suite.readableEnded) void this.#writing.then(() => suite.end());
      else suite.on("end", () => suite.end());
    });
    for (const [one, other] of [[suite, peer] as const, [peer, suite] as const]) {
      one.on("error", () => one.destroy());
      one.on("close", () => void this.#writing.then(() => other.destroySoon()));
    }
  }

  #fromPeer(octets: Buffer): void {
    if (this.#state === "closed") return;
    this.#unread = Buffer.concat([this.#unread, octets]);
    if (this.#state === "head") this.#head();
    if (this.#state === "frames") {
      if (this.#refuses) this.#refuse();
      else this.#frames();
    }
    if (this.#state !== "content") return;
    this.#write(this.#unread);
    this.#unread = Buffer.alloc(0);
  }

  #head(): void {
    const end = this.#unread.indexOf("\r\n\r\n") + 4;
    if (end < 4) return;
    const head = this.#unread.toString("latin1", 0, end);
    this.#unread = this.#unread.subarray(end);
    this.#state = this.#role === "client" || / 101 /.test(head) ? "frames" : "content";
    this.#write(Buffer.from(this.#oddity.head?.(head) ?? head, "latin1"));
  }

  #frames(): void {
    const came: OddFrame[] = [];
    for (let found = decodeFrame(this.#unread); found !== undefined; found = decodeFrame(this.#unread)) {
      const { fin, rsv, opcode, payload } = found.frame;
      came.push({ fin, rsv, opcode, payload });
      this.#unread = this.#unread.subarray(found.size);
    }
    if (came.length > 0) this.#send(this.#oddity.frames?.(came) ?? came);
  }

  #send(frames: readonly OddFrame[]): void {
    const masked = (frame: OddFrame): FrameToWrite =>
      this.#role === "client" ? { ...frame, maskingKey: randomBytes(4) } : frame;
    this.#write(Buffer.concat(frames.map((frame) => encodeFrame(masked(frame)))));
    if (!this.#oddity.drops || !frames.some(({ opcode }) => opcode === Opcode.Close)) return;
    this.#drop();
  }

  #drop(): void {
    this.#state = "closed";
    this.#suite.pause();
    void this.#writing.then(() => this.#suite.destroySoon());
  }

  #fromSuite(octets: Buffer): void {
    if (this.#state === "closed") return;
    this.#refuses ||= this.#incoming.isTooLong(octets);
    if (this.#refuses && this.#state === "frames") this.#refuse();
    else if (!this.#refuses || this.#state === "head") this.#peer.write(octets);
  }

  /** Closes with 1009, and is gone. */
  #refuse(): void {
    this.#send([{ opcode: Opcode.Close, payload: Buffer.from([0x03, 0xf1]), fin: true }]);
    this.#peer.destroy();
    this.#drop();
  }

  #write(octets: Buffer): void {
    const { cut = octets.length, delay } = this.#oddity;
    if (delay === undefined && this.#oddity.cut === undefined) {
      if (octets.length > 0) this.#suite.write(octets);
      return;
    }
    const sleep = async (): Promise<void> => new Promise((resolve) => setTimeout(resolve, delay ?? 0));
    this.#writing = this.#writing.then(async () => {
      if (delay !== undefined) await sleep();
      for (let at = 0; at < octets.length; at += cut) {
        const piece = octets.subarray(at, at + cut);
        await new Promise((resolve) => this.#suite.write(piece, resolve));
      }
    });
  }
}

/** How long the messages of the suite are, behind the head with which it opens. */
class Incoming {
  readonly #limit: number;
  #open = false;
  #unread = Buffer.alloc(0);
  #length = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  isTooLong(octets: Buffer): boolean {
    if (this.#limit === Number.POSITIVE_INFINITY) return false;
    this.#unread = Buffer.concat([this.#unread, octets]);
    const end = this.#open ? 0 : this.#unread.indexOf("\r\n\r\n") + 4;
    if (!this.#open && end < 4) return false;
    this.#open = true;
    this.#unread = this.#unread.subarray(end);
    for (let found = decodeFrame(this.#unread); found !== undefined; found = decodeFrame(this.#unread)) {
      const { opcode, fin, payloadLength } = found.frame;
      this.#unread = this.#unread.subarray(found.size);
      if (opcode > Opcode.Binary) continue;
      this.#length += payloadLength;
      if (this.#length > this.#limit) return true;
      if (fin) this.#length = 0;
    }
    return this.#unread.length > this.#limit;
  }
}
