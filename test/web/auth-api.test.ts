import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { AuthFailure, logIn, logOut, register, whoAmI } from "../../web/auth-api.ts";

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
    answer(200, { access_token: "for programs", token_type: "Bearer", expires_in: 60 });
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

  it("fail with status 0 when there is no answer", async () => {
    fetched.mockRejectedValueOnce(new TypeError("Failed to fetch"));
    await expect(logIn(credentials)).rejects.toMatchObject({ name: "AuthFailure", status: 0 });
  });
});

describe("who is logged in", () => {
  it("is who the server says", async () => {
    answer(200, { id: "1", username: "ann", expires_at: 0 });
    expect(await whoAmI()).toMatchObject({ id: "1", username: "ann" });
  });

  it.each([[{ username: "ann" }], [{ id: 1, username: "ann" }], [null], ["ann"]])(
    "is nobody when the answer is %j",
    async (body) => {
      answer(200, body);
      expect(await whoAmI()).toBeUndefined();
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
