import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  checkCandidate,
  faultOfCandidate,
  maxCandidateLength,
} from "../../../src/signalling/grammar/candidate.ts";

/** RFC 8839 §5.1 as one pattern, `token` of RFC 8866 §9: slow, obvious, and without the bounds of numbers. */
const token = "[!#$%&'*+\\-.0-9A-Z^_`a-z{|}~]+";
const abnf = new RegExp(
  `^(?:a=)?candidate:[A-Za-z0-9+/]{1,32} [0-9]{1,3} ${token} [0-9]{1,10} [^ ]+ [0-9]{1,5} [tT][yY][pP] ${token}` +
    `(?: [rR][aA][dD][dD][rR] [^ ]+)?(?: [rR][pP][oO][rR][tT] [0-9]{1,5})?(?: ${token} [!-~]*)*$`,
);

const host = "candidate:1 1 UDP 2130706431 203.0.113.141 8998 typ host";
const srflx = "candidate:2 1 UDP 1694498815 192.0.2.3 45664 typ srflx raddr 203.0.113.141 rport 8998";

describe("RFC 8839 §5.1 candidate attribute", () => {
  it("reads each field", () => {
    expect(checkCandidate(srflx)).toEqual({
      kind: "candidate",
      foundation: "2",
      component: 1,
      transport: "udp",
      priority: 1694498815,
      address: "192.0.2.3",
      port: 45664,
      type: "srflx",
      relatedAddress: "203.0.113.141",
      relatedPort: 8998,
    });
  });

  it("reads a host candidate, which has no related address", () => {
    expect(checkCandidate(host)).toEqual({
      ...{ kind: "candidate", foundation: "1", component: 1, transport: "udp", priority: 2130706431 },
      ...{ address: "203.0.113.141", port: 8998, type: "host" },
    });
  });

  it("takes the empty text for end-of-candidates, as browsers do", () => {
    expect(checkCandidate("")).toEqual({ kind: "end-of-candidates" });
  });

  it("takes a line of SDP, as libdatachannel gives it", () => {
    expect(checkCandidate(`a=${srflx}`)).toEqual(checkCandidate(srflx));
  });

  it.each([
    [
      "Chromium",
      "candidate:2953721637 1 udp 2122194687 192.0.2.2 58443 typ host generation 0 ufrag rShA network-id 1 network-cost 10",
    ],
    [
      "Chromium, TCP",
      "candidate:3383998733 1 tcp 1518285567 fd00::2 9 typ host tcptype active generation 0 ufrag rShA network-id 2",
    ],
    [
      "Chromium, relayed",
      "candidate:1510613869 1 udp 41885439 198.51.100.3 50113 typ relay raddr 0.0.0.0 rport 0 generation 0 ufrag Esfd network-id 3 network-cost 50",
    ],
    [
      "Chromium, multicast DNS",
      "candidate:3897796008 1 udp 2113937151 dadd7978-7e53-4ba3-a293-a8518a2f881f.local 49573 typ host generation 0 network-cost 999",
    ],
    ["Firefox", "candidate:0 1 UDP 2122187007 5d1a4d5c-2a3c-4a57-b8c1-7e9d1f6b3a10.local 54609 typ host"],
    ["Firefox, TCP", "candidate:6 1 TCP 2105458943 192.168.6.2 9 typ host tcptype active"],
    [
      "Pion",
      "candidate:1938809241 1 udp 16777215 198.51.100.3 50113 typ relay raddr 172.17.0.2 rport 41001 ufrag kcJp",
    ],
    ["aiortc", "candidate:bd71cf45cf4bb3e03bb6ed15aa94d7f5 1 udp 2130706431 192.168.100.7 59921 typ host"],
    ["a peer reflexive one", "candidate:a+/Z 256 udp 1 ::1 0 typ prflx raddr :: rport 9"],
    ["a transport and a type of a later day", "candidate:1 1 quic-v2 1 192.0.2.1 1 typ anycast"],
    ["no related port", "candidate:1 1 udp 1 192.0.2.1 1 typ srflx raddr 192.0.2.2"],
    ["no related address", "candidate:1 1 udp 1 192.0.2.1 1 typ srflx rport 9"],
    ["an extension without value", "candidate:1 1 udp 1 192.0.2.1 1 typ host a  b c"],
    ["a tcptype behind other extensions", "candidate:1 1 tcp 1 192.0.2.1 1 typ host generation 0 tcptype so"],
    ["capitals", "candidate:1 1 TCP 1 192.0.2.1 1 TYP HOST RADDR 192.0.2.2 RPORT 9 TCPTYPE Passive"],
  ])("takes %s", (_, text) => {
    expect(faultOfCandidate(text)).toBeUndefined();
    expect(checkCandidate(text)).toHaveProperty("kind", "candidate");
    expect(text).toMatch(abnf);
  });

  it("reads tcptype (RFC 6544 §4.5)", () => {
    expect(checkCandidate(`${host} tcptype PASSIVE`)).toHaveProperty("tcpType", "passive");
  });

  const mutations: readonly (readonly [string, string, string])[] = [
    ["another prefix", "candidate:1", "candid:1"],
    ["a prefix in capitals", "candidate:", "CANDIDATE:"],
    ["a space behind the prefix", "candidate:2", "candidate: 2"],
    ["no prefix", "candidate:2", "2"],
    ["an empty foundation", ":2", ":"],
    ["a foundation of 33", ":2", `:${"2".repeat(33)}`],
    ["a foundation with another character", ":2", ":2-"],
    ["component 0", "2 1 UDP", "2 0 UDP"],
    ["component 257", "2 1 UDP", "2 257 UDP"],
    ["a component of four digits", "2 1 UDP", "2 0001 UDP"],
    ["a component with a sign", "2 1 UDP", "2 +1 UDP"],
    ["an empty transport", " UDP ", "  "],
    ["a transport that is no token", "UDP", "UDP/DTLS"],
    ["priority 0", "1694498815", "0"],
    ["priority 2^31", "1694498815", "2147483648"],
    ["a priority of eleven digits", "1694498815", "00000000001"],
    ["a negative priority", "1694498815", "-1"],
    ["an address that is none", "192.0.2.3", "192.0.2.256"],
    ["an address with a zone", "192.0.2.3", "fe80::1%eth0"],
    ["port 65536", "45664", "65536"],
    ["no port", " 45664", ""],
    ["another word for typ", " typ ", " type "],
    ["an empty type", "typ srflx ", "typ  "],
    ["no type", " typ srflx raddr 203.0.113.141 rport 8998", ""],
    ["a type that is no token", "srflx", "srf(lx"],
    ["a related address that is none", "203.0.113.141", "203.0.113"],
    ["related port 65536", "8998", "65536"],
    ["a related port behind an extension", "rport", "generation 0 rport"],
    ["a related port where the address stands, behind an extension", "raddr 203.0.113.141", "generation 0"],
    ["a related address behind an extension", "raddr", "generation 0 raddr"],
    ["a related address behind its port", "raddr 203.0.113.141 rport 8998", "rport 8998 raddr 203.0.113.141"],
    ["two related ports", "rport 8998", "rport 8998 rport 8998"],
    ["a name without value", "8998", "8998 generation"],
    ["a space at the end", "8998", "8998 "],
    ["two spaces", "UDP 1", "UDP  1"],
    ["a tab", "UDP ", "UDP\t"],
    ["a line end", "8998", "8998\r\n"],
    ["a second line", "8998", "8998 a b\r\na=sendrecv"],
    ["a tcptype of no meaning", "8998", "8998 tcptype maybe"],
    ["an extension whose name is no token", "8998", "8998 a:b c"],
    ["a value with a control character", "8998", "8998 a b\u0001"],
    ["a value beyond ASCII", "8998", "8998 a é"],
    ["two prefixes", "candidate:", "a=a=candidate:"],
  ];

  it.each(mutations)("refuses %s", (_, from, to) => {
    const source = srflx.includes(from) ? srflx : host;
    const text = source.replace(from, () => to);
    expect(text).not.toBe(source);
    const reason = faultOfCandidate(text);
    expect(reason).toEqual(expect.stringMatching(/^.{10,80}$/));
    expect(checkCandidate(text)).toEqual({ reason });
  });

  it("repeats nothing of the text in the reason", () => {
    const faults = mutations
      .map(([, from, to]) => checkCandidate(srflx.replace(from, () => `${to}S3CRET`)))
      .filter((result) => "reason" in result);
    expect(faults.length).toBeGreaterThan(mutations.length / 2);
    for (const { reason } of faults) expect(reason).not.toContain("S3CRET");
  });

  it(`refuses more than ${maxCandidateLength} characters`, () => {
    const padded = (length: number) => `candidate:${"1 1 udp 1 192.0.2.1 1 typ host a ".padEnd(length, "b")}`;
    expect(checkCandidate(padded(maxCandidateLength))).toHaveProperty("kind", "candidate");
    expect(checkCandidate(padded(maxCandidateLength + 1))).toHaveProperty("reason");
  });
});

describe("RFC 8839 §5.1 candidates made up", () => {
  const seed = 8839;
  const iceText = (maxLength: number) =>
    fc.string({ unit: fc.constantFrom(..."azAZ09+/"), minLength: 1, maxLength });
  const valid = fc.record({
    foundation: iceText(32),
    component: fc.integer({ min: 1, max: 256 }),
    transport: fc.constantFrom("udp", "tcp", "x-y"),
    priority: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
    address: fc.oneof(
      fc.ipV4(),
      fc.domain().map((name) => name.toLowerCase()),
    ),
    port: fc.integer({ min: 0, max: 65_535 }),
    type: fc.constantFrom("host", "srflx", "prflx", "relay", "new"),
  });

  it(`are read as they were made (seed ${seed})`, () => {
    fc.assert(
      fc.property(valid, fc.array(fc.tuple(iceText(8), iceText(8)), { maxLength: 4 }), (made, extensions) => {
        const { foundation, component, transport, priority, address, port, type } = made;
        const pairs = extensions.map(([name, value]) => ` x-${name.replaceAll("/", "")} ${value}`).join("");
        const text = `candidate:${foundation} ${component} ${transport} ${priority} ${address} ${port} typ ${type}${pairs}`;
        expect(checkCandidate(text)).toEqual({ kind: "candidate", ...made });
      }),
      { seed, numRuns: 300 },
    );
  });

  it(`and broken are refused or still within the ABNF (seed ${seed})`, () => {
    const sources = fc.constantFrom(
      host,
      srflx,
      `${srflx} tcptype so generation 0`,
      "candidate:1 1 tcp 1 ::1 9 typ host",
    );
    const piece = fc.oneof(
      fc.constantFrom(
        " ",
        "  ",
        ":",
        "\n",
        "\0",
        "raddr ",
        "rport 9 ",
        "typ ",
        "%",
        "0",
        "é",
        "candidate:",
        "a=",
      ),
      fc.string({ maxLength: 3 }),
    );
    fc.assert(
      fc.property(sources, fc.nat(120), fc.nat(4), piece, (source, at, cut, inserted) => {
        const text = source.slice(0, at) + inserted + source.slice(at + cut);
        const result = checkCandidate(text);
        if ("reason" in result) expect(result.reason).not.toBe("");
        else if (result.kind === "candidate") expect(text).toMatch(abnf);
        else expect(text).toBe("");
      }),
      { seed, numRuns: 3000 },
    );
  });

  const codeUnits = fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 60 })
    .map((codes) => String.fromCharCode(...codes));

  it(`never make it throw, whatever the text (seed ${seed})`, () => {
    fc.assert(
      fc.property(codeUnits, (text) => {
        expect(checkCandidate(`candidate:${text}`)).toHaveProperty("reason");
      }),
      { seed, numRuns: 500 },
    );
  });
});
