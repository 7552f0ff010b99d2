import { describe, expect, it } from "vitest";
import { refuse } from "../../../src/websocket/handshake/handshake.ts";
import { UpgradeRequest } from "../../../src/websocket/handshake/upgrade-request.ts";
import { Acceptance, WELCOME } from "../../../src/websocket/server/acceptance.ts";
import type { Decision } from "../../../src/websocket/server/server-options.ts";

const request = new UpgradeRequest({
  method: "GET",
  target: "/",
  httpVersion: "1.1",
  rawHeaders: [],
  secure: false,
  remoteAddress: "",
});

/** What a decision comes to, and the errors that were told. */
async function decide(decision: unknown, within = 10_000): Promise<{ decided: unknown; errors: Error[] }> {
  const errors: Error[] = [];
  const accept = (): Decision => {
    if (decision instanceof Error) throw decision;
    return decision as Decision;
  };
  const decided = await new Acceptance(accept, within, (error) => errors.push(error)).decide(request);
  return { decided, errors };
}

describe("the application's decision about a handshake", () => {
  it("lets in without more ado when it is undefined", async () => {
    await expect(decide(undefined)).resolves.toEqual({ decided: WELCOME, errors: [] });
  });

  it("may be a refusal, an acceptance with a close code, or something for the connection", async () => {
    const refusal = refuse(401, "log in first");
    expect((await decide(refusal)).decided).toEqual(refusal);
    const closing = { close: { code: 4403, reason: "no" } };
    expect((await decide(closing)).decided).toEqual(closing);
    const welcome = { context: { user: "ann" }, headers: [["Set-Cookie", "a=b"]] };
    expect((await decide(welcome)).decided).toEqual(welcome);
  });

  it.each([
    ["a boolean, as other libraries have it", false],
    ["true", true],
    ["null", null],
    ["a misspelt member", { contxt: 1 }],
    ["a status that refuses nothing", { status: 200, detail: "", headers: [] }],
    ["a close code that may not be sent", { close: { code: 1006, reason: "" } }],
    ["a header that would be two", { headers: [["X-A", "1\r\nX-B: 2"]] }],
    ["a header of the handshake itself", { headers: [["Sec-WebSocket-Accept", "x"]] }],
    ["an exception", new Error("the database is gone")],
  ])("refuses with 500 and tells the error when it is %s", async (_, decision) => {
    const { decided, errors } = await decide(decision);
    expect(decided).toMatchObject({ status: 500 });
    expect(errors).toHaveLength(1);
  });

  it("refuses with 503 when it takes too long, or when all are given up", async () => {
    const never = new Promise<never>(() => {});
    expect((await decide(never, 1)).decided).toMatchObject({ status: 503 });
    const acceptance = new Acceptance(
      () => never,
      10_000,
      () => {},
    );
    const decided = acceptance.decide(request);
    acceptance.giveUp(refuse(503, "going away"));
    await expect(decided).resolves.toMatchObject({ status: 503, detail: "going away" });
  });
});
