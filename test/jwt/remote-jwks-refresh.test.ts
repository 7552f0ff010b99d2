import { Agent } from "node:http";
import { connect, type TcpNetConnectOpts } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { generateKey } from "../../src/jwt/generate.ts";
import { exportJwk } from "../../src/jwt/key.ts";
import { type RemoteKeySet, remoteKeySet } from "../../src/jwt/remote-jwks.ts";
import type { RemoteKeySetOptions } from "../../src/jwt/remote-jwks-options.ts";
import { now as nowSeconds } from "./forge.ts";
import { type Answer, JwksServer, publishing, rejection } from "./jwks-server.ts";

const jwks = [
  exportJwk(await generateKey("ES256", { kid: "1" })),
  exportJwk(await generateKey("ES256", { kid: "2" })),
] as const;
const failing: Answer = (_request, response) => response.writeHead(500).end();
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let server: JwksServer;
let clock: number;
let set: RemoteKeySet;
const remote = (options: Partial<RemoteKeySetOptions> = {}) =>
  remoteKeySet(server.url, { algorithms: ["ES256"], now: () => clock, ...options });
const kidOf = async (kid: string) => (await set.choose({ alg: "ES256", kid }))?.kid;
const asked = () => server.requests.length;

beforeEach(async () => {
  server = await JwksServer.start(publishing([jwks[0]], { "Cache-Control": "max-age=600" }));
  clock = nowSeconds * 1000;
  set = remote();
});
afterEach(async () => {
  set.close();
  await server.stop();
});

describe("refresh", () => {
  /** The server keeps the next one waiting, until the function is called. */
  const holdingBack = (): ((answer: Answer) => void) => {
    let held: Parameters<Answer> | undefined;
    server.answer = (...exchange) => {
      held = exchange;
    };
    return (answer) => answer(...held!);
  };

  it("fetches, however fresh the set is", async () => {
    await set.refresh();
    await set.refresh();
    expect(asked()).toBe(2);
    expect(await kidOf("1")).toBe("1");
    expect(asked()).toBe(2);
  });

  it("does not mind a cooldown, and shares its fetch with who does", async () => {
    server.answer = failing;
    expect(await rejection(set.refresh())).toBe("jwks/unreachable");
    server.answer = publishing([jwks[0]]);
    const refreshed = set.refresh();
    expect(await kidOf("1")).toBe("1");
    await refreshed;
    expect(asked()).toBe(2);
  });

  it("lets those wait whose key is not there yet", async () => {
    await kidOf("1");
    await kidOf("2");
    server.answer = publishing(jwks);
    const refreshed = set.refresh();
    expect(await kidOf("2")).toBe("2");
    await refreshed;
  });

  it("asks after the call, though a fetch is under way, and asks once for all who call meanwhile", async () => {
    const answer = holdingBack();
    const earlier = kidOf("1");
    await expect.poll(asked).toBe(1);
    server.answer = publishing(jwks);
    const refreshed = [set.refresh(), set.refresh(), set.refresh()];
    answer(publishing([jwks[0]]));
    expect(await earlier).toBe("1");
    await Promise.all(refreshed);
    expect(asked()).toBe(2);
    expect(await kidOf("2")).toBe("2");
    expect(asked()).toBe(2);
  });

  it("asks after a fetch that fails, too", async () => {
    const answer = holdingBack();
    const earlier = rejection(kidOf("1"));
    await expect.poll(asked).toBe(1);
    server.answer = publishing(jwks);
    const refreshed = set.refresh();
    answer(failing);
    expect(await earlier).toBe("jwks/unreachable");
    await refreshed;
    expect(await kidOf("2")).toBe("2");
  });

  it("asks no more when the set is closed while it waits", async () => {
    holdingBack();
    const earlier = rejection(set.refresh());
    const refreshed = rejection(set.refresh());
    await expect.poll(asked).toBe(1);
    set.close();
    expect(await Promise.all([earlier, refreshed])).toEqual(["jwks/unreachable", "jwks/unreachable"]);
    await server.isLeftAlone();
    expect(asked()).toBe(1);
  });

  it("keeps what was there when it fails", async () => {
    await set.refresh();
    server.answer = failing;
    expect(await rejection(set.refresh())).toBe("jwks/unreachable");
    expect(await kidOf("1")).toBe("1");
  });
});

describe("close", () => {
  it("ends a fetch that is under way, with its connection", async () => {
    server.answer = () => set.close();
    expect(await rejection(kidOf("1"))).toBe("jwks/unreachable");
    await server.isLeftAlone();
  });

  it("ends one whose body would have ended with the connection, and does not take it for whole", async () => {
    server.answer = (_request, response) => {
      const whole = `HTTP/1.1 200 OK\r\n\r\n${JSON.stringify({ keys: jwks })}`;
      response.socket!.write(whole, () => setTimeout(() => set.close(), 20));
    };
    expect(await rejection(kidOf("1"))).toBe("jwks/unreachable");
    expect(set.failure?.message).toContain("closed");
    await server.isLeftAlone();
  });

  it("takes no answer that comes whole in the same moment", async () => {
    const agent = new Agent();
    agent.createConnection = (options) => {
      const socket = connect(options as TcpNetConnectOpts);
      // Behind node:http, which has taken the answer in by then.
      setImmediate(() => socket.on("data", () => queueMicrotask(() => set.close())));
      return socket;
    };
    set = remote({ agent });
    expect(await rejection(kidOf("1"))).toBe("jwks/unreachable");
    expect(asked()).toBe(1);
    await server.isLeftAlone();
  });

  it("allows no more fetches, and leaves what is there", async () => {
    await kidOf("1");
    set.close();
    set.close();
    expect(await kidOf("1")).toBe("1");
    expect(await kidOf("2")).toBeUndefined();
    expect(await rejection(set.refresh())).toBe("jwks/unreachable");
    clock += 10 * MINUTE + HOUR;
    expect(await rejection(kidOf("1"))).toBe("jwks/unreachable");
    await remote().refresh();
    expect(asked()).toBe(2);
    expect(server.connections).toBe(2);
  });
});
