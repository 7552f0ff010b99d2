/** What a server says, as tests put it into its mouth. */
import type { Joined, Member, Notice, Resumed } from "../../../src/signalling/client/index.ts";

const rights = { role: "member", publish: true, subscribe: true } as const;

export function member(peer: string, polite = true): Member {
  return { peer, user: peer.toUpperCase(), name: `${peer}!`, ...rights, polite };
}

export const welcome: Notice = { type: "welcome", self: "me", user: "ME", name: "me!" };

const room = { room: "r", ...rights, iceServers: [] } as const;

export function joined(id: number, peers: readonly Member[] = [], self = "me"): Joined {
  const secret = `secret of ${self}`;
  return { type: "joined", id, ...room, self, peers, seq: 10, locked: false, secret, resumeWithin: 30_000 };
}

export function resumed(id: number, ack: number): Resumed {
  return { type: "resumed", id, ...room, self: "me", ack };
}

/** What to show to be let in as who we were; `ack`: the number of the last notice that was heard. */
export function resume(ack = 10): object {
  return { peer: "me", secret: "secret of me", ack };
}

export function refused(id: number | undefined, code: string): object {
  return { type: "error", id, code, message: "no" };
}
