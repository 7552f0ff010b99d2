import fc from "fast-check";
import { describe, expect, it } from "vitest";
import wrtc from "wrtc";
import { checkCandidate } from "../../../src/signalling/grammar/candidate.ts";
import {
  isPrivateCandidate,
  sdpWithoutPrivateAddresses,
  withoutPrivateAddresses,
} from "../../../src/signalling/grammar/private-addresses.ts";
import { checkSessionDescription } from "../../../src/signalling/grammar/session-description.ts";
import { fixture, join, linesOf, names } from "./fixtures.ts";

function candidate(address: string, rest = "typ host"): string {
  return `candidate:1 1 udp 2122194687 ${address} 58443 ${rest}`;
}

const privateAddresses: readonly (readonly [string, string])[] = [
  ["RFC 1918 §3", "10.0.0.0"],
  ["RFC 1918 §3", "10.255.255.255"],
  ["RFC 1918 §3", "172.16.0.0"],
  ["RFC 1918 §3", "172.31.255.255"],
  ["RFC 1918 §3", "192.168.0.1"],
  ["RFC 6598 §7", "100.64.0.0"],
  ["RFC 6598 §7", "100.127.255.255"],
  ["RFC 3927 §2.1", "169.254.1.1"],
  ["RFC 1122 §3.2.1.3", "127.0.0.1"],
  ["RFC 1122 §3.2.1.3", "127.255.255.255"],
  ["RFC 4193 §3.1", "fc00::1"],
  ["RFC 4193 §3.1", "FDFF:ffff::1"],
  ["RFC 4291 §2.5.6", "fe80::1"],
  ["RFC 4291 §2.5.6", "febf::1"],
  ["RFC 3879 §4", "fec0::1"],
  ["RFC 4291 §2.5.3", "::1"],
  ["RFC 4291 §2.5.5.2", "::ffff:10.1.2.3"],
  ["RFC 4291 §2.5.5.2", "0:0:0:0:0:ffff:c0a8:0001"],
  ["RFC 6761 §6.3", "localhost"],
  ["RFC 6761 §6.3", "a.LOCALHOST"],
];

const publicAddresses: readonly string[] = [
  ...["9.255.255.255", "11.0.0.0", "172.15.255.255", "172.32.0.0", "192.167.255.255", "192.169.0.0"],
  ...["100.63.255.255", "100.128.0.0", "169.253.255.255", "169.255.0.0", "126.255.255.255", "128.0.0.0"],
  ...["0.0.0.0", "203.0.113.7", "::", "2001:db8::1", "fbff::1", "fe00::1", "ff02::1", "::ffff:203.0.113.7"],
  ...["turn.example", "local.example", "mylocalhost"],
];

describe("addresses that only their own network understands", () => {
  it.each(privateAddresses)("%s: %s is one", (_, address) => {
    expect(isPrivateCandidate(read(candidate(address)))).toBe(true);
  });

  it.each(publicAddresses)("%s is none", (address) => {
    expect(isPrivateCandidate(read(candidate(address)))).toBe(false);
  });

  it("RFC 6762 §3: a name of multicast DNS is one", () => {
    expect(isPrivateCandidate(read(candidate("a.local")))).toBe(true);
  });

  function read(text: string) {
    const view = checkCandidate(text);
    if (!("address" in view)) throw new Error(JSON.stringify(view));
    return view;
  }
});

describe("RFC 8828 §3 candidates without private addresses", () => {
  it.each(privateAddresses)("%s: nothing is left of a host candidate of %s", (_, address) => {
    expect(withoutPrivateAddresses(candidate(address))).toBeUndefined();
  });

  it.each(publicAddresses)("a host candidate of %s stays as it is", (address) => {
    expect(withoutPrivateAddresses(candidate(address))).toBe(candidate(address));
  });

  it("keeps names of multicast DNS, which reveal nothing, unless told otherwise", () => {
    expect(withoutPrivateAddresses(candidate("a.local"))).toBe(candidate("a.local"));
    expect(withoutPrivateAddresses(candidate("A.LOCAL"), { keepMulticastDnsNames: true })).toBe(
      candidate("A.LOCAL"),
    );
    expect(withoutPrivateAddresses(candidate("A.LOCAL"), { keepMulticastDnsNames: false })).toBeUndefined();
  });

  it.each(["srflx", "prflx", "relay", "SRFLX"])("hides what is below a %s candidate", (type) => {
    expect(
      withoutPrivateAddresses(candidate("203.0.113.7", `typ ${type} raddr 192.168.1.2 rport 4000 x y`)),
    ).toBe(candidate("203.0.113.7", `typ ${type} raddr 0.0.0.0 rport 9 x y`));
  });

  it.each([
    ["IPv6", "2001:db8::1", "raddr fd00::2 rport 4000", "raddr :: rport 9"],
    [
      "IPv6 below IPv4, by the candidate's own",
      "203.0.113.7",
      "raddr fd00::2 rport 4000",
      "raddr 0.0.0.0 rport 9",
    ],
    [
      "a public address, which is somebody's too",
      "203.0.113.7",
      "raddr 203.0.113.8 rport 4",
      "raddr 0.0.0.0 rport 9",
    ],
    ["a name of multicast DNS", "203.0.113.7", "raddr a.local rport 4", "raddr 0.0.0.0 rport 9"],
    ["no port", "203.0.113.7", "raddr 10.0.0.1 rport-x 4", "raddr 0.0.0.0 rport-x 4"],
    ["no address", "203.0.113.7", "rport 4000", "rport 9"],
    ["names in capitals", "203.0.113.7", "RADDR 10.0.0.1 RPORT 4000", "RADDR 0.0.0.0 RPORT 9"],
    ["nothing, with extensions named alike", "203.0.113.7", "x raddr y rport", "x raddr y rport"],
  ])("hides below a candidate %s", (_, address, from, to) => {
    expect(withoutPrivateAddresses(candidate(address, `typ srflx ${from}`))).toBe(
      candidate(address, `typ srflx ${to}`),
    );
  });

  it("is not led astray by a transport that is named like the related address", () => {
    expect(
      withoutPrivateAddresses("candidate:1 1 raddr 7 203.0.113.7 5 typ srflx raddr 10.0.0.1 rport 5"),
    ).toBe("candidate:1 1 raddr 7 203.0.113.7 5 typ srflx raddr 0.0.0.0 rport 9");
  });

  it("keeps a relay with a private address: it is the relay's", () => {
    expect(withoutPrivateAddresses(candidate("10.0.0.1", "typ relay raddr 10.0.0.2 rport 4"))).toBe(
      candidate("10.0.0.1", "typ relay raddr 0.0.0.0 rport 9"),
    );
  });

  it.each(["srflx", "prflx", "later"])("leaves nothing of a %s candidate with a private address", (type) => {
    expect(withoutPrivateAddresses(candidate("100.64.0.1", `typ ${type}`))).toBeUndefined();
  });

  it("keeps end-of-candidates and the prefix of a line, and passes nothing on that is no candidate", () => {
    expect(withoutPrivateAddresses("")).toBe("");
    expect(withoutPrivateAddresses(`a=${candidate("203.0.113.7")}`)).toBe(`a=${candidate("203.0.113.7")}`);
    expect(withoutPrivateAddresses("10.0.0.1")).toBeUndefined();
  });

  const seed = 8828;
  it(`changes nothing more the second time, and leaves a candidate (seed ${seed})`, () => {
    const address = fc.constantFrom(
      ...privateAddresses.map(([, text]) => text),
      ...publicAddresses,
      "a.local",
    );
    const rest = fc.constantFrom("", " raddr 10.0.0.1 rport 5", " raddr ::1", " rport 5", " generation 0");
    const made = fc.tuple(address, fc.constantFrom("host", "srflx", "relay"), rest);
    fc.assert(
      fc.property(made, fc.boolean(), ([host, type, more], keepMulticastDnsNames) => {
        const once = withoutPrivateAddresses(candidate(host, `typ ${type}${more}`), {
          keepMulticastDnsNames,
        });
        if (once === undefined) return;
        expect(withoutPrivateAddresses(once, { keepMulticastDnsNames })).toBe(once);
        expect(checkCandidate(once)).toHaveProperty("kind", "candidate");
      }),
      { seed, numRuns: 300 },
    );
  });
});

const start = ["v=0", "o=- 1 2 IN IP4 127.0.0.1", "s=-", "t=0 0"];

/** The lines behind {@link start} of a description of these, rewritten. */
function rewritten(...lines: readonly string[]): readonly string[] {
  return linesOf(sdpWithoutPrivateAddresses(join([...start, ...lines]))).slice(start.length);
}

describe("RFC 8828 §3 descriptions without private addresses", () => {
  const somewherePrivate = /\b(?:10\.|192\.168\.|172\.17\.|fd12:)/;

  it.each(names)("%s keeps its sections and says nothing private", (name) => {
    const sdp = fixture(name);
    const once = sdpWithoutPrivateAddresses(sdp);
    expect(once).not.toMatch(somewherePrivate);
    expect(checkSessionDescription(once)).toEqual(checkSessionDescription(sdp));
    expect(sdpWithoutPrivateAddresses(once)).toBe(once);
  });

  it.each(names)("%s becomes the same with LF alone, but for the ends of lines", (name) => {
    const sdp = fixture(name);
    expect(sdpWithoutPrivateAddresses(sdp.replaceAll("\r\n", "\n"))).toBe(
      sdpWithoutPrivateAddresses(sdp).replaceAll("\r\n", "\n"),
    );
  });

  it("has something to hide in most of them", () => {
    expect(names.filter((name) => somewherePrivate.test(fixture(name))).length).toBeGreaterThan(10);
  });

  it("drops and rewrites candidates, and nothing beside them", () => {
    expect(
      rewritten(
        "m=audio 9 UDP/TLS/RTP/SAVPF 111",
        "c=IN IP4 0.0.0.0",
        `a=${candidate("192.168.1.2")}`,
        `a=${candidate("a.local")}`,
        `a=${candidate("203.0.113.7", "typ srflx raddr 192.168.1.2 rport 5")}`,
        "a=candidate:none",
        "a=end-of-candidates",
        "a=remote-candidates:1 192.168.7.7 40000",
        "a=remote-candidates:1 203.0.113.9 40000",
      ),
    ).toEqual([
      "m=audio 9 UDP/TLS/RTP/SAVPF 111",
      "c=IN IP4 0.0.0.0",
      `a=${candidate("a.local")}`,
      `a=${candidate("203.0.113.7", "typ srflx raddr 0.0.0.0 rport 9")}`,
      "a=end-of-candidates",
      "a=remote-candidates:1 203.0.113.9 40000",
    ]);
  });

  it.each([
    ["o=- 1 2 IN IP4 192.168.1.2", "o=- 1 2 IN IP4 0.0.0.0"],
    ["o=- 1 2 IN IP6 fd00::2", "o=- 1 2 IN IP4 0.0.0.0"],
    ["o=- 1 2 IN IP6 fe80::2%eth0", "o=- 1 2 IN IP4 0.0.0.0"],
    ["o=- 1 2 IN IP4 127.0.0.1", "o=- 1 2 IN IP4 127.0.0.1"],
    ["o=- 1 2 IN IP6 ::1", "o=- 1 2 IN IP6 ::1"],
    ["o=- 1 2 IN IP4 203.0.113.7", "o=- 1 2 IN IP4 203.0.113.7"],
    ["o=- 1 2 IN IP4 a.local", "o=- 1 2 IN IP4 a.local"],
  ])("RFC 9429 §5.2.1: %s becomes %s", (from, to) => {
    expect(sdpWithoutPrivateAddresses(join(["v=0", from, "s=-"]))).toBe(join(["v=0", to, "s=-"]));
  });

  it.each([
    ["c=IN IP4 192.168.1.2", "c=IN IP4 0.0.0.0", 9],
    ["c=IN IP4 127.0.0.1", "c=IN IP4 0.0.0.0", 9],
    ["c=IN IP4 10.0.0.1/127", "c=IN IP4 0.0.0.0", 9],
    ["c=IN IP6 fd00::2", "c=IN IP6 ::", 9],
    ["c=IN IP4 203.0.113.7", "c=IN IP4 203.0.113.7", 5000],
    ["c=IN IP4 0.0.0.0", "c=IN IP4 0.0.0.0", 5000],
    ["c=IN IP4 a.local", "c=IN IP4 a.local", 5000],
  ])("RFC 9429 §5.2.1: %s of a section becomes %s, and the port %i", (from, to, port) => {
    expect(rewritten("m=audio 5000 RTP/SAVPF 0", from, "m=video 5001 RTP/SAVPF 96")).toEqual([
      `m=audio ${port} RTP/SAVPF 0`,
      to,
      "m=video 5001 RTP/SAVPF 96",
    ]);
  });

  it("takes the port from each section that has its address from the session", () => {
    expect(
      rewritten(
        ...["c=IN IP4 10.0.0.1", "m=audio 5000/2 RTP/SAVPF 0", "m=video 5001 RTP/SAVPF 96"],
        ...["c=IN IP4 203.0.113.7", "m=audio 5002 RTP/SAVPF 0"],
      ),
    ).toEqual([
      ...["c=IN IP4 0.0.0.0", "m=audio 9/2 RTP/SAVPF 0", "m=video 5001 RTP/SAVPF 96"],
      ...["c=IN IP4 203.0.113.7", "m=audio 9 RTP/SAVPF 0"],
    ]);
  });

  it("leaves a rejected section rejected", () => {
    expect(rewritten("m=audio 0 RTP/SAVPF 0", "c=IN IP4 10.0.0.1")[0]).toBe("m=audio 0 RTP/SAVPF 0");
    expect(rewritten("m=audio 00 RTP/SAVPF 0", "c=IN IP4 10.0.0.1")[0]).toBe("m=audio 00 RTP/SAVPF 0");
  });

  it.each([
    ["a=rtcp:5001 IN IP4 192.168.1.2", "a=rtcp:9 IN IP4 0.0.0.0"],
    ["a=rtcp:5001 IN IP6 fd00::2", "a=rtcp:9 IN IP6 ::"],
    ["a=rtcp:5001 IN IP4 203.0.113.7", "a=rtcp:5001 IN IP4 203.0.113.7"],
    ["a=rtcp:9", "a=rtcp:9"],
  ])("RFC 3605 §2.1: %s becomes %s", (from, to) => {
    expect(rewritten("m=audio 9 RTP/SAVPF 0", from)[1]).toBe(to);
  });

  it("takes names of multicast DNS away everywhere when told to", () => {
    const lines = ["m=audio 5000 RTP/SAVPF 0", "c=IN IP4 A.LOCAL", `a=${candidate("a.local")}`, "a=mid:0"];
    expect(
      linesOf(sdpWithoutPrivateAddresses(join([...start, ...lines]), { keepMulticastDnsNames: false })).slice(
        4,
      ),
    ).toEqual(["m=audio 9 RTP/SAVPF 0", "c=IN IP4 0.0.0.0", "a=mid:0"]);
  });

  it("leaves what is no description as it is", () => {
    for (const text of ["", "\n", "m=", "c=", "o=", "a=rtcp:", "10.0.0.1"])
      expect(sdpWithoutPrivateAddresses(text)).toBe(text);
  });

  it.each([
    "wrtc-media-offer",
    "chromium-media-renegotiated-offer",
    "firefox-media-offer",
    "libdatachannel-offer",
  ])("%s is still one that a peer connection takes", async (name) => {
    const peer = new wrtc.RTCPeerConnection();
    try {
      await peer.setRemoteDescription({ type: "offer", sdp: sdpWithoutPrivateAddresses(fixture(name)) });
      expect(peer.signalingState).toBe("have-remote-offer");
    } finally {
      peer.close();
    }
  });
});
