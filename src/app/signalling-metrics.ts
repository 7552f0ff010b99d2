/**
 * What signalling and STUN count, for `GET /metrics`.
 *
 * Rooms are named by who enters them, so their names are no labels, but for the few that are largest just now: those
 * tell who loads the server, and there are never more than {@link namedRooms}.
 */
import type { Metrics } from "../http/index.ts";
import type { RoomSummary, SignallingServer } from "../signalling/index.ts";
import type { StunServerCounts } from "../stun/index.ts";

/** How many rooms have a figure of their own. */
export const namedRooms = 20;

/** The least of each class of sizes; the last one has no end. */
const sizes: readonly number[] = [0, 1, 2, 3, 5, 9, 17, 65, 257];

type Counted = Pick<SignallingServer, "counts" | "localRooms" | "peerCount" | "roomCount" | "shared">;

/** @param others whether there should be other processes */
export function signallingMetrics(metrics: Metrics, signalling: Counted, others: boolean): void {
  const gauge = (name: string, help: string, read: () => number): void =>
    metrics.reading("gauge", { name, help }, read);
  gauge("barewire_rooms", "Rooms that this process has open.", () => signalling.roomCount);
  gauge(
    "barewire_signalling_peers",
    "Sockets of this process on which signalling is spoken.",
    () => signalling.peerCount,
  );
  metrics.readings(
    "gauge",
    { name: "barewire_rooms_by_size", help: "Rooms by how many members they have.", labels: ["members"] },
    () => bySize(signalling.localRooms()),
  );
  metrics.readings(
    "gauge",
    {
      name: "barewire_room_peers",
      help: "Members of a room, for the largest rooms only.",
      labels: ["room"],
      maxSeries: namedRooms,
    },
    () => largest(signalling.localRooms()),
  );
  const counter = <Label extends string>(name: string, help: string, label: Label, of: () => object): void =>
    metrics.readings("counter", { name, help, labels: [label] }, () =>
      Object.entries(of()).map(([value, count]) => [
        { [label]: value } as Record<Label, string>,
        Number(count),
      ]),
    );
  counter(
    "barewire_signalling_messages_total",
    "Commands that were read.",
    "type",
    () => signalling.counts.commands,
  );
  counter(
    "barewire_signalling_refusals_total",
    "Commands that were refused.",
    "code",
    () => signalling.counts.refusals,
  );
  counter("barewire_signalling_resumes_total", "Peers that came back, in time or too late.", "result", () => {
    const { resumed, rejoined } = signalling.counts;
    return { resumed, rejoined };
  });
  const lost = { name: "barewire_signalling_lost_total", help: "Connections that were lost in a room." };
  metrics.reading("counter", lost, () => signalling.counts.lost);
  if (!others) return;
  gauge("barewire_rooms_shared", "Whether rooms are shared with the other processes.", () =>
    signalling.shared ? 1 : 0,
  );
}

/** @param counts undefined before the server listens */
export function stunMetrics(metrics: Metrics, counts: () => StunServerCounts | undefined): void {
  metrics.readings(
    "counter",
    {
      name: "barewire_stun_requests_total",
      help: "STUN messages, by what became of them.",
      labels: ["result"],
    },
    () => {
      const { answered = 0, refused = 0, indications = 0, dropped = {} } = counts() ?? {};
      return Object.entries({ answered, refused, indications, ...dropped }).map(([result, count]) => [
        { result },
        count,
      ]);
    },
  );
  const connections = { name: "barewire_stun_connections", help: "Open TCP connections for STUN." };
  metrics.reading("gauge", connections, () => counts()?.connections.open ?? 0);
}

/** Every class, the empty ones too: a series that comes and goes has gaps. */
function bySize(rooms: readonly RoomSummary[]): [{ readonly members: string }, number][] {
  return sizes.map((least, at) => {
    const next = sizes[at + 1] ?? Number.POSITIVE_INFINITY;
    const name =
      next - least === 1
        ? `${least}`
        : next === Number.POSITIVE_INFINITY
          ? `${least}+`
          : `${least}-${next - 1}`;
    return [{ members: name }, rooms.filter(({ members }) => members >= least && members < next).length];
  });
}

function largest(rooms: readonly RoomSummary[]): [{ readonly room: string }, number][] {
  return rooms
    .toSorted((a, b) => b.members - a.members || (a.room < b.room ? -1 : 1))
    .slice(0, namedRooms)
    .map(({ room, members }) => [{ room }, members]);
}
