import { describe, expect, it } from "vitest";
import { parseAttribute } from "../../../src/signalling/grammar/attributes.ts";

/** The name and value of an attribute with a rule, what is wrong with it, or undefined; the same inside a text. */
function attribute(text: string, inMedia: boolean): { name: string; value?: string } | string | undefined {
  const found = parseAttribute(text, 0, text.length, inMedia);
  const surrounded = `a=${text}`;
  expect(parseAttribute(`${surrounded}a:b`, 2, surrounded.length, inMedia)).toBe(found);
  if (typeof found !== "object") return found;
  const value = text.slice(found.name.length + 1);
  return value === "" ? { name: found.name } : { name: found.name, value };
}

const hex = (bytes: number) => new Array<string>(bytes).fill("0A").join(":");

describe("RFC 8866 §5.13 attributes", () => {
  it.each([
    "rtcp-mux",
    "rtpmap:96 VP8/90000",
    "3ge2ae:requested",
    "X-Mine:é",
    "a:b:c",
    "x:\u0001",
    "a: ",
    "~:-",
  ])("lets %j through, which there is no rule for", (text) => {
    expect(attribute(text, true)).toBeUndefined();
    expect(attribute(text, false)).toBeUndefined();
  });

  it.each(["", ":b", "a:", "a b", "a b:c", " a", "a\t", "é:a", "a(b", "a/b:c", "[a]"])(
    "refuses %j",
    (text) => {
      expect(attribute(text, true)).toEqual(expect.any(String));
    },
  );

  it("tells a name that is as long as one with a rule and begins like it", () => {
    expect(attribute("rtcp-mux", true)).toBeUndefined(); // as long as recvonly
    expect(attribute(`m${"i".repeat(34)}:(`, true)).toBeUndefined(); // 35 characters, 32 more than mid
  });
});

describe("attributes with a rule", () => {
  it.each([
    ["RFC 8839 §5.4", "ice-ufrag:abcd", "abcd"],
    ["RFC 8839 §5.4", `ice-ufrag:${"a".repeat(256)}`, "a".repeat(256)],
    ["RFC 8839 §5.4, as libp2p has it", "ice-ufrag:libp2p+webrtc+v1/abcd", "libp2p+webrtc+v1/abcd"],
    ["RFC 8839 §5.4", `ice-pwd:${"+/".repeat(11)}`, "+/".repeat(11)],
    ["RFC 8839 §5.4", `ice-pwd:${"a".repeat(256)}`, "a".repeat(256)],
    ["RFC 8839 §5.3", "ice-lite", undefined],
    ["RFC 8122 §5", `fingerprint:sha-256 ${hex(32)}`, `sha-256 ${hex(32)}`],
    ["RFC 8122 §5", `fingerprint:sha-1 ${hex(20)}`, `sha-1 ${hex(20)}`],
    ["RFC 8122 §5", `fingerprint:SHA-512 ${hex(64)}`, `SHA-512 ${hex(64)}`],
    ["RFC 8122 §5, a hash of a later day", `fingerprint:sha3-256 ${hex(7)}`, `sha3-256 ${hex(7)}`],
    [
      "RFC 8122 §5, in small letters",
      `fingerprint:sha-256 ${hex(32).toLowerCase()}`,
      `sha-256 ${hex(32).toLowerCase()}`,
    ],
    ["RFC 4145 §4", "setup:actpass", "actpass"],
    ["RFC 4145 §4", "setup:active", "active"],
    ["RFC 4145 §4", "setup:passive", "passive"],
    ["RFC 4145 §4", "setup:holdconn", "holdconn"],
    ["RFC 8866 §6.7", "recvonly", undefined],
    ["RFC 8840 §8.2", "end-of-candidates", undefined],
  ])("%s: takes %s at both levels", (_, text, value) => {
    const name = text.split(":")[0];
    expect(attribute(text, false)).toEqual({ name, value });
    expect(attribute(text, true)).toEqual({ name, value });
  });

  it.each([
    ["RFC 5888 §4", "mid:0"],
    ["RFC 9143 §6", "bundle-only"],
    ["RFC 8839 §5.1", "candidate:1 1 UDP 2130706431 203.0.113.141 8998 typ host"],
  ])("%s: takes %s in a section alone", (_, text) => {
    expect(attribute(text, true)).toEqual(expect.objectContaining({ name: text.split(":")[0] }));
    expect(attribute(text, false)).toMatch(/stands behind an m=$/);
  });

  it.each([
    ["an ice-ufrag of 3", "ice-ufrag:abc"],
    ["an ice-ufrag of 257", `ice-ufrag:${"a".repeat(257)}`],
    ["an ice-ufrag with another character", "ice-ufrag:abc="],
    ["an ice-ufrag with a space", "ice-ufrag: abcd"],
    ["an ice-ufrag without a value", "ice-ufrag"],
    ["an ice-pwd of 21", `ice-pwd:${"a".repeat(21)}`],
    ["an ice-pwd of 257", `ice-pwd:${"a".repeat(257)}`],
    ["an ice-pwd with another character", `ice-pwd:${"a".repeat(21)}-`],
    ["a fingerprint without a hash", `fingerprint:${hex(32)}`],
    ["a fingerprint with an empty hash", `fingerprint: ${hex(32)}`],
    ["a fingerprint whose hash is no token", `fingerprint:(sha) ${hex(32)}`],
    ["a fingerprint without bytes", "fingerprint:sha-256"],
    ["a fingerprint with no bytes", "fingerprint:sha3-256 "],
    ["a fingerprint of 31 bytes", `fingerprint:sha-256 ${hex(31)}`],
    ["a fingerprint of 33 bytes", `fingerprint:sha-256 ${hex(33)}`],
    ["a fingerprint with half a byte", `fingerprint:sha3-256 0A:0`],
    ["a fingerprint with a colon at the end", `fingerprint:sha3-256 0A:`],
    ["a fingerprint with hyphens", "fingerprint:sha3-256 0A-0A"],
    ["a fingerprint without colons", `fingerprint:sha3-256 0A0A0A`],
    ["a fingerprint with another letter", `fingerprint:sha3-256 0G`],
    ["a fingerprint with two spaces", `fingerprint:sha-256  ${hex(32)}`],
    ["a setup of no meaning", "setup:maybe"],
    ["a setup in capitals", "setup:ACTIVE"],
    ["a mid that is no token", "mid:a b"],
    ["a candidate that is none", "candidate:1 1 UDP 0 203.0.113.141 8998 typ host"],
    ["a candidate of a candidate", "candidate:candidate:1 1 UDP 1 203.0.113.141 8998 typ host"],
    ["a candidate without a value", "candidate"],
    ["end-of-candidates with a value", "end-of-candidates:1"],
    ["bundle-only with a value, which libwebrtc reads", "bundle-only:1"],
    ["a direction with a value, which libwebrtc reads", "sendonly:1"],
    ["ice-lite with a value", "ice-lite:1"],
    ["a name in capitals, which some readers take", "Setup:active"],
    ["a direction in capitals, which some readers take", "SENDRECV"],
  ])("refuses %s", (_, text) => {
    expect(attribute(text, true)).toEqual(expect.stringMatching(/^.{10,90}$/));
  });
});
