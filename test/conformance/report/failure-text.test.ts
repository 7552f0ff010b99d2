import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { annotateFrame, caseBlock } from "../../../src/conformance/report/failure-text.ts";
import { Opcode } from "../../../src/conformance/wire/frame.ts";
import { hostileRun } from "./hostile.ts";
import { failedClose, sampleCase } from "./sample.ts";
import { Scene } from "./scene.ts";

const style = { colour: false, width: 100 };

describe("a failure at the terminal", () => {
  it("has the clause, the sentence, the octets, what was expected, what came, and the command", () => {
    expect(caseBlock(failedClose(), style)).toEqual([
      "✗ rfc6455/5.5.1/3  a Close frame of one octet  MUST",
      "    RFC 6455 §5.5.1",
      "              “If there is a body, the first two bytes of the body MUST be a 2-byte unsigned",
      "              integer (in network byte order) representing a status code”",
      "    sent      Close, 1 octet",
      "              88 81                    FIN, opcode 0x8 Close, masked, length 1",
      "              37 fa 21 3d              masking key; what follows is unmasked",
      "              03                       payload: half a status code",
      "    expected  a Close frame with 1002, or the end",
      '    came      Close 1000 "bye", 5 octets',
      "    repeat    npx barewire conform server ws://127.0.0.1:9001/echo --only rfc6455/5.5.1/3 --seed 7",
    ]);
  });

  it("keeps to the width", () => {
    for (const item of hostileRun().cases) {
      const lines = caseBlock(item, { colour: false, width: 60 });
      const told = lines.slice(1).filter((line) => !line.startsWith("    repeat"));
      expect(Math.max(...told.map((line) => line.length))).toBeLessThanOrEqual(60);
    }
  });

  it("tells the last of many frames, and how many were before them", () => {
    const scene = new Scene().opened();
    for (let at = 0; at < 9; at++) scene.sends({ opcode: Opcode.Text, payload: `${at}` });
    const block = caseBlock(sampleCase({ id: "a/1", verdict: "fail", wire: scene.entries }), style).join(
      "\n",
    );
    expect(block).toContain("sent      … 6 before these");
    expect(block).not.toContain('payload: "5"');
    expect(block).toContain('payload: "8"');
  });

  it("is coloured only where that is wanted", () => {
    expect(caseBlock(failedClose(), style).join()).not.toContain("\x1b");
    const coloured = caseBlock(failedClose(), { ...style, colour: true });
    expect(coloured[0]).toContain("\x1b[31m✗\x1b[0m");
    expect(coloured.map((line) => stripVTControlCharacters(line))).toEqual(caseBlock(failedClose(), style));
  });

  it("lets nothing that a peer wrote act on the terminal", () => {
    for (const item of hostileRun().cases) {
      for (const line of caseBlock(item, style)) expect(line).not.toMatch(/\p{C}|\p{Zl}|\p{Zp}/u);
    }
  });
});

describe("the octets of an entry", () => {
  it("are told eight to a line, with the characters that they are", () => {
    const [entry] = new Scene().receives({ opcode: Opcode.Text, payload: "Hello, wire\n" }).entries;
    expect(annotateFrame(entry!)).toEqual([
      "81 0c                    FIN, opcode 0x1 text, not masked, length 12",
      '48 65 6c 6c 6f 2c 20 77  |Hello, w|  payload: "Hello, wire\\u000a"',
      "69 72 65 0a              |ire.|",
    ]);
  });

  it("are cut where they are many, and it is said", () => {
    const [entry] = new Scene().receives({ opcode: Opcode.Binary, payload: Buffer.alloc(70_000) }).entries;
    const lines = annotateFrame(entry!);
    expect(lines).toHaveLength(2 + 6 + 2);
    expect(lines.at(-2)).toBe("…                        70 octets more");
    expect(lines.at(-1)).toBe("…                        128 of 70000 octets were kept");
  });

  it("are lines where they are the head of an HTTP message", () => {
    const [, request] = new Scene().opened().entries;
    expect(annotateFrame(request!).slice(0, 2)).toEqual(["GET /echo HTTP/1.1", "Host: 127.0.0.1:9001"]);
  });

  it("are listed where they are anything else", () => {
    const [entry] = new Scene().octets("sent", "half a frame", Buffer.of(0x81, 0xfe, 0x01)).entries;
    expect(annotateFrame(entry!)).toEqual(["81 fe 01                 3 octets"]);
  });
});
