/**
 * Sending many small frames: each in a write of its own, all of a turn corked, and all of a turn encoded into
 * one slab (as src/websocket/connection/outbox.ts does). Over a real TCP connection whose other end reads and forgets.
 */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { Outbox, type Transport } from "../../src/websocket/connection/outbox.ts";
import { FIN, headerSize, Opcode, writeHeader } from "../../src/websocket/wire/frame.ts";
import type { Bench, Row } from "../harness/bench.ts";
import { type Call, compareCalls } from "../harness/calls.ts";

const FRAMES = 64;
const lengths = [64, 1024];

export const bench: Bench = async (settings, progress) => {
  const server = createServer((socket) => socket.on("error", () => {}).resume()).listen(0, "127.0.0.1");
  await once(server, "listening");
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1").setNoDelay(true);
  await once(socket, "connect");
  const rows: Row[] = [];
  for (const length of lengths) {
    progress(`${length} B`);
    const calls = [writeEach(socket, length), corkTurn(socket, length), oneSlab(socket, length)];
    rows.push({ cell: `${length} B`, samples: await compareCalls(calls, settings) });
  }
  socket.destroy();
  server.close();
  return {
    title: "WebSocket writes",
    tables: [
      {
        quantity: `CPU, µs per turn of ${FRAMES} frames`,
        comparison: { reference: "a write each", ratio: "reference ÷ contender", subject: "outbox.ts" },
        rows,
      },
    ],
    notes: [
      "`a write each`: header and payload in one buffer, written at once. `corked`: the same, corked until the turn ends. `outbox.ts`: encoded into one slab, written once. Both ends of the connection run in this process: the reading is in every figure, and the ratios are lower bounds.",
    ],
    packages: [],
  };
};

/** Turns one after the other, each once the kernel has taken the one before. */
function turns(name: string, socket: Socket, turn: () => void): Call {
  const run = async (times: number): Promise<number> => {
    for (let i = 0; i < times; i++) {
      turn();
      if (socket.writableLength > 0) await once(socket, "drain");
      else if (i % 16 === 0) await new Promise(setImmediate); // the other end reads
    }
    return socket.bytesWritten;
  };
  return { name, run };
}

function writeEach(socket: Socket, length: number): Call {
  const payload = Buffer.alloc(length, 1);
  return turns("a write each", socket, () => {
    for (let i = 0; i < FRAMES; i++) socket.write(frameOf(payload));
  });
}

function corkTurn(socket: Socket, length: number): Call {
  const payload = Buffer.alloc(length, 1);
  return turns("corked", socket, () => {
    socket.cork();
    for (let i = 0; i < FRAMES; i++) socket.write(frameOf(payload));
    socket.uncork();
  });
}

function oneSlab(socket: Socket, length: number): Call {
  const payload = Buffer.alloc(length, 1);
  const outbox = new Outbox(undefined);
  const transport: Transport = {
    letsGo: true,
    get pendingBytes() {
      return socket.writableLength;
    },
    cork: () => socket.cork(),
    write: (bytes) => socket.write(bytes),
    uncork: () => socket.uncork(),
  };
  return turns("outbox.ts", socket, () => {
    for (let i = 0; i < FRAMES; i++) outbox.frame(Opcode.Binary, payload);
    outbox.transmit(transport);
  });
}

function frameOf(payload: Buffer): Buffer {
  const frame = Buffer.allocUnsafe(headerSize(payload.length, false) + payload.length);
  frame.set(payload, writeHeader(frame, 0, FIN | Opcode.Binary, payload.length));
  return frame;
}
