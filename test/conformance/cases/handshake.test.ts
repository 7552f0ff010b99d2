import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Echo, startEcho } from "../../../src/cli/echo-server.ts";
import { handshakeForClients, handshakeForServers } from "../../../src/conformance/cases/handshake.ts";
import type { RunReport } from "../../../src/conformance/run/run-report.ts";
import { WebSocket } from "../../../src/websocket/index.ts";
import { runClient, runServer } from "./handshake-run.ts";
import type { EchoClient } from "./in-process-client.ts";

/** What of a report is not as it should be, or cannot be said, in lines that can be read. */
function notPassed({ cases, ended }: RunReport): readonly string[] {
  const lines = cases
    .filter(({ verdict }) => verdict !== "pass")
    .map(({ verdict, id, findings, reason }) => {
      const why = findings.map(({ expected, came }) => `expected ${expected}; came ${came}`);
      return [`${verdict}: ${id}`, ...why, ...(reason === undefined ? [] : [reason])].join(" · ");
    });
  return ended === undefined ? lines : [...lines, ended];
}

describe("the cases of the opening handshake", () => {
  const all = [...handshakeForServers, ...handshakeForClients];

  it("each have an id of their own, a title and a sentence", () => {
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(all.filter(({ title, requirement }) => title === "" || requirement === "")).toEqual([]);
  });

  it("are in the profile of the handshake", () => {
    expect(all.filter(({ profile }) => profile !== "handshake")).toEqual([]);
  });
});

describe("our server in the cases of the opening handshake", () => {
  let echo: Echo;
  beforeAll(async () => {
    echo = await startEcho({ deflate: true });
  });
  afterAll(async () => echo.close());

  it("passes all of them, but for two which a connection that is closed cannot show", async () => {
    const report = await runServer(new URL(echo.url), 5_000);
    expect(notPassed(report)).toEqual([
      "not applicable: rfc9112/9.3/1 · the refusal says close",
      "not applicable: rfc9112/9.3/2 · the server does not keep the connection",
    ]);
  });
});

describe("our client in the cases of the opening handshake", () => {
  const client =
    (...[protocols, deflate]: [readonly string[], boolean]): EchoClient =>
    (url) => {
      const socket = new WebSocket(url, [...protocols], { perMessageDeflate: deflate });
      socket.addEventListener("message", ({ data }) => socket.send(data));
      socket.addEventListener("error", () => {});
      return () => socket.terminate();
    };

  it("passes all of them, but for what only a browser, or a client without deflate can show", async () => {
    expect(notPassed(await runClient(client(["one", "two"], true), 5_000))).toEqual([
      "not applicable: rfc6455/4.1/12 · the client is no browser, and sends no Origin",
      "not applicable: rfc6455/4.1/91 · the client offers permessage-deflate",
    ]);
  });

  it("does not take up permessage-deflate that it did not offer", async () => {
    const { cases } = await runClient(client([], false), 5_000);
    expect(cases.find(({ id }) => id === "rfc6455/4.1/91")?.verdict).toBe("pass");
  });
});
