import { SignallingError, type SignallingErrorCode } from "./errors.ts";
import { backoff } from "./link.ts";
import { Outbox, promised, type Settle } from "./outbox.ts";
import { Alarm } from "./ports.ts";
import type { Room, SessionEvents, StateEvent } from "./session-events.ts";
import type {
  IceServer,
  Joined,
  Member,
  Message,
  Notice,
  PeerId,
  Presence,
  Refused,
  Resumed,
  Role,
  Saying,
  SessionEnded,
} from "./wire.ts";

/** How to join a room. */
export interface JoinOptions {
  /** What the others are told of us. */
  readonly presence?: Presence | undefined;
}

/** Refusals of a return that will not pass. A full room may: our own ghost may hold the last place for a while. */
const lasting: readonly SignallingErrorCode[] = ["ended", "malformed", "forbidden", "banned", "room-locked"];

/**
 * The layer of a session that knows the room we want to be in, and whether we are.
 *
 *     none ── join ──▶ wanted ── joined ──▶ in room ── offline ──▶ wanted ── resumed ──▶ in room, as who we were
 *      ▲                 │                     │                     └────── joined ──▶ in room, as somebody new
 *      └── refused, late ┴── leave, left, ended┘
 *
 * Whoever called `join` gets a first refusal; later ones, after a reconnect, are met by trying again where
 * that makes sense.
 */
export abstract class Membership extends Outbox {
  /** Our own peer id; undefined until the first welcome. It stays ours over a reconnect, unless `joined` comes anew. */
  self: PeerId | undefined;
  /** Our account; undefined until the first welcome. */
  user: string | undefined;
  /** Our name as the others read it; undefined until the first welcome. */
  name: string | undefined;
  /** The room we are in, or shall be in as soon as the server lets us. */
  room: string | undefined;
  /** True while the server has us in the room: not while offline, nor between `join` and `joined`. */
  inRoom = false;
  /** The others in the room, in the order they came; while offline, those of before. */
  readonly peers: Map<PeerId, Member> = new Map();
  /**
   * What we may do in the room, and how it is, as the server last told; undefined while we are in none. While offline
   * we may still come back into it as who we were.
   */
  rights: Omit<Room, "peers"> | undefined;
  #secret = "";
  #options: JoinOptions = {};
  #ack = 0;
  #waiter: Settle<Room> | undefined;
  /** Of the waiter's patience; without one, of the next try. */
  readonly #alarm: Alarm = new Alarm(this.settings);
  #retries = 0;
  /** Which try to enter counts: the answer to one that was given up means nothing. */
  #entry = 0;

  /** Undefined while we are in no room. */
  get role(): Role | undefined {
    return this.rights?.role;
  }

  /** Whether nobody but hosts is let into the room. */
  get locked(): boolean {
    return this.rights?.locked ?? false;
  }

  /** What the server gives to find a way to the others with; none while we are in no room. */
  get iceServers(): readonly IceServer[] {
    return this.rights?.iceServers ?? [];
  }

  /**
   * Enters a room, now or as soon as we are online, and stays in it over reconnects until {@link leave}.
   *
   * @throws {SignallingError} with the server's refusal, or `timeout`, `left`, `busy`, `ended`
   */
  join(room: string, options: JoinOptions = {}): Promise<Room> {
    return promised((settle) => {
      if (this.room) {
        settle(new SignallingError("already-in-room"));
        return;
      }
      this.room = room;
      this.#options = options;
      this.#waiter = settle;
      this.#alarm.set(this.settings.requestTimeout, () => {
        this.#abandon(new SignallingError("timeout"));
        // A missing answer may be a late one. Whatever it will be, this comes after it and undoes it.
        this.request({ type: "leave" }, () => {});
      });
      this.#enter();
    });
  }

  /** Leaves the room at once. The promise is fulfilled when the server knows; it is never rejected. */
  async leave(): Promise<void> {
    if (!this.room) return;
    this.#abandon(new SignallingError("left"));
    // Whatever the answer is, we are out: a refusal can only mean that we were never in.
    await new Promise<unknown>((resolve) => this.request({ type: "leave" }, resolve));
  }

  /**
   * Tells all in the room something about us, now and whenever we join it anew.
   *
   * @throws {SignallingError} as `send` does
   */
  async setPresence(presence: Presence): Promise<void> {
    await this.said({ type: "presence", presence });
    this.#options = { presence };
  }

  /**
   * Lets nobody but hosts into the room, or anybody again. For hosts.
   *
   * @throws {SignallingError} with the server's refusal, or `timeout`, `offline`, `busy`, `ended`
   */
  async lock(locked: boolean): Promise<void> {
    await this.requested({ type: "lock", locked });
    this.#learn({ locked });
  }

  /** Says something in the room; without `settle`, nobody waits for the answer. */
  protected say(saying: Saying, settle?: Settle): void {
    if (this.rights) this.post(saying, this.inRoom, settle);
    else settle?.(new SignallingError("not-in-room"));
  }

  protected async said(saying: Saying): Promise<void> {
    await promised((settle) => this.say(saying, settle));
  }

  protected override ack(): number {
    return this.#ack;
  }

  protected override changed(event: StateEvent): void {
    const gone = "code" in event && new SignallingError(event.state);
    if (gone) {
      this.inRoom = false;
      if (!this.#waiter) this.#alarm.clear();
      this.fail(gone, false);
    }
    this.emit("state", event);
    // A listener may have changed all by now.
    if (this.state === "online") this.#enter();
    else if (gone && this.state === "ended") this.#abandon(gone);
  }

  protected override received(notice: Notice): void {
    const { type } = notice;
    if (type === "welcome") {
      // A peer that resumes keeps the id it had.
      if (!this.rights) this.self = notice.self;
      this.user = notice.user;
      this.name = notice.name;
    } else if (type === "pong") this.acknowledge(notice.ack);
    else if ("code" in notice) {
      const { code, message, retryAfter } = notice as Refused;
      const error = new SignallingError(code, message, retryAfter);
      if (!this.settle(notice.id, error)) this.emit("refused", error);
    } else if ("id" in notice) this.settle(notice.id, notice);
    else if ("event" in notice) this.emit(notice.event as "session-ended", notice as SessionEnded);
    else if (this.inRoom) this.#follow(notice);
  }

  /** What is still on its way from a room we have left is nobody's. */
  #follow(notice: Notice): void {
    if ("seq" in notice) this.#ack = notice.seq;
    if ("peer" in notice) this.#followPeer(notice);
    else if (notice.type === "left") {
      if (notice.reason === "lost") {
        this.inRoom = false;
        this.rights = undefined;
        this.#enter();
      } else this.#abandon(new SignallingError(notice.reason));
    } else {
      if ("locked" in notice || "iceServers" in notice) this.#learn(notice);
      this.emit(notice.type as "message", notice as Message);
    }
  }

  #followPeer({ type, seq: _, ...news }: Extract<Notice, { readonly peer: PeerId }>): void {
    const { peer } = news;
    const before = this.peers.get(peer);
    const lost = type === "peer-reconnecting" || undefined;
    const signalling = (lost || type === "peer-reconnected") && { reconnecting: lost };
    const member = { ...before, ...news, ...signalling } as SessionEvents["peer-left"];
    if (peer === this.self) this.#learn(member);
    else if (type === "peer-left") this.peers.delete(peer);
    else this.peers.set(peer, member);
    this.emit(type, member);
  }

  #learn(news: Partial<Room>): void {
    if (this.rights) this.rights = { ...this.rights, ...news };
  }

  /** Asks to be let in, as who we were if we were. */
  #enter(): void {
    const room = this.room;
    if (!room) return;
    const entry = ++this.#entry;
    const resume = this.rights && { peer: this.rights.self, secret: this.#secret, ack: this.#ack };
    this.request({ type: "join", room, ...this.#options, resume }, (answer) => {
      if (entry !== this.#entry) return;
      if (answer instanceof SignallingError) this.#refused(answer);
      else this.#in(answer as Joined | Resumed);
    });
  }

  #in(answer: Joined | Resumed): void {
    this.inRoom = true;
    this.#retries = 0;
    if (answer.type === "resumed") {
      this.#learn(answer);
      // Before anybody says more: the server takes numbers only as they grow.
      this.acknowledge(answer.ack, true);
      this.emit("resumed", answer);
      return;
    }
    const { secret, ...room } = answer;
    this.fail(new SignallingError("lost"), true);
    this.rights = room;
    this.self = room.self;
    this.#secret = secret;
    this.#ack = answer.seq;
    this.peers.clear();
    for (const member of answer.peers) this.peers.set(member.peer, member);
    this.#endWait()?.(room);
    this.emit("joined", room);
  }

  #refused(error: SignallingError): void {
    const { code, retryAfter = 0 } = error;
    // Lost with the connection: the next one tries again.
    if (code === "offline") return;
    // Nobody knows whether we are in. On another connection the server will.
    if (code === "timeout") this.giveUp(code);
    else if (!this.#waiter && !lasting.includes(code)) {
      const wait = backoff(this.settings, this.#retries++);
      this.#alarm.set(Math.max(wait, retryAfter), () => this.#enter());
    } else this.#abandon(error);
  }

  /** Stops wanting the room. Whoever waits in `join` hears it there, all others by `left`. */
  #abandon(error: SignallingError): void {
    const room = this.room;
    if (!room) return;
    const waiter = this.#endWait();
    this.room = this.rights = undefined;
    this.inRoom = false;
    this.#entry++;
    this.peers.clear();
    this.fail(error, true);
    if (waiter) waiter(error);
    else this.emit("left", { room, reason: error.code });
  }

  #endWait(): Settle<Room> | undefined {
    const waiter = this.#waiter;
    this.#waiter = undefined;
    this.#alarm.clear();
    return waiter;
  }
}
