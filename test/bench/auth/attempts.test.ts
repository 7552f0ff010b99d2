import { describe, expect, it } from "vitest";
import { timeAttempts } from "../../../bench/auth/attempts.ts";
import { listenHttp } from "../http/listen.ts";

describe("timing attempts to log in", () => {
  it("tries a user that there is and one that there is not, by turns, in pairs", async () => {
    const users: string[] = [];
    const port = await listenHttp((request, response) => {
      users.push(nameIn(request.headers.authorization));
      response.writeHead(401, { "content-length": 2 }).end("{}");
    });
    const { unknownUser, wrongPassword } = await timeAttempts({ port, accounts: 3, pairs: 40 });
    expect(unknownUser).toHaveLength(40);
    expect(wrongPassword).toHaveLength(40);
    expect(Math.min(...unknownUser, ...wrongPassword)).toBeGreaterThan(0);
    const firsts = new Set<string>();
    for (let pair = 0; pair < 40; pair++) {
      const both = users.slice(2 * pair, 2 * pair + 2);
      firsts.add(both[0]!.slice(0, 4));
      expect(both.sort()).toEqual([`none-00000${pair % 3}`, `user-00000${pair % 3}`]);
    }
    expect(firsts.size).toBe(2);
  });
  it("finds a server that takes its time for those that there are", async () => {
    const port = await listenHttp((request, response) => {
      const answer = (): void => void response.writeHead(401, { "content-length": 2 }).end("{}");
      if (nameIn(request.headers.authorization).startsWith("user")) setTimeout(answer, 5);
      else answer();
    });
    const { unknownUser, wrongPassword } = await timeAttempts({ port, accounts: 3, pairs: 10 });
    expect(Math.min(...wrongPassword)).toBeGreaterThan(Math.min(...unknownUser));
  });
  it.each([
    ["an attempt is let in", 200, () => "{}", "answered with 200"],
    ["the two are told apart", 401, (name: string) => name.slice(0, 4), "answered differently"],
  ])("fails when %s", async (_what, status, bodyFor, message) => {
    const port = await listenHttp((request, response) => {
      const body = bodyFor(nameIn(request.headers.authorization));
      response.writeHead(status, { "content-length": body.length }).end(body);
    });
    await expect(timeAttempts({ port, accounts: 1, pairs: 2 })).rejects.toThrow(message);
  });
});

function nameIn(authorization = ""): string {
  return Buffer.from(authorization.slice("Basic ".length), "base64").toString().split(":")[0]!;
}
