import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { maxLineLength, maxLines } from "../../../src/signalling/grammar/lines.ts";
import {
  checkSessionDescription,
  maxMediaSections,
  receivesMedia,
  type SdpFault,
  type SessionDescriptionView,
  sendsMedia,
} from "../../../src/signalling/grammar/session-description.ts";
import { fixture, join, linesOf, names } from "./fixtures.ts";

const start = ["v=0", "o=- 1 1 IN IP4 0.0.0.0", "s=-", "t=0 0"];
const audio = "m=audio 9 UDP/TLS/RTP/SAVPF 111";

function view(...lines: readonly string[]): SessionDescriptionView {
  const result = checkSessionDescription(join([...start, ...lines]));
  if ("reason" in result) throw new Error(`line ${result.line}: ${result.reason}`);
  return result;
}

function fault(sdp: string): SdpFault {
  const result = checkSessionDescription(sdp);
  if (!("reason" in result)) throw new Error("it was taken");
  return result;
}

/** Each section in few words. */
function inWords(sdp: string): string {
  const result = checkSessionDescription(sdp);
  if ("reason" in result) return `line ${result.line}: ${result.reason}`;
  return result.media
    .map(({ kind, direction, rejected }) => `${kind} ${rejected ? "rejected" : direction}`)
    .join(", ");
}

describe("RFC 8866 §5 descriptions of software in use", () => {
  const expected: Readonly<Record<string, string>> = {
    "aiortc-answer": "video sendrecv",
    "chromium-data-answer": "application sendrecv",
    "chromium-data-offer": "application sendrecv",
    "chromium-media-answer": "audio recvonly, video recvonly, application sendrecv",
    "chromium-media-offer": "audio sendrecv, video sendrecv, application sendrecv",
    "chromium-media-renegotiated-answer":
      "audio recvonly, video rejected, application sendrecv, video inactive",
    "chromium-media-renegotiated-offer":
      "audio sendrecv, video rejected, application sendrecv, video recvonly",
    "chromium-simulcast-offer": "video sendonly, audio inactive",
    "chromium-six-sections-offer":
      "audio sendrecv, video sendrecv, audio sendrecv, video sendrecv, audio sendrecv, video sendrecv",
    "every-line": "audio recvonly, image recvonly, message recvonly",
    "firefox-media-answer": "audio rejected, video recvonly",
    "firefox-media-offer": "audio sendrecv, video sendrecv, application sendrecv",
    "gstreamer-offer": "video sendrecv, audio sendonly, application sendrecv",
    "janus-offer": "audio sendonly, video sendonly, application sendrecv",
    "libdatachannel-offer": "application sendrecv",
    "pion-offer": "video sendonly, application sendrecv",
    "rfc4566-section-5": "audio recvonly, video recvonly",
    "rfc8866-section-5": "audio sendrecv, audio sendrecv, video sendrecv",
    "safari-media-offer": "audio sendrecv, video recvonly, application sendrecv",
    "telephone-offer": "audio sendonly",
    "wrtc-data-answer": "application sendrecv",
    "wrtc-data-offer": "application sendrecv",
    "wrtc-media-answer": "audio recvonly, video recvonly, application sendrecv",
    "wrtc-media-offer": "audio sendrecv, video sendrecv, application sendrecv",
    "wrtc-media-renegotiated-offer": "audio sendrecv, video rejected, application sendrecv",
    "wrtc-simulcast-offer": "video sendonly",
  };

  it.each(names)("%s is taken, with its sections", (name) => {
    expect(inWords(fixture(name))).toBe(expected[name]);
  });

  it.each(names)("%s says the same with LF alone and with line ends of both kinds", (name) => {
    const sdp = fixture(name);
    const taken = checkSessionDescription(sdp);
    expect(checkSessionDescription(sdp.replaceAll("\r\n", "\n"))).toEqual(taken);
    let at = 0;
    expect(checkSessionDescription(sdp.replaceAll("\r\n", (end) => (at++ % 2 === 0 ? end : "\n")))).toEqual(
      taken,
    );
  });

  it.each(names)("%s without one line is refused when the ABNF needs the line, and only then", (name) => {
    const lines = linesOf(fixture(name));
    const times = lines.filter((line) => line.startsWith("t=")).length;
    for (const [at, line] of lines.entries()) {
      if (line.startsWith("m=")) continue; // what is behind it then belongs to the section before
      const neededTime = times === 1 || lines[at + 1]?.startsWith("r=") === true;
      const needed = "vos".includes(line.charAt(0)) || (line.startsWith("t=") && neededTime);
      const result = checkSessionDescription(join(lines.toSpliced(at, 1)));
      expect([line, "reason" in result]).toEqual([line, needed]);
    }
  });

  it.each(names)("%s with one line twice is refused when the ABNF has the line once", (name) => {
    const lines = linesOf(fixture(name));
    const firstMedia = lines.findIndex((line) => line.startsWith("m="));
    for (const [at, line] of lines.entries()) {
      const once = /^[vosiukz]/.test(line) || (line.startsWith("c=") && at < firstMedia);
      const direction = /^a=(?:sendrecv|sendonly|recvonly|inactive)$/.test(line);
      const result = checkSessionDescription(join(lines.toSpliced(at, 0, line)));
      expect([line, "reason" in result]).toEqual([line, once || direction]);
    }
  });

  it.each(names)("%s cut anywhere within a line is refused", (name) => {
    const sdp = fixture(name);
    const stride = 1 + Math.floor(sdp.length / 100);
    for (let end = 1; end < sdp.length; end += stride) {
      if (sdp.charAt(end - 1) !== "\n")
        expect(checkSessionDescription(sdp.slice(0, end))).toHaveProperty("reason");
    }
  });
});

describe("RFC 8866 §5 lines", () => {
  it.each([
    ["nothing", "", 1],
    ["a line without an end", "v=0", 1],
    ["a last line without an end", join(start).slice(0, -2), 4],
    ["NUL", join([...start, "a=a:\0"]), 5],
    ["CR within a line", join([...start, "a=a:b\rc"]), 5],
    ["CR at the end, twice", join([...start, "a=a:b\r"]), 5],
    ["CR alone as the end", join(start).replaceAll("\r\n", "\r"), 1],
    ["an empty line", join([...start, "", "a=a"]), 5],
    ["a type without a value", join([...start, "a="]), 5],
    ["text that is empty", join([...start.slice(0, 2), "s=", "t=0 0"]), 3],
    ["a section before the time", join([...start.slice(0, 3), audio, "a=a"]), 4],
    ["a space before the =", join([...start, "a =b"]), 5],
    ["a space before the type", join([...start, " a=b"]), 5],
    ["a type of two letters", join([...start, "aa=b"]), 5],
    ["a type in capitals", join([...start, "A=b"]), 5],
    ["a type that nobody knows", join([...start, "x=b"]), 5],
    ["a type of a session in a section", join([...start, audio, "s=-"]), 6],
    ["JSON", '{"type":"offer"}\r\n', 1],
  ])("refuses %s and says in which line", (_, sdp, line) => {
    expect(fault(sdp)).toEqual({ line, reason: expect.stringMatching(/^.{10,100}$/) });
  });

  it("takes characters beyond ASCII and control characters in text", () => {
    expect(view("a=tool:é\u0001\t\u{1f600}")).toEqual({ media: [] });
  });

  it(`takes a line of ${maxLineLength} characters and none that is longer`, () => {
    const line = (length: number) => `a=${"a".repeat(length - 2)}`;
    expect(view(line(maxLineLength))).toEqual({ media: [] });
    expect(fault(join([...start, line(maxLineLength + 1)]))).toHaveProperty("line", 5);
  });

  it(`takes ${maxLines} lines and no more`, () => {
    const lines = [...start, ...new Array<string>(maxLines - start.length).fill("a=a")];
    expect(checkSessionDescription(join(lines))).toEqual({ media: [] });
    expect(fault(join([...lines, "a=a"]))).toHaveProperty("line", maxLines + 1);
  });

  it(`takes ${maxMediaSections} sections and no more`, () => {
    const sections = new Array<string>(maxMediaSections).fill(audio);
    expect(view(...sections).media).toHaveLength(maxMediaSections);
    expect(fault(join([...start, ...sections, audio]))).toHaveProperty("line", maxMediaSections + 5);
  });

  it("repeats nothing of the description in the reason", () => {
    const lines = linesOf(fixture("chromium-simulcast-offer"));
    const reasons = lines
      .map((line, at) =>
        checkSessionDescription(join(lines.with(at, `${line.slice(0, 4)}S3CRET\x01 ${line.slice(4)}`))),
      )
      .filter((result) => "reason" in result)
      .map(({ reason }) => reason);
    expect(reasons.length).toBeGreaterThan(10);
    expect(reasons.join()).not.toContain("S3CRET");
  });
});

describe("RFC 8866 §6.7 direction", () => {
  it.each([
    ["sendrecv", true, true],
    ["sendonly", true, false],
    ["recvonly", false, true],
    ["inactive", false, false],
  ])("%s of a section says who sends and who receives", (direction, sends, receives) => {
    const described = view(audio, `a=${direction}`);
    expect(described.media).toMatchObject([{ direction, sends, receives, rejected: false }]);
    expect([sendsMedia(described), receivesMedia(described)]).toEqual([sends, receives]);
  });

  it("is sendrecv when nobody says another", () => {
    expect(view(audio).media).toMatchObject([{ direction: "sendrecv", sends: true, receives: true }]);
  });

  it("is the session's when the section says none, yet counts as both: libwebrtc does not read it there", () => {
    expect(view("a=inactive", audio).media).toMatchObject([
      { direction: "inactive", sends: true, receives: true },
    ]);
  });

  it("is the section's own when both say one", () => {
    expect(view("a=sendrecv", audio, "a=recvonly", audio, "a=inactive").media).toMatchObject([
      { direction: "recvonly", sends: false, receives: true },
      { direction: "inactive", sends: false, receives: false },
    ]);
  });

  it.each([
    ["two directions", ["a=recvonly", "a=sendrecv"]],
    ["the same direction twice", ["a=recvonly", "a=recvonly"]],
    ["a direction with a value, which libwebrtc reads", ["a=recvonly", "a=sendonly:x"]],
    ["a direction and a word, which libwebrtc reads", ["a=recvonly", "a=sendonly x"]],
    ["a direction in capitals, which others read", ["a=recvonly", "a=SENDRECV"]],
  ])("refuses %s", (_, attributes) => {
    expect(fault(join([...start, audio, ...attributes]))).toHaveProperty(
      "line",
      7 - Number(attributes.length < 2),
    );
  });

  it("of data channels is nothing that media grants are about", () => {
    const described = view("m=application 9 UDP/DTLS/SCTP webrtc-datachannel");
    expect([sendsMedia(described), receivesMedia(described)]).toEqual([false, false]);
  });

  it("counts video like audio, in whichever case it is written", () => {
    expect(sendsMedia(view("m=VIDEO 9 RTP/SAVPF 96", "a=sendonly"))).toBe(true);
  });
});

describe("RFC 3264 §6, RFC 9143 §6 rejected sections", () => {
  it.each(["0", "00", "0/2"])("port %s rejects a section, which then neither sends nor receives", (port) => {
    const described = view(`m=audio ${port} RTP/SAVPF 0`, "a=sendrecv");
    expect(described.media).toMatchObject([{ rejected: true, sends: false, receives: false }]);
    expect([sendsMedia(described), receivesMedia(described)]).toEqual([false, false]);
  });

  it("port 0 with bundle-only does not", () => {
    expect(view("m=audio 0 RTP/SAVPF 0", "a=bundle-only", "a=sendonly").media).toMatchObject([
      { rejected: false, sends: true, receives: false },
    ]);
  });

  it("bundle-only counts for its own section", () => {
    expect(view("m=audio 0 RTP/SAVPF 0", "a=bundle-only", "m=video 0 RTP/SAVPF 0").media).toMatchObject([
      { rejected: false },
      { rejected: true },
    ]);
  });
});

describe("RFC 5888 §4 mid", () => {
  it("names a section", () => {
    expect(view(audio, "a=mid:sdparta_0", audio).media.map(({ mid }) => mid)).toEqual([
      "sdparta_0",
      undefined,
    ]);
  });
});

describe("RFC 8866 descriptions broken at random", () => {
  const seed = 8866;
  const piece = fc.oneof(
    fc.constantFrom(
      "\r\n",
      "\n",
      "\r",
      "\0",
      "=",
      ":",
      " ",
      "a=",
      "m=audio 9 x 0\r\n",
      "a=inactive\r\n",
      "a=mid:",
      "é",
    ),
    fc.string({ maxLength: 4 }),
  );
  const splice = fc.tuple(fc.nat(2000), fc.nat(6), piece);

  it(`are taken or refused, the same with CRLF and LF, and never throw (seed ${seed})`, () => {
    let refused = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.array(splice, { minLength: 1, maxLength: 3 }),
        (name, splices) => {
          let sdp = fixture(name);
          for (const [at, cut, inserted] of splices) sdp = sdp.slice(0, at) + inserted + sdp.slice(at + cut);
          const result = checkSessionDescription(sdp);
          if ("reason" in result) {
            refused++;
            expect(result.line).toBeGreaterThan(0);
            expect(result.line).toBeLessThanOrEqual(sdp.split("\n").length);
          } else {
            expect(result.media).toHaveLength(sdp.split("\n").filter((line) => line.startsWith("m=")).length);
          }
          const bare = sdp.replaceAll("\r", "");
          expect(checkSessionDescription(bare)).toEqual(
            checkSessionDescription(bare.replaceAll("\n", "\r\n")),
          );
        },
      ),
      { seed, numRuns: 1500 },
    );
    expect(refused).toBeGreaterThan(100);
  });
});
