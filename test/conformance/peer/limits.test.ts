import { describe, expect, it } from "vitest";
import { closePayload, Opcode } from "../../../src/conformance/wire/frame.ts";
import { type Script, scriptedPeer } from "./scripted-peer.ts";

const refusing =
  (code?: number): Script =>
  (_frame, end) =>
    end.send({ opcode: Opcode.Close, payload: closePayload(code) });

describe("RFC 6455 §10.4 a message that is refused", () => {
  it.each<[string, number, number | undefined, string | undefined]>([
    ["a large one with 1009 is a limit, and no fault", 2_000, 1009, "MAY"],
    ["a large one with 1008 is one, too (§7.4.1)", 2_000, 1008, "MAY"],
    ["a large one with another code deserves a warning (§7.1.7)", 2_000, 1011, "SHOULD"],
    ["a large one without a code deserves one as well", 2_000, undefined, "SHOULD"],
    ["a large one that was right with 1002 is what the case says it is", 2_000, 1002, undefined],
    ["a small one with 1009 is, too", 1_000, 1009, undefined],
  ])("%s", async (_, length, code, level) => {
    const { peer } = scriptedPeer("server", refusing(code));
    peer.binary(Buffer.alloc(length));
    await expect(peer.expectBinary(Buffer.alloc(length))).rejects.toMatchObject({ level });
  });

  it("counts what was carried, and in how many frames", async () => {
    for (const sent of [{ length: 2_000 }, { frames: 100 }]) {
      const { peer } = scriptedPeer("server", refusing(1009));
      peer.text("little");
      await expect(peer.expectMessage(Opcode.Text, "little", sent)).rejects.toMatchObject({ level: "MAY" });
    }
  });
});
