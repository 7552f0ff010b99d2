import type { Entry, EntryRefusal, RoomState } from "../entries.ts";
import type { Notice, RoomName } from "../protocol.ts";
import { textOf } from "./notice-text.ts";

/**
 * What the shell is to do for the hub, in order. A connection is whatever the shell has given for it; `text` is a notice
 * as it goes over the wire.
 */
export type Effect<Connection> =
  | { readonly type: "send"; readonly to: Connection; readonly text: string }
  /** One for many: encode it once and write the same bytes to each. */
  | { readonly type: "broadcast"; readonly to: readonly Connection[]; readonly text: string }
  | {
      readonly type: "close";
      readonly connection: Connection;
      readonly code: number;
      readonly reason: string;
    }
  /** The next ones are for the bus, and have its names. */
  | { readonly type: "open"; readonly room: RoomName }
  | { readonly type: "release"; readonly room: RoomName }
  | { readonly type: "append"; readonly room: RoomName; readonly ref: number; readonly entry: Entry }
  | { readonly type: "store"; readonly state: RoomState }
  /** What came of `Hub.administer`. */
  | { readonly type: "settled"; readonly request: number; readonly refusal: EntryRefusal | undefined };

/** The effects of one call, in order. */
export class Effects<Connection> {
  #effects: Effect<Connection>[] = [];

  add(effect: Effect<Connection>): void {
    // Most calls have one effect, and an array that grows takes room for seventeen.
    if (this.#effects.length === 0) this.#effects = [effect];
    else this.#effects.push(effect);
  }

  /** Tells one something. */
  send(to: Connection, notice: Notice): void {
    this.add({ type: "send", to, text: textOf(notice) });
  }

  /** What the call has come to; the next one begins with nothing. */
  take(): readonly Effect<Connection>[] {
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }
}
