import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { defaultHttpLimits } from "../../src/http/index.ts";
import { defaultLimits as token } from "../../src/jwt/limits.ts";
import { defaultCost } from "../../src/password/cost.ts";
import { connectionDefaults } from "../../src/websocket/index.ts";

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
  const socket = connectionDefaults;
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
    ["Closing handshake", seconds(socket.closeTimeout)],
    ["JWT: token, header", `${kib(token.maxTokenLength)}, ${kib(token.maxHeaderLength)}`],
    ["scrypt", `N=2^${defaultCost.ln} r=${defaultCost.r} p=${defaultCost.p};`],
  ])("are those of the code: %s", (what, value) => {
    expect(rows.get(what)).toMatch(new RegExp(`^${value.replaceAll(/[.^*+?()]/g, "\\$&")}`));
  });
});
