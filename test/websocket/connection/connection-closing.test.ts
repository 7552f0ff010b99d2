/** `connection.ts`: how a connection closes, fails and is over. */
import { describe, expect, it } from "vitest";
import type { Connection, Role } from "../../../src/websocket/connection/connection.ts";
import type { Frame } from "../naive-codec.ts";
import { framesTo, sentClose, Transcript, transcriptOf } from "../transcript.ts";

const TEXT = 0x1;
const CLOSE = 0x8;
const PING = 0x9;

const roles: readonly Role[] = ["server", "client"];
const hello: Frame = { opcode: TEXT, payload: "Hello" };
const bye: Frame = { opcode: CLOSE, payload: [0x03, 0xe8, ...Buffer.from("bye")] };

function receive(sink: Transcript, role: Role, now: number, ...frames: Frame[]): void {
  sink.connection.receive(framesTo(role, frames), now);
}

describe.each(roles)("RFC 6455 §7 a %s", (role) => {
  const end = role === "server" ? ["end"] : [];

  describe("whose peer closes", () => {
    it("echoes the Close, and ends the transport first if it is the server", () => {
      expect(transcriptOf(role, [bye])).toEqual([sentClose(1000, "bye"), ...end]);
    });

    it("answers a Close without a code with the same, and reports 1005", () => {
      expect(transcriptOf(role, [{ opcode: CLOSE }])).toEqual([sentClose(), ...end]);
      const sink = new Transcript(role);
      receive(sink, role, 0, { opcode: CLOSE });
      sink.connection.receiveEnd();
      expect(sink.lines.at(-1)).toBe('closed 1005 "" clean');
    });

    it("discards everything after the Close, were it nonsense", () => {
      const frames = [hello, bye, hello, { opcode: PING }, bye, { opcode: 7, rsv: 7 }];
      expect(transcriptOf(role, frames)).toEqual(['text "Hello"', sentClose(1000, "bye"), ...end]);
    });

    it("gives up a message that is not finished", () => {
      const frames = [{ ...hello, fin: false }, bye, { opcode: 0 }];
      expect(transcriptOf(role, frames)).toEqual([sentClose(1000, "bye"), ...end]);
    });

    it("reports code and reason, cleanly, once the transport has ended", () => {
      const sink = new Transcript(role);
      receive(sink, role, 0, bye);
      expect(sink.connection.state).toBe("closing");
      sink.connection.receiveEnd();
      expect(sink.connection.state).toBe("closed");
      expect(sink.lines).toEqual([sentClose(1000, "bye"), ...end, 'closed 1000 "bye" clean']);
    });

    it("sends nothing any more, neither messages nor Pings nor another Close", () => {
      const sink = new Transcript(role);
      receive(sink, role, 0, bye);
      const { connection } = sink;
      expect([
        connection.sendText("x"),
        connection.sendBinary(Buffer.of(1)),
        connection.ping(undefined, 0),
      ]).toEqual([undefined, undefined, false]);
      connection.close(1001, "", 0);
      expect(sink.lines).toEqual([sentClose(1000, "bye"), ...end]);
    });

    it("drops a transport that does not end in time", () => {
      const sink = new Transcript(role, { closeTimeout: 5_000 });
      receive(sink, role, 100, bye);
      expect(sink.connection.nextTimeout).toBe(5_100);
      sink.connection.handleTimeout(5_100);
      expect(sink.lines.slice(-2)).toEqual(["abort", 'closed 1000 "bye" clean']);
    });
  });

  describe("that closes", () => {
    it("sends its Close and waits for the peer's", () => {
      const sink = new Transcript(role);
      sink.connection.close(4000, "done", 0);
      expect(sink.lines).toEqual([sentClose(4000, "done")]);
      receive(sink, role, 10, { opcode: CLOSE, payload: [0x0f, 0xa0] });
      sink.connection.receiveEnd();
      expect(sink.lines.slice(1)).toEqual([...end, 'closed 4000 "" clean']);
    });

    it("sends a Close without a body when no code is given", () => {
      const sink = new Transcript(role);
      sink.connection.close(undefined, "", 0);
      expect(sink.lines).toEqual([sentClose()]);
    });

    it("does so once", () => {
      const sink = new Transcript(role);
      sink.connection.close(4000, "", 0);
      sink.connection.close(4001, "", 0);
      expect(sink.lines).toEqual([sentClose(4000)]);
    });

    it("does nothing but throw when the code may not be sent", () => {
      const sink = new Transcript(role);
      for (const code of [0, 999, 1005, 1006, 1015, 2000, 5000]) {
        expect(() => sink.connection.close(code, "", 0)).toThrow(RangeError);
      }
      expect(sink.connection.state).toBe("open");
      expect(sink.connection.nextTimeout).toBe(Infinity);
      expect(sink.lines).toEqual([]);
    });

    it("delivers nothing that comes before the peer's Close, but answers Pings (§5.5.2)", () => {
      const sink = new Transcript(role);
      sink.connection.close(1000, "", 0);
      receive(sink, role, 0, hello, { opcode: PING }, hello);
      receive(sink, role, 0, bye, { opcode: PING });
      sink.connection.receiveEnd();
      expect(sink.lines).toEqual([sentClose(1000), "sent pong ", ...end, 'closed 1000 "bye" clean']);
    });

    it("meets the peer's Close half way: both are clean", () => {
      const sink = new Transcript(role);
      sink.connection.close(4001, "mine", 0);
      receive(sink, role, 0, { opcode: CLOSE, payload: [0x0f, 0xa2, ...Buffer.from("theirs")] });
      sink.connection.receiveEnd();
      expect(sink.lines).toEqual([sentClose(4001, "mine"), ...end, 'closed 4002 "theirs" clean']);
    });

    it("drops the transport when the peer never answers", () => {
      const sink = new Transcript(role, { closeTimeout: 5_000 });
      sink.connection.close(1000, "", 100);
      sink.connection.handleTimeout(5_099);
      expect(sink.lines).toEqual([sentClose(1000)]);
      expect(sink.connection.nextTimeout).toBe(5_100);
      sink.connection.handleTimeout(5_100);
      expect(sink.lines).toEqual([sentClose(1000), "abort", 'closed 1006 "" unclean']);
      expect(sink.connection.nextTimeout).toBe(Infinity);
    });

    it("waits no longer because the peer goes on talking", () => {
      const sink = new Transcript(role, { closeTimeout: 5_000 });
      sink.connection.close(1000, "", 0);
      for (let now = 0; now < 5_000; now += 100) receive(sink, role, now, hello);
      expect(sink.connection.nextTimeout).toBe(5_000);
    });

    it("is unclean when the transport ends without the peer's Close", () => {
      const sink = new Transcript(role);
      sink.connection.close(1000, "", 0);
      sink.connection.receiveEnd();
      expect(sink.lines).toEqual([sentClose(1000), 'closed 1006 "" unclean']);
    });

    it("ends the transport, without a second Close, when the peer then breaks a rule", () => {
      const sink = new Transcript(role);
      sink.connection.close(1000, "", 0);
      receive(sink, role, 0, { ...hello, rsv: 1 }, bye);
      sink.connection.receiveEnd();
      expect(sink.lines).toEqual([sentClose(1000), "end", "failed 1002", 'closed 1006 "" unclean']);
    });
  });

  describe("that fails the connection (§7.1.7)", () => {
    it("is over with 1006, as no Close frame was received (§7.1.5)", () => {
      const sink = new Transcript(role);
      receive(sink, role, 0, { ...hello, rsv: 1 });
      sink.connection.receiveEnd();
      expect(sink.lines.slice(1)).toEqual(["end", "failed 1002", 'closed 1006 "" unclean']);
    });

    it("reads nothing any more, the peer's Close included", () => {
      const sink = new Transcript(role);
      receive(sink, role, 0, { ...hello, rsv: 1 }, hello, bye);
      receive(sink, role, 0, hello, bye);
      expect(sink.lines.slice(1)).toEqual(["end", "failed 1002"]);
    });

    it("drops a transport that does not end in time", () => {
      const sink = new Transcript(role, { closeTimeout: 5_000 });
      receive(sink, role, 100, { ...hello, rsv: 1 });
      sink.connection.handleTimeout(5_099);
      expect(sink.lines.at(-1)).toBe("failed 1002");
      sink.connection.handleTimeout(5_100);
      expect(sink.lines.slice(-2)).toEqual(["abort", 'closed 1006 "" unclean']);
    });

    it("does so for a Close that breaks a rule, too", () => {
      for (const [payload, code] of [
        [[0x03], 1002],
        [[0x03, 0xed], 1002],
        [[0x03, 0xe8, 0xff], 1007],
      ] as const) {
        const [close, ...rest] = transcriptOf(role, [{ opcode: CLOSE, payload }]);
        expect(close?.startsWith(sentClose(code))).toBe(true);
        expect(rest).toEqual(["end", `failed ${code}`]);
      }
    });

    it("lets an error of its own through, which is not the peer's fault", () => {
      const sink = new Transcript(role);
      sink.text = () => {
        throw new Error("ours");
      };
      expect(() => receive(sink, role, 0, hello)).toThrow("ours");
    });
  });

  describe("whose transport ends", () => {
    it("is over with 1006, once, and never asks for the clock again", () => {
      const sink = new Transcript(role, { heartbeatInterval: 1000 });
      sink.connection.receiveEnd();
      sink.connection.receiveEnd();
      sink.connection.handleTimeout(1e9);
      expect(sink.lines).toEqual(['closed 1006 "" unclean']);
      expect(sink.connection.nextTimeout).toBe(Infinity);
    });

    it("reads and sends nothing any more", () => {
      const sink = new Transcript(role);
      sink.connection.receiveEnd();
      receive(sink, role, 0, hello, { opcode: PING }, bye, { ...hello, rsv: 1 });
      sink.connection.sendText("x");
      sink.connection.close(1000, "", 0);
      expect(sink.lines).toEqual(['closed 1006 "" unclean']);
      expect(sink.connection.outgoing.outbox.length).toBe(0);
    });
  });

  describe("on whose events the application closes", () => {
    const closing = (connection: Connection): void => connection.close(4000, "", 7);

    it("delivers no further message of the same chunk", () => {
      const lines = transcriptOf(role, [hello, hello, { opcode: PING }], {
        during: (event, connection) => event === "text" && closing(connection),
      });
      expect(lines).toEqual(['text "Hello"', sentClose(4000), "sent pong "]);
    });

    it("takes the peer's Close of the same chunk for the answer", () => {
      const lines = transcriptOf(role, [hello, bye, hello], {
        during: (event, connection) => event === "text" && closing(connection),
      });
      expect(lines).toEqual(['text "Hello"', sentClose(4000), ...end]);
    });

    it("keeps the deadline of the call", () => {
      const sink = new Transcript(role, { closeTimeout: 100 });
      sink.during = (_event, connection) => closing(connection);
      receive(sink, role, 50, hello);
      expect(sink.connection.nextTimeout).toBe(107);
    });

    it("is not confused by a close or a send during `failed` and `closed`", () => {
      const sink = new Transcript(role);
      sink.during = (_event, connection) => {
        closing(connection);
        connection.sendText("too late");
        connection.receiveEnd();
      };
      receive(sink, role, 0, { ...hello, rsv: 1 }, hello);
      expect(sink.lines.slice(1)).toEqual(["end", "failed 1002", 'closed 1006 "" unclean']);
    });
  });
});
