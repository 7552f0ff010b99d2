/** Servers under attack, what they hold meanwhile, and a well-behaved connection that must not notice. */
import { createServer } from "node:http";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, onTestFinished } from "vitest";
import type { Endpoint } from "../../../src/websocket/endpoint/endpoint.ts";
import { WebSocketProtocolError } from "../../../src/websocket/errors.ts";
import type { UpgradeRequest } from "../../../src/websocket/handshake/upgrade-request.ts";
import { WebSocketServer } from "../../../src/websocket/server/server.ts";
import type { WebSocketServerOptions } from "../../../src/websocket/server/server-options.ts";
import { listen, listenHttp, openPeer } from "../listen.ts";
import { encodeFrame, type Frame } from "../naive-codec.ts";
import { eventually, turn } from "../next-event.ts";
import type { RawPeer } from "../raw-peer.ts";

export const KIB = 1024;
export const MIB: number = 1024 * KIB;

/** Every way in which a server reads from TCP. */
export type Place = "direct" | "portable" | "attached";
export const places: readonly Place[] = ["direct", "portable", "attached"];

/** What an application heard of one connection. */
export interface Heard {
  readonly socket: Endpoint;
  readonly request: UpgradeRequest;
  messages: number;
  pongs: number;
  /** "error 1009" and "close 1006 unclean", in order. */
  readonly end: string[];
}

export interface Victim {
  readonly server: WebSocketServer;
  readonly port: number;
  /** The connections but for bystanders, as they came. */
  readonly heard: Heard[];
  /** What the server itself reported. */
  readonly errors: Error[];
}

type Application = (socket: Endpoint, heard: Heard) => void;

const BYSTANDER = "/bystander";

/** A server whose application only listens, or does more. Bystanders get back what they send. */
export async function victim(
  place: Place,
  options: WebSocketServerOptions = {},
  application: Application = () => {},
): Promise<Victim> {
  const { server, port } = await begin(place, options);
  const heard: Heard[] = [];
  const errors: Error[] = [];
  server.addEventListener("error", ({ error }) => errors.push(error));
  server.addEventListener("connection", ({ socket, request }) => {
    if (request.path === BYSTANDER) {
      socket.addEventListener("message", ({ data }) => socket.send(data));
      return;
    }
    const one = listenTo(socket, request);
    heard.push(one);
    application(socket, one);
  });
  return { server, port, heard, errors };
}

async function begin(
  place: Place,
  options: WebSocketServerOptions,
): Promise<{ server: WebSocketServer; port: number }> {
  if (place !== "attached") {
    const listening = await listen({ readPath: place, ...options });
    expect(listening.server.readPath).toBe(place);
    return listening;
  }
  const { http, port } = await listenHttp(createServer());
  const server = new WebSocketServer({
    server: http,
    closeTimeout: 50,
    heartbeatInterval: Number.POSITIVE_INFINITY,
    ...options,
  });
  onTestFinished(() => server.close());
  return { server, port };
}

function listenTo(socket: Endpoint, request: UpgradeRequest): Heard {
  const heard: Heard = { socket, request, messages: 0, pongs: 0, end: [] };
  socket.addEventListener("message", () => heard.messages++);
  socket.addEventListener("pong", () => heard.pongs++);
  socket.addEventListener("error", ({ error }) => {
    heard.end.push(`error ${error instanceof WebSocketProtocolError ? error.closeCode : error.message}`);
  });
  socket.addEventListener("close", ({ code, wasClean }) => {
    heard.end.push(`close ${code} ${wasClean ? "clean" : "unclean"}`);
  });
  return heard;
}

/** A connection that does nothing wrong. Asked at any time, it must be served. */
export async function bystander(port: number): Promise<() => Promise<void>> {
  const peer = await openPeer(port, { path: BYSTANDER });
  let asked = 0;
  return async () => {
    const text = `${asked++}`;
    peer.send({ opcode: 1, payload: text });
    expect(await peer.frames(1)).toEqual([`1 ${Buffer.from(text).toString("hex")}`]);
  };
}

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Bytes that are alive in this process, the attackers' own included. */
export async function alive(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    collect();
    await turn();
  }
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return heapUsed + Math.max(external, arrayBuffers);
}

/** How many more bytes are alive than when this was called. */
export async function growth(): Promise<() => Promise<number>> {
  const before = await alive();
  return async () => (await alive()) - before;
}

const MASKING_KEY = [0x37, 0xfa, 0x21, 0x3d];

/** The octets of a client's frame. */
export const frame = (one: Frame): Buffer => encodeFrame({ key: MASKING_KEY, ...one });

/** The same octets several times. */
export const times = (count: number, octets: Uint8Array): Buffer =>
  Buffer.concat(Array.from({ length: count }, () => octets));

/**
 * So many turns of the event loop, and so many milliseconds, without a byte more: nobody reads. Turns because we may have
 * been stopped ourselves for that time, and time because the kernel may be slow to deliver.
 */
const PATIENCE = { turns: 200, milliseconds: 100 };

/**
 * Writes as fast as the other end reads, and no faster.
 *
 * @returns how many blocks were written before it stopped reading or closed
 */
export async function flood(peer: RawPeer, block: Uint8Array, count: number): Promise<number> {
  for (let i = 0; i < count; i++) {
    if (!peer.socket.writable) return i;
    if (!peer.socket.write(block) && !(await isTaken(peer))) return i;
  }
  return count;
}

async function isTaken({ socket }: RawPeer): Promise<boolean> {
  let left = socket.writableLength;
  let turns = 0;
  let since = performance.now();
  const isPatient = (): boolean =>
    turns < PATIENCE.turns || performance.now() - since < PATIENCE.milliseconds;
  while (left > 0 && socket.writable && isPatient()) {
    await turn();
    turns++;
    if (socket.writableLength < left) {
      turns = 0;
      since = performance.now();
    }
    left = socket.writableLength;
  }
  return left === 0;
}

/** Waits until everything that was sent has been read, and what came of it has happened. */
export async function settle(peer: RawPeer): Promise<void> {
  await isTaken(peer);
  for (let i = 0; i < 20; i++) await turn();
}

/** The code of the Close frame that comes first, and then the end of TCP. */
export async function closeCode(peer: RawPeer): Promise<number> {
  const [close = ""] = await peer.frames(1);
  expect(close).toMatch(/^8 /);
  await peer.end();
  return Number.parseInt(close.slice(2, 6), 16);
}

/** The application hears one error and one end, both at the latest now. */
export async function heardFailure(heard: Heard | undefined, code: number): Promise<void> {
  await eventually(() => expect(heard?.end).toEqual([`error ${code}`, "close 1006 unclean"]));
}
