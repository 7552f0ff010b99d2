import { describe, expect, expectTypeOf, it } from "vitest";
import { parseAuthMessage } from "../../../src/auth/auth-message.ts";
import type { AuthErrorCode } from "../../../src/auth/index.ts";
import * as client from "../../../src/signalling/client/wire.ts";
import * as server from "../../../src/signalling/protocol.ts";

/** What goes over the wire: JSON knows no undefined, and this client names its commands by numbers alone. */
type OnTheWire<Said> = Said extends unknown
  ? {
      [Name in keyof Said]: Name extends "id"
        ? undefined extends Said[Name]
          ? number | undefined
          : number
        : Said[Name];
    }
  : never;

/** What is about logins never reaches the signalling server: see `src/auth/socket-logins.ts`. */
type OfLogins = { readonly type: "auth" };

type Of<Said extends { readonly type: string }, Type extends Said["type"]> = Extract<
  Said,
  { readonly type: Type }
>;

describe("the client's view of the protocol", () => {
  it("is the server's", () => {
    expect(client.subprotocol).toBe(server.subprotocol);
    expectTypeOf<client.Description>().toEqualTypeOf<server.Description>();
    expectTypeOf<client.Candidate>().toEqualTypeOf<server.Candidate>();
    expectTypeOf<client.IceServer>().toEqualTypeOf<server.IceServer>();
    expectTypeOf<client.Member>().toEqualTypeOf<server.Member>();
    expectTypeOf<client.Rights>().toEqualTypeOf<server.Rights>();
    expectTypeOf<client.Presence>().toEqualTypeOf<server.Presence>();
    expectTypeOf<client.LeaveReason>().toEqualTypeOf<server.LeaveReason>();
    expectTypeOf<client.RefusalCode>().toEqualTypeOf<server.RefusalCode>();
  });

  it("lets the client say nothing that the server does not know", () => {
    expectTypeOf<Exclude<client.Command, OfLogins>>().toExtend<server.Command>();
    expectTypeOf<Exclude<client.Command, OfLogins>["type"]>().toEqualTypeOf<server.Command["type"]>();
  });

  it("lets the client understand all that the server says", () => {
    expectTypeOf<server.Notice["type"]>().toEqualTypeOf<Exclude<client.Notice, OfLogins>["type"]>();
    expectTypeOf<OnTheWire<server.Notice>>().toExtend<client.Notice>();
    expectTypeOf<OnTheWire<Of<server.Notice, "joined">>>().toExtend<client.Joined>();
    expectTypeOf<OnTheWire<Of<server.Notice, "resumed">>>().toExtend<client.Resumed>();
    expectTypeOf<OnTheWire<Of<server.Notice, "error">>>().toExtend<client.Refused>();
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
  const rights = { role: "host", publish: true, subscribe: true } as const;
  const member = { peer: "p", user: "u", name: "n", ...rights, polite: true } as const;
  const entered = {
    room: "r",
    self: "p",
    ...rights,
    iceServers: [],
  } as const;
  const believed: readonly client.Notice[] = [
    { type: "welcome", self: "p", user: "u", name: "n" },
    {
      type: "joined",
      ...entered,
      seq: 1,
      locked: false,
      peers: [member],
      secret: "s",
      resumeWithin: 1,
      id: 1,
    },
    { type: "resumed", ...entered, ack: 0 },
    { type: "left", room: "r", reason: "kicked" },
    { type: "error", code: "malformed", message: "no" },
    { type: "ok", id: 1 },
    { type: "pong", ack: 1 },
    { type: "ice-servers", iceServers: [{ urls: ["stun:example.org"] }] },
    { type: "auth", event: "accepted", expires_at: 1, id: 1 },
    { type: "auth", event: "refused", code: "token/expired" },
  ];
  const passedOn: readonly client.Notice[] = [
    { type: "peer-joined", seq: 1, ...member },
    { type: "peer-left", seq: 1, peer: "p", reason: "left" },
    { type: "peer-role", seq: 1, peer: "p", ...rights },
    { type: "description", seq: 1, from: "p", description: { type: "offer", sdp: "v=0" } },
    { type: "message", seq: 1, from: "p", user: "u", name: "n", text: "hi" },
    { type: "service", rooms: "local" },
    { type: "auth", event: "session-ended", reason: "reused", session: "s" },
  ];

  it.each([...believed, ...passedOn])("of the type $type is understood, with all that is in it", (notice) => {
    expect(client.parseNotice(JSON.stringify(notice))).toEqual(notice);
    expect(client.parseNotice(JSON.stringify({ ...notice, later: [1] }))).toEqual({ ...notice, later: [1] });
  });

  it.each(believed)("of the type $type is nothing without its fields", (notice) => {
    const { type } = notice;
    expect(
      client.parseNotice(JSON.stringify(type === "auth" ? { type, event: notice.event } : { type })),
    ).toBeUndefined();
  });

  const bad: readonly unknown[] = [
    ...["", "{", "null", "7", '"pong"', "[]", "{}", '{"type":null}', '{"type":["ok"]}'],
    ...['{"type":"constructor"}', '{"type":"toString"}', '{"type":"__proto__"}'],
    ...['{"type":"pong","ack":"1"}', '{"type":"pong","ack":null}', '{"type":"ok","id":"1"}'],
    ...['{"type":"ice-servers","iceServers":{}}', '{"type":"ice-servers","iceServers":null}'],
    ...['{"type":"auth","event":"accepted","expires_at":"1"}', '{"type":"error","code":1,"message":"m"}'],
    ...[new ArrayBuffer(1), undefined, 7, null],
  ];

  it.each(bad)("is not: %s", (data) => {
    expect(client.parseNotice(data)).toBeUndefined();
  });
});
