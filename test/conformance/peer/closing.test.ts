import { describe, expect, it } from "vitest";
import {
  closes,
  expectClosedByPeer,
  expectFailure,
  expectFailureWith,
  finish,
} from "../../../src/conformance/peer/closing.ts";
import { Deviation } from "../../../src/conformance/verdict.ts";
import { closePayload, type Frame, type FrameToWrite, Opcode } from "../../../src/conformance/wire/frame.ts";
import { type OtherEnd, type Script, scriptedPeer } from "./scripted-peer.ts";

describe("RFC 6455 §7.1.2 a closing handshake that the suite begins", () => {
  it("passes when the code is echoed and the server drops the connection", async () => {
    const { peer, findings } = scriptedPeer(
      "server",
      closesLike((payload) => payload),
    );
    await finish(peer);
    expect(findings).toEqual([]);
  });

  it.each<[string, Buffer, "info" | "warn" | undefined]>([
    ["no code", closePayload(), undefined],
    ["1000 for 1001", closePayload(1000), "info"],
    ["1011 for 1001", closePayload(1011), "warn"],
  ])("notes another code where it matters: %s", async (_, payload, severity) => {
    const { peer, findings } = scriptedPeer(
      "server",
      closesLike(() => payload),
    );
    await closes(peer, 1001);
    expect(findings.map((finding) => finding.severity)).toEqual(severity === undefined ? [] : [severity]);
  });

  it.each<[string, Script]>([
    ["the connection ends without a Close frame", onClose((_, end) => end.end())],
    ["the connection is reset", onClose((_, end) => end.reset())],
    ["nothing comes", () => {}],
    [
      "a message comes first",
      onClose((frame, end) =>
        end.send({ opcode: 1, payload: "wait" }, { opcode: 8, payload: frame.payload }),
      ),
    ],
  ])("fails when %s", async (_, script) => {
    await expect(finish(scriptedPeer("server", script).peer)).rejects.toThrow(Deviation);
  });

  it("fails a server that leaves the TCP connection open (RFC 6455 §5.5.1)", async () => {
    const { peer } = scriptedPeer(
      "server",
      onClose((frame, end) => end.send({ opcode: 8, payload: frame.payload })),
    );
    await expect(finish(peer)).rejects.toMatchObject({ level: "MUST", clause: "RFC 6455 §5.5.1" });
  });

  it("fails a server that goes on after its Close frame", async () => {
    const { peer } = scriptedPeer(
      "server",
      onClose((frame, end) =>
        end.send({ opcode: 8, payload: frame.payload }, { opcode: 1, payload: "more" }),
      ),
    );
    await expect(finish(peer)).rejects.toMatchObject({ clause: "RFC 6455 §5.5.1" });
  });
});

it("passes over Pings and Pongs behind the Close frame, which are no data frames (RFC 6455 §5.5.1)", async () => {
  const { peer, findings } = scriptedPeer(
    "server",
    onClose((frame, end) => {
      end.send({ opcode: 8, payload: frame.payload }, { opcode: 9 }, { opcode: 10, payload: "late" });
      end.end();
    }),
  );
  await finish(peer);
  expect(findings).toEqual([]);
});

describe("RFC 6455 §7.1.7 a peer that has to fail the connection", () => {
  it("passes with the code that fits", async () => {
    const { peer, findings } = scriptedPeer("server", failsWith(1002));
    peer.text("wrong");
    expect(await expectFailure(peer, 1002)).toMatchObject({ code: 1002, messages: 0 });
    expect(findings).toEqual([]);
  });

  it("does not warn where another clause leaves the Close frame, or its code, to the peer", async () => {
    const leeway = { frame: "RFC 6455 §5.1", code: "RFC 6455 §7.4" };
    const codeless = scriptedPeer("server", (_frame, end) => end.end());
    const other = scriptedPeer("server", failsWith(1011));
    for (const { peer } of [codeless, other]) {
      peer.text("wrong");
      await expectFailureWith(peer, [1002], leeway);
    }
    expect(codeless.findings).toMatchObject([{ severity: "info", clause: leeway.frame }]);
    expect(other.findings).toMatchObject([{ severity: "info", clause: leeway.code }]);
  });

  it("warns about a code that does not fit", async () => {
    const { peer, findings } = scriptedPeer("server", failsWith(1011));
    peer.text("wrong");
    await expectFailure(peer, 1002, 1007);
    expect(findings).toMatchObject([{ severity: "warn", came: "1011" }]);
  });

  it.each<[string, (end: OtherEnd) => void]>([
    ["ended", (end) => end.end()],
    ["reset", (end) => end.reset()],
  ])("warns when the connection is %s without a Close frame", async (_, leave) => {
    const { peer, findings } = scriptedPeer("server", (_frame, end) => leave(end));
    peer.text("wrong");
    expect(await expectFailure(peer, 1002)).toMatchObject({ code: undefined });
    expect(findings).toMatchObject([{ severity: "warn", clause: "RFC 6455 §7.1.7" }]);
  });

  it("fails when the connection goes on, as its Pong tells", async () => {
    const { peer } = scriptedPeer("server", (frame, end) => {
      if (frame.opcode === Opcode.Ping) end.send({ opcode: Opcode.Pong, payload: frame.payload });
    });
    peer.text("wrong");
    await expect(expectFailure(peer, 1002)).rejects.toThrow("it answered a Ping sent afterwards");
  });

  it("fails when nothing at all comes", async () => {
    const { peer } = scriptedPeer("server", () => {});
    peer.text("wrong");
    await expect(expectFailure(peer, 1002)).rejects.toThrow("nothing within");
  });

  it("counts the messages that came nevertheless", async () => {
    const { peer } = scriptedPeer("server", (frame, end) => {
      if (frame.opcode === Opcode.Text) {
        end.send({ opcode: 1, payload: frame.payload }, { opcode: 8, payload: closePayload(1002) });
      } else end.end();
    });
    peer.text("wrong");
    expect(await expectFailure(peer, 1002)).toMatchObject({ messages: 1 });
  });
});

describe("RFC 6455 §7.1.2 a closing handshake that the peer begins", () => {
  const goingAway: FrameToWrite = { opcode: Opcode.Close, payload: closePayload(1001) };

  it("passes with one of the codes", async () => {
    const script = onClose((_, end) => end.end());
    expect(await expectClosedByPeer(scriptedPeer("server", script, [goingAway]).peer, 1000, 1001)).toBe(1001);
  });

  it("fails with another", async () => {
    const script = onClose((_, end) => end.end());
    const { peer } = scriptedPeer("server", script, [goingAway]);
    await expect(expectClosedByPeer(peer, 1000)).rejects.toThrow(Deviation);
  });
});

/** Answers a Close frame with another, and ends the connection. */
function closesLike(payload: (theirs: Buffer) => Buffer): Script {
  return onClose((frame, end) => {
    end.send({ opcode: Opcode.Close, payload: payload(frame.payload) });
    end.end();
  });
}

function onClose(answer: (frame: Frame, end: OtherEnd) => void): Script {
  return (frame, end) => {
    if (frame.opcode === Opcode.Close) answer(frame, end);
  };
}

/** Answers any message with a Close frame, and a Close frame with the end. */
function failsWith(code: number): Script {
  return (frame, end) => {
    if (frame.opcode === Opcode.Close) end.end();
    else end.send({ opcode: Opcode.Close, payload: closePayload(code) });
  };
}
