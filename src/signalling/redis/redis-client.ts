/**
 * Connections to Redis, made by the package `redis` (node-redis 6): the one package that is loaded from here, and
 * only when somebody asks for this bus.
 */
import { RedisBusError, redisErrorOf } from "./redis-error.ts";

/** What is used of a connection; a node-redis client is one. */
export interface RedisConnection {
  connect(): Promise<unknown>;
  sendCommand(args: readonly string[]): Promise<unknown>;
  subscribe(channel: string, listener: RedisListener): Promise<unknown>;
  unsubscribe(channel: string, listener: RedisListener): Promise<unknown>;
  on(event: "error" | "end", listener: (error?: unknown) => void): unknown;
  destroy(): void;
}

/** Hears what is published. */
export type RedisListener = (message: string, channel: string) => void;

/**
 * A node-redis client of one's own, connected or not. It tells how Redis is reached (address, TLS, credentials) and
 * is not used beyond that: the bus makes a connection of its own by `duplicate`.
 */
export interface RedisClient {
  readonly options?: { readonly socket?: object | undefined } | undefined;
  duplicate(overrides: Readonly<Record<string, unknown>>): RedisConnection;
}

/** Where Redis is. */
export type RedisSource = { readonly url: string } | { readonly client: RedisClient };

/**
 * Connects once.
 *
 * @param timeout milliseconds, the greeting of Redis included
 * @throws {RedisBusError} when that fails
 */
export async function connectRedis(source: RedisSource, timeout: number): Promise<RedisConnection> {
  const connection = await makeConnection(source, timeout);
  let failure: unknown;
  // Without a listener an "error" would end the process.
  connection.on("error", (error) => {
    failure ??= error;
  });
  const connected = connection.connect();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new RedisBusError("timeout", "Redis does not answer");
    timer = setTimeout(() => reject(error), timeout);
  });
  try {
    await Promise.race([connected, late]);
    return connection;
  } catch (error) {
    connection.destroy();
    // A connection that comes about after all is destroyed once more: until then there was nothing to destroy.
    connected.then(
      () => connection.destroy(),
      () => connection.destroy(),
    );
    throw redisErrorOf(failure ?? error);
  } finally {
    clearTimeout(timer);
  }
}

async function makeConnection(source: RedisSource, timeout: number): Promise<RedisConnection> {
  const socket = { reconnectStrategy: false, connectTimeout: timeout };
  const options = {
    // RESP3 has publications and replies on one connection: so both are lost together or not at all.
    RESP: 3,
    // The bus counts what is unanswered itself; a timer for each command costs more than the command.
    commandOptions: { timeout: 0 },
    disableOfflineQueue: true,
    maintNotifications: "disabled",
  };
  if ("client" in source) {
    const { client } = source;
    return client.duplicate({ ...options, socket: { ...client.options?.socket, ...socket } });
  }
  const createClient = await loadRedis();
  return createClient({ ...options, url: source.url, socket });
}

/** What is used of the package. Its own types stay here: whoever does not have it can compile all the same. */
type CreateClient = (options: Readonly<Record<string, unknown>>) => RedisConnection;

async function loadRedis(): Promise<CreateClient> {
  try {
    const { createClient } = await import("redis");
    return createClient as CreateClient;
  } catch {
    throw new RedisBusError(
      "not-installed",
      "rooms over Redis need the package redis, version 6: npm install redis@6",
    );
  }
}
