/** `connection.ts`: a peer that says nothing. The arithmetic is in heartbeat.test.ts. */
import { describe, expect, it } from "vitest";
import { framesTo, sentClose, Transcript } from "../transcript.ts";

const PONG = 0xa;

describe("a silent peer", () => {
  const beating = { heartbeatInterval: 1000, heartbeatMisses: 2 };
  // The octet of the random source is 0x5a: each Ping comes 0x5a5a5a5a / 2^32 of a tenth early.
  const period = 1000 * (1 - 0x5a5a5a5a / 2 ** 32 / 10);

  it("is asked with Pings, and dropped after two that nothing followed", () => {
    const sink = new Transcript("server", beating);
    expect(sink.connection.nextTimeout).toBeCloseTo(period);
    for (const now of [period - 1, period + 1, 2 * period + 2, 3 * period + 3])
      sink.connection.handleTimeout(now);
    expect(sink.lines).toEqual([
      "sent ping 00000000",
      "sent ping 00000001",
      "abort",
      'closed 1006 "" unclean',
    ]);
    expect(sink.connection.nextTimeout).toBe(Infinity);
  });

  it("lives when it says anything at all, be it part of a frame", () => {
    for (const bytes of [framesTo("server", [{ opcode: PONG }]), Buffer.of(0x81)]) {
      const sink = new Transcript("server", beating);
      let now = 0;
      const wait = (): void => {
        now += 1000;
        sink.connection.handleTimeout(now);
      };
      wait();
      wait();
      sink.connection.receive(Buffer.from(bytes), now);
      wait();
      wait();
      expect(sink.lines.filter((line) => line.startsWith("sent"))).toHaveLength(4);
      expect(sink.connection.state).toBe("open");
    }
  });

  it("has more time while it is not listened to, and its usual time from when it is again", () => {
    const sink = new Transcript("server", beating);
    sink.connection.listen(false);
    for (let now = 1000; now <= 9000; now += 1000) sink.connection.handleTimeout(now);
    sink.connection.listen(true);
    for (let now = 10_000; now <= 12_000; now += 1000) sink.connection.handleTimeout(now);
    expect(sink.lines).toEqual([
      ...Array.from({ length: 11 }, (_, i) => `sent ping 0000000${i.toString(16)}`),
      "abort",
      'closed 1006 "" unclean',
    ]);
  });

  it("is not asked once the connection is closing", () => {
    const sink = new Transcript("server", { ...beating, closeTimeout: 50_000 });
    sink.connection.close(1000, "", 0);
    sink.connection.handleTimeout(10_000);
    expect(sink.lines).toEqual([sentClose(1000)]);
  });
});
