import { describe, expect, it } from "vitest";
import { RoundTrips } from "../../../src/websocket/connection/round-trips.ts";

/** Pings sent with their names as payload; `heard` says who was answered when. */
function roundTrips() {
  const trips = new RoundTrips();
  const heard: string[] = [];
  return {
    trips,
    heard,
    send: (name: string, now: number) =>
      trips.send(Buffer.from(name), now, (time) => heard.push(`${name} ${time}`)),
    pong: (name: string, now: number) => trips.receive(Buffer.from(name), now),
  };
}

describe("RFC 6455 §5.5.3 a Pong and its Ping", () => {
  it("have the same Application data, and tell the time between them", () => {
    const { trips, heard, send, pong } = roundTrips();
    expect(trips.latest).toBeUndefined();
    expect(Buffer.from(send("a", 100)).toString()).toBe("a");
    pong("a", 130);
    expect([heard, trips.latest]).toEqual([["a 30"], 30]);
  });

  it("have a number of their own where there is no data, another for each", () => {
    const { trips } = roundTrips();
    const times: (number | undefined)[] = [];
    const payloads = [1, 2, 3].map((now) => trips.send(undefined, now, (time) => times.push(time)));
    expect(new Set(payloads.map((payload) => Buffer.from(payload).toString("hex"))).size).toBe(3);
    for (const payload of payloads) trips.receive(Buffer.from(payload), 10);
    expect(times).toEqual([9, 8, 7]);
  });

  it('may be "only the most recently processed": it answers those before it, none behind it', () => {
    const { heard, send, pong, trips } = roundTrips();
    for (const [now, name] of ["a", "b", "c"].entries()) send(name, now);
    pong("b", 10);
    expect([heard, trips.latest]).toEqual([["a 10", "b 9"], 9]);
    pong("c", 20);
    expect([heard, trips.latest]).toEqual([["a 10", "b 9", "c 18"], 18]);
  });

  it("need each other: one that answers nothing, or comes twice, says nothing", () => {
    const { heard, send, pong, trips } = roundTrips();
    pong("unasked", 5);
    send("a", 0);
    pong("other", 7);
    pong("", 7);
    expect([heard, trips.latest]).toEqual([[], undefined]);
    pong("a", 8);
    pong("a", 9);
    expect([heard, trips.latest]).toEqual([["a 8"], 8]);
  });

  it("are told apart by what was sent, whatever becomes of the caller's memory", () => {
    const { trips } = roundTrips();
    const times: (number | undefined)[] = [];
    const payload = Buffer.from("before");
    trips.send(payload, 0, (time) => times.push(time));
    payload.fill("!");
    trips.receive(Buffer.from("before"), 3);
    expect(times).toEqual([3]);
  });
});

describe("Pings that are not answered", () => {
  it("are told when the connection is over, each once", () => {
    const { heard, send, pong, trips } = roundTrips();
    send("a", 0);
    send("b", 1);
    trips.end();
    trips.end();
    pong("b", 2);
    expect(heard).toEqual(["a undefined", "b undefined"]);
  });

  it("are remembered, the latest 64 of them", () => {
    const { heard, send, pong } = roundTrips();
    for (let i = 0; i < 66; i++) send(`${i}`, 0);
    expect(heard).toEqual(["0 undefined", "1 undefined"]);
    pong("65", 1);
    expect(heard).toHaveLength(66);
    expect(heard.slice(2).every((line) => line.endsWith(" 1"))).toBe(true);
  });

  it("may be sent without anybody who waits", () => {
    const trips = new RoundTrips();
    const payload = Buffer.from(trips.send(undefined, 0));
    trips.receive(payload, 4);
    trips.send(undefined, 5);
    trips.end();
    expect(trips.latest).toBe(4);
  });
});
