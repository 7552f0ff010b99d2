import { describe, expect, it } from "vitest";
import { namedRooms, signallingMetrics, stunMetrics } from "../../src/app/signalling-metrics.ts";
import { Metrics } from "../../src/http/index.ts";
import { type RoomSummary, SignallingServer } from "../../src/signalling/index.ts";
import { StunServer } from "../../src/stun/index.ts";
import { parsePrometheus } from "../http/parse-prometheus.ts";

/** The samples of a metric: the value by the labels. */
function figures(metrics: Metrics, name: string): Readonly<Record<string, number>> {
  const { samples } = parsePrometheus(metrics.text()).get(name)!;
  return Object.fromEntries(samples.map(({ labels, value }) => [Object.values(labels).join(), value]));
}

function roomOf(room: string, members: number): RoomSummary {
  return { room, members, connected: members, capacity: 16, locked: false, peers: [] };
}

function withRooms(rooms: readonly RoomSummary[], shared = true): Metrics {
  const metrics = new Metrics();
  const { counts } = new SignallingServer();
  const signalling = { counts, localRooms: () => rooms, roomCount: rooms.length, peerCount: 7, shared };
  signallingMetrics(metrics, signalling, true);
  return metrics;
}

describe("the figures of rooms", () => {
  it("count all of them by size, the sizes that nobody has too", () => {
    const sizes = [0, 1, 1, 2, 3, 4, 16, 17, 5_000];
    const metrics = withRooms(sizes.map((size, at) => roomOf(`room-${at}`, size)));
    expect(figures(metrics, "barewire_rooms")).toEqual({ "": 9 });
    expect(figures(metrics, "barewire_rooms_by_size")).toEqual({
      ...{ 0: 1, 1: 2, 2: 1, "3-4": 2, "5-8": 0 },
      ...{ "9-16": 1, "17-64": 1, "65-256": 0, "257+": 1 },
    });
  });

  it("name no more than the largest, however many there are", () => {
    const metrics = withRooms(Array.from({ length: 500 }, (_, i) => roomOf(`room-${i}`, i % 100)));
    const named = figures(metrics, "barewire_room_peers");
    expect(Object.keys(named)).toHaveLength(namedRooms);
    expect(Math.min(...Object.values(named))).toBe(96);
  });

  it("forget a room that is no longer there", () => {
    const rooms = [roomOf("a", 1)];
    const metrics = withRooms(rooms);
    expect(figures(metrics, "barewire_room_peers")).toEqual({ a: 1 });
    rooms.length = 0;
    expect(figures(metrics, "barewire_room_peers")).toEqual({});
  });

  it("say whether rooms are shared, where they should be", () => {
    expect(figures(withRooms([], false), "barewire_rooms_shared")).toEqual({ "": 0 });
    expect(figures(withRooms([]), "barewire_rooms_shared")).toEqual({ "": 1 });
    const alone = new Metrics();
    signallingMetrics(alone, new SignallingServer(), false);
    expect(alone.text()).not.toContain("barewire_rooms_shared");
  });
});

describe("the figures of signalling and STUN", () => {
  it("have every type, code and result from the start", () => {
    const metrics = new Metrics();
    signallingMetrics(metrics, new SignallingServer(), false);
    stunMetrics(metrics, () => new StunServer().counts);
    expect(figures(metrics, "barewire_signalling_messages_total")).toMatchObject({ join: 0, ping: 0 });
    expect(figures(metrics, "barewire_signalling_refusals_total")).toMatchObject({ malformed: 0, banned: 0 });
    expect(figures(metrics, "barewire_signalling_resumes_total")).toEqual({ resumed: 0, rejoined: 0 });
    expect(figures(metrics, "barewire_stun_requests_total")).toMatchObject({ answered: 0, malformed: 0 });
    expect(figures(metrics, "barewire_stun_connections")).toEqual({ "": 0 });
  });

  it("are there before the STUN server is", () => {
    const metrics = new Metrics();
    stunMetrics(metrics, () => undefined);
    expect(figures(metrics, "barewire_stun_connections")).toEqual({ "": 0 });
  });
});
