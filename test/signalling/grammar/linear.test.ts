import { describe, expect, it } from "vitest";
import { checkCandidate } from "../../../src/signalling/grammar/candidate.ts";
import { sdpWithoutPrivateAddresses } from "../../../src/signalling/grammar/private-addresses.ts";
import { checkSessionDescription } from "../../../src/signalling/grammar/session-description.ts";
import { fixture } from "./fixtures.ts";

/**
 * How many characters are looked at: what strings are asked for is counted, not timed. One call of each method costs
 * one and what it reads, so that quadratic work shows whether it is done by us or in one call.
 */
const original = {
  charAt: String.prototype.charAt,
  charCodeAt: String.prototype.charCodeAt,
  indexOf: String.prototype.indexOf,
  slice: String.prototype.slice,
  startsWith: String.prototype.startsWith,
  split: String.prototype.split as (separator: string) => string[],
  toLowerCase: String.prototype.toLowerCase,
  exec: RegExp.prototype.exec,
};

function count(work: () => unknown): number {
  let steps = 0;
  String.prototype.charAt = function (at) {
    steps++;
    return original.charAt.call(this, at);
  };
  String.prototype.charCodeAt = function (at) {
    steps++;
    return original.charCodeAt.call(this, at);
  };
  String.prototype.indexOf = function (sought, from = 0) {
    const found = original.indexOf.call(this, sought, from);
    steps += 1 + (found < 0 ? this.length - from : found - from);
    return found;
  };
  String.prototype.startsWith = function (sought, at = 0) {
    steps += 1 + Math.min(sought.length, this.length - at);
    return original.startsWith.call(this, sought, at);
  };
  String.prototype.slice = function (from, to) {
    const part = original.slice.call(this, from, to);
    steps += 1 + part.length;
    return part;
  };
  String.prototype.split = function (this: string, separator: string) {
    steps += 1 + this.length;
    return original.split.call(this, separator);
  } as typeof String.prototype.split;
  String.prototype.toLowerCase = function () {
    steps += 1 + this.length;
    return original.toLowerCase.call(this);
  };
  RegExp.prototype.exec = function (text) {
    const found = original.exec.call(this, text);
    // A sticky one looks at nothing but what it finds: those here are one class of characters.
    steps += 1 + (this.sticky ? (found?.[0].length ?? 0) : text.length);
    return found;
  };
  try {
    work();
  } finally {
    const { exec, ...ofStrings } = original;
    Object.assign(String.prototype, ofStrings);
    RegExp.prototype.exec = exec;
  }
  return steps;
}

const start = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n";
const section = "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n";

/** What is behind session level. */
function sectionsOf(name: string): string {
  return fixture(name).slice(fixture(name).indexOf("m="));
}

/** A hostile text of about `size` characters, built of `piece` again and again. */
function repeat(piece: string, size: number): string {
  return piece.repeat(Math.ceil(size / piece.length));
}

const descriptions: readonly (readonly [string, (size: number) => string])[] = [
  [
    "a description of Chromium, again and again",
    (n) => start + repeat(sectionsOf("chromium-media-offer"), n),
  ],
  ["short lines that end in LF", (n) => start + repeat("a=a\n", n)],
  ["short lines that end in CRLF", (n) => start + repeat("a=a\r\n", n)],
  ["one line that never ends", (n) => `${start}a=${repeat("a", n)}`],
  ["CR alone", (n) => start + repeat("a=a\r", n)],
  ["a NUL at the end", (n) => `${start}${repeat("a=a\n", n)}a=\0\n`],
  ["empty lines", (n) => start + repeat("\n", n)],
  ["sections", (n) => start + repeat(section, n)],
  ["many mids of one section", (n) => start + section + repeat("a=mid:aaaaaaaaaaaaaaaa\r\n", n)],
  ["names of attributes that are long", (n) => start + repeat(`a=${"a".repeat(8000)}\r\n`, n)],
  ["names of attributes in capitals", (n) => start + repeat(`a=${"A".repeat(8000)}\r\n`, n)],
  ["colons", (n) => start + repeat(`a=a${":".repeat(8000)}\r\n`, n)],
  ["fingerprints", (n) => start + repeat(`a=fingerprint:x ${"0A:".repeat(2000)}0A\r\n`, n)],
  ["formats", (n) => start + repeat(`m=audio 9 x${" 0".repeat(4000)}\r\n`, n)],
  ["protocols", (n) => start + repeat(`m=audio 9 x${"/x".repeat(4000)} 0\r\n`, n)],
  ["repeat times", (n) => start + repeat(`r=1${" 1".repeat(4000)}\r\n`, n)],
  ["addresses of labels", (n) => start + section + repeat(`c=IN IP4 ${"a.".repeat(100)}a\r\n`, n)],
  ["addresses of groups", (n) => start + section + repeat(`c=IN IP6 1${":1".repeat(7)}\r\n`, n)],
  [
    "candidates of extensions",
    (n) => start + section + repeat(`a=candidate:1 1 udp 1 192.0.2.1 1 typ host${" a b".repeat(200)}\r\n`, n),
  ],
  [
    "candidates of long values",
    (n) => start + section + repeat(`a=candidate:1 1 udp 1 192.0.2.1 1 typ host a ${"b".repeat(900)}\r\n`, n),
  ],
  ["sections with private addresses", (n) => start + repeat(`${section}c=IN IP4 10.0.0.1\r\n`, n)],
];

describe("time linear in the text, whatever it is", () => {
  it.each(descriptions)("checks a description of %s", (_, make) => {
    const sdp = make(100_000);
    expect(count(() => checkSessionDescription(sdp))).toBeLessThan(12 * sdp.length);
  });

  it.each(descriptions)("takes private addresses out of a description of %s", (_, make) => {
    const sdp = make(100_000);
    expect(count(() => sdpWithoutPrivateAddresses(sdp))).toBeLessThan(20 * sdp.length);
  });

  it.each([
    ["spaces", (n: number) => `candidate:${" ".repeat(n)}`],
    ["a long foundation", (n: number) => `candidate:${"a".repeat(n)}`],
    ["digits", (n: number) => `candidate:1 ${"1".repeat(n)}`],
    ["extensions", (n: number) => `candidate:1 1 udp 1 192.0.2.1 1 typ host${" a b".repeat(n / 4)}`],
    ["labels", (n: number) => `candidate:1 1 udp 1 ${"a.".repeat(n / 2)}a 1 typ host`],
    ["colons", (n: number) => `candidate:1 1 udp 1 ${":".repeat(n)} 1 typ host`],
    ["numbers", (n: number) => `candidate:1 1 udp 1 ${"1.".repeat(n / 2)} 1 typ host`],
  ])("checks a candidate of %s", (_, make) => {
    for (const size of [500, 980, 100_000]) {
      const text = make(size);
      expect(count(() => checkCandidate(text))).toBeLessThan(12 * text.length + 200);
    }
  });

  it("counts quadratic work as such", () => {
    const text = repeat("a\n", 10_000);
    const steps = count(() => {
      for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) text.indexOf("\r", at);
    });
    expect(steps).toBeGreaterThan(100 * text.length);
  });
});
