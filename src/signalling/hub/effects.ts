import type { Entry, EntryRefusal, RoomState } from "../entries.ts";
import type { Notice, RoomName } from "../protocol.ts";

/** What the shell is to do for the hub, in order. A connection is whatever the shell has given for it. */
export type Effect<Connection> =
  | { readonly type: "send"; readonly to: Connection; readonly notice: Notice }
  /** One notice for many: encode it once and write the same bytes to each. */
  | { readonly type: "broadcast"; readonly to: readonly Connection[]; readonly notice: Notice }
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
