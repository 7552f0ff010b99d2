/** What is needed of a WebSocket, so that anybody's will do: that of browsers, of Node, of `ws`, and our own. */

export interface WebSocketLike {
  /** 0 connecting, 1 open, 2 closing, 3 closed. */
  readonly readyState: number;
  readonly bufferedAmount: number;
  /** What was agreed on: our own socket says `subprotocol`, as RFC 6455 does, the others `protocol`. */
  readonly protocol?: string | undefined;
  readonly subprotocol?: string | undefined;
  binaryType?: string | undefined;
  send(data: string | ArrayBuffer | Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: "open", listener: () => void): void;
  addEventListener(type: "message", listener: (event: HeardMessage) => void): void;
  addEventListener(type: "close", listener: (event: HeardClose) => void): void;
  addEventListener(type: "error", listener: (event: object) => void): void;
  removeEventListener(type: "open", listener: () => void): void;
  removeEventListener(type: "message", listener: (event: HeardMessage) => void): void;
  removeEventListener(type: "close", listener: (event: HeardClose) => void): void;
  removeEventListener(type: "error", listener: (event: object) => void): void;
}

export interface HeardMessage {
  readonly data: unknown;
}

export interface HeardClose {
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
}

/** Who listens to a socket. */
export interface SocketSink {
  opened(): void;
  received(data: unknown): void;
  failed(event: object): void;
  closed(event: HeardClose): void;
}

export type WebSocketConstructor = new (url: string, subprotocols: string[]) => WebSocketLike;

/** Listens until the function that it returns is called; from then on the socket may say what it likes. */
export function listen(socket: WebSocketLike, sink: SocketSink): () => void {
  const opened = (): void => sink.opened();
  const received = ({ data }: HeardMessage): void => sink.received(data);
  const failed = (event: object): void => sink.failed(event);
  const closed = (event: HeardClose): void => sink.closed(event);
  socket.addEventListener("open", opened);
  socket.addEventListener("message", received);
  socket.addEventListener("error", failed);
  socket.addEventListener("close", closed);
  return () => {
    // First of all: in `ws` an error that nobody listens to is an exception, and closing while connecting
    // is an error. This one function for all sockets keeps nothing alive.
    socket.addEventListener("error", ignore);
    socket.removeEventListener("open", opened);
    socket.removeEventListener("message", received);
    socket.removeEventListener("error", failed);
    socket.removeEventListener("close", closed);
  };
}

/** What went wrong, as far as an `error` event says it: those of browsers say nothing. */
export function errorOf(event: object): Error {
  const { error, message } = event as { readonly error?: unknown; readonly message?: unknown };
  if (error instanceof Error) return error;
  return new Error(typeof message === "string" && message !== "" ? message : "the connection failed");
}

/** The HTTP status that refused the opening handshake: our own socket has it on its error, browsers hide it. */
export function statusOf(event: object): number | undefined {
  const { status } = errorOf(event) as { readonly status?: unknown };
  return typeof status === "number" ? status : undefined;
}

function ignore(): void {}
