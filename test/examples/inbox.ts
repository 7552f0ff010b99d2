/** What a WebSocket of any make receives, one after the other: ours, that of `ws`, that of Node. */

interface Socket {
  readonly readyState: number;
  addEventListener(type: "message", listener: (event: { data: unknown }) => void): void;
  addEventListener(type: "close", listener: (event: { code: number; reason: string }) => void): void;
}

const CLOSED = 3;

export class Inbox {
  /** Fulfilled with the code and the reason, of the first connection when there are several. */
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  readonly #messages: unknown[] = [];
  #wake: () => void = () => {};

  readonly #socket: Socket;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => {
      this.#messages.push(data);
      this.#wake();
    });
    this.closed = new Promise((resolve) => {
      socket.addEventListener("close", ({ code, reason }) => {
        resolve({ code, reason });
        this.#wake();
      });
    });
  }

  /** The next message. Throws when the connection is closed for good before. */
  async next(): Promise<unknown> {
    while (this.#messages.length === 0) {
      if (this.#socket.readyState === CLOSED) throw new Error("closed, and no message is left");
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#messages.shift();
  }

  /** The next that satisfies `condition`; those before it are gone. */
  async find(condition: (message: unknown) => boolean): Promise<unknown> {
    for (;;) {
      const message = await this.next();
      if (condition(message)) return message;
    }
  }
}
