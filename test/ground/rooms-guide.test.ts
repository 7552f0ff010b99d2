/** What docs/rooms.md says, against the code. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { namedRooms, signallingMetrics, stunMetrics } from "../../src/app/signalling-metrics.ts";
import {
  defaultRoomTokenLifetime,
  maxRoomTokenLifetime,
  type RoomTokenRequest,
  RoomTokens,
} from "../../src/auth/room-token.ts";
import { describeServeOptions } from "../../src/cli/serve-options.ts";
import { Metrics, roomOperations } from "../../src/http/index.ts";
import { defaultRateLimits } from "../../src/http/rates/rate-limit.ts";
import { defaultKeepEmpty, maxKeepEmpty, pageLimits } from "../../src/http/rooms/room-content.ts";
import { decodeJwt, exportJwk, generateKey, importKey } from "../../src/jwt/index.ts";
import { defaultTurnLifetime, SignallingServer } from "../../src/signalling/index.ts";
import { parsePrometheus } from "../http/parse-prometheus.ts";

const text = readFileSync("docs/rooms.md", "utf8");
const count = (number: number): string => number.toLocaleString("en");

describe("docs/rooms.md", () => {
  it("links only to files that exist", () => {
    const targets = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, target]) => target!);
    expect(targets.length).toBeGreaterThan(1);
    expect(targets.filter((target) => !existsSync(join("docs", target)))).toEqual([]);
  });

  it("names only flags of barewire serve", () => {
    const flagsIn = (of: string): string[] => of.match(/(?<![\w-])--[a-z]+(?:-[a-z]+)*/g) ?? [];
    const known = new Set(flagsIn(describeServeOptions()));
    expect(flagsIn(text).length).toBeGreaterThan(5);
    expect(flagsIn(text).filter((flag) => !known.has(flag))).toEqual([]);
  });

  it("has every route of rooms, and every metric of rooms and calls", () => {
    for (const { method, pattern } of roomOperations) expect(text).toContain(`| \`${method} ${pattern}\` |`);
    const metrics = new Metrics();
    signallingMetrics(metrics, new SignallingServer(), true);
    stunMetrics(metrics, () => undefined);
    for (const name of parsePrometheus(metrics.text()).keys()) expect(text).toContain(`\`${name}`);
  });

  it("shows the claims of a room token", async () => {
    const [, header, claims] = /^(\{ "typ".*\})\n(\{ "iss".*?\})$/ms.exec(text)!;
    const shown = JSON.parse(claims!) as RoomTokenRequest & { readonly sub: string; readonly iat: number };
    const jwk = exportJwk(await generateKey("ES256"), { private: true });
    const rooms = new RoomTokens({ key: importKey(jwk, "ES256", { kid: "…" }) });
    const { token } = rooms.issue({ ...shown, user: shown.sub }, shown.iat, "…");
    expect(decodeJwt(token).claims).toEqual(shown);
    expect(decodeJwt(token).header).toEqual(JSON.parse(header!));
  });

  it.each([
    ["an hour after `iat`", defaultRoomTokenLifetime, 3600],
    ["a day at most", maxRoomTokenLifetime, 86_400],
    [`(${pageLimits.usual}, at most ${count(pageLimits.most)})`, pageLimits.most, 1000],
    ["an hour for a new room", defaultKeepEmpty, 3600],
    ["30 days at most", maxKeepEmpty, 30 * 86_400],
    [`${defaultRateLimits.rooms.quota} of these a minute`, defaultRateLimits.rooms.window, 60_000],
    [`and ${count(defaultRateLimits.roomTokens.quota)} tokens`, defaultRateLimits.roomTokens.window, 60_000],
    ["They are good for an hour", defaultTurnLifetime, 3_600_000],
    [`of the ${namedRooms} largest rooms only`, namedRooms, 20],
  ])("says %s as the code does", (words, value, meant) => {
    expect(text).toContain(words);
    expect(value).toBe(meant);
  });
});
