import { describe, expect, it } from "vitest";
import { parseCommand } from "../../src/signalling/parse-command.ts";
import { limits, subprotocol } from "../../src/signalling/protocol.ts";
import { commandExamples } from "../../tools/signalling-schema/examples.ts";
import { candidate, description, hostile } from "./hostile-commands.ts";

const json = JSON.stringify;
const a = (length: number): string => "a".repeat(length);
const last = Number.MAX_SAFE_INTEGER;
const sdp = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n";
const host = "candidate:1 1 udp 2122260223 192.0.2.1 54400 typ host";
const place = { sdpMid: "0", sdpMLineIndex: 0 };

/** A description of this length, by attributes that nobody knows. */
function longSdp(length: number): string {
  const line = `a=x:${a(994)}\r\n`;
  const room = length - sdp.length;
  const last = room % line.length;
  return `${sdp}${line.repeat((room - last) / line.length - 1)}a=x:${a(994 + last)}\r\n`;
}

describe("barewire.signal.v1", () => {
  it("has the name that both sides negotiate", () => expect(subprotocol).toBe("barewire.signal.v1"));
});

describe("a command", () => {
  const good: readonly (readonly [string, object, object])[] = [
    ["join", { type: "join", room: "lobby" }, { type: "join", room: "lobby" }],
    [
      "join, with all characters of a name",
      { type: "join", room: "aZ09-._~" },
      { type: "join", room: "aZ09-._~" },
    ],
    ["join, with the longest name", { type: "join", room: a(64) }, { type: "join", room: a(64) }],
    ["leave", { type: "leave" }, { type: "leave" }],
    ["ping", { type: "ping" }, { type: "ping" }],
    ["an id that is a number", { type: "ping", id: 7 }, { type: "ping", id: 7 }],
    ["an id that is zero", { type: "ping", id: 0 }, { type: "ping", id: 0 }],
    ["an id that is a string", { type: "ping", id: a(64) }, { type: "ping", id: a(64) }],
    ["an id that is the empty string", { type: "ping", id: "" }, { type: "ping", id: "" }],
    ["fields that nobody knows", { type: "ping", shape: [{}] }, { type: "ping" }],
    ["a message to all", { type: "message", text: "hi" }, { type: "message", text: "hi" }],
    ["a message to one", { type: "message", text: "hi", to: "p" }, { type: "message", text: "hi", to: "p" }],
    ["a message with emoji", { type: "message", text: "👍🏽" }, { type: "message", text: "👍🏽" }],
    ["the longest message", { type: "message", text: a(4096) }, { type: "message", text: a(4096) }],
    [
      "an offer",
      { type: "description", to: "p", description: { type: "offer", sdp } },
      { type: "description", to: "p", description: { type: "offer", sdp } },
    ],
    [
      "an answer, without what else is in it",
      { type: "description", to: "p", description: { type: "answer", sdp, toJSON: 1 } },
      { type: "description", to: "p", description: { type: "answer", sdp } },
    ],
    [
      "the longest description",
      { type: "description", to: "p", description: { type: "offer", sdp: longSdp(limits.sdp) } },
      { type: "description", to: "p", description: { type: "offer", sdp: longSdp(limits.sdp) } },
    ],
    ["a numbered message", { type: "message", seq: 1, text: "hi" }, { type: "message", seq: 1, text: "hi" }],
    [
      "the last number",
      { type: "message", seq: last, text: "hi" },
      { type: "message", seq: last, text: "hi" },
    ],
    ["a ping that acknowledges", { type: "ping", ack: 0 }, { type: "ping", ack: 0 }],
    [
      "a join that resumes, without what else is in it",
      { type: "join", room: "r", resume: { peer: "p", secret: "s", ack: 7, user: "u" } },
      { type: "join", room: "r", resume: { peer: "p", secret: "s", ack: 7 } },
    ],
    [
      "a join with presence",
      { type: "join", room: "r", presence: { hand: [true, null, { deep: 1.5 }] } },
      { type: "join", room: "r", presence: { hand: [true, null, { deep: 1.5 }] } },
    ],
    ["presence", { type: "presence", presence: {} }, { type: "presence", presence: {} }],
    ["a kick", { type: "kick", peer: "p" }, { type: "kick", peer: "p" }],
    ["a ban", { type: "kick", peer: "p", ban: true }, { type: "kick", peer: "p", ban: true }],
    ["an unban", { type: "unban", user: "u" }, { type: "unban", user: "u" }],
    ["a lock", { type: "lock", locked: false }, { type: "lock", locked: false }],
    [
      "a candidate",
      { type: "candidate", to: "p", candidate: { candidate: host, ...place, usernameFragment: "Ab+/" } },
      { type: "candidate", to: "p", candidate: { candidate: host, ...place, usernameFragment: "Ab+/" } },
    ],
    [
      "a candidate as wrtc writes it",
      { type: "candidate", to: "p", candidate: { candidate: host, ...place, usernameFragment: null } },
      { type: "candidate", to: "p", candidate: { candidate: host, ...place } },
    ],
    [
      "a candidate with only a mid",
      { type: "candidate", to: "p", candidate: { candidate: host, sdpMid: "audio" } },
      { type: "candidate", to: "p", candidate: { candidate: host, sdpMid: "audio", sdpMLineIndex: null } },
    ],
    [
      "the empty candidate, which needs no place",
      { type: "candidate", to: "p", candidate: { candidate: "" } },
      { type: "candidate", to: "p", candidate: { candidate: "", sdpMid: null, sdpMLineIndex: null } },
    ],
    ["the end of candidates", { type: "end-of-candidates", to: "p" }, { type: "end-of-candidates", to: "p" }],
  ];

  it.each(good)("is accepted: %s", (_what, sent, parsed) => {
    expect(parseCommand(json(sent))).toEqual(parsed);
  });

  it("holds nothing but what was checked", () => {
    const candidate = { candidate: host, ...place, evil: { deep: [1] } };
    const command = parseCommand(json({ type: "candidate", to: "p", candidate, evil: 1 }));
    expect(json(command)).toBe(
      json({ type: "candidate", to: "p", candidate: { candidate: host, ...place } }),
    );
  });

  it("has the same fields in the same order, whatever came in which order", () => {
    const full = parseCommand(json({ to: "p", text: "hi", id: 1, type: "message", seq: 2, more: 3 }));
    const bare = parseCommand('{"text":"hi","type":"message"}');
    expect(Object.keys(full)).toEqual(["type", "id", "seq", "to", "text"]);
    expect(Object.keys(bare)).toEqual(Object.keys(full));
  });
});

describe("hostile input", () => {
  const rows = hostile.map(([what, text, code, id]) => ({ what, text, code, id }));
  it.each(rows)("is refused: $what", ({ text, code, id }) => {
    const refusal = parseCommand(text);
    expect(refusal).toEqual({ type: "refusal", code, message: expect.any(String), ...(id && { id }) });
  });

  it("is never repeated in the answer", () => {
    for (const [, text] of hostile) {
      const marked = text.replaceAll("p", "SECRET");
      expect(json(parseCommand(marked))).not.toContain("SECRET");
    }
  });

  it("is refused for what it is, or is a command, wherever a good one is cut or changed", () => {
    const outcomes = new Set<string>();
    const note = (text: string): void => {
      const command = parseCommand(text);
      outcomes.add(command.type === "refusal" ? command.code : "command");
    };
    for (const text of Object.values<readonly object[]>(commandExamples)
      .flat()
      .map((one) => json(one))) {
      for (let at = 0; at < text.length; at++) {
        note(text.slice(0, at));
        for (const character of ['"', "}", "0", "\\", "\ud800", "\0"])
          note(text.slice(0, at) + character + text.slice(at + 1));
      }
    }
    expect([...outcomes].toSorted()).toEqual(["command", "malformed", "unknown-type"]);
  });

  it("does not reach the prototype of anything", () => {
    parseCommand(
      '{"type":"ping","__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
    );
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });

  it("reads only the object's own fields", () => {
    Object.defineProperty(Object.prototype, "room", { value: "lobby", configurable: true });
    try {
      expect(parseCommand('{"type":"join"}')).toMatchObject({ type: "refusal", code: "malformed" });
    } finally {
      Reflect.deleteProperty(Object.prototype, "room");
    }
  });

  it("is read up to the very last character allowed", () => {
    expect(parseCommand('{"type":"ping"}'.padEnd(65_536))).toEqual({ type: "ping" });
  });

  it("names the first fault and where it is", () => {
    expect(parseCommand(description({ type: "pranswer", sdp: "" }))).toMatchObject({
      message: "description.type must be one of offer, answer",
    });
    expect(parseCommand(description([{ type: "offer", sdp }]))).toMatchObject({
      message: "description must be an object",
    });
    expect(
      parseCommand(json({ type: "join", room: "r", resume: { peer: "p", secret: "s", ack: -1 } })),
    ).toMatchObject({
      message: `resume.ack must be an integer of 0 to ${last}`,
    });
    expect(parseCommand(description({ type: "offer", sdp: "v=0\r\nx=\r\n" }))).toMatchObject({
      message: expect.stringMatching(/^description\.sdp line 2: ./),
    });
    expect(parseCommand(candidate({ candidate: "candidate:", ...place }))).toMatchObject({
      message: expect.stringMatching(/^candidate\.candidate is no candidate: ./),
    });
  });
});
