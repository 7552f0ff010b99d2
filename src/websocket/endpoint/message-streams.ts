/** A socket as a pair of WHATWG streams, one chunk a message, with backpressure both ways. */
import { ReadableStream, WritableStream } from "node:stream/web";
import type { MessageData } from "../connection/message.ts";
import type { MessageEvent } from "./endpoint-events.ts";
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
  /**
   * The messages from the first time on that this is asked for; those before are the `message` listeners' alone. Who
   * asks has to read: what is not read holds back the peer (`maxUnreadBytes`). Cancelling it closes the connection.
   */
  readonly readable: ReadableStream<Data>;
  /** Writing waits until the peer has taken what was written. Closing it closes the connection with 1000. */
  readonly writable: WritableStream<MessageData>;
}

const NORMAL = 1000;
const INTERNAL_ERROR = 1011;

/** Each of the two is made when it is asked for: who only writes must not hold back what others hear as events. */
export function messageStreams(socket: StreamedSocket): MessageStreams {
  let readable: ReadableStream<Data> | undefined;
  let writable: WritableStream<MessageData> | undefined;
  return {
    get readable() {
      readable ??= readableOf(socket);
      return readable;
    },
    get writable() {
      writable ??= writableOf(socket);
      return writable;
    },
  };
}

function readableOf(socket: StreamedSocket): ReadableStream<Data> {
  const messages = socket[Symbol.asyncIterator]();
  return new ReadableStream<Data>(
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
}

function writableOf(socket: StreamedSocket): WritableStream<MessageData> {
  return new WritableStream<MessageData>({
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
}

function over(): Error {
  return new Error("the connection is closing: nothing more is sent");
}
