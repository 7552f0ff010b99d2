import { Agent } from "node:https";
import { describe, expect, it } from "vitest";
import type { Algorithm } from "../../src/jwt/algorithms.ts";
import { remoteKeySet } from "../../src/jwt/remote-jwks.ts";
import { checkRemoteOptions, checkUrl, type RemoteKeySetOptions } from "../../src/jwt/remote-jwks-options.ts";
import { refusal } from "./forge.ts";

const url = "https://issuer.example/jwks.json";
const algorithms: readonly Algorithm[] = ["ES256"];
const make = (options: unknown) => () => remoteKeySet(url, options as RemoteKeySetOptions);

describe("the URL of a remote key set", () => {
  it.each([
    url,
    "HTTPS://ISSUER.EXAMPLE",
    "https://issuer.example:8443/a?b=c#d",
    "https://192.0.2.1/",
    "https://[2001:db8::1]/",
    "http://127.0.0.1:8080/",
    "http://127.255.0.1/",
    "http://127.1/",
    "http://0x7f000001/",
    "http://[::1]:8080/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://localhost/",
    "http://LOCALHOST:3000/",
  ])("may be %s", (text) => {
    expect(checkUrl(text).href).toBe(new URL(text).href);
    expect(checkUrl(new URL(text)).href).toBe(new URL(text).href);
    expect(() => remoteKeySet(text, { algorithms })).not.toThrow();
  });

  it.each([
    ["http to elsewhere", "http://issuer.example/jwks.json"],
    ["http to a private address", "http://10.0.0.1/"],
    ["http to a link-local address", "http://169.254.169.254/latest/meta-data/"],
    ["http to all addresses of this machine", "http://0.0.0.0/"],
    ["http to all addresses of this machine, version 6", "http://[::]/"],
    ["http to an address that ends in ::1", "http://[fe80::1]/"],
    ["http to a mapped address", "http://[::ffff:127.0.0.1]/"],
    ["http to a name that begins like an address", "http://127.0.0.1.evil.example/"],
    ["http to a name that begins like localhost", "http://localhost.evil.example/"],
    ["http to a name below localhost", "http://evil.localhost/"],
    ["http to localhost with a final full stop", "http://localhost./"],
    ["http to a name that ends in localhost", "http://notlocalhost/"],
    ["http with localhost for a user", "http://localhost@evil.example/"],
    ["a file", "file:///etc/jwks.json"],
    ["a file on localhost", "file://localhost/etc/jwks.json"],
    ["data", `data:application/json,{"keys":[]}`],
    ["a blob", "blob:https://issuer.example/1"],
    ["ftp", "ftp://127.0.0.1/"],
    ["a WebSocket", "wss://issuer.example/"],
    ["a script", "javascript:1"],
    ["a user", "https://user@issuer.example/"],
    ["a password", "https://:password@issuer.example/"],
    ["a user on loopback", "http://user:password@127.0.0.1/"],
    ["a path alone", "/jwks.json"],
    ["a host alone", "issuer.example"],
    ["nothing", ""],
    ["a port that is none", "https://issuer.example:99999/"],
  ])("may not be %s", (_what, text) => {
    expect(() => remoteKeySet(text, { algorithms })).toThrow(TypeError);
  });

  it.each([undefined, null, 7, {}, { href: "http://issuer.example/" }, ["https:"]])(
    "may not be %j",
    (value) => {
      expect(() => remoteKeySet(value as unknown as string, { algorithms })).toThrow(TypeError);
    },
  );

  it("is copied: a URL changed afterwards changes nothing", () => {
    const given = new URL(url);
    const taken = checkUrl(given);
    given.host = "evil.example";
    expect(taken.href).toBe(url);
  });

  it("does not show its password in the error", () => {
    expect(() => checkUrl("https://user:hunter2@issuer.example/")).toThrow(
      expect.not.stringContaining("hunter2"),
    );
  });
});

describe("the options of a remote key set", () => {
  it("have the defaults that are documented", () => {
    expect(checkRemoteOptions({ algorithms })).toEqual({
      algorithms,
      timeout: 5000,
      maxBytes: 131_072,
      cooldown: 30_000,
      minFreshness: 60_000,
      maxFreshness: 86_400_000,
      defaultFreshness: 600_000,
      staleFor: 3_600_000,
      headers: {},
      agent: undefined,
      ca: undefined,
    });
  });

  it("may be whatever is in range", () => {
    const options = {
      timeout: 300_000,
      maxBytes: 1,
      cooldown: 0,
      minFreshness: 0,
      maxFreshness: 0,
      defaultFreshness: 1.5,
      staleFor: 0,
      headers: { Authorization: "Bearer abc", "X-Empty": "" },
      agent: new Agent(),
      ca: ["PEM", Buffer.from("PEM")],
    };
    expect(checkRemoteOptions({ algorithms, ...options, now: () => 0 })).toEqual({ algorithms, ...options });
    expect(make({ algorithms, ...options, timeout: undefined })).not.toThrow();
  });

  it.each<[string, unknown]>([
    ["none", undefined],
    ["null", null],
    ["no algorithms", {}],
    ["an empty list of algorithms", { algorithms: [] }],
    ["one algorithm", { algorithms: "ES256" }],
    ["a name misspelt", { algorithms, timeOut: 1 }],
    ["a name of another library", { algorithms, cooldownDuration: 1 }],
    ["a timeout in words", { algorithms, timeout: "5s" }],
    ["a timeout that is no number", { algorithms, timeout: Number.NaN }],
    ["no timeout at all", { algorithms, timeout: Number.POSITIVE_INFINITY }],
    ["a staleFor that never ends", { algorithms, staleFor: Number.POSITIVE_INFINITY }],
    ["a cooldown that is null", { algorithms, cooldown: null }],
    ["headers in a list", { algorithms, headers: [["A", "b"]] }],
    ["headers as an object of fetch", { algorithms, headers: new Headers({ a: "b" }) }],
    ["a header that is a number", { algorithms, headers: { A: 1 } }],
    ["a header that is undefined", { algorithms, headers: { A: undefined } }],
    ["a header with a line in it", { algorithms, headers: { A: "b\r\nHost: evil.example" } }],
    ["a header beyond Latin-1", { algorithms, headers: { A: "\u2713" } }],
    ["a header name with a colon", { algorithms, headers: { "A:": "b" } }],
    ["a header name that is empty", { algorithms, headers: { "": "b" } }],
    ["a Host of its own", { algorithms, headers: { host: "evil.example" } }],
    ["a body of its own", { algorithms, headers: { "Content-Length": "1" } }],
    ["a coding of its own", { algorithms, headers: { "ACCEPT-ENCODING": "gzip" } }],
    ["an agent that is none", { algorithms, agent: {} }],
    ["an agent that is a boolean", { algorithms, agent: false }],
    ["authorities that are none", { algorithms, ca: 7 }],
    ["authorities among which one is none", { algorithms, ca: ["PEM", null] }],
    ["a clock that stands still", { algorithms, now: 1_700_000_000_000 }],
    ["the means to check no certificate", { algorithms, rejectUnauthorized: false }],
  ])("are refused at once: %s", (_what, options) => {
    expect(make(options)).toThrow(TypeError);
  });

  it.each([
    { timeout: 0 },
    { timeout: -1 },
    { timeout: 300_001 },
    { timeout: 2 ** 31 },
    { maxBytes: 0 },
    { cooldown: -1 },
    { staleFor: -1 },
    { minFreshness: -1 },
    { maxFreshness: -1 },
    { defaultFreshness: -1 },
    { minFreshness: 2, maxFreshness: 1 },
    { minFreshness: 86_400_001 },
  ])("are refused out of range: %j", (options) => {
    expect(make({ algorithms, ...options })).toThrow(RangeError);
  });

  it("must name algorithms that there are", () => {
    expect(refusal(make({ algorithms: ["none"] }))).toBe("alg/unsupported");
  });

  it("show no header's value in the error", () => {
    const headers = { Authorization: "Bearer hunter2\n" };
    expect(make({ algorithms, headers })).toThrow(expect.not.stringContaining("hunter2"));
  });
});
