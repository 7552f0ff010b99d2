/** Rooms that several server processes share, over Redis. */
export { openRedisBus, type RedisBus } from "./redis-bus.ts";
export type { RedisBusOptions } from "./redis-bus-options.ts";
export type { RedisClient, RedisConnection, RedisListener } from "./redis-client.ts";
export { RedisBusError, type RedisBusErrorCode } from "./redis-error.ts";
