/**
 * That the tables lack nothing of the types, the compiler sees. That they have nothing besides it does not see where
 * they spread what several have in common; here it does.
 */
import { describe, expect, it } from "vitest";
import { commands } from "../../src/signalling/commands.ts";
import type { Command, Notice } from "../../src/signalling/protocol.ts";
import { notices } from "../../tools/signalling-schema/notices.ts";

type Names<Message extends { readonly type: string }> = {
  readonly [Type in Message["type"]]: Readonly<Record<keyof Extract<Message, { readonly type: Type }>, 0>>;
};

const numbered = { type: 0, id: 0, seq: 0 } as const;
const happening = { type: 0, seq: 0 } as const;

const namesOfCommands: Names<Command> = {
  join: { type: 0, id: 0, room: 0, presence: 0, resume: 0 },
  leave: { type: 0, id: 0 },
  description: { ...numbered, to: 0, description: 0 },
  candidate: { ...numbered, to: 0, candidate: 0 },
  "end-of-candidates": { ...numbered, to: 0 },
  message: { ...numbered, to: 0, text: 0 },
  presence: { ...numbered, presence: 0 },
  kick: { type: 0, id: 0, peer: 0, ban: 0 },
  unban: { type: 0, id: 0, user: 0 },
  lock: { type: 0, id: 0, locked: 0 },
  ping: { type: 0, id: 0, ack: 0 },
};

const rights = { role: 0, publish: 0, subscribe: 0 } as const;
const member = { peer: 0, user: 0, name: 0, ...rights, polite: 0, presence: 0, reconnecting: 0 } as const;
const entered = { room: 0, self: 0, ...rights } as const;
const ice = { iceServers: 0, iceServersLifetime: 0 } as const;

const namesOfNotices: Names<Notice> = {
  welcome: { type: 0, version: 0, self: 0, user: 0, name: 0 },
  joined: { ...numbered, ...entered, ...ice, locked: 0, peers: 0, secret: 0, resumeWithin: 0, resumed: 0 },
  resumed: { type: 0, id: 0, ...entered, ...ice, ack: 0 },
  "peer-joined": { ...happening, ...member },
  "peer-left": { ...happening, peer: 0, reason: 0 },
  "peer-reconnecting": { ...happening, peer: 0 },
  "peer-reconnected": { ...happening, peer: 0 },
  "peer-role": { ...happening, peer: 0, ...rights },
  description: { ...happening, from: 0, description: 0 },
  candidate: { ...happening, from: 0, candidate: 0 },
  "end-of-candidates": { ...happening, from: 0 },
  message: { ...happening, from: 0, user: 0, name: 0, text: 0, to: 0 },
  presence: { ...happening, peer: 0, presence: 0 },
  locked: { ...happening, locked: 0, by: 0 },
  left: { type: 0, room: 0, reason: 0 },
  "ice-servers": { type: 0, ...ice },
  service: { type: 0, rooms: 0 },
  ok: { type: 0, id: 0 },
  pong: { type: 0, id: 0, ack: 0 },
  error: { type: 0, id: 0, code: 0, message: 0, retryAfter: 0 },
};

describe("the tables of the protocol", () => {
  it.each([
    ["commands", commands, namesOfCommands],
    ["notices", notices, namesOfNotices],
  ])("have the %s of the types, with their fields and no others", (_what, shapes, names) => {
    const found = Object.entries(shapes).map(([type, { fields }]) => [type, Object.keys(fields).toSorted()]);
    const stated = Object.entries(names).map(([type, fields]) => [type, Object.keys(fields).toSorted()]);
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(stated));
  });

  it("begin every command with what tells it apart, so that all of one type are alike", () => {
    for (const [type, { fields }] of Object.entries(commands)) {
      const expected = "seq" in fields ? ["type", "id", "seq"] : ["type", "id"];
      expect([type, Object.keys(fields).slice(0, expected.length)]).toEqual([type, expected]);
    }
  });
});
