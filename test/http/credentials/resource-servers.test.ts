import { describe, expect, it } from "vitest";
import { ResourceServers } from "../../../src/http/credentials/resource-servers.ts";

const [a, b] = ["a".repeat(32), "b".repeat(32)];
const servers = new ResourceServers([
  { id: "files", secret: a },
  { id: "mail", secret: b },
]);

describe("RFC 6749 §2.3.1 resource servers", () => {
  it.each([
    ["files", a, "files"],
    ["mail", b, "mail"],
    ["files", b, undefined],
    ["nobody", a, undefined],
    ["", "", undefined],
    ["files:", a, undefined],
  ])("%s with its secret, or another: %s is %s", (username, password, id) => {
    expect(servers.authenticate({ username, password })).toBe(id);
  });

  it("are none by default", () => {
    expect(new ResourceServers().authenticate({ username: "files", password: a })).toBeUndefined();
  });

  it.each([
    ["an id with a colon", [{ id: "a:b", secret: a }]],
    ["an id that is empty", [{ id: "", secret: a }]],
    ["a secret that is short", [{ id: "files", secret: "a".repeat(31) }]],
    ["a secret that a form would change (RFC 6749 Appendix B)", [{ id: "files", secret: `${a}+` }]],
    [
      "two of one id",
      [
        { id: "files", secret: a },
        { id: "files", secret: b },
      ],
    ],
  ])("are refused with %s, without telling a secret", (_what, list) => {
    expect(() => new ResourceServers(list)).toThrow(TypeError);
    expect(() => new ResourceServers(list)).not.toThrow(a);
  });
});
