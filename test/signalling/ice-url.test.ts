import { describe, expect, it } from "vitest";
import { IceUrlError, parseIceUrl, stunUrl } from "../../src/signalling/ice-url.ts";

const of = (scheme: string, host: string, port?: number, transport?: string): object => ({
  scheme,
  host,
  port,
  transport,
});

describe("RFC 7064 Appendix A, RFC 7065 Appendix A the examples", () => {
  it.each([
    ["stun:example.org", of("stun", "example.org")],
    ["stuns:example.org", of("stuns", "example.org")],
    ["stun:example.org:8000", of("stun", "example.org", 8000)],
    ["turn:example.org", of("turn", "example.org")],
    ["turns:example.org", of("turns", "example.org")],
    ["turn:example.org:8000", of("turn", "example.org", 8000)],
    ["turn:example.org?transport=udp", of("turn", "example.org", undefined, "udp")],
    ["turn:example.org?transport=tcp", of("turn", "example.org", undefined, "tcp")],
    ["turns:example.org?transport=tcp", of("turns", "example.org", undefined, "tcp")],
  ])("takes %s apart", (url, expected) => {
    expect(parseIceUrl(url)).toEqual(expected);
  });
});

describe("RFC 3986 §3.2.2 the host", () => {
  it.each([
    ["turn:192.0.2.1:3478", of("turn", "192.0.2.1", 3478)],
    ["turn:[2001:db8::1]:3478?transport=udp", of("turn", "2001:db8::1", 3478, "udp")],
    ["TURN:Relay-1.Example.ORG.", of("turn", "Relay-1.Example.ORG.")],
    ["stun:localhost", of("stun", "localhost")],
    ["stun:my_relay", of("stun", "my_relay")],
  ])("is a name or an address: %s", (url, expected) => {
    expect(parseIceUrl(url)).toEqual(expected);
  });

  it("is put in brackets where it is an address of IPv6", () => {
    expect(stunUrl("2001:db8::1", 3478)).toBe("stun:[2001:db8::1]:3478");
    expect(stunUrl("chat.example", 5000)).toBe("stun:chat.example:5000");
    expect(() => stunUrl("evil host", 3478)).toThrow(IceUrlError);
  });
});

describe("what is no URL of a STUN or TURN server", () => {
  it.each([
    "",
    "turn",
    "turn:",
    "turn://example.org",
    "http://example.org",
    "turn:user@example.org",
    "turn:example.org:",
    "turn:example.org:0",
    "turn:example.org:65536",
    "turn:example.org:80a",
    "turn:example.org?transport=sctp",
    "turn:example.org?transport=",
    "turn:example.org?transport=udp&x=1",
    "turn:example.org#a",
    "turn:example.org/path",
    "turn:-example.org",
    "turn:a..b",
    "turn:.",
    "turn:256.1.1.1",
    "turn:1.2.3",
    "turn:[192.0.2.1]",
    "turn:[::1",
    "turn:::1",
    "turn:[fe80::1%eth0]",
    "turn:[1:2:3]",
    "stun:example.org?transport=udp",
    " turn:example.org",
    "turn:example.org\n",
    "turn:exämple.org",
    `turn:${"a".repeat(64)}.org`,
    `turn:${"a.".repeat(150)}org`,
  ])("is refused: %j", (url) => {
    expect(() => parseIceUrl(url)).toThrow(IceUrlError);
  });
});
