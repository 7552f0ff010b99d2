import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { defaultHttpLimits } from "../../src/http/index.ts";
import { MAX_KEYS } from "../../src/jwt/import-jwks.ts";
import { MOST_SIGNATURES } from "../../src/jwt/jws-json-syntax.ts";
import { defaultLimits as token } from "../../src/jwt/limits.ts";
import { checkRemoteOptions } from "../../src/jwt/remote-jwks-options.ts";
import { defaultCost } from "../../src/password/cost.ts";
import { JOBS_AT_ONCE } from "../../src/websocket/deflate/deflate-jobs.ts";
import { deflateDefaults } from "../../src/websocket/deflate/permessage-deflate-options.ts";
import { completeEndpointOptions } from "../../src/websocket/endpoint/endpoint-options.ts";
import { DEFAULT_HANDSHAKE_TIMEOUT } from "../../src/websocket/server/server-options.ts";

const page = readFileSync("SECURITY.md", "utf8");
const rows = new Map(
  [...page.matchAll(/^\| (.+?) \| (.+?) \|/gm)].map(([, what = "", value = ""]) => [what, value]),
);

const kib = (bytes: number): string =>
  bytes < 1024 ** 2 ? `${bytes / 1024} KiB` : `${bytes / 1024 ** 2} MiB`;
const seconds = (milliseconds: number): string => `${milliseconds / 1000} s`;
const count = (number: number): string => number.toLocaleString("en");

describe("the defaults that SECURITY.md promises", () => {
  const http = defaultHttpLimits;
  const socket = completeEndpointOptions({});
  const remote = checkRemoteOptions({ algorithms: ["ES256"] });
  it.each([
    ["HTTP content", `${kib(http.maxContentBytes)}, ${seconds(http.contentTimeout)}`],
    ["HTTP head", `${kib(http.maxHeaderBytes)}, ${seconds(http.headersTimeout)}`],
    [
      "Connections, in all and per address",
      `${count(http.maxConnections)}, ${count(http.maxConnectionsPerAddress)}`,
    ],
    ["Heartbeat", `a ping each ${seconds(socket.heartbeatInterval)}, dead after ${socket.heartbeatMisses}`],
    ["WebSocket message", kib(socket.maxMessageBytes)],
    ["Frames in one message", `${count(socket.maxFragments)},`],
    [
      "Compressed WebSocket message",
      `${deflateDefaults.maxInflateRatio} times its length once it is past 64 KiB; what is long is inflated by ${JOBS_AT_ONCE} jobs`,
    ],
    ["WebSocket send buffer", `${kib(socket.maxBufferedBytes)}, one message may be longer`],
    ["Messages that `for await` or `streams()` has not read", kib(socket.maxUnreadBytes)],
    ["`accept`: time to decide", seconds(DEFAULT_HANDSHAKE_TIMEOUT)],
    ["Upgrade request: headers, time to finish", `16 KiB, ${seconds(DEFAULT_HANDSHAKE_TIMEOUT)}`],
    ["Closing handshake", seconds(socket.closeTimeout)],
    ["JWT: token, header", `${kib(token.maxTokenLength)}, ${kib(token.maxHeaderLength)}`],
    ["JWT: JSON depth, signatures in the JSON serialization", `${token.maxDepth}, ${MOST_SIGNATURES}`],
    [
      "JWK Set: keys; a remote one: size, time, pause between fetches, use after it was fresh",
      `${MAX_KEYS}; ${kib(remote.maxBytes)}, ${seconds(remote.timeout)}, ${seconds(remote.cooldown)}, ${remote.staleFor / 3_600_000} h`,
    ],
    ["scrypt", `N=2^${defaultCost.ln} r=${defaultCost.r} p=${defaultCost.p};`],
  ])("are those of the code: %s", (what, value) => {
    expect(rows.get(what)).toMatch(new RegExp(`^${value.replaceAll(/[.^*+?()]/g, "\\$&")}`));
  });
});
