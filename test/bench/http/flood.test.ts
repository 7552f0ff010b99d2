import { afterEach, describe, expect, it } from "vitest";
import { Flood, type FloodOptions } from "../../../bench/http/flood.ts";
import { listenHttp, tokens } from "./listen.ts";

let flood: Flood | undefined;
afterEach(() => flood?.stop().catch(() => {}));

describe("a flood of logins", () => {
  it("goes on until it is stopped, and counts what came back", async () => {
    const { options, answered, logins } = await serve({ clients: 5, patient: false });
    flood = new Flood(options);
    await flood.begun();
    await logins(40);
    await flood.stop();
    const { loggedIn, refused } = flood.counts;
    expect(loggedIn).toBeGreaterThanOrEqual(20);
    expect(refused).toBeGreaterThanOrEqual(20); // the impatient come again at once
    expect(answered()).toBeGreaterThanOrEqual(loggedIn + refused);
  });
  it("waits as long as it is told to, if it is patient", async () => {
    const { options, logins } = await serve({ clients: 5, patient: true });
    flood = new Flood(options);
    await expect.poll(() => flood!.counts.refused).toBe(4); // each of the four once, for the time is an hour
    await logins(flood.counts.loggedIn + 40);
    expect(flood.counts.refused).toBe(4);
    await flood.stop();
  });
  it("fails when a login is answered with something else", async () => {
    const port = await listenHttp((_request, response) =>
      response.writeHead(429, { "content-length": 0 }).end(),
    );
    flood = new Flood({ port, clients: 2, patient: true });
    await expect(flood.begun()).rejects.toThrow("answered with 429");
    await expect(flood.stop()).rejects.toThrow("answered with 429");
    flood = undefined;
  });
  it("fails when nobody answers", async () => {
    const port = await listenHttp((request) => request.socket.destroy());
    flood = new Flood({ port, clients: 2, patient: true });
    await expect(flood.begun()).rejects.toThrow();
  });
});

/** A server that lets in the first client alone, and refuses the others for an hour. */
async function serve(how: Omit<FloodOptions, "port">): Promise<{
  readonly options: FloodOptions;
  readonly answered: () => number;
  /** Resolves once there were so many of both together, half of them good ones. */
  readonly logins: (times: number) => Promise<unknown>;
}> {
  let answered = 0;
  let first: string | undefined;
  let good = 0;
  const waiting: { times: number; resolve: () => void }[] = [];
  const port = await listenHttp((request, response) => {
    answered++;
    const { authorization } = request.headers;
    first ??= authorization;
    if (authorization === first) {
      good++;
      response.writeHead(200, { "content-length": tokens.length }).end(tokens);
    } else response.writeHead(503, { "retry-after": "3600", "content-length": 0 }).end();
    for (const { times, resolve } of waiting) if (good >= times && answered > good) resolve();
  });
  const logins = (times: number): Promise<void> => new Promise((resolve) => waiting.push({ times, resolve }));
  return { options: { ...how, port }, answered: () => answered, logins };
}
