import type { Outcome } from "../room/outcome.ts";
import { isFor } from "../room/ring.ts";
import type { Effects } from "./effects.ts";
import { textToTell } from "./notice-text.ts";
import type { Local, Replica } from "./replica.ts";

/** Tells those members of a room who are here what has happened, and keeps it for those who are lost. */
export function tell<Connection, Peer extends Local<Connection>>(
  { ring, peers }: Replica<Peer>,
  deliveries: Outcome["deliveries"],
  effects: Effects<Connection>,
  now: number,
): void {
  for (const delivery of deliveries) {
    const { to: one } = delivery;
    const text = textToTell(delivery);
    ring!.push(delivery, text, now);
    if (one !== undefined) {
      const peer = peers.get(one);
      if (peer !== undefined) effects.add({ type: "send", to: peer.connection, text });
      continue;
    }
    const to: Connection[] = [];
    for (const [id, { connection, subscribe }] of peers)
      if (isFor(delivery, id, subscribe)) to.push(connection);
    if (to.length > 0) effects.add({ type: "broadcast", to, text });
  }
}
