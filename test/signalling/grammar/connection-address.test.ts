import { describe, expect, it } from "vitest";
import {
  canonicalUnicastAddress,
  isConnectionAddress,
  isMulticastDnsName,
  isUnicastAddress,
} from "../../../src/signalling/grammar/connection-address.ts";

/** Whether a text is one; the same when it is a part of a longer text. */
function isTaken(text: string): boolean {
  const taken = isConnectionAddress(text, 0, text.length);
  expect(isConnectionAddress(`1:${text}:1`, 2, 2 + text.length)).toBe(taken);
  return taken;
}

/** The one form of an address or name, undefined when the text is none; the same as a part of a longer text. */
function read(text: string): string | undefined {
  const taken = isUnicastAddress(text, 0, text.length);
  expect(isUnicastAddress(`1:${text}:1`, 2, 2 + text.length)).toBe(taken);
  return taken ? canonicalUnicastAddress(text) : undefined;
}

const longLabel = "a".repeat(63);
const longName = `${`${longLabel}.`.repeat(3)}${"b".repeat(61)}`;

describe("RFC 8866 §9 unicast-address", () => {
  it.each([
    ["192.0.2.1", "192.0.2.1"],
    ["0.0.0.0", "0.0.0.0"],
    ["::", "::"],
    ["2001:DB8:0:0::0042", "2001:db8::42"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["example.com", "example.com"],
    ["TURN-1.Example.com", "turn-1.example.com"],
    ["localhost", "localhost"],
    ["8.8.8.8.example", "8.8.8.8.example"],
    ["5d1a4d5c-2a3c-4a57-b8c1-7e9d1f6b3a10.local", "5d1a4d5c-2a3c-4a57-b8c1-7e9d1f6b3a10.local"],
    [`${longLabel}.example`, `${longLabel}.example`],
    [longName, longName],
  ])("%s is %s", (text, address) => {
    expect(read(text)).toBe(address);
  });

  it.each([
    ["nothing", ""],
    ["four numbers of which one is too large", "192.0.2.256"],
    ["a leading zero", "192.0.2.01"],
    ["three numbers", "192.0.2"],
    ["a number alone", "1"],
    ["five groups", "1:2:3:4:5"],
    ["two ::", "1::2::3"],
    ["a zone", "fe80::1%eth0"],
    ["brackets", "[::1]"],
    ["a port", "192.0.2.1:80"],
    ["an empty label", "a..example"],
    ["a dot at the end", "example.com."],
    ["a dot at the beginning", ".example.com"],
    ["a hyphen at the beginning of a label", "-a.example"],
    ["a hyphen at the end of a label", "a-.example"],
    ["an underscore", "a_b.example"],
    ["a letter beyond ASCII", "bücher.example"],
    ["a space", "a b"],
    ["a label of 64", `${longLabel}a.example`],
    ["a name of 254", `${longName}b`],
  ])("refuses %s", (_, text) => {
    expect(read(text)).toBeUndefined();
  });
});

describe("RFC 8866 §5.7 connection-address of c=", () => {
  it.each([
    "224.2.36.42/127",
    "224.2.1.1/127/3",
    "239.255.255.255/0",
    "ff15::101",
    "ff15::101/3",
    "FF15::101/3",
    "233.252.0.1",
    "192.0.2.1",
    "example.com",
  ])("takes %s", (text) => {
    expect(isTaken(text)).toBe(true);
  });

  it.each([
    ["a TTL of 256", "224.2.1.1/256"],
    ["no addresses", "224.2.1.1/127/0"],
    ["three numbers", "224.2.1.1/127/3/3"],
    ["an empty TTL", "224.2.1.1/"],
    ["a TTL behind a unicast address", "192.0.2.1/127"],
    ["a TTL behind an address past multicast", "240.0.0.1/127"],
    ["a TTL behind IPv6", "ff15::101/127/3"],
    ["a number behind unicast IPv6", "2001:db8::1/3"],
    ["a number behind a name that begins like multicast", "ff.example/3"],
    ["a number behind nothing", "/3"],
  ])("refuses %s", (_, text) => {
    expect(isTaken(text)).toBe(false);
  });
});

describe("RFC 6762 §3 names of multicast DNS", () => {
  it("are those below local", () => {
    expect(isMulticastDnsName("a.local")).toBe(true);
    expect(isMulticastDnsName("a.local.example")).toBe(false);
    expect(isMulticastDnsName("alocal")).toBe(false);
  });
});
