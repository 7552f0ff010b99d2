import { describe, expect, it } from "vitest";
import { Heartbeat, type HeartbeatOptions } from "../../../src/websocket/connection/heartbeat.ts";
import { fillWith } from "../transcript.ts";

const options: HeartbeatOptions = { heartbeatInterval: 1000, heartbeatMisses: 2, random: fillWith(0) };

describe("the heartbeat", () => {
  it("is due one interval after the start, and after each Ping", () => {
    const heartbeat = new Heartbeat(options, 100);
    expect(heartbeat.due).toBe(1100);
    expect(heartbeat.beat(1150)).toBe(true);
    expect(heartbeat.due).toBe(2150);
  });

  it("comes up to a tenth earlier, as chance has it", () => {
    const almostAll = new Heartbeat({ ...options, random: fillWith(0xff) }, 0).due;
    expect(almostAll).toBeGreaterThanOrEqual(900);
    expect(almostAll).toBeLessThan(901);
    expect(new Heartbeat({ ...options, random: fillWith(0x80) }, 0).due).toBeCloseTo(950, 0);
  });

  it("gives the peer up when as many Pings as allowed were not followed by anything", () => {
    const heartbeat = new Heartbeat(options, 0);
    expect([heartbeat.beat(1000), heartbeat.beat(2000), heartbeat.beat(3000)]).toEqual([true, true, false]);
  });

  it("counts from the start when anything was heard", () => {
    const heartbeat = new Heartbeat(options, 0);
    heartbeat.beat(1000);
    heartbeat.beat(2000);
    heartbeat.heard();
    expect([heartbeat.beat(3000), heartbeat.beat(4000), heartbeat.beat(5000)]).toEqual([true, true, false]);
  });

  it("has ten times the patience with a peer that is not listened to", () => {
    const heartbeat = new Heartbeat(options, 0);
    heartbeat.listening = false;
    const beats = Array.from({ length: 21 }, (_, i) => heartbeat.beat(1000 * (i + 1)));
    expect(beats).toEqual([...Array(20).fill(true), false]);
  });

  it("is never due when its interval is infinite, or once it is stopped", () => {
    expect(new Heartbeat({ ...options, heartbeatInterval: Number.POSITIVE_INFINITY }, 0).due).toBe(Infinity);
    const heartbeat = new Heartbeat(options, 0);
    heartbeat.stop();
    expect(heartbeat.due).toBe(Infinity);
  });
});
