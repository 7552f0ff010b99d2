/**
 * The hub: every rule about peers and rooms, without a socket, a clock or a random number.
 *
 * Whatever happens goes in as a call and comes out as a list of effects, to be performed in order:
 *
 *     connect ─▶ ┌─────────┐ ── join ──▶ ┌─────────┐
 *                │ lobby   │             │ in room │
 *                └─────────┘ ◀── leave ─ └─────────┘
 *                     │                       │
 *                     └─ disconnect, close ───┴──▶ forgotten
 *
 * A peer is in one room or in none. A refused command changes nothing, and is answered to its sender alone.
 * A peer that the hub closes is forgotten at once: what still comes in from it has no effect.
 */
import { type Command, type CommandId, type Notice, type PeerId, type Refusal, refuse } from "./protocol.ts";
import { type Identity, member, Room } from "./room.ts";
import { TokenBucket } from "./token-bucket.ts";

/** What the shell is to do. */
export type Effect =
  | { readonly type: "send"; readonly to: PeerId; readonly notice: Notice }
  /** One notice for many: encode it once and write the same bytes to each. */
  | { readonly type: "broadcast"; readonly to: readonly PeerId[]; readonly notice: Notice }
  | { readonly type: "close"; readonly peer: PeerId; readonly code: number; readonly reason: string };

/** What peers can make grow, and how far. Durations are milliseconds. */
export interface HubOptions {
  /** Peers connected at a time; one more is closed with 1013. Default 100,000. */
  readonly maxPeers?: number | undefined;
  /** Rooms at a time. Default 10,000. */
  readonly maxRooms?: number | undefined;
  /** Default 16: in a mesh each member sends its media to each other. */
  readonly maxPeersPerRoom?: number | undefined;
  /** What one peer may send, steadily and at once. Default 50 and 200. */
  readonly messagesPerSecond?: number | undefined;
  readonly messageBurst?: number | undefined;
  /** How many refusals one peer may earn before it is closed with 1008. Default 2 a second and 20 at once. */
  readonly refusalsPerSecond?: number | undefined;
  readonly refusalBurst?: number | undefined;
  /** How long a peer may be in no room and say nothing before it is closed with 4408. Default two minutes. */
  readonly idleTimeout?: number | undefined;
}

/** With which codes the hub closes: RFC 6455 §7.4.1, the registry of §11.7, and §7.4.2 for a code of our own. */
export const closeCodes = {
  unsupportedData: 1003,
  policyViolation: 1008,
  tryAgainLater: 1013,
  idle: 4408,
} as const;

/**
 * What a refusal costs its earner. A peer that has just left may be written to in good faith, for as long as
 * word of it is on its way: a tenth, so that the candidates of one gathering never get their sender closed.
 */
const refusalCosts: Readonly<Record<Refusal["code"], number>> = {
  malformed: 1,
  "unknown-type": 1,
  "not-in-room": 0.1,
  "already-in-room": 1,
  "unknown-peer": 0.1,
  "room-full": 1,
  "rate-limited": 1,
  forbidden: 1,
  "too-many-rooms": 1,
};

const defaults: { readonly [Name in keyof Required<HubOptions>]: number } = {
  maxPeers: 100_000,
  maxRooms: 10_000,
  maxPeersPerRoom: 16,
  messagesPerSecond: 50,
  messageBurst: 200,
  refusalsPerSecond: 2,
  refusalBurst: 20,
  idleTimeout: 120_000,
};

interface Peer {
  readonly id: PeerId;
  readonly identity: Identity;
  readonly messages: TokenBucket;
  readonly refusals: TokenBucket;
  room: Room | undefined;
}

/** The machine behind a signalling server. `now` is always milliseconds on a clock that only goes forward. */
export class Hub {
  readonly #options: typeof defaults;
  readonly #peers = new Map<PeerId, Peer>();
  readonly #rooms = new Map<string, Room>();
  /** Who is in no room, and until when it may stay so in silence; in that order, because it is one time for all. */
  readonly #lobby = new Map<PeerId, number>();

  /** @throws {RangeError} when an option is not a positive number */
  constructor(options: HubOptions = {}) {
    this.#options = withDefaults(options);
  }

  get peerCount(): number {
    return this.#peers.size;
  }

  get roomCount(): number {
    return this.#rooms.size;
  }

  /** When {@link handleTimeout} is due; Infinity: never. */
  get nextTimeout(): number {
    for (const deadline of this.#lobby.values()) return deadline;
    return Number.POSITIVE_INFINITY;
  }

  /**
   * A peer has connected and is who `identity` says.
   *
   * @throws {RangeError} when a peer of this id is connected already
   */
  connect(id: PeerId, identity: Identity, now: number): readonly Effect[] {
    if (this.#peers.has(id)) throw new RangeError("a peer of this id is connected already");
    if (this.#peers.size >= this.#options.maxPeers)
      return [{ type: "close", peer: id, code: closeCodes.tryAgainLater, reason: "the server is full" }];
    const { messagesPerSecond, messageBurst, refusalsPerSecond, refusalBurst } = this.#options;
    const messages = new TokenBucket(messagesPerSecond, messageBurst, now);
    const refusals = new TokenBucket(refusalsPerSecond, refusalBurst, now);
    const peer: Peer = { id, identity, messages, refusals, room: undefined };
    this.#peers.set(id, peer);
    this.#stay(peer, now);
    return [send(peer, { type: "welcome", self: id, user: identity.user, name: identity.name })];
  }

  /** A peer has sent a text message, which `parseCommand` has read. */
  receive(id: PeerId, command: Command | Refusal, now: number): readonly Effect[] {
    const peer = this.#peers.get(id);
    if (peer === undefined) return [];
    const effects = this.#answer(peer, command, now);
    if (this.#peers.has(id)) this.#stay(peer, now);
    return effects;
  }

  /** A peer has sent a binary message. RFC 6455 §7.4.1: 1003 is for a type of data that cannot be accepted. */
  receiveBinary(id: PeerId): readonly Effect[] {
    const peer = this.#peers.get(id);
    if (peer === undefined) return [];
    return this.#close(peer, closeCodes.unsupportedData, "this protocol is text");
  }

  /** A peer's connection has ended, whoever ended it. */
  disconnect(id: PeerId): readonly Effect[] {
    const peer = this.#peers.get(id);
    return peer === undefined ? [] : this.#forget(peer);
  }

  handleTimeout(now: number): readonly Effect[] {
    const effects: Effect[] = [];
    for (const [id, deadline] of this.#lobby) {
      if (deadline > now) break;
      effects.push(...this.#close(this.#peers.get(id)!, closeCodes.idle, "idle"));
    }
    return effects;
  }

  #answer(peer: Peer, command: Command | Refusal, now: number): readonly Effect[] {
    // The command has been parsed before its sender's budget is asked: only so is its id known, and parsing
    // is bounded by the size of a message.
    if (!peer.messages.take(now))
      return this.#refuse(peer, refuse("rate-limited", "too many messages", command.id), now);
    const outcome = command.type === "refusal" ? command : this.#obey(peer, command);
    return isRefusal(outcome) ? this.#refuse(peer, outcome, now) : outcome;
  }

  #obey(peer: Peer, command: Command): readonly Effect[] | Refusal {
    switch (command.type) {
      case "join":
        return this.#join(peer, command.room, command.id);
      case "ping":
        return [send(peer, withId({ type: "pong" }, command.id))];
      case "leave":
        if (peer.room === undefined) return refuse("not-in-room", "you are in no room", command.id);
        return [...ok(peer, command.id), ...this.#leave(peer)];
      case "description":
      case "candidate":
      case "message":
        return relay(peer, command);
    }
  }

  #join(peer: Peer, name: string, id: CommandId | undefined): readonly Effect[] | Refusal {
    if (peer.room !== undefined) return refuse("already-in-room", "leave the room you are in first", id);
    let room = this.#rooms.get(name);
    if (room?.full === true) return refuse("room-full", "the room is full", id);
    if (room === undefined) {
      if (this.#rooms.size >= this.#options.maxRooms)
        return refuse("too-many-rooms", "the server has no place for another room", id);
      room = new Room(name, this.#options.maxPeersPerRoom);
      this.#rooms.set(name, room);
    }
    peer.room = room;
    const peers = room.add(peer.id, peer.identity);
    return [
      send(peer, withId({ type: "joined", room: name, self: peer.id, peers }, id)),
      ...broadcast(room, peer, { type: "peer-joined", ...member(peer.id, peer.identity, false) }),
    ];
  }

  #leave(peer: Peer): readonly Effect[] {
    const room = peer.room;
    if (room === undefined) return [];
    peer.room = undefined;
    room.remove(peer.id);
    if (room.size === 0) this.#rooms.delete(room.name);
    return broadcast(room, peer, { type: "peer-left", peer: peer.id });
  }

  #refuse(peer: Peer, { code, message, id }: Refusal, now: number): readonly Effect[] {
    const answer = send(peer, withId({ type: "error", code, message }, id));
    if (peer.refusals.take(now, refusalCosts[code])) return [answer];
    return [answer, ...this.#close(peer, closeCodes.policyViolation, "too many refused messages")];
  }

  #close(peer: Peer, code: number, reason: string): readonly Effect[] {
    return [{ type: "close", peer: peer.id, code, reason }, ...this.#forget(peer)];
  }

  #forget(peer: Peer): readonly Effect[] {
    this.#peers.delete(peer.id);
    this.#lobby.delete(peer.id);
    return this.#leave(peer);
  }

  /** Starts the wait in the lobby anew, or ends it when the peer is in a room. */
  #stay(peer: Peer, now: number): void {
    this.#lobby.delete(peer.id);
    if (peer.room === undefined) this.#lobby.set(peer.id, now + this.#options.idleTimeout);
  }
}

type Relayed = Extract<Command, { type: "description" | "candidate" | "message" }>;

/** Passes on what one member says to another or to all. A peer of another room is as unknown as one that never was. */
function relay(peer: Peer, command: Relayed): readonly Effect[] | Refusal {
  const { room } = peer;
  if (room === undefined) return refuse("not-in-room", "join a room first", command.id);
  const notice = relayed(peer, command);
  const answer = ok(peer, command.id);
  if (command.to === undefined) return [...answer, ...broadcast(room, peer, notice)];
  if (command.to === peer.id || !room.has(command.to))
    return refuse("unknown-peer", "there is no such peer in your room", command.id);
  return [...answer, { type: "send", to: command.to, notice }];
}

function relayed({ id: from, identity: { user, name } }: Peer, command: Relayed): Notice {
  switch (command.type) {
    case "description":
      return { type: "description", from, description: command.description };
    case "candidate":
      return { type: "candidate", from, candidate: command.candidate };
    case "message": {
      const notice = { type: "message", from, user, name, text: command.text } as const;
      return command.to === undefined ? notice : { ...notice, to: command.to };
    }
  }
}

function send(peer: Peer, notice: Notice): Effect {
  return { type: "send", to: peer.id, notice };
}

function broadcast(room: Room, from: Peer, notice: Notice): readonly Effect[] {
  const to = room.others(from.id);
  return to.length === 0 ? [] : [{ type: "broadcast", to, notice }];
}

function ok(peer: Peer, id: CommandId | undefined): readonly Effect[] {
  return id === undefined ? [] : [send(peer, { type: "ok", id })];
}

function withId<Answer extends object>(answer: Answer, id: CommandId | undefined): Answer {
  return id === undefined ? answer : { ...answer, id };
}

function isRefusal(outcome: readonly Effect[] | Refusal): outcome is Refusal {
  return "code" in outcome;
}

function withDefaults(options: HubOptions): typeof defaults {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  for (const [name, value] of given) if (!(value > 0)) throw new RangeError(`${name} must be positive`);
  return { ...defaults, ...Object.fromEntries(given) };
}
