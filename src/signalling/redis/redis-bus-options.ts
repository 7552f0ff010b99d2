/** What a bus over Redis may be told, checked at once. */
import { type Log, silentLog } from "../../log.ts";
import type { ProcessId } from "../entries.ts";
import type { RedisClient, RedisSource } from "./redis-client.ts";

interface Common {
  /** What all keys and channels begin with, so that several servers can share a Redis. Default `barewire:`. */
  readonly prefix?: string | undefined;
  /** How this process is called: `A–Z a–z 0–9 _ -`, and never the same for two. Default: random. */
  readonly process?: ProcessId | undefined;
  /** Milliseconds without an answer after which Redis counts as lost. Default 2,000. */
  readonly commandTimeout?: number | undefined;
  /** Milliseconds between two signs of life of this process. Default 2,000. */
  readonly heartbeat?: number | undefined;
  /** Milliseconds without one after which a process is given up by the others. Default 6,000. */
  readonly goneAfter?: number | undefined;
  /** Milliseconds for which Redis keeps a room that no process has open. Default 120,000. */
  readonly roomTtl?: number | undefined;
  readonly log?: Log | undefined;
}

/** Where Redis is, as a URL or as a client of one's own, and what else may be said. */
export type RedisBusOptions = Common &
  (
    | {
        /** `redis://` or, for TLS, `rediss://[user[:password]@]host[:port][/database]`. */ readonly url: string;
      }
    | { readonly client: RedisClient }
  );

/** The options, each with its value. */
export interface RedisBusSettings {
  readonly source: RedisSource;
  readonly prefix: string;
  readonly process: ProcessId;
  readonly commandTimeout: number;
  readonly heartbeat: number;
  readonly goneAfter: number;
  readonly roomTtl: number;
  readonly log: Log;
}

/** @throws {TypeError | RangeError} unless every option is of its type and in its range */
export function checkRedisBusOptions(options: RedisBusOptions, randomId: () => string): RedisBusSettings {
  const { prefix = "barewire:", process = randomId(), log = silentLog } = options;
  const { commandTimeout = 2_000, heartbeat = 2_000, goneAfter = 6_000, roomTtl = 120_000 } = options;
  for (const [what, time] of Object.entries({ commandTimeout, heartbeat, goneAfter, roomTtl })) {
    if (!Number.isInteger(time) || time < 40 || time > 86_400_000) {
      throw new RangeError(`${what} must be whole milliseconds between 40 and a day`);
    }
  }
  if (goneAfter < 2 * heartbeat) throw new RangeError("goneAfter must be at least twice heartbeat");
  if (roomTtl < goneAfter) throw new RangeError("roomTtl must be at least goneAfter");
  if (!/^[\w:.-]{0,64}$/.test(prefix)) {
    throw new TypeError("prefix must be up to 64 letters, digits and characters of _ : . -");
  }
  if (!/^[\w-]{1,64}$/.test(process)) throw new TypeError("process must be 1 to 64 letters, digits, _ and -");
  const source = checkSource(options);
  return { source, prefix, process, commandTimeout, heartbeat, goneAfter, roomTtl, log };
}

/** What was given stays out of the messages: a URL may hold a password. */
function checkSource(options: { readonly url?: unknown; readonly client?: unknown }): RedisSource {
  const { url, client } = options;
  if ((url === undefined) === (client === undefined))
    throw new TypeError("a bus needs url or client, and not both");
  if (client !== undefined) {
    if (typeof (client as Partial<RedisClient> | null)?.duplicate === "function") {
      return { client: client as RedisClient };
    }
    throw new TypeError("client must be a client of node-redis, which can be duplicated");
  }
  const parsed = typeof url === "string" ? URL.parse(url) : null;
  if (parsed === null || !["redis:", "rediss:"].includes(parsed.protocol) || parsed.hostname === "") {
    throw new TypeError("url must be redis://HOST… or rediss://HOST…");
  }
  for (const part of [parsed.username, parsed.password]) {
    if (/%(?![0-9A-Fa-f]{2})/.test(part))
      throw new TypeError("url: username or password is not percent-encoded");
  }
  if (!/^\/?[0-9]{0,5}$/.test(parsed.pathname))
    throw new TypeError("the path of url must be a database number");
  return { url: parsed.href };
}
