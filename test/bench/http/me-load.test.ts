import type { RequestListener } from "node:http";
import { describe, expect, it } from "vitest";
import { CONNECTIONS, meLoad, type Question } from "../../../bench/http/me-load.ts";
import { listenHttp } from "./listen.ts";

const questions: readonly Question[] = Array.from({ length: 2 * CONNECTIONS }, (_, i) => {
  return { token: `token-${i}`, body: `{"number":${i}}` };
});

describe("the load of GET /auth/me", () => {
  it("asks with all tokens, each connection with its own in turn", async () => {
    const connections = new Map<number | undefined, Set<string>>();
    const asked = new Map<string, number>();
    const port = await listenHttp((request, response) => {
      expect(request.url).toBe("/auth/me");
      const { authorization = "" } = request.headers;
      const own = connections.get(request.socket.remotePort) ?? new Set();
      connections.set(request.socket.remotePort, own.add(authorization));
      asked.set(authorization, (asked.get(authorization) ?? 0) + 1);
      response.end(`{"number":${authorization.slice("Bearer token-".length)}}`);
    });
    const amount = await meLoad(port, questions)(60);
    expect(amount % CONNECTIONS).toBe(0);
    expect([...asked.values()].reduce((sum, times) => sum + times)).toBe(amount);
    expect(asked.size).toBe(questions.length);
    expect(connections.size).toBe(CONNECTIONS);
    for (const own of connections.values()) expect(own.size).toBe(2);
  });
  it("asks with the one token there is on all connections", async () => {
    const ports = new Set<number | undefined>();
    const port = await listenHttp((request, response) => {
      ports.add(request.socket.remotePort);
      response.end(questions[0]!.body);
    });
    await meLoad(port, questions.slice(0, 1))(5);
    expect(ports.size).toBe(CONNECTIONS);
  });
  it.each<[string, RequestListener]>([
    ["an answer is somebody else's", (_request, response) => response.end(questions[1]!.body)],
    ["an answer is no 200", (_request, response) => response.writeHead(201).end(questions[0]!.body)],
    ["a connection is reset", (request) => request.socket.resetAndDestroy()],
  ])("fails when %s", async (_what, answer) => {
    let times = 0;
    const port = await listenHttp((request, response) => {
      if (++times === 3) answer(request, response);
      else response.end(questions[0]!.body);
    });
    await expect(meLoad(port, questions.slice(0, 1))(5)).rejects.toThrow("not answered as they should");
  });
  it("refuses tokens that cannot be dealt out evenly", () => {
    expect(() => meLoad(1, questions.slice(1))).toThrow(RangeError);
  });
});
