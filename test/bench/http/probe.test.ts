import type { ServerResponse } from "node:http";
import { describe, expect, it } from "vitest";
import { probe, probeFromHere } from "../../../bench/http/probe.ts";
import { listenHttp } from "./listen.ts";

const empty = { "content-length": 0 };

describe("the probe", () => {
  it("asks at its rate, and says how long each answer took", async () => {
    const tokens = new Set<string | undefined>();
    const port = await listenHttp((request, response) => {
      expect(request.url).toBe("/auth/me");
      tokens.add(request.headers.authorization);
      response.writeHead(200, empty).end();
    });
    const latencies = await probeFromHere({ port, token: "t0ken", rate: 500, duration: 40 });
    expect(latencies).toHaveLength(20);
    expect(Math.min(...latencies)).toBeGreaterThanOrEqual(0);
    expect([...tokens]).toEqual(["Bearer t0ken"]);
  });
  it("asks on, whether it is answered or not", async () => {
    // All answers wait for the last question: a client that waited for an answer would never ask it.
    const held: ServerResponse[] = [];
    const port = await listenHttp((_request, response) => {
      held.push(response);
      if (held.length === 20) for (const each of held) each.writeHead(200, empty).end();
    });
    const latencies = await probeFromHere({ port, token: "t0ken", rate: 1_000, duration: 20 });
    expect(latencies).toHaveLength(20);
    expect(held).toHaveLength(20);
  });
  it("fails when an answer is no 200", async () => {
    const port = await listenHttp((_request, response) => response.writeHead(401, empty).end());
    const asked = probeFromHere({ port, token: "t0ken", rate: 1_000, duration: 3 });
    await expect(asked).rejects.toThrow("answered with 401");
  });
  it("asks from a process of its own", async () => {
    let times = 0;
    const port = await listenHttp((_request, response) => {
      response.writeHead(times++ < 10 ? 200 : 500, empty).end();
    });
    const what = { port, token: "t0ken", rate: 1_000, duration: 10 };
    await expect(probe(what)).resolves.toHaveLength(10);
    await expect(probe(what)).rejects.toThrow("answered with 500");
  });
});
