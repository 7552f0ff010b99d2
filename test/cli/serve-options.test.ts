import { describe, expect, it } from "vitest";
import { CommandError } from "../../src/cli/exit-code.ts";
import { describeServeOptions, parseServeOptions } from "../../src/cli/serve-options.ts";

const defaults = {
  port: 8080,
  host: "localhost",
  data: "./data",
  origins: [],
  logLevel: "info",
  tokenLifetime: 600,
  refreshLifetime: 2_592_000,
  passwordProfile: "auto",
  pepperFiles: [],
  trustedProxies: [],
  forwardedField: "x-forwarded-for",
  metricsTokenFile: "",
  resourceServerSecretFile: "",
  connectionsPerAddress: 1000,
  administrators: [],
  rooms: "open",
  privateAddresses: "pass",
  redis: "",
  stunPort: "auto",
  stunHost: "",
  turnUrls: [],
  turnSecretFile: "",
};

describe("the options of barewire serve", () => {
  it("have defaults that work at once", () => {
    expect(parseServeOptions([], {})).toEqual(defaults);
  });

  it("come from the command line", () => {
    const args = [
      "--port",
      "0",
      "--host=::1",
      "--data",
      "d",
      "--log-level",
      "debug",
      "--token-lifetime",
      "60",
    ];
    expect(parseServeOptions(args, {})).toEqual({
      ...defaults,
      port: 0,
      host: "::1",
      data: "d",
      logLevel: "debug",
      tokenLifetime: 60,
    });
  });

  it("come from the environment", () => {
    const environment = {
      BAREWIRE_PORT: "9000",
      BAREWIRE_HOST: "0.0.0.0",
      BAREWIRE_DATA: "/d",
      BAREWIRE_ORIGIN: "https://a.example",
      BAREWIRE_LOG_LEVEL: "warn",
      BAREWIRE_TOKEN_LIFETIME: "5",
      BAREWIRE_CONNECTIONS_PER_ADDRESS: "20000",
      BAREWIRE_REFRESH_LIFETIME: "3600",
      BAREWIRE_PASSWORD_PROFILE: "scrypt-32mib",
      BAREWIRE_PEPPER_FILE: "/p/2026.json, /p/2025.json",
      BAREWIRE_TRUSTED_PROXY: "127.0.0.1,fd00::/8",
      BAREWIRE_FORWARDED_FIELD: "forwarded",
      BAREWIRE_METRICS_TOKEN_FILE: "/m",
      BAREWIRE_RESOURCE_SERVER_SECRET_FILE: "/r",
      BAREWIRE_ADMIN: "alice, Bob",
      BAREWIRE_ROOMS: "granted",
      BAREWIRE_PRIVATE_ADDRESSES: "strip",
      BAREWIRE_REDIS: "rediss://user:p%40ss@redis.example:6380/1",
      BAREWIRE_STUN_PORT: "0",
      BAREWIRE_STUN_HOST: "stun.example",
      BAREWIRE_TURN_URL: "turn:a.example,turns:[2001:db8::1]:5349?transport=tcp",
      BAREWIRE_TURN_SECRET_FILE: "/t",
    };
    expect(parseServeOptions([], environment)).toEqual({
      refreshLifetime: 3600,
      passwordProfile: "scrypt-32mib",
      pepperFiles: ["/p/2026.json", "/p/2025.json"],
      trustedProxies: ["127.0.0.1", "fd00::/8"],
      forwardedField: "forwarded",
      metricsTokenFile: "/m",
      resourceServerSecretFile: "/r",
      port: 9000,
      host: "0.0.0.0",
      data: "/d",
      origins: ["https://a.example"],
      logLevel: "warn",
      tokenLifetime: 5,
      connectionsPerAddress: 20_000,
      administrators: ["alice", "Bob"],
      rooms: "granted",
      privateAddresses: "strip",
      redis: "rediss://user:p%40ss@redis.example:6380/1",
      stunPort: 0,
      stunHost: "stun.example",
      turnUrls: ["turn:a.example", "turns:[2001:db8::1]:5349?transport=tcp"],
      turnSecretFile: "/t",
    });
  });

  it("prefer the command line to the environment", () => {
    expect(parseServeOptions(["--port", "1"], { BAREWIRE_PORT: "2" }).port).toBe(1);
  });

  it("take an empty variable for one that is not set", () => {
    expect(parseServeOptions([], { BAREWIRE_PORT: "" }).port).toBe(8080);
  });

  it("take several origins, repeated or in a list", () => {
    const args = [
      "--origin",
      "https://a.example, https://b.example:8443",
      "--origin",
      "http://localhost:5173",
    ];
    expect(parseServeOptions(args, {}).origins).toEqual([
      "https://a.example",
      "https://b.example:8443",
      "http://localhost:5173",
    ]);
  });

  it("are all explained, each with its variable", () => {
    for (const name of [
      "PORT",
      "HOST",
      "DATA",
      "ORIGIN",
      "LOG_LEVEL",
      "TOKEN_LIFETIME",
      "REFRESH_LIFETIME",
      "PASSWORD_PROFILE",
      "PEPPER_FILE",
      "TRUSTED_PROXY",
      "FORWARDED_FIELD",
      "METRICS_TOKEN_FILE",
      "RESOURCE_SERVER_SECRET_FILE",
      "CONNECTIONS_PER_ADDRESS",
      "ADMIN",
      "ROOMS",
      "REDIS",
      "STUN_PORT",
      "STUN_HOST",
      "TURN_URL",
      "TURN_SECRET_FILE",
    ]) {
      expect(describeServeOptions()).toContain(`[BAREWIRE_${name}]`);
    }
  });

  it.each([
    [["--port", "70000"], "--port"],
    [["--port", "-1"], "--port"],
    [["--port", "80x"], "--port"],
    [["--port", "8e3"], "--port"],
    [["--port", ""], "--port"],
    [["--port", "1", "--port", "2"], "--port"],
    [["--host", ""], "--host"],
    [["--data", ""], "--data"],
    [["--data", "a\0b"], "--data"],
    [["--origin", "chat.example"], "--origin"],
    [["--origin", "https://chat.example/"], "--origin"],
    [["--origin", "https://chat.example,"], "--origin"],
    [["--origin", "ftp://chat.example"], "--origin"],
    [["--origin", "*"], "--origin"],
    [["--log-level", "loud"], "--log-level"],
    [["--connections-per-address", "0"], "--connections-per-address"],
    [["--token-lifetime", "0"], "--token-lifetime"],
    [["--token-lifetime", "99999999"], "--token-lifetime"],
    [["--refresh-lifetime", "7776001"], "--refresh-lifetime"],
    [["--password-profile", "md5"], "--password-profile"],
    [["--trusted-proxy", "proxy.example"], "--trusted-proxy"],
    [["--trusted-proxy", "10.0.0.1/8"], "--trusted-proxy"],
    [["--forwarded-field", "via"], "--forwarded-field"],
    [["--admin", "a"], "--admin"],
    [["--admin", "alice,"], "--admin"],
    [["--rooms", "closed"], "--rooms"],
    [["--private-addresses", "hide"], "--private-addresses"],
    [["--redis", "localhost:6379"], "--redis"],
    [["--redis", "http://localhost"], "--redis"],
    [["--stun-port", "65536"], "--stun-port"],
    [["--stun-port", "on"], "--stun-port"],
    [["--stun-host", "a b"], "--stun-host"],
    [["--turn-url", "stun:a.example", "--turn-secret-file", "t"], "--turn-url"],
    [["--turn-url", "turn://a.example", "--turn-secret-file", "t"], "--turn-url"],
    [["--turn-url", "turn:a.example"], "--turn-secret-file"],
    [["--turn-secret-file", "t"], "--turn-url"],
    [["--verbose"], "--verbose"],
    [["extra"], "extra"],
    [["--port"], "--port"],
  ])("refuse %j in one line that names %s", (args, name) => {
    expect(() => parseServeOptions(args, {})).toThrow(CommandError);
    try {
      parseServeOptions(args, {});
    } catch (error) {
      expect((error as CommandError).exitCode).toBe(2);
      expect((error as CommandError).message).toContain(name);
      expect((error as CommandError).message).not.toContain("\n");
    }
  });

  it.each([
    ["off", "off"],
    ["auto", "auto"],
    ["0", 0],
    ["3478", 3478],
  ])("take %s as the port for STUN", (text, port) => {
    expect(parseServeOptions(["--stun-port", text], {}).stunPort).toBe(port);
  });

  it("do not repeat the URL of a Redis, which may hold a password", () => {
    const given = "redis//:hunter2@redis.example";
    expect(() => parseServeOptions(["--redis", given], {})).toThrow(/^--redis(?!.*hunter2)/);
  });

  it("name the variable that is wrong", () => {
    expect(() => parseServeOptions([], { BAREWIRE_PORT: "http" })).toThrow(
      "BAREWIRE_PORT must be a whole number",
    );
  });
});
