import { describe, expect, it } from "vitest";
import { CloseCode, encodeClose, mayBeSent, parseClose } from "../../../src/websocket/wire/close.ts";
import { Opcode } from "../../../src/websocket/wire/frame.ts";
import { failure, sentClose, transcriptOf, withoutReasons } from "../transcript.ts";

/** RFC 6455 §7.4 and the IANA registry "WebSocket Close Code Number", row by row. */
function isAllowed(code: number): boolean {
  if (code <= 999) return false; // "not used"
  if ([1004, 1005, 1006, 1015].includes(code)) return false; // reserved, or "MUST NOT be set"
  if (code <= 1014) return true; // the RFC's, and 1012-1014 of the registry
  return code >= 3000 && code <= 4999; // libraries and applications
}

describe("RFC 6455 §7.4 status codes", () => {
  const codes = Array.from({ length: 5001 }, (_, code) => code);

  it("may be sent as the registry says, every one from 0 to 5000", () => {
    expect(codes.filter(mayBeSent)).toEqual(codes.filter(isAllowed));
  });

  it("are read and written when they may be sent, and refused when not, every one", () => {
    for (const code of codes) {
      const payload = Buffer.from([code >> 8, code & 255]);
      if (isAllowed(code)) {
        expect(parseClose(payload)).toEqual({ code, reason: "" });
        expect(encodeClose(code)).toEqual(payload);
      } else {
        expect(() => parseClose(payload), `${code}`).toThrow(expect.objectContaining({ closeCode: 1002 }));
        expect(() => encodeClose(code), `${code}`).toThrow(RangeError);
      }
    }
  });

  it("are refused when two octets cannot hold them, or when they are no integers", () => {
    for (const code of [-1, 65536 + 1000, 1000.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => encodeClose(code), `${code}`).toThrow(RangeError);
    }
    expect(() => parseClose(Buffer.from([0xff, 0xff]))).toThrow(expect.objectContaining({ closeCode: 1002 }));
  });

  for (const role of ["server", "client"] as const) {
    const end = role === "server" ? ["end"] : [];
    it(`are echoed by a ${role} when they may be sent, and answered with 1002 when not`, () => {
      const interesting = [
        ...[0, 999, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014],
        ...[1015, 1016, 1100, 2000, 2999, 3000, 3999, 4000, 4999, 5000, 65535],
      ];
      for (const code of interesting) {
        const lines = transcriptOf(role, [{ opcode: Opcode.Close, payload: [code >> 8, code & 255] }]);
        expect(withoutReasons(lines), `${code}`).toEqual(
          isAllowed(code) ? [sentClose(code), ...end] : failure(1002),
        );
      }
    });
  }

  it("have the names of the registry", () => {
    expect(Object.values(CloseCode)).toEqual([
      1000, 1001, 1002, 1003, 1005, 1006, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 1015,
    ]);
  });
});

describe("RFC 6455 §5.5.1 the body of a Close frame", () => {
  it("is 1005 when there is none", () => {
    expect(parseClose(Buffer.alloc(0))).toEqual({ code: 1005, reason: "" });
    expect(encodeClose()).toHaveLength(0);
  });

  it("fails with 1002 when it is one octet", () => {
    expect(() => parseClose(Buffer.of(3))).toThrow(expect.objectContaining({ closeCode: 1002 }));
  });

  it("holds a reason of 0 to 123 octets", () => {
    for (const reason of ["", "x", "bye", "ü€😀", "x".repeat(123)]) {
      const payload = encodeClose(1000, reason);
      expect(payload.toString("utf8", 2)).toBe(reason);
      expect(parseClose(payload)).toEqual({ code: 1000, reason });
    }
  });

  it("fails with 1007 when the reason is not UTF-8", () => {
    for (const hex of ["03e8ff", "03e8c3", "03e8eda080", "03e8c080"]) {
      const error = expect.objectContaining({ closeCode: 1007 });
      expect(() => parseClose(Buffer.from(hex, "hex")), hex).toThrow(error);
    }
  });

  it("holds as much of a longer reason as fits, cut between two code points", () => {
    for (const character of ["a", "é", "€", "😀"]) {
      for (let before = 0; before < 4; before++) {
        const reason = "x".repeat(before) + character.repeat(200);
        const kept = parseClose(encodeClose(4000, reason)).reason;
        expect(reason.startsWith(kept)).toBe(true);
        const octets = Buffer.byteLength(kept);
        expect(octets).toBeLessThanOrEqual(123);
        expect(octets + Buffer.byteLength(character)).toBeGreaterThan(123);
      }
    }
  });

  it("holds U+FFFD for half a surrogate pair, so that it is UTF-8 whatever the application says", () => {
    expect(parseClose(encodeClose(4000, "a\ud83d")).reason).toBe("a\ufffd");
  });
});

describe("RFC 6455 §7.4.1 code 1010", () => {
  it("is not sent by a server, which refuses the handshake instead", () => {
    expect(() => encodeClose(1010, "", true)).toThrow(RangeError);
    expect([...encodeClose(1010, "")]).toEqual([0x03, 0xf2]);
  });
});
