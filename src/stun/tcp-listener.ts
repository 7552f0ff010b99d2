/** RFC 8489 §6.2.2 over TCP: messages one after the other, answered on the connection on which they came. */
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { clientOf } from "../addresses.ts";
import type { Deadlines, Machine } from "../deadlines.ts";
import type { Log } from "../log.ts";
import { isIPv6, type TransportAddress } from "./address.ts";
import type { BindingServer } from "./binding.ts";
import type { ConnectionLimits } from "./connection-limits.ts";
import { MessageStream } from "./message-stream.ts";

/** An address and a port to listen at; port 0: any that is free. */
export interface ListenOptions {
  readonly address: string;
  readonly port: number;
}

/** A socket that is listened on. */
export interface Listener {
  address(): AddressInfo;
  close(): Promise<void>;
}

/** What connections are answered and bounded by. */
export interface TcpContext {
  readonly binding: BindingServer;
  readonly limits: ConnectionLimits;
  readonly deadlines: Deadlines;
  readonly log: Log;
  /** Octets of the longest message. */
  readonly maxMessage: number;
  /** Milliseconds without a whole message after which a connection is closed. */
  readonly idleTimeout: number;
}

/** Opens the socket; one of IPv6 is for IPv6 alone. @throws when the port or the address cannot be had */
export async function listenTcp({ address, port }: ListenOptions, context: TcpContext): Promise<Listener> {
  const connections = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => take(socket, connections, context));
  server.listen({ port, host: address, ipv6Only: isIPv6(address) });
  await once(server, "listening");
  server.on("error", ({ message }) =>
    context.log.warn("stun.socket-failed", { transport: "tcp", reason: message }),
  );
  return { address: () => server.address() as AddressInfo, close: () => closeTcp(server, connections) };
}

function take(socket: Socket, connections: Set<Socket>, context: TcpContext): void {
  socket.on("error", () => {}); // `close` follows, and that is all there is to do
  const { remoteAddress, remotePort } = socket;
  // A peer may be gone before we look.
  if (remoteAddress === undefined || remotePort === undefined) return void socket.destroy();
  const client = clientOf(remoteAddress);
  if (!context.limits.enter(client)) return void socket.destroy();
  const connection = new Connection(socket, { address: remoteAddress, port: remotePort }, context);
  connections.add(socket);
  context.deadlines.add(connection);
  socket.once("close", () => {
    connections.delete(socket);
    context.deadlines.delete(connection);
    context.limits.leave(client);
  });
}

/** RFC 8489 §6.2.2: "the server SHOULD keep the connection open and let the client close it", but not one that has died. */
class Connection implements Machine {
  readonly #socket: Socket;
  readonly #source: TransportAddress;
  readonly #context: TcpContext;
  readonly #stream: MessageStream;
  nextTimeout: number;

  constructor(socket: Socket, source: TransportAddress, context: TcpContext) {
    this.#socket = socket;
    this.#source = source;
    this.#context = context;
    this.#stream = new MessageStream(context.maxMessage);
    this.nextTimeout = context.deadlines.now() + context.idleTimeout;
    socket.on("data", (chunk: Buffer) => this.#receive(chunk));
    socket.on("drain", () => socket.resume());
  }

  handleTimeout(): void {
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    const { binding, deadlines, idleTimeout } = this.#context;
    const now = deadlines.now();
    this.#socket.cork();
    const fault = this.#stream.push(chunk, (message) => {
      this.nextTimeout = now + idleTimeout;
      const answer = binding.receive(message, this.#source, now);
      // Who does not read its answers is not read from.
      if (answer !== undefined && !this.#socket.write(answer)) this.#socket.pause();
    });
    this.#socket.uncork();
    if (fault === undefined) return;
    // Where the next message would begin, nobody knows.
    binding.countDrop(fault);
    this.#socket.destroy();
  }
}

async function closeTcp(server: Server, connections: ReadonlySet<Socket>): Promise<void> {
  const closed = once(server, "close");
  server.close();
  for (const socket of connections) socket.destroy();
  await closed;
}
