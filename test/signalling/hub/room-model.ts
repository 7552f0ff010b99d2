/**
 * The rules of rooms once more, as simply as can be: what each member must hear, in order, because of each entry of a
 * log. What a member has heard is compared with that, word for word, however often it was cut off and came back.
 */
import type { Entry } from "../../../src/signalling/entries.ts";
import type { LeaveReason } from "../../../src/signalling/protocol.ts";

interface ModelMember {
  readonly user: string;
  readonly place: number;
  readonly lives: string;
  process: string;
  role: string;
  speaks: boolean;
  hears: boolean;
  connected: boolean;
  incarnation: number;
  seq: number;
  readonly mustHear: string[];
}

/** See the head of this file. */
export class RoomModel {
  readonly members: Map<string, ModelMember> = new Map();
  /** What each was to hear who has been here, and why it has left. */
  readonly left: Map<string, { readonly mustHear: readonly string[]; readonly reason: LeaveReason }> =
    new Map();
  readonly banned: Set<string> = new Set();
  locked = false;
  /** Of all notices that there were. */
  count = 0;
  #comings = 0;

  /** Applies an entry. Returns whether it had its effect. */
  apply(entry: Entry, process: string): boolean {
    const obeyed = this.#obey(entry, process);
    if (this.members.size === 0) this.banned.clear();
    if (this.members.size === 0) this.locked = false;
    return obeyed;
  }

  #obey(entry: Entry, process: string): boolean {
    switch (entry.type) {
      case "join": {
        const { peer, user, secretHash, role, publish, subscribe } = entry.member;
        const { peer: before = "", secretHash: shown } = entry.replaces ?? {};
        const { user: owner, lives } = this.members.get(before) ?? {};
        const returns = owner === user && lives === shown;
        const shut = (this.locked && role !== "host") || this.members.size >= entry.capacity;
        if (this.banned.has(user) || (shut && !returns)) return false;
        if (returns) this.#out([before], "lost");
        const first = role === "member" && ![...this.members.values()].some(isHost);
        const at = { place: ++this.#comings, lives: secretHash, process, incarnation: 0, seq: 0 };
        const member = {
          user,
          role: first ? "host" : role,
          speaks: publish,
          hears: subscribe,
          connected: true,
          mustHear: [],
          ...at,
        };
        this.members.set(peer, member);
        return this.#tell(`joined ${peer} ${inBrief(member)}`, peer);
      }
      case "resume": {
        const member = this.members.get(entry.peer);
        if (member === undefined || member.lives !== entry.secretHash) return false;
        if (!member.connected) this.#tell(`reconnected ${entry.peer}`, entry.peer);
        Object.assign(member, { process, connected: true, incarnation: member.incarnation + 1 });
        return true;
      }
      case "rights": {
        const member = this.members.get(entry.peer);
        if (member === undefined) return false;
        const { role } = member;
        const before = inBrief(member);
        const { publish: speaks, subscribe: hears } = entry.rights;
        Object.assign(member, { role: entry.rights.role, speaks, hears });
        const stays = role === "host" && member.role === "member";
        if (stays && ![...this.members.values()].some(isHost)) member.role = role;
        if (inBrief(member) !== before) this.#tell(`role ${entry.peer} ${inBrief(member)}`);
        this.#succeed();
        return true;
      }
      case "leave":
        return this.#out([entry.peer], entry.reason);
      case "drop":
        return this.#lose(entry.peer, (member) => member.incarnation === entry.incarnation);
      case "process-gone":
        for (const peer of this.members.keys())
          this.#lose(peer, (member) => member.process === entry.process);
        return true;
      case "expire": {
        const { connected, incarnation } = this.members.get(entry.peer) ?? {
          connected: true,
          incarnation: 0,
        };
        return !connected && incarnation === entry.incarnation && this.#out([entry.peer], "lost");
      }
      case "kick": {
        const { user } = this.members.get(entry.peer) ?? {};
        if (user === undefined || entry.by === entry.peer || !isHost(this.members.get(entry.by!)))
          return false;
        if (!entry.ban) return this.#out([entry.peer], "kicked");
        this.banned.add(user);
        return this.#out(
          [...this.members].filter(([, member]) => member.user === user).map(([id]) => id),
          "banned",
        );
      }
      case "unban":
        if (!isHost(this.members.get(entry.by!))) return false;
        this.banned.delete(entry.user);
        return true;
      case "lock":
        if (!isHost(this.members.get(entry.by!))) return false;
        if (this.locked !== entry.locked) this.#tell(`locked ${entry.locked}`, entry.by);
        this.locked = entry.locked;
        return true;
      case "say":
      case "presence": {
        const from = entry.type === "say" ? entry.from : entry.peer;
        const sender = this.members.get(from);
        if (sender === undefined) return false;
        if (entry.seq !== undefined && entry.seq <= sender.seq) return true;
        sender.seq = entry.seq ?? sender.seq;
        const { type, to, ...said } =
          entry.type === "say" ? { ...entry.saying, to: entry.to } : { ...entry, to: undefined };
        const text = "text" in said ? said.text : type;
        if (to === undefined) return this.#tell(`${text} from ${from}`, from, "text" in said);
        if (to === from || !this.members.has(to)) return false;
        this.count++;
        return this.members.get(to)!.mustHear.push(`${text} from ${from}`) > 0;
      }
      default:
        throw new Error(`the model knows nothing of ${entry.type}`);
    }
  }

  #tell(words: string, except?: string, chat = false): true {
    this.count++;
    for (const [id, { hears, mustHear }] of this.members)
      if (id !== except && (hears || !chat)) mustHear.push(words);
    return true;
  }

  #lose(peer: string, isMeant: (member: ModelMember) => boolean): boolean {
    const member = this.members.get(peer);
    if (member === undefined || !member.connected || !isMeant(member)) return false;
    Object.assign(member, { connected: false, incarnation: member.incarnation + 1 });
    return this.#tell(`reconnecting ${peer}`, peer);
  }

  #out(peers: readonly string[], reason: LeaveReason): boolean {
    const leavers = peers.filter((peer) => this.members.has(peer));
    for (const peer of leavers) this.left.set(peer, { ...this.members.get(peer)!, reason });
    for (const peer of leavers) this.members.delete(peer);
    for (const peer of leavers) this.#tell(`left ${peer} ${reason}`);
    this.#succeed();
    return leavers.length > 0;
  }

  #succeed(): void {
    const [heir] = [...this.members].filter(([, { role }]) => role === "member").sort(byClaim);
    if (![...this.members.values()].some(isHost) && heir !== undefined) {
      heir[1].role = "host";
      this.#tell(`role ${heir[0]} ${inBrief(heir[1])}`);
    }
  }
}

function isHost(member: Pick<ModelMember, "role"> | undefined): boolean {
  return member?.role === "host";
}

function inBrief({ role, speaks, hears }: ModelMember): string {
  return `${role}${speaks ? "" : " mute"}${hears ? "" : " deaf"}`;
}

function byClaim([, one]: [string, ModelMember], [, other]: [string, ModelMember]): number {
  return Number(other.connected) - Number(one.connected) || one.place - other.place;
}
