import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  AuthFailure,
  changePassword,
  endAllSessions,
  endSession,
  getTicket,
  listSessions,
  logIn,
  logOut,
  refresh,
  register,
  whoAmI,
} from "../../web/auth-api.ts";

const fetched = vi.fn<typeof fetch>();
beforeEach(() => {
  fetched.mockReset();
  vi.stubGlobal("fetch", fetched);
});
afterEach(() => {
  vi.unstubAllGlobals();
});

const answer = (status: number, body?: unknown): void => {
  fetched.mockResolvedValueOnce(new Response(body === undefined ? null : JSON.stringify(body), { status }));
};
const credentials = { username: "ann", password: "correct horse battery staple" };

describe("credentials", () => {
  it("go in the body, never in the address", async () => {
    answer(201, { id: "1", username: "ann" });
    answer(200, { token_type: "Bearer", expires_in: 60 });
    await register(credentials);
    await logIn(credentials);
    expect(fetched.mock.calls.map(([path]) => path)).toEqual(["/auth/register", "/auth/token"]);
    for (const [, init] of fetched.mock.calls) {
      expect(init).toMatchObject({ method: "POST", credentials: "same-origin", cache: "no-store" });
      expect(JSON.parse(String(init?.body))).toEqual(credentials);
    }
  });

  it("fail with what the server's problem+json says", async () => {
    answer(422, { code: "account/weak-password", detail: "Longer.", title: "ignored" });
    const failure = await register(credentials).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(AuthFailure);
    expect(failure).toMatchObject({ status: 422, code: "account/weak-password", detail: "Longer." });
  });

  it.each([
    ["no JSON", new Response("<h1>Bad Gateway</h1>", { status: 502 })],
    ["null", new Response("null", { status: 502 })],
    ["nothing", new Response(null, { status: 502 })],
  ])("fail with the status alone when the answer holds %s", async (_, response) => {
    fetched.mockResolvedValueOnce(response);
    await expect(logIn(credentials)).rejects.toMatchObject({
      status: 502,
      code: undefined,
      detail: undefined,
    });
  });

  it.each([
    ["12", 12],
    ["Sun, 22 Nov 2026 17:00:00 GMT", undefined],
    [undefined, undefined],
  ])("fail with the wait that Retry-After: %s asks for", async (field, retryAfter) => {
    const headers = field === undefined ? {} : { "retry-after": field };
    fetched.mockResolvedValueOnce(new Response("{}", { status: 429, headers }));
    await expect(logIn(credentials)).rejects.toMatchObject({ status: 429, retryAfter });
  });

  it("fail with status 0 when there is no answer", async () => {
    fetched.mockRejectedValueOnce(new TypeError("Failed to fetch"));
    await expect(logIn(credentials)).rejects.toMatchObject({ name: "AuthFailure", status: 0 });
  });
});

const me = { id: "1", username: "ann", session: "s", scope: "account", issued_at: 0, expires_at: 600 };

describe("who is logged in", () => {
  it("is who the server says", async () => {
    answer(200, me);
    expect(await whoAmI()).toMatchObject({ id: "1", username: "ann", session: "s", scope: "account" });
  });

  it.each([[{ username: "ann" }], [{ ...me, id: 1 }], [{ ...me, expires_at: "1" }], [null], ["ann"]])(
    "is unknown when the answer is %j, which is not our server's",
    async (body) => {
      answer(200, body);
      await expect(whoAmI()).rejects.toMatchObject({ name: "AuthFailure", status: 0 });
    },
  );

  it("is nobody after a 401, and unknown after anything else", async () => {
    answer(401);
    expect(await whoAmI()).toBeUndefined();
    answer(503);
    await expect(whoAmI()).rejects.toMatchObject({ status: 503 });
    fetched.mockRejectedValueOnce(new TypeError("Failed to fetch"));
    await expect(whoAmI()).rejects.toMatchObject({ status: 0 });
  });

  it("is an AuthFailure when the answer breaks off or is no JSON", async () => {
    fetched.mockResolvedValueOnce(new Response("{", { status: 200 }));
    await expect(whoAmI()).rejects.toBeInstanceOf(AuthFailure);
  });
});

describe("logging out", () => {
  it("is done when the login had ended already", async () => {
    answer(401);
    await logOut();
    expect(fetched).toHaveBeenCalledWith("/auth/logout", expect.objectContaining({ method: "POST" }));
  });

  it("fails when the server cannot be asked", async () => {
    answer(500);
    await expect(logOut()).rejects.toMatchObject({ status: 500 });
  });
});

describe("what somebody who is logged in asks for", () => {
  const asked = (): readonly unknown[] =>
    fetched.mock.calls.map(([path, init]) => [
      init?.method,
      path,
      init?.body && JSON.parse(String(init.body)),
    ]);

  it("goes to the routes of the server", async () => {
    answer(200, {});
    await refresh();
    answer(200, { ticket: "bwt_x", expires_in: 30 });
    expect(await getTicket()).toBe("bwt_x");
    answer(200, { sessions: [{ id: "s" }] });
    expect(await listSessions()).toEqual([{ id: "s" }]);
    answer(204);
    await endSession("a/b");
    answer(204);
    await endAllSessions();
    answer(200, {});
    await changePassword("old one", "new one");
    expect(asked()).toEqual([
      ["POST", "/auth/refresh", undefined],
      ["POST", "/auth/ticket", undefined],
      ["GET", "/auth/sessions", undefined],
      ["DELETE", "/auth/sessions/a%2Fb", undefined],
      ["DELETE", "/auth/sessions", undefined],
      ["POST", "/auth/password", { current_password: "old one", new_password: "new one" }],
    ]);
  });

  it("is done when the session to be ended is over already", async () => {
    answer(404);
    await endSession("s");
    answer(503);
    await expect(endSession("s")).rejects.toMatchObject({ status: 503 });
  });

  it("fails when the answer is not our server's", async () => {
    answer(200, {});
    await expect(getTicket()).rejects.toMatchObject({ status: 0 });
    answer(200, { sessions: {} });
    await expect(listSessions()).rejects.toMatchObject({ status: 0 });
  });
});
