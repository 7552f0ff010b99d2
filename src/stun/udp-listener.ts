/** RFC 8489 §6.3.1.2 over UDP: one socket, and an answer goes back to where its request came from. */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import type { Log } from "../log.ts";
import { isIPv6 } from "./address.ts";
import type { BindingServer } from "./binding.ts";
import type { Listener, ListenOptions } from "./tcp-listener.ts";

/** Opens the socket; one of IPv6 is for IPv6 alone. @throws when the port or the address cannot be had */
export async function listenUdp(
  { address, port }: ListenOptions,
  binding: BindingServer,
  log: Log,
): Promise<Listener> {
  const socket = createSocket({
    type: isIPv6(address) ? "udp6" : "udp4",
    ipv6Only: isIPv6(address),
    // Where answers go is an address always. The lookup that Node would do ends a turn later, and costs as much as the
    // answer itself.
    lookup: (host, _options, callback) => callback(null, host, isIPv6(host) ? 6 : 4),
  });
  answerAll(socket, binding);
  // With that lookup the socket may listen before `bind` returns.
  const listening = once(socket, "listening");
  try {
    socket.bind(port, address);
    await listening;
  } catch (error) {
    socket.close();
    throw error;
  }
  socket.on("error", ({ message }) => log.warn("stun.socket-failed", { transport: "udp", reason: message }));
  return { address: () => socket.address(), close: () => closeUdp(socket) };
}

function answerAll(socket: Socket, binding: BindingServer): void {
  socket.on("message", (bytes, source) => {
    const answer = binding.receive(bytes, source, performance.now());
    // Without a callback: an answer that cannot be sent is lost, as any datagram may be.
    if (answer !== undefined) socket.send(answer, source.port, source.address);
  });
}

async function closeUdp(socket: Socket): Promise<void> {
  const closed = once(socket, "close");
  socket.close();
  await closed;
}
