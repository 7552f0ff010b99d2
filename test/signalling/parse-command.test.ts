import { describe, expect, it } from "vitest";
import { parseCommand } from "../../src/signalling/parse-command.ts";
import { limits, type RefusalCode, subprotocol } from "../../src/signalling/protocol.ts";

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

const description = (inner: unknown, to: unknown = "p"): string =>
  json({ type: "description", id: 5, to, description: inner });
const empty = { candidate: "" };
const candidate = (inner: unknown, to: unknown = "p"): string =>
  json({ type: "candidate", id: 5, to, candidate: inner });

const presence = (inner: unknown): string => json({ id: 5, type: "presence", presence: inner });
const join = { id: 5, type: "join", room: "r" };
const resume = { peer: "p", secret: "s", ack: 1 };

/** What is hostile, and whether its id could be read all the same. */
const hostile: readonly (readonly [string, string, RefusalCode, (5 | undefined)?])[] = [
  ["nothing", "", "malformed"],
  ["a blank", " ", "malformed"],
  ["no JSON", "join lobby", "malformed"],
  ["half of JSON", '{"type":"ping"', "malformed"],
  ["JSON and more", '{"type":"ping"}{"type":"ping"}', "malformed"],
  ["a trailing comma", '{"type":"ping",}', "malformed"],
  ["single quotes", "{'type':'ping'}", "malformed"],
  ["a comment", '{"type":"ping"}//', "malformed"],
  ["a byte order mark", '\ufeff{"type":"ping"}', "malformed"],
  ["a bare NUL", "\0", "malformed"],
  ["a NUL within", '{"type":"pi\0ng"}', "malformed"],
  ["NaN", "NaN", "malformed"],
  ["null", "null", "malformed"],
  ["true", "true", "malformed"],
  ["a number", "42", "malformed"],
  ["a string", '"ping"', "malformed"],
  ["an array", "[]", "malformed"],
  ["an array of commands", '[{"type":"ping"}]', "malformed"],
  ["deep arrays", `${"[".repeat(30_000)}${"]".repeat(30_000)}`, "malformed"],
  ["deep objects", `${'{"a":'.repeat(12_000)}1${"}".repeat(12_000)}`, "malformed"],
  ["deep arrays without an end", "[".repeat(65_536), "malformed"],
  ["too long by one", json({ type: "ping", x: a(65_536 - 20) }).padEnd(65_537), "malformed"],
  ["an empty object", "{}", "malformed"],
  ["no type", '{"id":5}', "malformed", 5],
  ["a type that is null", '{"id":5,"type":null}', "malformed", 5],
  ["a type that is a number", '{"id":5,"type":1}', "malformed", 5],
  ["a type that is an object", '{"id":5,"type":{"toString":"join"}}', "malformed", 5],
  ["a type that is an array", '{"id":5,"type":["ping"]}', "malformed", 5],
  ["an empty type", '{"id":5,"type":""}', "unknown-type", 5],
  ["an unknown type", '{"id":5,"type":"fly"}', "unknown-type", 5],
  ["a type in capitals", '{"id":5,"type":"PING"}', "unknown-type", 5],
  ["a type with a blank", '{"id":5,"type":"ping "}', "unknown-type", 5],
  ["a notice", '{"id":5,"type":"welcome","self":"me"}', "unknown-type", 5],
  ["the type of a refusal", '{"id":5,"type":"refusal","code":"malformed","message":""}', "unknown-type", 5],
  ["the type constructor", '{"id":5,"type":"constructor"}', "unknown-type", 5],
  ["the type __proto__", '{"id":5,"type":"__proto__"}', "unknown-type", 5],
  ["the type toString", '{"id":5,"type":"toString"}', "unknown-type", 5],
  ["a type from __proto__", '{"id":5,"__proto__":{"type":"ping"}}', "malformed", 5],
  ["an id that is null", '{"id":null,"type":"ping"}', "malformed"],
  ["an id that is true", '{"id":true,"type":"ping"}', "malformed"],
  ["an id that is an object", '{"id":{},"type":"ping"}', "malformed"],
  ["an id that is an array", '{"id":[5],"type":"ping"}', "malformed"],
  ["an id beyond all numbers", '{"id":1e999,"type":"ping"}', "malformed"],
  ["an id that is too long", json({ id: a(65), type: "ping" }), "malformed"],
  ["an id with half a character", '{"id":"\\ud800","type":"ping"}', "malformed"],
  ["no room", '{"id":5,"type":"join"}', "malformed", 5],
  ["an empty room", '{"id":5,"type":"join","room":""}', "malformed", 5],
  ["a room that no path can hold", '{"id":5,"type":"join","room":".."}', "malformed", 5],
  ["a room that is null", '{"id":5,"type":"join","room":null}', "malformed", 5],
  ["a room that is a number", '{"id":5,"type":"join","room":1}', "malformed", 5],
  ["a room that is an object", '{"id":5,"type":"join","room":{}}', "malformed", 5],
  ["a room in an array", '{"id":5,"type":"join","room":["lobby"]}', "malformed", 5],
  ["a room with a long name", json({ id: 5, type: "join", room: a(65) }), "malformed", 5],
  ["a room with a slash", '{"id":5,"type":"join","room":"../etc"}', "malformed", 5],
  ["a room with a blank", '{"id":5,"type":"join","room":"a b"}', "malformed", 5],
  ["a room with a line feed", '{"id":5,"type":"join","room":"a\\n"}', "malformed", 5],
  ["a room with a NUL", '{"id":5,"type":"join","room":"a\\u0000"}', "malformed", 5],
  ["a room with an umlaut", '{"id":5,"type":"join","room":"ä"}', "malformed", 5],
  ["a room with half a character", '{"id":5,"type":"join","room":"\\udc00"}', "malformed", 5],
  ["a message without text", '{"id":5,"type":"message"}', "malformed", 5],
  ["an empty message", '{"id":5,"type":"message","text":""}', "malformed", 5],
  ["a message that is an object", '{"id":5,"type":"message","text":{"length":1}}', "malformed", 5],
  ["a message that is too long", json({ id: 5, type: "message", text: a(4097) }), "malformed", 5],
  ["a message with half a character", '{"id":5,"type":"message","text":"a\\ud83d"}', "malformed", 5],
  ["a message with halves swapped", '{"id":5,"type":"message","text":"\\udc00\\ud800"}', "malformed", 5],
  ["a message to null", '{"id":5,"type":"message","text":"a","to":null}', "malformed", 5],
  ["a message to nobody", '{"id":5,"type":"message","text":"a","to":""}', "malformed", 5],
  ["a message to many", '{"id":5,"type":"message","text":"a","to":["p","q"]}', "malformed", 5],
  ["a message to a long name", json({ id: 5, type: "message", text: "a", to: a(65) }), "malformed", 5],
  [
    "a description for nobody",
    json({ id: 5, type: "description", description: { type: "offer", sdp } }),
    "malformed",
    5,
  ],
  ["a description for a number", description({ type: "offer", sdp }, 1), "malformed", 5],
  ["a description that is missing", description(undefined), "malformed", 5],
  ["a description that is null", description(null), "malformed", 5],
  ["a description that is text", description(sdp), "malformed", 5],
  ["a description that is an array", description([{ type: "offer", sdp }]), "malformed", 5],
  ["a description without a type", description({ sdp }), "malformed", 5],
  ["a provisional answer", description({ type: "pranswer", sdp }), "malformed", 5],
  ["a rollback", description({ type: "rollback", sdp }), "malformed", 5],
  ["a description of the type __proto__", description({ type: "__proto__", sdp }), "malformed", 5],
  ["a description without SDP", description({ type: "offer" }), "malformed", 5],
  ["a description with empty SDP", description({ type: "offer", sdp: "" }), "malformed", 5],
  ["a description with SDP that is a number", description({ type: "offer", sdp: 0 }), "malformed", 5],
  ["a description that is too long", description({ type: "offer", sdp: a(32_769) }), "malformed", 5],
  ["a description with half a character", description({ type: "offer", sdp: "v=0\ud800" }), "malformed", 5],
  ["a description that is garbage", description({ type: "offer", sdp: "garbage" }), "malformed", 5],
  ["a candidate that is garbage", candidate({ candidate: "garbage", ...place }), "malformed", 5],
  ["a number that is 0", '{"id":5,"type":"message","text":"a","seq":0}', "malformed", 5],
  ["a number that is null", '{"id":5,"type":"message","text":"a","seq":null}', "malformed", 5],
  ["a number that is a string", '{"id":5,"type":"message","text":"a","seq":"1"}', "malformed", 5],
  ["a number with a fraction", '{"id":5,"type":"message","text":"a","seq":1.5}', "malformed", 5],
  ["a number beyond all that are exact", '{"id":5,"type":"ping","ack":9007199254740992}', "malformed", 5],
  ["a number below 0", '{"id":5,"type":"ping","ack":-1}', "malformed", 5],
  ["an end of candidates for nobody", '{"id":5,"type":"end-of-candidates"}', "malformed", 5],
  ["a resume that is null", '{"id":5,"type":"join","room":"r","resume":null}', "malformed", 5],
  ["a resume without a secret", json({ ...join, resume: { peer: "p", ack: 1 } }), "malformed", 5],
  ["a resume with an empty secret", json({ ...join, resume: { ...resume, secret: "" } }), "malformed", 5],
  ["a resume with a long secret", json({ ...join, resume: { ...resume, secret: a(65) } }), "malformed", 5],
  ["a resume without a number", json({ ...join, resume: { peer: "p", secret: "s" } }), "malformed", 5],
  ["presence that is missing", presence(undefined), "malformed", 5],
  ["presence that is null", presence(null), "malformed", 5],
  ["presence that is an array", presence([]), "malformed", 5],
  ["presence that is text", presence("here"), "malformed", 5],
  ["presence that is null at the door", json({ ...join, presence: null }), "malformed", 5],
  ["a kick of nobody", '{"id":5,"type":"kick"}', "malformed", 5],
  ["a ban that is a word", '{"id":5,"type":"kick","peer":"p","ban":"true"}', "malformed", 5],
  ["a lock that says nothing", '{"id":5,"type":"lock"}', "malformed", 5],
  ["a lock that is a number", '{"id":5,"type":"lock","locked":1}', "malformed", 5],
  ["a candidate for nobody", json({ id: 5, type: "candidate", candidate: empty }), "malformed", 5],
  ["a candidate that is null", candidate(null), "malformed", 5],
  ["a candidate for null", candidate(empty, null), "malformed", 5],
  ["a candidate that is missing", candidate(undefined), "malformed", 5],
  ["a candidate that is text", candidate(host), "malformed", 5],
  ["a candidate that is an array", candidate([]), "malformed", 5],
  ["a candidate that is false", candidate(false), "malformed", 5],
  ["a candidate without text", candidate(place), "malformed", 5],
  ["a candidate that is too long", candidate({ candidate: a(1025), ...place }), "malformed", 5],
  ["a candidate without a place", candidate({ candidate: host }), "malformed", 5],
  [
    "a candidate with a null place",
    candidate({ candidate: host, sdpMid: null, sdpMLineIndex: null }),
    "malformed",
    5,
  ],
  ["a candidate with a long mid", candidate({ candidate: host, sdpMid: a(65) }), "malformed", 5],
  ["a candidate with an empty mid", candidate({ candidate: host, sdpMid: "" }), "malformed", 5],
  ["a candidate with a mid that is a number", candidate({ candidate: host, sdpMid: 0 }), "malformed", 5],
  ["a candidate at index -1", candidate({ candidate: host, sdpMLineIndex: -1 }), "malformed", 5],
  ["a candidate at index 0.5", candidate({ candidate: host, sdpMLineIndex: 0.5 }), "malformed", 5],
  ["a candidate at index 65536", candidate({ candidate: host, sdpMLineIndex: 65_536 }), "malformed", 5],
  [
    "a candidate at index one, in letters",
    candidate({ candidate: host, sdpMLineIndex: "1" }),
    "malformed",
    5,
  ],
  [
    "a long username fragment",
    candidate({ candidate: host, ...place, usernameFragment: a(257) }),
    "malformed",
    5,
  ],
  [
    "a username fragment that is an object",
    candidate({ candidate: host, ...place, usernameFragment: {} }),
    "malformed",
    5,
  ],
];

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
    expect(parseCommand(json({ ...join, resume: { ...resume, ack: -1 } }))).toMatchObject({
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
