/** Entries of a room's log, with little to write. */
import type { Entry, LogRecord, Newcomer, RoomState } from "../../../src/signalling/entries.ts";
import type { Outcome } from "../../../src/signalling/room/outcome.ts";
import { Room } from "../../../src/signalling/room/room.ts";

export function newcomer(peer: string, more: Partial<Newcomer> = {}): Newcomer {
  const [user, name] = [peer.charAt(0).toUpperCase(), `${peer}!`];
  const rights = { role: "member", publish: true, subscribe: true } as const;
  return { peer, user, name, ...rights, process: "p", secretHash: `hash of ${peer}`, ...more };
}

export function joining(peer: string, more: Partial<Newcomer> = {}, capacity = 16, succession = true): Entry {
  return { type: "join", member: newcomer(peer, more), capacity, succession };
}

/** A room whose log is written here; what each entry leads to is kept short. */
export class Log {
  readonly room: Room;
  #position: number;

  constructor(from: number | RoomState = 0) {
    this.room = new Room("r", from);
    this.#position = this.room.position;
  }

  apply(entry: Entry, process = "p"): Outcome {
    const record: Omit<LogRecord, "ref"> = { position: ++this.#position, process, entry };
    return this.room.apply(record);
  }

  join(...peers: readonly string[]): void {
    for (const peer of peers) this.apply(joining(peer));
  }

  /** What is refused, or who is told what: `all but a: peer-left …`. */
  told(entry: Entry, process = "p"): string | readonly string[] {
    const { refusal, deliveries } = this.apply(entry, process);
    if (refusal !== undefined) return refusal.code;
    return deliveries.map(({ to, except, chat, notice: { seq, type, ...rest } }) => {
      const who = to ?? (except === undefined ? "all" : `all but ${except}`);
      const words = Object.entries(rest).flatMap(([name, value]) => {
        if (name === "publish" || name === "subscribe") return value ? [] : [`no ${name}`];
        return value === undefined || typeof value === "object" ? [] : [value];
      });
      return [`${who}${chat ? " (chat)" : ""}:`, seq, type, ...words].join(" ");
    });
  }

  roles(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      Array.from(this.room.members, ([peer, { role, connected }]) => [
        peer,
        connected ? role : `${role} lost`,
      ]),
    );
  }
}
