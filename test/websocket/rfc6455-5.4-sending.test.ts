/** RFC 6455 §5.4, §5.5.1 and §6.1: the order of what one end sends, whatever is under way when it closes. */
import { describe, expect, it } from "vitest";
import type { Role } from "../../src/websocket/connection/connection.ts";
import { Opcode } from "../../src/websocket/wire/frame.ts";
import { framesTo, Transcript } from "./transcript.ts";

const deflate = {
  serverNoContextTakeover: true,
  clientNoContextTakeover: true,
  serverMaxWindowBits: 15,
  clientMaxWindowBits: 15,
};
/** So long that it is compressed on the thread pool. */
const LONG = Buffer.alloc(200_000, "x");
const bye = { opcode: Opcode.Close, payload: [0x03, 0xe8] };

describe.each(["server", "client"] as const)("RFC 6455 §5.4 a message that a %s sends in parts", (role) => {
  function begun(): Transcript {
    const sink = new Transcript(role);
    sink.connection.outgoing.beginParts();
    sink.connection.sendPart(Opcode.Text, Buffer.from("first"), false);
    return sink;
  }

  it("keeps others waiting until its last part, and control frames not", () => {
    const sink = begun();
    const { connection } = sink;
    expect([connection.sendText("other"), connection.ping(Buffer.from("?"), 0)]).toEqual(["waits", true]);
    connection.receive(framesTo(role, [{ opcode: Opcode.Ping, payload: "!" }]), 0);
    connection.sendPart(Opcode.Continuation, Buffer.from("last"), true);
    expect(sink.lines).toEqual([
      'sent text "first"',
      "sent ping 3f",
      "sent pong 21",
      `sent undefined ${Buffer.from("last").toString("hex")}`,
      'sent text "other"',
    ]);
  });

  it("that is not finished is not interrupted by those that wait when we close, or fail, or the peer closes", () => {
    const ends: readonly ((sink: Transcript) => void)[] = [
      ({ connection }) => connection.close(1000, "", 0),
      ({ connection }) => connection.receive(framesTo(role, [bye]), 0),
      ({ connection }) => connection.receive(framesTo(role, [{ opcode: 7 }]), 0),
    ];
    for (const end of ends) {
      const sink = begun();
      sink.connection.sendText("other");
      end(sink);
      const sent = sink.lines.filter((line) => line.startsWith("sent"));
      expect(sent).toEqual(['sent text "first"', expect.stringMatching(/^sent close/)]);
      expect(sink.connection.sendPart(Opcode.Continuation, Buffer.from("last"), true)).toBe(false);
    }
  });
});

/** A connection whose long message is away, compressed in the meantime by nobody. */
function compressing(role: Role): { sink: Transcript; deflated: () => void } {
  const sink = new Transcript(role, {}, { traits: { deflate } });
  sink.deflate = () => {};
  sink.output = () => {
    const write = (bytes: Uint8Array): void => {
      const opcode = bytes[0]! & 0x0f;
      sink.lines.push(`sent ${opcode}`);
    };
    sink.connection.outgoing.outbox.transmit({
      write,
      cork() {},
      uncork() {},
      pendingBytes: 0,
      letsGo: true,
    });
  };
  sink.connection.sendBinary(LONG);
  return { sink, deflated: () => sink.connection.outgoing.deflated(Buffer.of(0x00)) };
}

describe.each(["server", "client"] as const)(
  "RFC 6455 §5.5.1 the Close of a %s that compresses a long message",
  (role) => {
    const end = role === "server" ? ["end"] : [];

    it("comes behind the message, be it ours or the answer to the peer's", () => {
      const ours = compressing(role);
      ours.sink.connection.close(1000, "", 0);
      ours.deflated();
      expect(ours.sink.lines).toEqual(["sent 2", "sent 8"]);
      const answer = compressing(role);
      answer.sink.connection.receive(framesTo(role, [bye]), 0);
      answer.deflated();
      expect(answer.sink.lines).toEqual(["sent 2", "sent 8", ...end]);
    });

    it("is sent when the peer breaks a rule while ours waits (§7.1.7)", () => {
      const { sink } = compressing(role);
      sink.connection.close(1000, "", 0);
      sink.connection.receive(framesTo(role, [{ opcode: 7 }]), 0);
      expect(sink.lines).toEqual(["sent 8", "end", "failed 1002"]);
    });
  },
);

describe("RFC 6455 §5.5.1 the Close of a server that compresses a long message", () => {
  it("is sent before the transport ends when the peer's Close comes while it waits", () => {
    const { sink, deflated } = compressing("server");
    sink.connection.close(1000, "", 0);
    sink.connection.receive(framesTo("server", [bye]), 0);
    deflated();
    sink.connection.receiveEnd();
    expect(sink.lines).toEqual(["sent 2", "sent 8", "end", 'closed 1000 "" clean']);
  });
});
