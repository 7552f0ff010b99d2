/** Our own server, client and verifier in the conformance suite; all of it is in test/long/conformance-ours.test.ts. */
import { describe, expect, it } from "vitest";
import { startEcho } from "../../src/cli/echo-server.ts";
import {
  runCases,
  type Selection,
  ServerTarget,
  selectCases,
  serverCases,
} from "../../src/conformance/index.ts";
import { barewireClient } from "../../tools/conformance/clients.ts";
import { pin, pinnedVerdicts } from "../../tools/conformance/pinned.ts";
import { barewireVerifier } from "../../tools/conformance/verifiers.ts";
import { expectAsPinned } from "./as-pinned.ts";

async function runServer(selection: Selection): Promise<ReturnType<typeof runCases>> {
  const echo = await startEcho({ deflate: true, http2Port: 0 });
  const target = new ServerTarget({
    url: new URL(echo.url),
    http2Url: new URL(echo.http2Url!),
    patience: 5_000,
  });
  const run = { suite: { name: "suite", version: "0" }, repeat: (id: string) => id };
  try {
    return await runCases(selectCases(serverCases, selection), target, run);
  } finally {
    await echo.close();
  }
}

describe("our server does what is pinned, and nothing wrong", () => {
  it("in the opening handshake", async () => {
    expectAsPinned(await runServer({ profiles: ["handshake"] }));
  });

  it("with frames and messages that are not large", async () => {
    expectAsPinned(await runServer({ profiles: ["core"], except: ["rfc6455/6.1", "rfc6455/6.2"] }));
  });

  it("over HTTP/2", async () => {
    expectAsPinned(await runServer({ only: ["rfc8441/*", "h2:rfc6455/5.5"] }));
  });
});

it("our client does what is pinned, and nothing wrong, in a few cases", async () => {
  const client = await barewireClient().start();
  const reports = [
    await client.run("handshake", ["rfc6455/4.1/1"]),
    await client.run("core", ["rfc6455/5.1/101", "rfc6455/5.5.2/6", "rfc6455/7.4.1/10"]),
  ];
  await client.stop();
  for (const report of reports) {
    expect(report.cases.length).toBeGreaterThan(0);
    expectAsPinned(report);
  }
});

it("our verifier does what is pinned, and nothing wrong", async () => {
  const verifier = await barewireVerifier().start();
  const report = await verifier.run("jwt");
  await verifier.stop();
  expectAsPinned(report);
});

describe("what is pinned", () => {
  const at = (id: string, verdict: string) => ({
    id,
    verdict,
    profile: id.startsWith("h2:") ? "h2" : "core",
  });
  const cases = [
    at("rfc6455/5.2/1", "pass"),
    at("rfc6455/5.2/2", "info"),
    at("rfc6455/5.2/10", "not applicable"),
    at("rfc6455/5.2/3", "pass"),
    at("rfc6455/5.2/4", "pass"),
    at("h2:rfc6455/5.2/1", "fail"),
  ] as unknown as Parameters<typeof pin>[0];

  it("has a line for each clause", () => {
    expect(pin(cases)).toEqual({
      core: { "rfc6455/5.2": "pass 1, 3-4; info 2; not applicable 10" },
      h2: { "h2:rfc6455/5.2": "fail 1" },
    });
  });

  it("says what becomes of each case", () => {
    const verdicts = pinnedVerdicts({ server: pin(cases) }, "server");
    expect(verdicts).toEqual(new Map(cases.map(({ id, verdict }) => [id, verdict])));
  });
});
