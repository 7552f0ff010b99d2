import { describe, expect, it } from "vitest";
import { signJwt, verifyJwt } from "../../src/jwt/jwt.ts";
import { unchecked } from "../../src/jwt/policy.ts";
import { claims, now, policy, secret, typ } from "./forge.ts";

const sign = (over: Record<string, unknown>, options: object = {}) =>
  signJwt({ ...claims, ...over }, secret, { typ, ...options });
const deep = (levels: number): unknown => JSON.parse("[".repeat(levels) + "]".repeat(levels));

describe("signJwt signs nothing that verifyJwt would refuse", () => {
  it.each<[why: string, over: Record<string, unknown>]>([
    ["an empty list of audiences", { aud: [] }],
    // biome-ignore lint/suspicious/noSparseArray: that is the point
    ["a list of audiences with a hole", { aud: ["a", , "b"] }],
    ["an audience that is no text", { aud: ["a", 7] }],
    ["an issuer that is a list", { iss: ["a"] }],
    ["an expiry that is a text", { exp: "tomorrow" }],
    ["an expiry that is a boxed number", { exp: Object(1) }],
    ["an issue that is null", { iat: null }],
    ["claims nested 33 deep", { x: deep(32) }],
  ])("not %s", (_why, over) => {
    expect(() => sign(over)).toThrow(Error);
    expect(() => verifyJwt(sign({}), secret, policy, now)).not.toThrow();
  });

  it("nor an issue that is null, where expiresIn adds to the claims", () => {
    const { exp: _, ...open } = claims;
    expect(() => signJwt({ ...open, iat: null as never }, secret, { typ, expiresIn: 60 })).toThrow(TypeError);
  });

  it("and claims nested as deep as the limit, which may be another", () => {
    expect(verifyJwt(sign({ x: deep(31) }), secret, policy, now).claims.sub).toBe("alice");
    const limits = { maxDepth: 40 };
    const token = sign({ x: deep(39) }, { limits });
    expect(verifyJwt(token, secret, { ...policy, limits }, now).claims.sub).toBe("alice");
    expect(() => sign({ x: deep(40) }, { limits })).toThrow(RangeError);
  });

  it.each(["exp", "nbf", "iat"])("not %s in milliseconds", (name) => {
    expect(() => sign({ [name]: Date.UTC(2026, 0, 1) })).toThrow(RangeError);
    expect(() => sign({ [name]: 253_402_300_799 })).not.toThrow();
  });
});

describe("what is signed is what was checked", () => {
  it("an audience with two faces shows the one that was looked at", () => {
    const faces = ["https://api.example", "https://else.example"];
    const aud = Object.defineProperty([] as string[], 0, { get: () => faces.shift(), enumerable: true });
    const signed = verifyJwt(sign({ aud }), secret, policy, now).claims;
    expect(signed.aud).toEqual(["https://api.example"]);
  });

  it("an audience cannot write another in its place", () => {
    const aud = Object.assign(["https://api.example"], { toJSON: () => "https://else.example" });
    expect(verifyJwt(sign({ aud }), secret, policy, now).claims.aud).toEqual(["https://api.example"]);
  });

  it("options with two faces leave nothing behind for the next token", () => {
    const faces = ["at+jwt", "JWT"];
    const options = {
      get typ() {
        return faces.shift() ?? "JWT";
      },
    };
    const header = verifyJwt(signJwt(claims, secret, options), secret, policy, now).header;
    expect(header.typ).toBe("at+jwt");
    expect(verifyJwt(sign({}), secret, policy, now).header.typ).toBe("at+jwt");
  });
});

describe("the signer writes no header that a verifier would refuse", () => {
  it.each<[why: string, options: object]>([
    ["a cty that is no text", { header: { cty: 5 } }],
    ["a parameter nested too deep", { header: { x: deep(32) } }],
    ["an extension in crit that JSON leaves out", { header: { x: Symbol("x") }, crit: ["x"] }],
    [
      "an extension in crit that writes itself away",
      { header: { x: { toJSON: () => undefined } }, crit: ["x"] },
    ],
  ])("not %s", (_why, options) => {
    expect(() => sign({}, options)).toThrow(Error);
  });
});

describe("claims of an interface", () => {
  interface Session {
    sub: string;
    device: string;
  }

  it("are claims too", () => {
    const session: Session = { sub: "alice", device: "phone" };
    const token = signJwt(session, secret, { typ, expiresIn: 60, now });
    expect(
      verifyJwt(token, secret, { ...policy, issuer: unchecked, audience: unchecked }, now).claims,
    ).toEqual({
      ...session,
      iat: now,
      exp: now + 60,
    });
  });
});
