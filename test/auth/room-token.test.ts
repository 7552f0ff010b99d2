import { describe, expect, it } from "vitest";
import { AccessTokens } from "../../src/auth/access-token.ts";
import {
  defaultRoomTokenLifetime,
  isRoomName,
  maxRoomTokenLifetime,
  type RoomTokenRequest,
  RoomTokens,
} from "../../src/auth/room-token.ts";
import { type Claims, decodeJwt, exportJwk, generateKey, importKey, signJwt } from "../../src/jwt/index.ts";
import { code } from "./virtual-auth.ts";

const start = 1_700_000_000;
const jwk = exportJwk(await generateKey("ES256"), { private: true });
const key = importKey(jwk, "ES256", { kid: "ours" });
const rooms = new RoomTokens({ key });
const access = new AccessTokens({ key });

const request: RoomTokenRequest = { user: "guest-7", name: "Günther", room: "stand-up" };
const good: Claims = {
  iss: "barewire",
  aud: "barewire",
  sub: "guest-7",
  name: "Günther",
  room: "stand-up",
  role: "member",
  publish: true,
  subscribe: true,
  iat: start,
  exp: start + defaultRoomTokenLifetime,
  jti: "t1",
};
const sign = (claims: Claims, typ = "room+jwt"): string => signJwt(claims, key, { typ });

describe("a room token", () => {
  it("is a JWT of a type of its own, which names the key of the access tokens (RFC 8725 §3.11)", () => {
    const { token, grant } = rooms.issue(request, start + 0.9, "t1");
    expect(decodeJwt(token)).toEqual({
      header: { alg: "ES256", typ: "room+jwt", kid: "ours" },
      claims: good,
    });
    expect(access.publicJwks().keys.map(({ kid }) => kid)).toContain("ours");
    expect(grant).toEqual({
      room: "stand-up",
      role: "member",
      publish: true,
      subscribe: true,
      expiresAt: start + 3600,
    });
  });

  it("stands for whom it was minted for, with the grant, as a session that is nobody's login", () => {
    expect(rooms.verify(sign(good), start)).toEqual({
      accountId: "guest-7",
      username: "Günther",
      sessionId: "room+jwt:t1",
      tokenId: "t1",
      scope: "sockets",
      issuedAt: start,
      expiresAt: start + 3600,
      grant: rooms.issue(request, start, "t1").grant,
    });
  });

  it.each([
    ["host", { publish: true, subscribe: true }],
    ["member", { publish: true, subscribe: true }],
    ["viewer", { publish: false, subscribe: true }],
  ] as const)(
    "of a %s has that role's rights unless it says otherwise, minted or by others",
    (role, rights) => {
      expect(rooms.issue({ ...request, role }, start, "t").grant).toMatchObject({ role, ...rights });
      const { publish: _p, subscribe: _s, ...bare } = good;
      expect(rooms.verify(sign({ ...bare, role }), start).grant).toMatchObject({ role, ...rights });
      const others = { publish: !rights.publish, subscribe: false };
      expect(rooms.issue({ ...request, role, ...others }, start, "t").grant).toMatchObject({
        role,
        ...others,
      });
    },
  );

  it("ends when it says, and after a day at the latest", () => {
    const until = (claims: Claims): number => rooms.verify(sign(claims), start).expiresAt;
    expect(until({ ...good, exp: start + 60 })).toBe(start + 60);
    expect(until({ ...good, exp: start + 10 * maxRoomTokenLifetime })).toBe(start + maxRoomTokenLifetime);
    expect(() => rooms.verify(sign(good), start + 3600)).toThrow(code("token/expired"));
    const endless = sign({ ...good, exp: start + 10 * maxRoomTokenLifetime });
    expect(() => rooms.verify(endless, start + maxRoomTokenLifetime)).toThrow(code("token/expired"));
  });

  it("signed with an earlier key is good as long as that is known", async () => {
    const next = importKey(exportJwk(await generateKey("ES256"), { private: true }), "ES256", { kid: "new" });
    expect(new RoomTokens({ key: next, previousKeys: [key] }).verify(sign(good), start).accountId).toBe(
      "guest-7",
    );
    expect(() => new RoomTokens({ key: next }).verify(sign(good), start)).toThrow(code("token/invalid"));
  });
});

describe("RFC 8725 §3.12 one kind of token for another", () => {
  const bearer = { accountId: "a", username: "Ann", sessionId: "s", tokenId: "t", scope: "sockets" };
  const accessToken = access.issue(bearer, start, Number.POSITIVE_INFINITY).token;

  it("does not pass, either way", () => {
    expect(() => access.verify(sign(good), start)).toThrow(code("token/invalid"));
    expect(() => rooms.verify(accessToken, start)).toThrow(code("token/invalid"));
  });

  it("does not pass with all claims of the other and its own type either", () => {
    const both = { ...decodeJwt(accessToken).claims, ...good };
    expect(() => rooms.verify(sign(both, "at+jwt"), start)).toThrow(code("token/invalid"));
    expect(() => access.verify(sign({ ...both, sid: "s" }), start)).toThrow(code("token/invalid"));
  });

  it("is told apart by what it says of itself, whatever comes", () => {
    expect(RoomTokens.isRoomToken(sign(good))).toBe(true);
    for (const other of [accessToken, "", "a.b.c", "bwt_x", "x".repeat(100_000)]) {
      expect(RoomTokens.isRoomToken(other)).toBe(false);
    }
  });
});

describe("a room token that is refused", () => {
  const without = (name: string): Claims => {
    const { [name]: _, ...rest } = good;
    return rest;
  };
  it.each(["iss", "aud", "sub", "name", "room", "role", "iat", "exp", "jti"])("has no %s", (name) => {
    expect(() => rooms.verify(sign(without(name)), start)).toThrow(code("token/invalid"));
  });

  it.each([
    ["another issuer", { iss: "evil" }],
    ["another audience", { aud: "evil" }],
    ["an empty user", { sub: "" }],
    ["a user of a kilobyte", { sub: "x".repeat(1024) }],
    ["a name that is none", { name: 7 }],
    ["a name with a control in it", { name: "a\u0007b" }],
    ["a role that is none", { role: "root" }],
    ["a role by birth", { role: "constructor" }],
    ["a room that is none", { room: "a b" }],
    ["a room of two dots", { room: ".." }],
    ["a list of rooms", { room: ["stand-up"] }],
    ["a right that is no boolean", { publish: "true" }],
    ["another right that is none", { subscribe: 1 }],
  ])("says %s", (_what, claims) => {
    expect(() => rooms.verify(sign({ ...good, ...claims }), start)).toThrow(code("token/invalid"));
  });

  it("is not asked for either", () => {
    const ask = (change: object): (() => unknown) => {
      return () => rooms.issue({ ...request, ...change }, start, "t");
    };
    for (const change of [
      ...[{ user: "" }, { user: "a\nb" }, { name: "" }, { name: "x".repeat(129) }],
      ...[{ room: "" }, { room: "a/b" }, { role: "root" }],
      ...[{ lifetime: 0 }, { lifetime: 1.5 }, { lifetime: maxRoomTokenLifetime + 1 }],
    ]) {
      expect(ask(change)).toThrow(code("rooms/invalid-grant"));
    }
  });
});

describe("RFC 3986 §2.3 the name of a room", () => {
  it.each(["a", "Stand-up_1.2~", "...", "x".repeat(64)])("can be %j", (name) => {
    expect(isRoomName(name)).toBe(true);
  });

  it.each(["", ".", "..", "x".repeat(65), "a b", "a/b", "a%20b", "ü", "a\n"])("cannot be %j", (name) => {
    expect(isRoomName(name)).toBe(false);
  });
});
