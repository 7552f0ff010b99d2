import { describe, expect, it } from "vitest";
import { parseLogin } from "../../web/login.ts";

const claims = { id: "1", username: "ann", session: "s", scope: "account sockets" };
const body = { ...claims, issued_at: 1_800_000_000, expires_at: 1_800_000_600 };
const at = (seconds: number): string => new Date(seconds * 1000).toUTCString();

describe("a login", () => {
  it("ends when the server's clock says so, however wrong the clock of this machine is", () => {
    const login = parseLogin(body, at(1_800_000_060), 5_000_000);
    expect(login).toMatchObject({ ...claims, issuedAt: 1_800_000_000, expiresAt: 1_800_000_600 });
    expect(login?.endsHere).toBe(5_000_000 + 540_000);
  });

  it("is renewed with a fifth of its life left, and a second that the Date field may hide", () => {
    const login = parseLogin(body, at(1_800_000_000), 0);
    expect(login?.renewHere).toBe(600_000 - 120_000 - 1_000);
    const short = parseLogin({ ...body, expires_at: body.issued_at + 3 }, at(1_800_000_000), 0);
    expect(short?.renewHere).toBe(1_400);
  });

  it.each([[null], ["no date"]])("ends by the clock of this machine when the Date field is %s", (date) => {
    const login = parseLogin(body, date, 1_800_000_000_000);
    expect(login?.endsHere).toBe(1_800_000_600_000);
  });

  it.each(Object.keys(body))("is none without %s, or with one of another type", (name) => {
    expect(parseLogin({ ...body, [name]: undefined }, null)).toBeUndefined();
    expect(parseLogin({ ...body, [name]: {} }, null)).toBeUndefined();
  });
});
