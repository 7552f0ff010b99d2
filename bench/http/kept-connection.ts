/**
 * One connection of an HTTP client that is kept: a request is bytes made before, and the next is sent once the
 * last is answered. It costs the client little, which on a machine with few cores the server would pay for.
 */
import { connect, type Socket } from "node:net";

/** What a server answered. Field names in lower case. */
export interface Reply {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

interface Waiting {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
}

/** Connects when it is first asked, and again when the server has closed the connection in between. */
export class KeptConnection {
  readonly #port: number;
  #socket: Socket | undefined;
  #received = "";
  #waiting: Waiting | undefined;

  /** @param port of 127.0.0.1 */
  constructor(port: number) {
    this.#port = port;
  }

  /**
   * Sends a request and resolves with its reply; one at a time. Rejects when the connection ends before it, or
   * when the reply does not state its length.
   */
  ask(request: string): Promise<Reply> {
    if (this.#waiting !== undefined) throw new Error("the last request is not answered yet");
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket ??= this.#connect();
      this.#socket.write(request, "latin1");
    });
  }

  /** Lets go of the connection; a reply that is waited for is given up. */
  close(): void {
    this.#socket?.destroy();
    this.#drop(new Error("the client has closed the connection"));
  }

  #connect(): Socket {
    const socket = connect({ host: "127.0.0.1", port: this.#port, noDelay: true });
    socket.setEncoding("latin1");
    const drop = (error: Error): void => {
      if (this.#socket === socket) this.#drop(error);
      socket.destroy();
    };
    socket.on("data", (text: string) => {
      this.#received += text;
      this.#read();
    });
    socket.on("error", drop);
    socket.on("end", () => drop(new Error("the server has closed the connection")));
    return socket;
  }

  #drop(error: Error): void {
    this.#socket = undefined;
    this.#received = "";
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.reject(error);
  }

  #read(): void {
    const headEnd = this.#received.indexOf("\r\n\r\n");
    if (headEnd < 0) return;
    const [start, ...fields] = this.#received.slice(0, headEnd).split("\r\n");
    const headers = new Map(fields.map(readField));
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(start!)?.[1]);
    const length = status === 204 ? 0 : Number(headers.get("content-length"));
    if (!Number.isSafeInteger(length)) {
      this.#socket?.destroy();
      this.#drop(new Error("the reply does not say how long it is"));
      return;
    }
    const end = headEnd + 4 + length;
    if (this.#received.length < end) return;
    const body = Buffer.from(this.#received.slice(headEnd + 4, end), "latin1").toString("utf8");
    this.#received = this.#received.slice(end);
    // A server that says so will not read another request; its FIN may come later than our next one.
    if (headers.get("connection") === "close") this.#forget();
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.resolve({ status, headers, body });
  }

  #forget(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
    this.#received = "";
  }
}

function readField(line: string): [name: string, value: string] {
  const colon = line.indexOf(":");
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
}

/** The bytes of a request. `fields` without Host and Content-Length, which are added. */
export function requestOf(
  line: string,
  fields: Readonly<Record<string, string>> = {},
  content?: string,
): string {
  const all = {
    host: "127.0.0.1",
    ...fields,
    ...(content !== undefined && { "content-length": String(Buffer.byteLength(content)) }),
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  const body = content === undefined ? "" : Buffer.from(content).toString("latin1");
  return `${line} HTTP/1.1\r\n${lines.join("")}\r\n${body}`;
}

/** The Authorization field of a login. */
export function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}
