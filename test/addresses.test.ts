import { isIPv4 as netIsIPv4, isIPv6 as netIsIPv6 } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AddressRanges, canonicalAddress, clientOf, isIPv4, isIPv6 } from "../src/addresses.ts";

describe("RFC 4291 §2.2 text of an address", () => {
  it.each([
    ["192.0.2.1", "192.0.2.1"],
    ["0.0.0.0", "0.0.0.0"],
    ["255.255.255.255", "255.255.255.255"],
    ["ABCD:EF01:2345:6789:ABCD:EF01:2345:6789", "abcd:ef01:2345:6789:abcd:ef01:2345:6789"],
    ["2001:DB8:0:0:8:800:200C:417A", "2001:db8::8:800:200c:417a"],
    ["FF01:0:0:0:0:0:0:101", "ff01::101"],
    ["0:0:0:0:0:0:0:1", "::1"],
    ["0:0:0:0:0:0:0:0", "::"],
    ["::", "::"],
    ["1::", "1::"],
    ["1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"],
    ["::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"],
    ["0:0:0:0:0:0:13.1.68.3", "::d01:4403"],
    ["64:ff9b::192.0.2.1", "64:ff9b::c000:201"],
    ["::ffff:129.144.52.38", "129.144.52.38"],
    ["0:0:0:0:0:FFFF:129.144.52.38", "129.144.52.38"],
    ["::FFFF:8190:3426", "129.144.52.38"],
    ["fe80::1%eth0", "fe80::1"],
    ["fe80::1%wlan0.100-a", "fe80::1"],
  ])("%s is %s", (text, canonical) => {
    expect(canonicalAddress(text)).toBe(canonical);
  });

  it.each([
    ["RFC 5952 §4.1 leading zeros", "2001:0db8::0001", "2001:db8::1"],
    ["RFC 5952 §4.2.1 as short as possible", "2001:db8:0:0:0:0:2:1", "2001:db8::2:1"],
    ["RFC 5952 §4.2.2 one group", "2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
    ["RFC 5952 §4.2.3 the longest run", "2001:0:0:1:0:0:0:1", "2001:0:0:1::1"],
    ["RFC 5952 §4.2.3 the first of two runs", "2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["RFC 5952 §4.3 lower case", "2001:DB8::A", "2001:db8::a"],
  ])("%s: %s is written %s", (_section, text, canonical) => {
    expect(canonicalAddress(text)).toBe(canonical);
  });

  it.each([
    "",
    " ",
    "localhost",
    "192.0.2",
    "192.0.2.1.1",
    "192.0.2.256",
    "192.0.2.01",
    "192.0.2.-1",
    "192.0.2.0x1",
    "192.0.2.1 ",
    "192.0.2.1\n",
    "192.0.2.1%eth0",
    "3221225985",
    "١٩٢.0.2.1",
    ":",
    ":::",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4:5:6:7:8::",
    "::1:2:3:4:5:6:7:8",
    "1:2:3:4::5:6:7:8",
    "1::2::3",
    "1:2:3:4:5:6:7:",
    ":1:2:3:4:5:6:7",
    "12345::",
    "g::",
    "::192.0.2.1:1",
    "192.0.2.1::",
    "::192.0.2.256",
    "::192.0.2",
    "1:2:3:4:5:6:7:192.0.2.1",
    "[::1]",
    "::1/128",
    "fe80::1%",
    "fe80::1%a b",
    "fe80::1%a%b",
    `fe80::1%${"a".repeat(100)}`,
    "::ffff:010.0.0.1",
  ])("%j is none", (text) => {
    expect(canonicalAddress(text)).toBeUndefined();
    expect(clientOf(text)).toBe(text);
  });

  it.each([":", "::", "1:", "1.", "0", "::%", "f", "255."])("a mebibyte of %j is read in one go", (unit) => {
    const text = unit.repeat(1024 * 1024);
    expect(canonicalAddress(text)).toBeUndefined();
    expect(clientOf(text)).toBe(text);
    expect(new AddressRanges(["::/0"]).contains(text)).toBe(false);
  });

  const seed = 20260606;
  const group = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }));
  it(`is the same address in its one form (seed ${seed})`, () => {
    fc.assert(
      fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (groups) => {
        const canonical = canonicalAddress(groups.map((value) => value.toString(16)).join(":"))!;
        expect(canonicalAddress(canonical)).toBe(canonical);
        // The other reader that there is: a URL writes IPv6 as RFC 5952 §4 says, but no IPv4 in it.
        const url = new URL(`http://[${groups.map((value) => value.toString(16)).join(":")}]/`);
        if (!canonical.includes(".")) expect(url.hostname).toBe(`[${canonical}]`);
      }),
      { seed, numRuns: 500 },
    );
  });
});

describe("RFC 4291 §2.2 addresses within a text", () => {
  it.each([
    ["192.0.2.1", true, false],
    ["2001:db8::1", false, true],
    ["::", false, true],
    ["fe80::1%eth0", false, false],
    ["1:", false, false],
    ["a.example", false, false],
  ])("%j: IPv4 %j, IPv6 %j, whatever stands around it", (text, is4, is6) => {
    for (const around of ["", " ", "1", ":", "::", "."]) {
      const [start, end] = [around.length, around.length + text.length];
      const whole = around + text + around;
      expect([around, isIPv4(whole, start, end), isIPv6(whole, start, end)]).toEqual([around, is4, is6]);
    }
  });

  const seed = 4291;
  const part = fc.constantFrom(
    "::",
    ":",
    ".",
    "0",
    "1",
    "9",
    "25",
    "255",
    "256",
    "00",
    "ab",
    "F0",
    "12345",
    "g",
  );
  const usual = fc.constantFrom(
    "1:2:3:4:5:6:7:8",
    "::ffff:1.2.3.4",
    "1:2:3:4:5:6:1.2.3.4",
    "1::",
    "10.2.3.4",
  );
  const broken = fc
    .tuple(usual, fc.nat(16), fc.nat(3), part)
    .map(([text, at, cut, piece]) => text.slice(0, at) + piece + text.slice(at + cut));
  const made = fc.array(part, { maxLength: 16 }).map((parts) => parts.join(""));
  it(`are those that node:net takes (seed ${seed})`, () => {
    let taken = 0;
    fc.assert(
      fc.property(fc.oneof(broken, made), (text) => {
        expect([text, isIPv4(text), isIPv6(text)]).toEqual([text, netIsIPv4(text), netIsIPv6(text)]);
        if (isIPv6(text)) taken++;
      }),
      { seed, numRuns: 5000 },
    );
    expect(taken).toBeGreaterThan(100);
  });
});

describe("which addresses count as one client", () => {
  it.each([
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["::FFFF:192.0.2.1", "192.0.2.1"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:db8:1:2::1", "2001:db8:1:2::/64"],
    ["2001:DB8:1:2::", "2001:db8:1:2::/64"],
    ["2001:0db8::2:3:4:5:6", "2001:db8:0:2::/64"],
    ["2001:db8::1", "2001:db8::/64"],
    ["::1", "::/64"],
    ["::", "::/64"],
    ["64:ff9b::192.0.2.1", "64:ff9b::/64"],
    ["fe80::1%eth0", "fe80::/64"],
    ["", ""],
  ])("%s is of %s", (address, client) => {
    expect(clientOf(address)).toBe(client);
  });
});

describe("RFC 4632 §3.1, RFC 4291 §2.3 networks", () => {
  it.each([
    ["10.0.0.0/8", "10.255.0.1", true],
    ["10.0.0.0/8", "11.0.0.0", false],
    ["10.0.0.0/8", "::ffff:10.1.2.3", true],
    ["192.0.2.128/25", "192.0.2.128", true],
    ["192.0.2.128/25", "192.0.2.127", false],
    ["192.0.2.1", "192.0.2.1", true],
    ["192.0.2.1", "192.0.2.2", false],
    ["0.0.0.0/0", "203.0.113.9", true],
    ["0.0.0.0/0", "2001:db8::1", false],
    ["::/0", "2001:db8::1", true],
    ["::/0", "203.0.113.9", false],
    ["::ffff:10.0.0.0/104", "10.1.2.3", true],
    ["::ffff:0:0/96", "203.0.113.9", true],
    ["::ffff:10.0.0.1", "10.0.0.1", true],
    ["fd00::/8", "fdff::1", true],
    ["fd00::/8", "fc00::1", false],
    ["2001:db8::/33", "2001:db8:7fff::1", true],
    ["2001:db8::/33", "2001:db8:8000::1", false],
    ["::1", "::1", true],
    ["::1", "0:0:0:0:0:0:0:1%lo", true],
    ["::1", "::2", false],
    ["::1", "", false],
    ["::1", "unknown", false],
  ])("%s has %s: %s", (range, address, expected) => {
    expect(new AddressRanges([range]).contains(address)).toBe(expected);
  });

  it("hold what any of them holds", () => {
    const ranges = new AddressRanges(["10.0.0.0/8", "fd00::/8"]);
    expect(["10.1.1.1", "fd12::1", "192.0.2.1"].map((address) => ranges.contains(address))).toEqual([
      true,
      true,
      false,
    ]);
    expect(new AddressRanges([]).contains("10.1.1.1")).toBe(false);
  });

  it.each([
    ["localhost", "no address"],
    ["", "no address"],
    ["fe80::%eth0/10", "no address"],
    ["10.0.0.0/33", "prefix length"],
    ["10.0.0.0/", "prefix length"],
    ["10.0.0.0/08", "prefix length"],
    ["10.0.0.0/-1", "prefix length"],
    ["10.0.0.0/8/8", "prefix length"],
    ["10.0.0.0/255.0.0.0", "prefix length"],
    ["::/129", "prefix length"],
    ["::ffff:10.0.0.0/8", "prefix length"],
    ["10.0.0.1/8", "bits behind"],
    ["2001:db8::1/64", "bits behind"],
  ])("refuse %j for its %s", (range, reason) => {
    expect(() => new AddressRanges([range])).toThrow(TypeError);
    expect(() => new AddressRanges([range])).toThrow(reason);
  });
});
