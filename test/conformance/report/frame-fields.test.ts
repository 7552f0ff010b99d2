import { describe, expect, it } from "vitest";
import {
  bitFields,
  type FrameEntry,
  frameFields,
  payloadPreview,
  payloadWords,
  statusCodeName,
} from "../../../src/conformance/report/frame-fields.ts";
import { closePayload, type FrameToWrite, Opcode } from "../../../src/conformance/wire/frame.ts";
import { attack } from "./hostile.ts";
import { Scene } from "./scene.ts";

describe("RFC 6455 §5.2 the fields of a logged frame", () => {
  it("are the RFC's own of §5.7: a masked Hello", () => {
    expect(fieldsOf(sent({ opcode: Opcode.Text, payload: "Hello" }))).toEqual([
      ["bits", "8185", "FIN, opcode 0x1 text, masked, length 5"],
      ["key", "37fa213d", "masking key"],
      ["payload", "7f9f4d5158", 'payload: "Hello"'],
    ]);
    expect(frameFields(sent({ opcode: Opcode.Text, payload: "Hello" })).at(-1)?.unmasked).toBe("48656c6c6f");
  });

  it.each([
    [256, "827e0100", "length in the next 2 octets", "length 256"],
    [65_536, "827f0000000000010000", "length in the next 8 octets", "length 65536"],
  ])("have a longer length for %i octets", (size, header, first, length) => {
    const fields = frameFields(received({ opcode: Opcode.Binary, payload: Buffer.alloc(size) }));
    expect(
      fields
        .slice(0, 2)
        .map(({ octets }) => octets)
        .join(""),
    ).toBe(header);
    expect(fields[0]?.meaning).toBe(`FIN, opcode 0x2 binary, not masked, ${first}`);
    expect(fields[1]?.meaning).toBe(length);
  });

  it("tell a length that fewer octets could say", () => {
    const fields = frameFields(received({ opcode: Opcode.Text, payload: "a", lengthBits: 16 }));
    expect(fields[1]).toEqual({
      kind: "length",
      octets: "0001",
      meaning: "length 1, which fewer octets could say",
    });
  });

  it("tell the status code and the reason of a Close frame", () => {
    expect(fieldsOf(received({ opcode: Opcode.Close, payload: closePayload(1002, "no") }))).toEqual([
      ["bits", "8804", "FIN, opcode 0x8 Close, not masked, length 4"],
      ["code", "03ea", "status code 1002, protocol error"],
      ["payload", "6e6f", 'reason: "no"'],
    ]);
  });

  it("are one where there is no payload", () => {
    expect(fieldsOf(received({ opcode: Opcode.Close }))).toEqual([
      ["bits", "8800", "FIN, opcode 0x8 Close, not masked, length 0"],
    ]);
  });

  it("name the reserved bits and opcodes", () => {
    const entry = received({ opcode: 0xb, rsv: 5, fin: false });
    expect(frameFields(entry)[0]?.meaning).toBe(
      "not FIN, RSV1, RSV3, opcode 0xb reserved, not masked, length 0",
    );
    expect(bitFields(entry).map(({ name, bits }) => `${name} ${bits}`)).toEqual([
      "FIN 0",
      "RSV1 1",
      "RSV2 0",
      "RSV3 1",
      "opcode 1011",
      "MASK 0",
      "payload length 0000000",
    ]);
  });

  it("leave nothing of the octets out", () => {
    for (const payload of ["", "a", "b".repeat(100), "c".repeat(126)]) {
      for (const entry of [
        sent({ opcode: Opcode.Text, payload }),
        received({ opcode: Opcode.Close, payload }),
      ]) {
        expect(
          frameFields(entry)
            .map(({ octets }) => octets)
            .join(""),
        ).toBe(entry.octets);
        expect(
          bitFields(entry)
            .map(({ bits }) => bits)
            .join(""),
        ).toBe(Number.parseInt(entry.octets!.slice(0, 4), 16).toString(2).padStart(16, "0"));
      }
    }
  });

  it("are known from the header alone when the octets were not kept", () => {
    const { octets, ...entry } = sent({ opcode: Opcode.Text, payload: "Hello" });
    expect(fieldsOf(entry)).toEqual([
      ["bits", "", "FIN, opcode 0x1 text, masked, length 5"],
      ["key", "37fa213d", "masking key"],
      ["payload", "48656c6c6f", 'payload: "Hello"'],
    ]);
  });
});

describe("a payload in words", () => {
  it.each<[FrameToWrite, string]>([
    [{ opcode: Opcode.Text, payload: "" }, "none"],
    [{ opcode: Opcode.Text, payload: Buffer.of(0xff) }, "1 octet"],
    [{ opcode: Opcode.Text, payload: "é".repeat(90) }, `"${"é".repeat(64)}…"`],
    [{ opcode: Opcode.Text, payload: `a${"é".repeat(90)}` }, `"a${"é".repeat(63)}…"`],
    [{ opcode: Opcode.Text, payload: "abc", rsv: 4 }, "3 octets, compressed"],
    [{ opcode: Opcode.Binary, payload: "abc" }, "3 octets"],
    [{ opcode: Opcode.Close, payload: Buffer.of(3) }, "half a status code"],
    [{ opcode: Opcode.Close, payload: closePayload(4000) }, "4000 private use"],
    [{ opcode: Opcode.Close, payload: closePayload(1001, "bye") }, '1001 going away, "bye"'],
    [{ opcode: Opcode.Ping, payload: "\x1b[2J\u202e" }, '"\\u001b[2J\\u202e"'],
  ])("is %j → %s", (frame, words) => expect(payloadWords(received(frame).frame)).toBe(words));

  it("begins with its octets where it is no text", () => {
    expect(payloadPreview(received({ opcode: Opcode.Binary, payload: Buffer.of(1, 2) }).frame)).toBe("01 02");
    expect(payloadPreview(received({ opcode: Opcode.Binary, payload: Buffer.alloc(9) }).frame)).toBe(
      "00 00 00 00 00 00 00 00 …",
    );
  });

  it("never has anything in it that acts", () => {
    for (const opcode of [Opcode.Text, Opcode.Close, Opcode.Ping]) {
      expect(payloadWords(received({ opcode, payload: attack.slice(0, 60) }).frame)).not.toMatch(/\p{C}/u);
    }
  });
});

describe("RFC 6455 §7.4 the name of a status code", () => {
  it.each([
    [999, "not used"],
    [1000, "normal closure"],
    [1016, "not defined"],
    [2999, "not defined"],
    [3000, "for libraries and applications"],
    [4999, "private use"],
    [5000, "not defined"],
  ])("%i is %s", (code, name) => expect(statusCodeName(code)).toBe(name));
});

function sent(frame: FrameToWrite): FrameEntry {
  return new Scene().sends(frame).entries[0] as FrameEntry;
}

function received(frame: FrameToWrite): FrameEntry {
  return new Scene().receives(frame).entries[0] as FrameEntry;
}

function fieldsOf(entry: FrameEntry): readonly (readonly string[])[] {
  return frameFields(entry).map(({ kind, octets, meaning }) => [kind, octets, meaning]);
}
