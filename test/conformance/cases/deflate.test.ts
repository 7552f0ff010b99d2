import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Echo, startEcho } from "../../../src/cli/echo-server.ts";
import type { Case } from "../../../src/conformance/case.ts";
import { deflate, deflateForClients, deflateForServers } from "../../../src/conformance/cases/deflate.ts";
import { notPassed, runServer } from "./runs.ts";

/** Of those with much to send, as many as differ in kind. */
function quick<T>(cases: readonly Case<T>[]): readonly Case<T>[] {
  const some = new Set(["12.1.4", "12.3.11", "12.5.12", "13.3.9", "13.7.7"]);
  const long =
    /^rfc7692\/(?:7\.1\/2(?!01|16)|7\.1\.2\.[12]\/1?(?:0?[1-7]|1[0-4])$|7\.2\.[12]\/1[0-4]$|7\.2\.1\/31)/;
  return cases.filter(
    ({ id, autobahn, alone }) =>
      !alone && !long.test(id) && (autobahn.length === 0 || some.has(autobahn[0]!)),
  );
}

describe("the cases of permessage-deflate", () => {
  const all = [...deflate, ...deflateForServers, ...deflateForClients];

  it("each have an id of their own, a title of their own and a sentence", () => {
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(all.filter(({ title, requirement }) => title === "" || requirement === "")).toEqual([]);
  });

  it("are in the profile of the same name, and not run over HTTP/2", () => {
    expect(all.filter(({ profile, overHttp2 }) => profile !== "deflate" || overHttp2)).toEqual([]);
  });

  it("are Autobahn's 12.1.1 to 12.5.18 and 13.1.1 to 13.7.18, once each", () => {
    const groups = (group: number, subgroups: number): readonly string[] =>
      Array.from({ length: subgroups * 18 }, (_, i) => `${group}.${Math.floor(i / 18) + 1}.${(i % 18) + 1}`);
    const aliases = all.flatMap(({ autobahn }) => autobahn);
    expect(aliases.toSorted()).toEqual([...groups(12, 5), ...groups(13, 7)].toSorted());
  });

  it("say in their titles what Autobahn's numbers mean", () => {
    const titleOf = (alias: string): string | undefined =>
      all.find(({ autobahn }) => autobahn.includes(alias))?.title;
    expect(titleOf("12.1.1")).toBe("JSON, messages of 16 octets");
    expect(titleOf("12.5.18")).toBe("a PDF, messages of 131,072 octets in fragments of 32,768");
    expect(titleOf("13.3.11")).toBe("a window of 512 octets: messages of 8,192 octets in fragments of 256");
  });
});

describe("our server in the cases of permessage-deflate", () => {
  let echo: Echo;
  beforeAll(async () => {
    echo = await startEcho({ deflate: true });
  });
  afterAll(async () => echo.close());

  it("passes them, but for a window of 256 octets, which it declines", async () => {
    const cases = [...quick(deflate), ...quick(deflateForServers)];
    expect(notPassed(await runServer(new URL(echo.url), 10_000, cases))).toEqual([
      "not applicable: rfc7692/7.2.1/8 · the server declines this offer of permessage-deflate",
      "not applicable: rfc7692/7.1.2.1/8 · the server declines permessage-deflate; server_max_window_bits=8",
    ]);
  });

  it("has to declare for it: without, hardly anything applies", async () => {
    const plain = await startEcho();
    const report = await runServer(new URL(plain.url), 10_000, quick(deflateForServers));
    await plain.close();
    expect(new Set(report.cases.map(({ verdict }) => verdict))).toEqual(new Set(["not applicable"]));
  });
});
