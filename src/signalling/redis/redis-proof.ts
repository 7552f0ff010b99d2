/** Proof that a Redis can do all that will be asked of it: rather none than half of one. */
import type { ProcessId } from "../entries.ts";
import { RedisBusError } from "./redis-error.ts";
import type { RedisLink } from "./redis-link.ts";
import { logLength, roomKeys, runScript } from "./scripts.ts";

/**
 * Does once all that is done to rooms, with a room that nobody can open, and leaves nothing behind.
 *
 * @throws {RedisBusError} when that fails: a permission is lacking, there is no memory, it is a replica, or no Redis
 */
export async function proveRedis(
  link: RedisLink,
  { prefix, roomTtl, process }: { prefix: string; roomTtl: number; process: ProcessId },
): Promise<void> {
  // A star is in no room's name.
  const { room, log } = roomKeys(prefix, `*${process}`);
  const opened = await link.ask(runScript("open", [room, log], [0, roomTtl, 1, 1]));
  const begin = Array.isArray(opened) ? Number(opened[0]) : Number.NaN;
  const [position] = await Promise.all([
    link.ask(runScript("append", [room, log], ["{}", begin, 0, roomTtl, logLength])),
    link.ask(runScript("store", [room, log], [0, "{}"])),
    link.ask(runScript("read", [room, log], [0, roomTtl, 1])),
    link.ask(["DEL", room, log]),
  ]);
  if (begin !== Number(position) - 1) {
    throw new RedisBusError("protocol", "what answers does not speak as Redis does");
  }
}
