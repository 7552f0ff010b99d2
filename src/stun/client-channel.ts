/** RFC 8489 §6.2: a way to a server and back, over UDP or TCP. */
import { createSocket } from "node:dgram";
import { connect } from "node:net";
import type { TransportAddress } from "./address.ts";
import { isIPv6 } from "./address.ts";
import { defaultMaxMessage } from "./binding.ts";
import { StunError } from "./errors.ts";
import { MessageStream } from "./message-stream.ts";

/** What a {@link Channel} reports. After `failed` it reports nothing more. */
export interface ChannelEvents {
  /** Messages may be sent. */
  open(): void;
  message(bytes: Uint8Array, source: TransportAddress): void;
  failed(error: StunError): void;
}

/** Where it leads and from where. */
export interface ChannelOptions {
  readonly transport: "udp" | "tcp";
  readonly server: TransportAddress;
  /** The system chooses by default. */
  readonly localAddress?: string | undefined;
  readonly localPort?: number | undefined;
}

/** A socket with one peer. */
export interface Channel {
  send(bytes: Uint8Array): void;
  /** Our end; undefined before it is open. */
  local(): TransportAddress | undefined;
  close(): void;
}

/** Opens a channel; all that goes wrong is reported, nothing thrown. */
export function openChannel(options: ChannelOptions, events: ChannelEvents): Channel {
  return options.transport === "udp" ? openUdp(options, events) : openTcp(options, events);
}

function openUdp({ server, localAddress, localPort = 0 }: ChannelOptions, events: ChannelEvents): Channel {
  const socket = createSocket(isIPv6(server.address) ? "udp6" : "udp4");
  let open = false;
  let closed = false;
  const close = (): void => {
    if (!closed) socket.close();
    closed = true;
  };
  socket.on("message", (bytes, { address, port }) => events.message(bytes, { address, port }));
  // A connected socket hears that nobody listens there: RFC 8489 §6.2.1: "also considered failed if there has been a hard
  // ICMP error".
  socket.on("error", (cause) => !closed && events.failed(unreachable(cause)));
  socket.bind({ port: localPort, ...(localAddress !== undefined && { address: localAddress }) }, () => {
    if (closed) return;
    socket.connect(server.port, server.address, () => {
      if (closed) return;
      open = true;
      events.open();
    });
  });
  return {
    send: (bytes) => socket.send(bytes),
    local: () => (open && !closed ? endOf(socket.address()) : undefined),
    close,
  };
}

function openTcp({ server, localAddress, localPort }: ChannelOptions, events: ChannelEvents): Channel {
  const socket = connect({
    host: server.address,
    port: server.port,
    noDelay: true,
    ...(localAddress !== undefined && { localAddress }),
    ...(localPort !== undefined && { localPort }),
  });
  const stream = new MessageStream(defaultMaxMessage);
  let failed = false;
  const fail = (error: StunError): void => {
    if (!failed) events.failed(error);
    failed = true;
  };
  socket.on("data", (chunk: Buffer) => {
    const fault = stream.push(chunk, (message) => events.message(message, server));
    if (fault === undefined) return;
    fail(new StunError("stun/invalid-response", "what the server sends is not STUN, or too long"));
  });
  socket.on("error", (cause) => fail(unreachable(cause)));
  socket.on("close", () => fail(unreachable(undefined)));
  // What is written before the connection is there waits for it: so connecting is part of the time that an answer has.
  queueMicrotask(() => failed || events.open());
  return {
    send: (bytes) => void socket.write(bytes),
    local: () => {
      const { localAddress: address, localPort: port } = socket;
      return address === undefined || port === undefined ? undefined : { address, port };
    },
    close: () => {
      failed = true;
      socket.destroy();
    },
  };
}

function endOf({ address, port }: TransportAddress): TransportAddress {
  return { address, port };
}

function unreachable(cause: unknown): StunError {
  return new StunError("stun/unreachable", "the STUN server cannot be reached", { cause });
}
