import { describe, expect, expectTypeOf, it } from "vitest";
import { parseAuthMessage } from "../../../src/auth/auth-message.ts";
import type { AuthErrorCode } from "../../../src/auth/index.ts";
import * as client from "../../../src/signalling/client/wire.ts";
import * as server from "../../../src/signalling/protocol.ts";

/** Notices of the server as they are once they have been through JSON, which knows no undefined. */
type OnTheWire<Notice> = Notice extends { id?: unknown } ? Notice & { id?: number } : Notice;

/** What is about logins never reaches the signalling server: see `src/auth/socket-logins.ts`. */
type OfLogins = { readonly type: "auth" };

describe("the client's view of the protocol", () => {
  it("is the server's", () => {
    expect(client.subprotocol).toBe(server.subprotocol);
    expectTypeOf<client.Description>().toEqualTypeOf<server.Description>();
    expectTypeOf<client.Candidate>().toEqualTypeOf<server.Candidate>();
    expectTypeOf<client.Member>().toEqualTypeOf<server.Member>();
    expectTypeOf<client.RefusalCode>().toEqualTypeOf<server.RefusalCode>();
  });

  it("lets the client say nothing that the server does not know", () => {
    expectTypeOf<Exclude<client.Command, OfLogins>>().toExtend<server.Command>();
    expectTypeOf<Exclude<client.Command, OfLogins>["type"]>().toEqualTypeOf<server.Command["type"]>();
  });

  it("lets the client understand all that the server says", () => {
    expectTypeOf<server.Notice["type"]>().toEqualTypeOf<Exclude<client.Notice, OfLogins>["type"]>();
    expectTypeOf<Extract<server.Notice, { type: "welcome" }>>().toExtend<client.Welcome>();
    expectTypeOf<OnTheWire<Extract<server.Notice, { type: "joined" }>>>().toExtend<
      Omit<client.Joined, "id"> & { id?: number | undefined }
    >();
    expectTypeOf<
      Extract<server.Notice, { type: "peer-joined" | "peer-left" | "description" | "candidate" }>
    >().toExtend<client.Notice>();
    expectTypeOf<Omit<Extract<server.Notice, { type: "message" }>, "to">>().toExtend<
      Omit<client.Message, "to">
    >();
  });

  it("knows the refusals of a login by the names that the server gives them", () => {
    expectTypeOf<client.LoginRefusalCode>().toExtend<AuthErrorCode>();
  });

  it("says what the server takes for the showing of a login", () => {
    for (const credential of [{ token: "t" }, { ticket: "t" }]) {
      const command: client.Command = { type: "auth", id: 1, ...credential };
      expect(parseAuthMessage(JSON.stringify(command))).toEqual({ id: 1, ...credential });
    }
  });
});

describe("a notice", () => {
  const member = { peer: "p", user: "u", name: "n", polite: true };
  const good: readonly (server.Notice | client.LoginNotice)[] = [
    { type: "welcome", self: "p", user: "u", name: "n" },
    { type: "joined", room: "r", self: "p", peers: [member], id: 1 },
    { type: "peer-joined", ...member },
    { type: "peer-left", peer: "p" },
    { type: "description", from: "p", description: { type: "offer", sdp: "v=0" } },
    { type: "candidate", from: "p", candidate: null },
    { type: "message", from: "p", user: "u", name: "n", text: "hi" },
    { type: "ok", id: 1 },
    { type: "pong" },
    { type: "error", code: "malformed", message: "no" },
    { type: "auth", event: "accepted", expires_at: 1, id: 1 },
    { type: "auth", event: "refused", code: "token/expired" },
    { type: "auth", event: "session-ended", reason: "reused", session: "s" },
  ];

  it.each(good)("of the type $type is understood", (notice) => {
    expect(client.parseNotice(JSON.stringify(notice))).toEqual(notice);
    expect(client.parseNotice(JSON.stringify({ ...notice, later: [1] }))).toEqual({ ...notice, later: [1] });
  });

  it.each(good.filter(({ type }) => type !== "pong"))(
    "of the type $type is nothing without its fields",
    (notice) => {
      expect(client.parseNotice(JSON.stringify({ type: notice.type }))).toBeUndefined();
    },
  );

  const bad: readonly unknown[] = [
    ...[
      "",
      "{",
      "null",
      "7",
      '"pong"',
      "[]",
      "{}",
      '{"type":"later"}',
      '{"type":"constructor"}',
      '{"type":null}',
    ],
    ...[
      '{"type":"joined","room":"r","self":"p","peers":{}}',
      '{"type":"joined","room":"r","self":"p","peers":null}',
    ],
    ...['{"type":"peer-joined","peer":"p","user":"u","name":"n","polite":"yes"}', '{"type":"ok","id":"1"}'],
    ...[
      '{"type":"auth","event":"later"}',
      '{"type":"auth","event":"constructor"}',
      '{"type":"auth","event":7}',
    ],
    ...['{"type":"auth","event":"accepted","expires_at":"1"}', '{"type":"auth","event":"refused"}'],
    ...['{"type":"auth","event":"session-ended","reason":"reused"}'],
    ...['{"type":"description","from":"p","description":null}', new ArrayBuffer(1), undefined, 7],
  ];

  it.each(bad)("is not: %s", (data) => {
    expect(client.parseNotice(data)).toBeUndefined();
  });
});
