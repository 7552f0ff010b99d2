/** What members say in their room: whether they may, what it costs, and the entry that it becomes. */
import type { Entry } from "../entries.ts";
import type { TextTraits } from "../parse-command.ts";
import { type Command, type CommandId, type PeerId, type Refusal, refuse } from "../protocol.ts";
import type { Effects } from "./effects.ts";
import type { HubSettings } from "./hub-options.ts";
import type { Peer } from "./peer.ts";
import type { Rooms } from "./rooms.ts";
import { lacksRight, type SayCommand, sayingOf } from "./saying-rules.ts";

/** Commands about a room, of somebody who is in it. */
export type RoomCommand = Exclude<Command, { type: "join" | "leave" | "ping" }>;

/** What speech needs of the hub. */
export interface SpeechOptions<Connection> {
  readonly settings: HubSettings;
  readonly rooms: Rooms<Connection, Peer<Connection>>;
  readonly effects: Effects<Connection>;
}

/** See the head of this file. */
export class Speech<Connection> {
  readonly #options: SpeechOptions<Connection>;

  constructor(options: SpeechOptions<Connection>) {
    this.#options = options;
  }

  /** Returns why it is not obeyed. */
  hear(peer: Peer<Connection>, command: RoomCommand, text: TextTraits, now: number): Refusal | undefined {
    switch (command.type) {
      case "description":
      case "candidate":
      case "end-of-candidates":
      case "message":
        return this.#say(peer, command, text, now);
      case "presence": {
        const { seq, presence } = command;
        const entry: Entry = { type: "presence", peer: peer.id, seq, presence };
        return this.#spend(peer, command, text.size, now) ?? this.#propose(peer, command, entry);
      }
      case "kick": {
        const { peer: kicked, ban = false } = command;
        const entry: Entry = { type: "kick", by: peer.id, peer: kicked, ban };
        return this.#spend(peer, command, text.size, now) ?? this.#propose(peer, command, entry);
      }
      case "unban": {
        const entry: Entry = { type: "unban", by: peer.id, user: command.user };
        return this.#spend(peer, command, text.size, now) ?? this.#propose(peer, command, entry);
      }
      case "lock": {
        const entry: Entry = { type: "lock", by: peer.id, locked: command.locked };
        return this.#spend(peer, command, text.size, now) ?? this.#propose(peer, command, entry);
      }
    }
  }

  /** The other side's sign of life, which says what it has heard; the answer says what was obeyed. */
  pong(peer: Peer<Connection>, { id, ack }: Extract<Command, { type: "ping" }>): undefined {
    const { replica } = peer;
    const member = peer.phase === "inside" ? replica?.room?.members.get(peer.id) : undefined;
    if (member !== undefined && ack !== undefined && ack > peer.ack) {
      peer.ack = Math.min(ack, replica!.room!.seq);
      replica!.ring!.trim({ heard: replica!.heardByAll });
    }
    this.#options.effects.send(peer.connection, { type: "pong", id, ack: member?.ack ?? 0 });
  }

  #say(
    peer: Peer<Connection>,
    command: SayCommand,
    { size, plain }: TextTraits,
    now: number,
  ): Refusal | undefined {
    const { id, to, seq } = command;
    const lack = lacksRight(command, peer);
    if (lack !== undefined) return refuse("forbidden", lack, id);
    const saying = sayingOf(command, this.#options.settings.privateAddresses);
    if (saying === undefined) {
      // Nothing is left of it that others may know: it has been obeyed.
      if (id !== undefined) this.#options.effects.send(peer.connection, { type: "ok", id });
      return undefined;
    }
    if (to !== undefined && this.#isUnreachable(peer, to))
      return refuse("unreachable", "this peer's server cannot be reached now", id);
    const entry: Entry = { type: "say", from: peer.id, seq, to, saying, plain };
    return this.#spend(peer, command, size, now) ?? this.#propose(peer, command, entry);
  }

  #isUnreachable({ replica }: Peer<Connection>, to: PeerId): boolean {
    const { rooms, settings } = this.#options;
    if (rooms.shared) return false;
    const process = replica!.room?.members.get(to)?.process;
    return process !== undefined && process !== settings.process;
  }

  /** Takes what it costs the room to tell somebody, or all. */
  #spend(
    { replica }: Peer<Connection>,
    { id, to }: { readonly id?: CommandId | undefined; readonly to?: PeerId | undefined },
    size: number,
    now: number,
  ): Refusal | undefined {
    const receivers = to === undefined ? Math.max(1, (replica!.room?.size ?? 1) - 1) : 1;
    const wait = replica!.budgets.take(receivers, size, now);
    if (wait === 0) return undefined;
    return { ...refuse("rate-limited", "the room is too busy", id), retryAfter: wait };
  }

  #propose(peer: Peer<Connection>, { id }: Command, entry: Entry): Refusal | undefined {
    if (this.#options.rooms.propose(peer.replica!, { entry, peer, id })) return undefined;
    return refuse("unavailable", "too much waits for this room", id);
  }
}
