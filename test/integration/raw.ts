/** Bytes as they are, to and from a port: what a broken or hostile client would send. */
import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";

/** Sends `bytes` and resolves with all that came back until the server closed the connection. */
export function exchange(url: string, bytes: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = open(url);
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "ECONNRESET" && error.code !== "EPIPE") reject(error);
    });
    socket.on("close", () => resolve(Buffer.concat(chunks).toString("latin1")));
    socket.write(bytes);
  });
}

/** A TCP connection to the server behind `url`. */
export function open(url: string): Socket {
  const { hostname, port } = new URL(url);
  return connect(Number(port), hostname);
}

/** The lines of an opening handshake of RFC 6455 §1.2, from a table that tests may change. */
export function handshake(
  headers: Readonly<Record<string, string | undefined>>,
  requestLine?: string,
): string {
  const lines = Object.entries({
    Host: "127.0.0.1",
    Upgrade: "websocket",
    Connection: "Upgrade",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version": "13",
    ...headers,
  }).flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}\r\n`]));
  return `${requestLine ?? "GET /ws HTTP/1.1"}\r\n${lines.join("")}\r\n`;
}

/** A masked frame (RFC 6455 §5.2) with any first octet, built the slow and obvious way. */
export function frame(
  first: number,
  payload: Buffer,
  { masked = true }: { readonly masked?: boolean } = {},
): Buffer {
  const length =
    payload.length < 126
      ? Buffer.of(payload.length)
      : payload.length < 65536
        ? Buffer.of(126, payload.length >> 8, payload.length & 255)
        : Buffer.concat([Buffer.of(127, 0, 0, 0, 0), uint32(payload.length)]);
  if (!masked) return Buffer.concat([Buffer.of(first), length, payload]);
  length[0] = length[0]! | 0x80;
  const key = randomBytes(4);
  const body = Buffer.from(payload.map((octet, i) => octet ^ key[i % 4]!));
  return Buffer.concat([Buffer.of(first), length, key, body]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

export interface RawSocket {
  readonly socket: Socket;
  /** What came after the 101, until the server closed the connection. */
  readonly rest: Promise<Buffer>;
}

/** Opens a WebSocket by hand; resolves once the server has switched protocols. */
export function openWebSocket(url: string, token: string): Promise<RawSocket> {
  return new Promise((resolve, reject) => {
    const socket = open(url);
    let bytes = Buffer.alloc(0);
    const closed = new Promise<Buffer>((done) =>
      socket.on("close", () => done(bytes.subarray(bytes.indexOf("\r\n\r\n") + 4))),
    );
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      bytes = Buffer.concat([bytes, chunk]);
      if (!bytes.includes("\r\n\r\n")) return;
      if (bytes.subarray(0, 12).toString() === "HTTP/1.1 101") resolve({ socket, rest: closed });
      else reject(new Error(bytes.toString()));
    });
    socket.write(handshake({ Authorization: `Bearer ${token}` }));
  });
}

/** The code of the last frame, which must be a Close (RFC 6455 §5.5.1). */
export function closeCodeOf(bytes: Buffer): number | undefined {
  let at = 0;
  let code: number | undefined;
  while (at + 2 <= bytes.length) {
    let length = bytes[at + 1]! & 0x7f;
    let start = at + 2;
    if (length === 126) {
      length = bytes.readUInt16BE(start);
      start += 2;
    }
    code = (bytes[at]! & 15) === 8 && length >= 2 ? bytes.readUInt16BE(start) : undefined;
    at = start + length;
  }
  return code;
}
