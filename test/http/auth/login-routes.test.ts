import { describe, expect, it } from "vitest";
import { AuthClient, problemOf } from "../auth-client.ts";
import { ann } from "../auth-world.ts";

describe("POST /auth/token", () => {
  it("answers a scope that no login gives alike for a right and a wrong password", async () => {
    const client = await AuthClient.open();
    for (const login of [ann, { ...ann, password: "a wrong password" }, { ...ann, username: "nobody" }]) {
      const response = await client.post("/auth/token", { ...login, scope: "admin" });
      expect(await problemOf(response)).toEqual([400, "auth/invalid-scope"]);
    }
  });
});
