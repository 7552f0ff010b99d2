import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { awaitedPerClient } from "../../src/app/login-sockets.ts";
import {
  defaultAccessLifetime,
  defaultAwaited,
  defaultFirstMessageTimeout,
  defaultRefreshLifetime,
  defaultReuseGrace,
  defaultSessionLifetime,
  defaultSessionsPerAccount,
  defaultTicketLifetime,
  defaultTickets,
  defaultTicketsPerAccount,
  defaultTicketsPerSession,
} from "../../src/auth/index.ts";
import { defaultHttpLimits } from "../../src/http/index.ts";
import { defaultRateLimits } from "../../src/http/rates/rate-limit.ts";
import { MAX_KEYS } from "../../src/jwt/import-jwks.ts";
import { MOST_SIGNATURES } from "../../src/jwt/jws-json-syntax.ts";
import { defaultLimits as token } from "../../src/jwt/limits.ts";
import { checkRemoteOptions } from "../../src/jwt/remote-jwks-options.ts";
import { defaultCost } from "../../src/password/cost.ts";
import { hostBudget, maxPasswordBytes, minPasswordCharacters } from "../../src/password/index.ts";
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
const days = (inSeconds: number): string => `${inSeconds / 86_400} days`;
const inMinutes = ({ quota, window }: { quota: number; window: number }): string =>
  `${quota} in ${window / 60_000} min`;
const count = (number: number): string => number.toLocaleString("en");

describe("the defaults that SECURITY.md promises", () => {
  const http = defaultHttpLimits;
  const socket = completeEndpointOptions({});
  const budget = hostBudget();
  const limits = defaultRateLimits;
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
    [
      "scrypt",
      `N=2^${defaultCost.ln} r=${defaultCost.r} p=${defaultCost.p}, or the one of OWASP's profiles that takes at most ${budget.milliseconds} ms`,
    ],
    ["Access token", `${defaultAccessLifetime / 60} min`],
    [
      "Refresh token; session",
      `${days(defaultRefreshLifetime)} since it was given out, good once, ${seconds(defaultReuseGrace)} of grace for two tabs; ${days(defaultSessionLifetime)}`,
    ],
    ["Sessions of one account", `${defaultSessionsPerAccount}`],
    [
      "Tickets: lifetime, open, of one account, of one session",
      `${seconds(defaultTicketLifetime)}, ${count(defaultTickets)}, ${defaultTicketsPerAccount}, ${defaultTicketsPerSession}`,
    ],
    [
      "A socket without a login: time, sockets, of one client",
      `${seconds(defaultFirstMessageTimeout)}, ${defaultAwaited}, ${awaitedPerClient}`,
    ],
    ["New password", `${minPasswordCharacters} characters, ${maxPasswordBytes} bytes, not one of the 10,000`],
    ["Logins from one address", `${limits.login.quota} a minute`],
    [
      "Failed logins of one account: from new addresses, from one address",
      `${inMinutes(limits.loginFailures)}, ${inMinutes(limits.loginFailuresHere)}`,
    ],
    ["Registrations from one address", inMinutes(limits.register)],
  ])("are those of the code: %s", (what, value) => {
    expect(rows.get(what)).toMatch(new RegExp(`^${value.replaceAll(/[.^*+?()]/g, "\\$&")}`));
  });
});
