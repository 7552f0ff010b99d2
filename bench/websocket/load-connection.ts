/** One connection of a client under load, over `node:net`: the opening handshake, then bytes as they come. */
import { connect, type Socket } from "node:net";
import { checkAnswer, type Opening } from "./openings.ts";

export interface LoadConnectionOptions {
  readonly port: number;
  readonly opening: Opening;
  /** Where reads land; all connections may share it. */
  readonly buffer: Buffer;
  /** The first so many bytes of the buffer came. What it throws ends the connection. */
  received(length: number): void;
  /** Called once: the connection is no more, and not because we ended it. */
  failed(error: Error): void;
}

const END_OF_HEAD = "\r\n\r\n";

export class LoadConnection {
  /** Resolves when the handshake is done, and its answer is the right one. */
  readonly opened: Promise<void>;
  readonly #options: LoadConnectionOptions;
  readonly #socket: Socket;
  /** The server's handshake, as far as it has come; undefined once it is done. */
  #answer: string | undefined = "";
  #ended = false;
  #open!: () => void;
  #refuse!: (error: Error) => void;

  constructor(options: LoadConnectionOptions) {
    const { buffer, opening, port } = options;
    this.#options = options;
    this.opened = new Promise((resolve, reject) => {
      this.#open = resolve;
      this.#refuse = reject;
    });
    this.opened.catch(() => {}); // `failed` is told as well
    const callback = (length: number): boolean => {
      this.#receive(buffer, length);
      return true;
    };
    this.#socket = connect({ host: "127.0.0.1", port, noDelay: true, onread: { buffer, callback } });
    this.#socket.once("connect", () => this.#socket.write(opening.request, "latin1"));
    this.#socket.on("error", (error) => this.#fail(error));
    this.#socket.on("close", () => this.#fail(new Error("the server closed a connection")));
  }

  write(bytes: Buffer): void {
    this.#socket.write(bytes);
  }

  /** Ends it with a reset: no port has to wait until it may be used again. */
  reset(): void {
    this.#ended = true;
    this.#socket.resetAndDestroy();
  }

  #receive(bytes: Buffer, length: number): void {
    try {
      const rest = this.#answer === undefined ? length : this.#receiveAnswer(bytes, length);
      if (rest > 0) this.#options.received(rest);
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  /** Leaves what came behind the answer at the buffer's beginning, and returns how much it is. */
  #receiveAnswer(bytes: Buffer, length: number): number {
    const before = this.#answer!.length;
    const text = this.#answer + bytes.toString("latin1", 0, length);
    const end = text.indexOf(END_OF_HEAD);
    this.#answer = text;
    if (end === -1) return 0;
    const whole = end + END_OF_HEAD.length;
    checkAnswer(text.slice(0, whole), this.#options.opening);
    this.#answer = undefined;
    this.#open();
    bytes.copyWithin(0, whole - before, length);
    return text.length - whole;
  }

  #fail(error: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#refuse(error);
    this.#options.failed(error);
    this.#socket.destroy();
  }
}

/** Below the 511 that Node's servers have waiting by default. */
const WAVE = 200;

/** Opens the connections that `start` starts, so many at once: a server's backlog is not endless. */
export async function openInWaves<Connection extends { readonly opened: Promise<void> }>(
  count: number,
  start: (index: number) => Connection,
): Promise<readonly Connection[]> {
  const all: Connection[] = [];
  while (all.length < count) {
    const size = Math.min(WAVE, count - all.length);
    const wave = Array.from({ length: size }, (_, index) => start(all.length + index));
    await Promise.all(wave.map(({ opened }) => opened));
    all.push(...wave);
  }
  return all;
}
