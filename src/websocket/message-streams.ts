/** A socket as a pair of WHATWG streams, one chunk a message, with backpressure both ways. */
import { ReadableStream, WritableStream } from "node:stream/web";
import type { MessageEvent } from "./endpoint-events.ts";
import type { MessageData } from "./message.ts";
import { OPEN } from "./ready-state.ts";
import { startTimer } from "./timer.ts";

type Data = MessageEvent<unknown>["data"];

/** As much of a socket as the streams need. */
export interface StreamedSocket extends AsyncIterable<Data> {
  send(data: MessageData): unknown;
  ready(): Promise<void>;
  addEventListener(type: "close", listener: () => void): void;
  close(code?: number, reason?: string): void;
  readonly readyState: number;
}

export interface MessageStreams {
  /** The messages from now on. Cancelling it closes the connection. */
  readonly readable: ReadableStream<Data>;
  /** Writing waits until the peer has taken what was written. Closing it closes the connection with 1000. */
  readonly writable: WritableStream<MessageData>;
}

const NORMAL = 1000;
const INTERNAL_ERROR = 1011;

export function messageStreams(socket: StreamedSocket): MessageStreams {
  const messages = socket[Symbol.asyncIterator]();
  const readable = new ReadableStream<Data>(
    {
      async pull(controller) {
        const { done, value } = await messages.next();
        if (done === true) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await messages.return?.();
        socket.close(NORMAL);
      },
    },
    { highWaterMark: 0 },
  );
  const writable = new WritableStream<MessageData>({
    start(controller) {
      // Who pipes into it and has nothing to write just now hears of the end, too. Later than who pipes its
      // messages back into it: for them a clean end is none of writing too late.
      socket.addEventListener("close", () => startTimer(0, () => controller.error(over())));
    },
    async write(message) {
      await socket.ready();
      if (socket.readyState !== OPEN) throw over();
      socket.send(message);
    },
    close: () => socket.close(NORMAL),
    abort: () => socket.close(INTERNAL_ERROR, "the sender gave up"),
  });
  return { readable, writable };
}

function over(): Error {
  return new Error("the connection is closing: nothing more is sent");
}
