/**
 * What `barewire echo` does at each of its paths: it sends a message back to who sent it, or to everybody.
 *
 * Neither loses a message on the way. Who sends more than can be passed on is not read from meanwhile, so that TCP,
 * or HTTP/2's flow control, holds it back.
 */
import { broadcast, type Endpoint, type MessageEvent } from "../websocket/index.ts";

export const ECHO_PATH = "/echo";
export const BROADCAST_PATH = "/broadcast";
/** What conformance suites ask for that know no path. */
const ROOT_PATH = "/";

/** Every path that is served. */
export const echoPaths: readonly string[] = [ECHO_PATH, ROOT_PATH, BROADCAST_PATH];

/** How many bytes may wait for one member of a fan-out before those who send to it are held back. */
const HELD_BACK_ABOVE = 256 * 1024;
/** RFC 6455 §7.4.2 has a registry: 1013 is "Try Again Later". */
const TRY_AGAIN_LATER = 1013;

/** Sends a message back: text as text, binary as binary. A listener for sockets with the overflow policy `wait`. */
export function echo({ target: socket, data }: MessageEvent): void {
  const room = socket.send(data);
  if (room === undefined) return;
  socket.pause();
  room.then(
    () => socket.resume(),
    () => sendAlone(socket, data),
  );
}

/** A message that is too long to wait behind others is taken, whatever its length, where none waits. */
async function sendAlone(socket: Endpoint, data: MessageEvent["data"]): Promise<void> {
  await socket.ready();
  await socket.send(data);
  socket.resume();
}

/** Sends what one socket says to all, itself included. */
export class FanOut {
  readonly #members = new Set<Endpoint>();

  join(socket: Endpoint): void {
    this.#members.add(socket);
    socket.addEventListener("close", () => this.#members.delete(socket));
    socket.addEventListener("message", ({ data }) => this.#pass(data, socket));
  }

  #pass(data: MessageEvent["data"], sender: Endpoint): void {
    broadcast(this.#members, data);
    for (const member of this.#members) {
      // A very long message finds no room behind others. Who counts messages is better served by an end than by a gap.
      if (member.dropped > 0) member.close(TRY_AGAIN_LATER, "a message was too long to wait its turn");
      else if (member.bufferedAmount > HELD_BACK_ABOVE) holdBack(sender, member);
    }
  }
}

/** Reads nothing more from `sender` until nothing waits for `receiver`. */
async function holdBack(sender: Endpoint, receiver: Endpoint): Promise<void> {
  sender.pause(receiver);
  await receiver.ready();
  sender.resume(receiver);
}
