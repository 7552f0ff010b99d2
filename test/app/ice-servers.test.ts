import { describe, expect, it } from "vitest";
import { iceServersFor, nameOfHost } from "../../src/app/ice-servers.ts";

const now = (): number => 1_700_000_000_000;
const member = { peer: "p", user: "alice" };

describe("our own STUN server, as it is handed out", () => {
  const at = (port: number, host?: string) => iceServersFor({ stun: () => ({ port, host }), now });
  const urls = (given: { readonly iceServers: readonly { readonly urls: readonly string[] }[] }) =>
    given.iceServers.flatMap((each) => each.urls);

  it.each([
    ["chat.example", "stun:chat.example:3478"],
    ["192.0.2.1", "stun:192.0.2.1:3478"],
    ["2001:db8::1", "stun:[2001:db8::1]:3478"],
  ])("is where the member has found us: %s", (host, url) => {
    expect(urls(at(3478)({ ...member, host }))).toEqual([url]);
  });

  it("is where whoever runs it says, if they do", () => {
    expect(urls(at(5000, "stun.example")({ ...member, host: "chat.example" }))).toEqual([
      "stun:stun.example:5000",
    ]);
    expect(urls(at(5000, "stun.example")(member))).toEqual(["stun:stun.example:5000"]);
  });

  it.each([undefined, "evil host", "a/b", "a?b", "[", "x".repeat(400)])(
    "is nowhere for a member from %j",
    (host) => {
      expect(at(3478)({ ...member, host })).toEqual({ iceServers: [] });
    },
  );

  it("is not there before it listens", () => {
    expect(iceServersFor({ stun: () => undefined, now })({ ...member, host: "a" })).toEqual({
      iceServers: [],
    });
  });
});

describe("TURN servers of others", () => {
  it("come after it, with credentials and their lifetime", () => {
    const turn = { urls: ["turn:relay.example"], secrets: ["s"], lifetime: 60_000 };
    const given = iceServersFor({ stun: () => ({ port: 3478 }), turn, now })({
      ...member,
      host: "a.example",
    });
    expect(given).toMatchObject({
      iceServers: [
        { urls: ["stun:a.example:3478"] },
        { urls: ["turn:relay.example"], username: "1700000060:alice" },
      ],
      lifetime: 60_000,
    });
  });

  it("are looked at when they are given", () => {
    const turn = { urls: ["turn:relay example"], secrets: ["s"] };
    expect(() => iceServersFor({ stun: () => undefined, turn, now })).toThrow(TypeError);
    expect(() =>
      iceServersFor({ stun: () => undefined, turn: { urls: ["turn:a"], secrets: [] }, now }),
    ).toThrow(TypeError);
  });
});

describe("RFC 9110 §7.2 the name in a Host field", () => {
  it.each([
    ["chat.example", "chat.example"],
    ["chat.example:8080", "chat.example"],
    ["192.0.2.1:80", "192.0.2.1"],
    ["[2001:db8::1]:8080", "2001:db8::1"],
    ["[::1]", "::1"],
    ["", undefined],
    [undefined, undefined],
    ["a:b:c", undefined],
    [":80", undefined],
  ])("of %j is %j", (field, name) => {
    expect(nameOfHost(field)).toBe(name);
  });
});
