import { createClient, createClientPool } from "redis";
import { describe, expect, it } from "vitest";
import {
  openRedisBus,
  RedisBusError,
  type RedisBusOptions,
  type RedisClient,
} from "../../../src/signalling/redis/index.ts";
import { redisErrorOf } from "../../../src/signalling/redis/redis-error.ts";

const url = "redis://127.0.0.1:1";

describe("the options of a bus over Redis", () => {
  it.each([
    { url },
    { url: "rediss://user:p%40ss@redis.test:6380/2" },
    { url: "redis://[::1]" },
    { client: createClient() satisfies RedisClient },
    { url, prefix: "", process: "a-b_1", commandTimeout: 100, heartbeat: 100, goneAfter: 200, roomTtl: 200 },
  ])("may be %j", (options: RedisBusOptions) => {
    expect(openRedisBus(options).shared).toBe(false);
  });

  it.each([
    [{}, TypeError],
    [{ url, client: createClient() }, TypeError],
    [{ url: "http://127.0.0.1" }, TypeError],
    [{ url: "redis:" }, TypeError],
    [{ url: "127.0.0.1:6379" }, TypeError],
    [{ url: `${url}/x` }, TypeError],
    [{ url: "redis://u:hush%zz@127.0.0.1" }, TypeError],
    [{ url: 6379 }, TypeError],
    [{ client: {} }, TypeError],
    [{ client: null }, TypeError],
    [{ client: createClientPool() }, TypeError],
    [{ url, prefix: "a{b}" }, TypeError],
    [{ url, prefix: "x".repeat(65) }, TypeError],
    [{ url, process: "" }, TypeError],
    [{ url, process: "a b" }, TypeError],
    [{ url, commandTimeout: 39 }, RangeError],
    [{ url, heartbeat: 1.5 }, RangeError],
    [{ url, heartbeat: Number.NaN }, RangeError],
    [{ url, goneAfter: 3_000 }, RangeError],
    [{ url, roomTtl: 5_000 }, RangeError],
  ])("may not be %j", (options, kind) => {
    expect(() => openRedisBus(options as RedisBusOptions)).toThrow(kind);
  });

  it("are not quoted when they hold a password", () => {
    expect(() => openRedisBus({ url: "redis://u:hush%zz@127.0.0.1" })).not.toThrow(/hush/);
  });

  it("have this process called at random, and each differently", () => {
    expect(openRedisBus({ url }).process).not.toBe(openRedisBus({ url }).process);
  });
});

describe("errors of Redis", () => {
  it.each([
    ["NOAUTH Authentication required.", "authentication"],
    ["WRONGPASS invalid username-password pair or user is disabled.", "authentication"],
    ["NOPERM User bus has no permissions to run the 'eval' command", "permission"],
    ["ERR The user executing the script can't run this command or subcommand script: abc", "permission"],
    ["OOM command not allowed when used memory > 'maxmemory'. script: abc", "out-of-memory"],
    ["ERR Error running script (call to f_1): @user_script:1: -OOM command not allowed", "out-of-memory"],
    ["READONLY You can't write against a read only replica.", "read-only"],
    ["LOADING Redis is loading the dataset in memory", "unreachable"],
    ["MOVED 3999 127.0.0.1:6381", "protocol"],
    ["WRONGTYPE Operation against a key holding the wrong kind of value", "refused"],
    ["ERR unknown command 'EVAL', with args beginning with: 'secret'", "refused"],
    ["Socket closed unexpectedly", "unreachable"],
    ["Connection timeout", "unreachable"],
    ['Unknown RESP type 72 "H"', "protocol"],
  ])("%s", (message, code) => {
    const error = redisErrorOf(new Error(message));
    expect(error).toBeInstanceOf(RedisBusError);
    expect(error.code).toBe(code);
    expect(error.message).not.toContain("secret");
  });

  it("of the network are named by their code, and those that are ours stay as they are", () => {
    const refused = Object.assign(new Error("connect ECONNREFUSED 10.0.0.1:6379"), { code: "ECONNREFUSED" });
    expect(redisErrorOf(refused).message).toBe("Redis cannot be reached (ECONNREFUSED)");
    const own = redisErrorOf("anything");
    expect(redisErrorOf(own)).toBe(own);
  });
});
