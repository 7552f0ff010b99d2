/**
 * The direct read path: sockets of a port of our own are read into memory of our own.
 *
 * For each `data` event of a socket Node allocates 64 KiB, reads, wraps what came and passes it through the
 * machinery of a stream. Its documented option `onread: { buffer, callback }` spares all of it: every read lands
 * in one buffer, and the callback gets its length. One buffer serves all connections, since each read is dealt
 * with before the next; what outlives the call is copied. And the buffer is the
 * memory of a WebAssembly module, so that payload is unmasked in place, 16 octets at a time (`simd-mask.ts`).
 *
 * The option exists for sockets that connect. One that a server accepted gets it by a detour: the server accepts
 * without reading (`pauseOnConnect`, documented), and the connection's handle moves to a new Socket (`handle`,
 * which is not). So this path is tried out before it is used, once in a process, on a connection to ourselves;
 * where it does not work the portable path is taken, which is the same but for the costs:
 *
 *     portable   kernel ─▶ Buffer of 64 KiB ─▶ stream ─▶ `data` ─▶ Connection, which may keep it
 *     direct     kernel ─▶ one memory for all ────────────────────▶ Connection, which copies what it keeps
 *
 * What it saves is in bench/RESULTS.md, "WebSocket echo".
 */
import {
  type AddressInfo,
  connect,
  createServer,
  type OnReadOpts,
  Socket,
  type SocketConstructorOpts,
} from "node:net";
import { mask } from "../wire/mask.ts";
import { createSimdMask } from "../wire/simd-mask.ts";
import type { ByteSource } from "./transport.ts";

/** As much as the kernel usually has for one read, and no more than the caches like. */
const MEMORY = 256 * 1024;
/**
 * Shorter reads are copied at once. Small messages then are views of the copy; a copy of each would cost a quarter
 * more than all else that is done to one of 125 bytes.
 */
const COPY_UP_TO = 16 * 1024;
const PROBE_TIMEOUT = 2_000;

const simd = createSimdMask(MEMORY);
const memory = simd?.memory ?? Buffer.allocUnsafeSlow(MEMORY);

/** Unmasks in place: in our memory with WebAssembly, elsewhere with `mask`. */
export const unmask: typeof mask =
  simd === undefined
    ? mask
    : (bytes, start, end, key, phase) => {
        if (bytes.buffer === memory.buffer) simd.mask(start, end, key, phase);
        else mask(bytes, start, end, key, phase);
      };

export interface DirectSocket {
  readonly socket: Socket;
  readonly source: ByteSource;
}

/** A connection without its Socket, as Node's internals pass it around. */
interface Accepted {
  _handle: unknown;
}

/**
 * Takes a connection out of a Socket that a server has accepted with `pauseOnConnect`, and reads it directly. The
 * Socket given is destroyed, without harm to the connection.
 */
export function readDirectly(accepted: Socket): DirectSocket {
  const holder = accepted as unknown as Accepted;
  const handle = holder._handle;
  holder._handle = null;
  accepted.destroy();
  const source: ByteSource = { receiver: undefined };
  const onread: OnReadOpts = {
    buffer: memory,
    callback: (length) => {
      // From offset 0: indices of the chunk are those of the memory.
      const chunk = memory.subarray(0, length);
      const lent = length > COPY_UP_TO;
      source.receiver?.received(lent ? chunk : Buffer.from(chunk), lent);
      return true;
    },
  };
  const options = {
    handle: handle as never,
    onread,
    allowHalfOpen: true,
    manualStart: true,
  } as SocketConstructorOpts;
  return { socket: new Socket(options), source };
}

let probed: Promise<boolean> | undefined;

/** Whether {@link readDirectly} works in this Node: tried out once, with both directions and the end. */
export function worksDirectly(): Promise<boolean> {
  probed ??= probe();
  return probed;
}

async function probe(): Promise<boolean> {
  const asked = "ask",
    answered = "answer";
  const server = createServer({ pauseOnConnect: true, allowHalfOpen: true });
  let client: Socket | undefined;
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<boolean>((resolve) => {
      const fail = (): void => resolve(false);
      timer = setTimeout(fail, PROBE_TIMEOUT);
      server.on("error", fail);
      server.on("connection", (accepted) => {
        try {
          const { socket, source } = readDirectly(accepted);
          let heard = "";
          source.receiver = {
            received: (chunk, lent) => {
              heard += chunk.toString("latin1");
              if (heard === asked && !lent) socket.write(answered);
            },
          };
          socket.on("error", fail);
          socket.on("end", () => socket.end());
          socket.resume();
        } catch {
          fail(); // whatever it is, it means that this Node is not the one we know
        }
      });
      server.listen(0, "127.0.0.1", () => {
        let heard = "";
        client = connect((server.address() as AddressInfo).port, "127.0.0.1", () => client?.write(asked));
        client.on("error", fail);
        client.on("data", (chunk) => {
          heard += chunk.toString("latin1");
          if (heard === answered) client?.end();
        });
        client.on("end", () => resolve(heard === answered));
      });
    });
  } finally {
    clearTimeout(timer);
    client?.destroy();
    server.close();
  }
}
