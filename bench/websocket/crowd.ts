/**
 * Many connections that are open and say nothing, as most are most of the time. Pings are answered, so that a
 * server with a heartbeat keeps them.
 */
import { openFileLimit } from "../harness/machine.ts";
import { clientFrame } from "./frames.ts";
import { LoadConnection, openInWaves } from "./load-connection.ts";
import type { Opening } from "./openings.ts";

const READ_BUFFER = 16 * 1024;
const buffer = Buffer.allocUnsafe(READ_BUFFER);

/** First octets of whole frames (RFC 6455 §5.2), with FIN. */
const PING = 0x89;
const PONG = 0x8a;
const CLOSE = 0x88;
/** Close with 1000, masked with zeros. */
const closeFrame: Buffer = clientFrame(CLOSE, Buffer.from([0x03, 0xe8]), 0);

export interface CrowdOptions {
  readonly port: number;
  readonly size: number;
  readonly opening: Opening;
}

export class Crowd {
  #connections: readonly LoadConnection[] = [];
  #failure: Error | undefined;

  /** Opens all connections. */
  static async open({ port, size, opening }: CrowdOptions): Promise<Crowd> {
    const crowd = new Crowd();
    crowd.#connections = await openInWaves(size, () => {
      const connection: LoadConnection = new LoadConnection({
        port,
        opening,
        buffer,
        received: (length) => answerPings(connection, buffer.subarray(0, length)),
        failed: (error) => {
          crowd.#failure = error;
        },
      });
      return connection;
    });
    return crowd;
  }

  /** @throws {Error} when one of them is gone, or was told something */
  check(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Resets them all. */
  close(): void {
    for (const connection of this.#connections) connection.reset();
  }
}

function answerPings(connection: LoadConnection, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) {
    const end = at + 2 + bytes[at + 1]!;
    if (bytes[at] !== PING || end > bytes.length) throw new Error("the server says what nobody asked for");
    connection.write(clientFrame(PONG, bytes.subarray(at + 2, end), 0));
    at = end;
  }
}

/**
 * Opens `size` connections at once and ends them: every other one with a closing handshake that it waits
 * for (RFC 6455 §7.1.2), the rest with a reset.
 */
export async function comeAndGo({ port, size, opening }: CrowdOptions): Promise<void> {
  await Promise.all(
    Array.from({ length: size }, (_, index) => comeAndGoOnce(port, opening, index % 2 === 0)),
  );
}

async function comeAndGoOnce(port: number, opening: Opening, politely: boolean): Promise<void> {
  const closed = Promise.withResolvers<void>();
  closed.promise.catch(() => {}); // `opened` may be first to fail
  const connection = new LoadConnection({
    port,
    opening,
    buffer,
    received: () => {
      if (buffer[0] === CLOSE) closed.resolve();
      else throw new Error("the server says what nobody asked for");
    },
    failed: closed.reject,
  });
  if (!politely) closed.resolve();
  await connection.opened;
  if (politely) connection.write(closeFrame);
  await closed.promise;
  connection.reset();
}

/** What a process opens besides, generously. */
const OTHER_FILES = 500;

/**
 * As many connections as this process may open files for, and a server likewise; the `note` says so if that
 * is fewer than wanted.
 */
export function crowdSize(
  wanted: number,
  limit: number = openFileLimit(),
): { readonly size: number; readonly note?: string } {
  const size = Math.min(wanted, limit - OTHER_FILES);
  if (size <= 0) throw new Error(`only ${limit} files may be open at once: raise that limit (ulimit -n)`);
  if (size === wanted) return { size };
  return {
    size,
    note: `**Not ${wanted.toLocaleString("en-US")} connections, as intended:** a process may have only ${limit.toLocaleString("en-US")} files open here. To raise that limit: \`ulimit -n ${wanted + OTHER_FILES}\`.`,
  };
}
