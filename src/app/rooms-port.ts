/** The rooms of a signalling server as the routes of HTTP ask for them: neither of the two knows the other. */
import { HttpProblem, type RoomsPort } from "../http/index.ts";
import { RoomError, type SignallingServer } from "../signalling/index.ts";

/** In seconds: a bus that was lost is mostly found by then. */
const retryAfter = "2";

/** What the routes call. */
export function roomsPortOf(
  signalling: Pick<SignallingServer, "rooms" | "room" | "configure" | "end" | "kick" | "unban">,
): RoomsPort {
  return {
    list: () => signalling.rooms(),
    find: (room) => signalling.room(room),
    configure: (room, settings) => signalling.configure(room, settings).catch(refuse),
    end: (room) => signalling.end(room).catch(refuse),
    kick: (room, peer, how) => signalling.kick(room, peer, how).catch(refuse),
    unban: (room, user) => signalling.unban(room, user).catch(refuse),
  };
}

function refuse(error: unknown): never {
  if (!(error instanceof RoomError)) throw error;
  const { code, message } = error;
  if (code === "unknown-peer")
    throw new HttpProblem(404, "rooms/unknown-peer", "There is no such peer in the room.");
  throw new HttpProblem(503, "rooms/unavailable", `The room cannot be changed now: ${message}.`, {
    "retry-after": retryAfter,
  });
}
