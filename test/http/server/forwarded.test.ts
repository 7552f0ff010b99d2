import { describe, expect, it } from "vitest";
import { type ForwardedField, TrustedProxies } from "../../../src/http/server/forwarded.ts";

const addresses = ["127.0.0.1", "::1", "10.0.0.0/8", "fd00::/8"];

function client(field: ForwardedField, value: string | undefined, peer = "10.0.0.1"): string {
  return new TrustedProxies({ addresses, field }).clientAddress(peer, value);
}

describe("RFC 7239 §4 Forwarded", () => {
  it.each([
    ["one proxy", "for=192.0.2.60", "192.0.2.60"],
    ["all parameters", "for=192.0.2.60;proto=http;by=203.0.113.43", "192.0.2.60"],
    ["another order, another case", 'proto=https; By="_x" ;FOR=192.0.2.60', "192.0.2.60"],
    ["IPv6 in brackets with a port", 'For="[2001:db8:cafe::17]:4711"', "2001:db8:cafe::17"],
    ["IPv4 with a port", 'for="192.0.2.43:47011"', "192.0.2.43"],
    ["an obfuscated port", 'for="192.0.2.43:_p-1.x"', "192.0.2.43"],
    ["a quoted IPv4", 'for="192.0.2.43"', "192.0.2.43"],
    ["escapes", 'for="192\\.0.2.43"', "192.0.2.43"],
    ["IPv4 in IPv6 clothes", 'for="[::ffff:192.0.2.43]"', "192.0.2.43"],
    ["two proxies", "for=192.0.2.43, for=10.0.0.2", "192.0.2.43"],
    ["three, one of IPv6", 'for=192.0.2.43,for="[fd00::2]:1",for=10.0.0.2', "192.0.2.43"],
    ["what a client claims before the first proxy", "for=8.8.8.8, for=192.0.2.43", "192.0.2.43"],
    ["empty elements", ", ,for=192.0.2.43 ,\t, for=10.0.0.2, ,", "192.0.2.43"],
    ["empty pairs", ";for=192.0.2.43;;", "192.0.2.43"],
    ["a comma in a string", 'for=8.8.8.8, for=192.0.2.43;host="a,for=9.9.9.9"', "192.0.2.43"],
    ["an escaped quotation mark", 'for=192.0.2.43;host="a\\",for=9.9.9.9;x=\\"b"', "192.0.2.43"],
  ])("names the client: %s", (_what, value, expected) => {
    expect(client("forwarded", value)).toBe(expected);
  });

  it.each([
    ["unknown (§6.2)", "for=unknown"],
    ["an obfuscated identifier (§6.3)", 'for="_gazonk"'],
    ["no for at all", "proto=https;by=10.0.0.1"],
    ["two fors", "for=192.0.2.1;for=192.0.2.2"],
    ["any parameter twice", "for=192.0.2.1;proto=http;Proto=https"],
    ["IPv6 without quotes", "for=[2001:db8::1]"],
    ["IPv6 without brackets", 'for="2001:db8::1"'],
    ["IPv4 in brackets", 'for="[192.0.2.1]"'],
    ["a port without quotes", "for=192.0.2.1:80"],
    ["a port of six digits", 'for="192.0.2.1:123456"'],
    ["an octet too large", "for=192.0.2.256"],
    ["leading zeros", "for=192.0.2.010"],
    ["a name", "for=localhost"],
    ["nothing", ""],
    ["spaces", "   "],
    ["no value", "for="],
    ["an empty string", 'for=""'],
    ["no pair", "192.0.2.1"],
    ["a string without an end", 'for="192.0.2.1'],
    ["something behind a string", 'for="192.0.2.1"x'],
    ["a pair with blanks", "for = 192.0.2.1"],
    ["quotation marks alone", '"""'],
    ["a backslash at the end", 'for="192.0.2.1\\"'],
    ["garbage", "\\;=,=;\\"],
  ])("stops at the proxy that it can read: %s", (_what, value) => {
    expect(client("forwarded", value)).toBe("10.0.0.1");
    expect(client("forwarded", `for=8.8.8.8, ${value.trim() || "x"}, for=10.0.0.2`)).toBe("10.0.0.2");
  });

  it.each(['"', 'for="', 'for="a\\', "for=8.8.8.8;x=\\", 'for="8.8.8.8", "', "=", ";;;", "for=8.8.8.8;"])(
    "reads what our proxies wrote behind %s of a client",
    (claim) => {
      expect(client("forwarded", `${claim}, for=192.0.2.43`)).toBe("192.0.2.43");
      expect(client("forwarded", `${claim}, for="192.0.2.43:1";by=_a, for=10.0.0.2`)).toBe("192.0.2.43");
    },
  );
});

describe("X-Forwarded-For", () => {
  it.each([
    ["192.0.2.60", "192.0.2.60"],
    ["8.8.8.8, 192.0.2.60", "192.0.2.60"],
    ["8.8.8.8,192.0.2.60,10.9.9.9", "192.0.2.60"],
    ["192.0.2.60:47011", "192.0.2.60"],
    ["2001:DB8::1", "2001:db8::1"],
    ["[2001:db8::1]", "2001:db8::1"],
    ["[2001:db8::1]:443", "2001:db8::1"],
    ["2001:db8::1, fd00::2", "2001:db8::1"],
    ["::ffff:192.0.2.60", "192.0.2.60"],
    ["fe80::1%eth0", "fe80::1"],
    [" , 192.0.2.60 ,, ", "192.0.2.60"],
  ])("%s names %s", (value, expected) => {
    expect(client("x-forwarded-for", value)).toBe(expected);
  });

  it.each([
    "unknown",
    "_hidden",
    "",
    " ",
    '"192.0.2.1"',
    "192.0.2.1 10.0.0.2",
    "example.com",
    "for=192.0.2.1",
    "1",
  ])("stops at the proxy that it can read: %j", (value) => {
    expect(client("x-forwarded-for", value)).toBe("10.0.0.1");
    expect(client("x-forwarded-for", `8.8.8.8, ${value.trim() || "x"}, 10.0.0.2`)).toBe("10.0.0.2");
  });
});

describe("RFC 7239 §8.1 whom to believe", () => {
  it("is nobody but the proxies that are trusted", () => {
    expect(client("x-forwarded-for", "8.8.8.8", "192.0.2.1")).toBe("192.0.2.1");
    expect(client("forwarded", "for=8.8.8.8", "192.0.2.1")).toBe("192.0.2.1");
    expect(client("x-forwarded-for", "8.8.8.8", "")).toBe("");
    expect(new TrustedProxies({ addresses: [] }).clientAddress("10.0.0.1", "8.8.8.8")).toBe("10.0.0.1");
  });

  it("is the peer without the field", () => {
    expect(client("x-forwarded-for", undefined)).toBe("10.0.0.1");
    expect(client("x-forwarded-for", undefined, "::ffff:10.0.0.1")).toBe("10.0.0.1");
  });

  it("is the first address when all are trusted", () => {
    expect(client("x-forwarded-for", "10.0.0.3, 10.0.0.2")).toBe("10.0.0.3");
  });

  it("ends after 16 proxies", () => {
    const hops = Array.from({ length: 20 }, (_, i) => `10.0.1.${20 - i}`);
    expect(client("x-forwarded-for", `192.0.2.1, ${hops.join(", ")}`)).toBe("10.0.1.16");
  });

  it("trusts by address and network, in IPv6 clothes too", () => {
    const proxies = new TrustedProxies({ addresses });
    expect(proxies.field).toBe("x-forwarded-for");
    expect(
      ["::ffff:10.2.3.4", "::1", "fd12::1", "192.0.2.1", ""].map((peer) => proxies.trusts(peer)),
    ).toEqual([true, true, true, false, false]);
  });

  it.each([
    { addresses: ["localhost"] },
    { addresses: ["10.0.0.1/8"] },
    { addresses: [], field: "x-real-ip" as ForwardedField },
  ])("refuses %j", (options) => {
    expect(() => new TrustedProxies(options)).toThrow(TypeError);
  });
});
