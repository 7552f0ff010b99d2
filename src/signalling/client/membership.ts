import { SignallingError, type SignallingErrorCode } from "./errors.ts";
import { type Backoff, backoff } from "./link.ts";
import type { Ports, Timer } from "./ports.ts";
import type { Answer } from "./requests.ts";
import type { Candidate, Command, Description, Joined, Member, Message, Notice, PeerId } from "./wire.ts";

/** A room as it was when we joined it. */
export interface Room {
  readonly room: string;
  readonly self: PeerId;
  readonly peers: readonly Member[];
}

/** What happens in and around a room. */
export interface RoomEvents {
  /** We are in the room: by `join`, or again after a reconnect. Of the peers of before, none remains. */
  joined: Room;
  /** We are out of the room for good: by `leave`, at the end, or because the server no longer lets us in. */
  left: { readonly room: string; readonly code: SignallingErrorCode };
  "peer-joined": Member;
  "peer-left": Member;
  description: { readonly from: PeerId; readonly description: Description };
  candidate: { readonly from: PeerId; readonly candidate: Candidate | null };
  message: Omit<Message, "type">;
}

/** A command that wants an answer. */
export type RequestCommand = Extract<Command, { id?: number }>;

/** What a membership needs of its session. */
export interface MembershipOptions {
  readonly ports: Ports;
  /** Milliseconds that `join` may take. */
  readonly timeout: number;
  readonly retry: Backoff;
  /** `settle` is called once, and at once while offline. */
  readonly request: (command: RequestCommand, settle: (answer: Answer) => void) => void;
  /** Nothing while offline. */
  readonly send: (command: Command) => void;
  readonly emit: <Type extends keyof RoomEvents>(type: Type, event: RoomEvents[Type]) => void;
}

interface Waiter {
  readonly resolve: (room: Room) => void;
  readonly reject: (error: SignallingError) => void;
  readonly timer: Timer;
}

/** Refusals of a return that may pass: our own ghost may hold the last place until the server sees it gone. */
const passing: readonly SignallingErrorCode[] = [
  "room-full",
  "too-many-rooms",
  "rate-limited",
  "timeout",
  "busy",
];

/**
 * The room we want to be in, and whether we are.
 *
 *     none ── join ──▶ wanted ── joined ──▶ in room ── offline ──▶ wanted, and so on
 *      ▲                 │                     │
 *      └── refused, late ┴─── leave, ended ────┘
 *
 * Whoever called `join` gets a first refusal; later ones, after a reconnect, are met by trying again where
 * that makes sense.
 */
export class Membership {
  readonly #options: MembershipOptions;
  readonly #peers = new Map<PeerId, Member>();
  #room: string | undefined;
  #inRoom = false;
  #waiter: Waiter | undefined;
  #retryTimer: Timer | undefined;
  #retries = 0;
  /** Which try to enter counts: the answer to one that was given up means nothing. */
  #entry = 0;

  constructor(options: MembershipOptions) {
    this.#options = options;
  }

  get room(): string | undefined {
    return this.#room;
  }

  get inRoom(): boolean {
    return this.#inRoom;
  }

  get peers(): ReadonlyMap<PeerId, Member> {
    return this.#peers;
  }

  join(room: string): Promise<Room> {
    if (this.#room !== undefined)
      return Promise.reject(new SignallingError("already-in-room", "leave the room you are in first"));
    this.#room = room;
    const { promise, resolve, reject } = Promise.withResolvers<Room>();
    const late = new SignallingError("timeout", "the room could not be entered in time");
    const timer = this.#options.ports.setTimeout(() => this.#abandon(late), this.#options.timeout);
    this.#waiter = { resolve, reject, timer };
    this.#enter(room);
    return promise;
  }

  leave(): Promise<void> {
    if (this.#room === undefined) return Promise.resolve();
    this.#abandon(new SignallingError("left", "the room was left before it was entered"));
    // Whatever the answer is, we are out: a refusal can only mean that we were never in.
    return new Promise((resolve) => this.#options.request({ type: "leave" }, () => resolve()));
  }

  /** The connection is back. */
  online(): void {
    if (this.#room !== undefined) this.#enter(this.#room);
  }

  /** The connection is lost. */
  offline(): void {
    this.#inRoom = false;
    this.#options.ports.clearTimeout(this.#retryTimer);
  }

  /** The connection is lost for good. */
  end(error: SignallingError): void {
    if (this.#room !== undefined) this.#abandon(error);
  }

  /** Follows what happens in the room. What is still on its way from a room we have left is nobody's. */
  receive(notice: Notice): void {
    if (!this.#inRoom) return;
    switch (notice.type) {
      case "peer-joined": {
        const member = memberOf(notice);
        this.#peers.set(member.peer, member);
        this.#options.emit("peer-joined", member);
        return;
      }
      case "peer-left": {
        const member = this.#peers.get(notice.peer);
        this.#peers.delete(notice.peer);
        if (member !== undefined) this.#options.emit("peer-left", member);
        return;
      }
      case "description":
        this.#options.emit("description", notice);
        return;
      case "candidate":
        this.#options.emit("candidate", notice);
        return;
      case "message":
        this.#options.emit("message", notice);
        return;
      case "welcome":
      case "joined":
      case "auth":
      case "ok":
      case "pong":
      case "error":
    }
  }

  #enter(room: string): void {
    const entry = ++this.#entry;
    this.#options.request({ type: "join", room }, (answer) => {
      if (entry !== this.#entry) return;
      if (answer instanceof SignallingError) this.#notEntered(room, answer);
      else if (answer.type === "joined") this.#entered(answer);
    });
  }

  #entered({ room, self, peers }: Joined): void {
    this.#inRoom = true;
    this.#retries = 0;
    this.#peers.clear();
    for (const member of peers) this.#peers.set(member.peer, memberOf(member));
    const entered = { room, self, peers: [...this.#peers.values()] };
    this.#takeWaiter()?.resolve(entered);
    this.#options.emit("joined", entered);
  }

  #notEntered(room: string, error: SignallingError): void {
    // Lost with the connection: `online` tries again, `end` gives up.
    if (error.code === "offline" || error.code === "ended") return;
    if (this.#waiter !== undefined || !passing.includes(error.code)) {
      this.#abandon(error);
      return;
    }
    this.#undoLateEntry(error);
    const { ports, retry } = this.#options;
    const wait = backoff(retry, this.#retries++, ports.random());
    this.#retryTimer = ports.setTimeout(() => this.#enter(room), wait);
  }

  /** Stops wanting the room. Whoever waits in `join` hears it there, all others by `left`. */
  #abandon(error: SignallingError): void {
    const room = this.#room!;
    this.#entry++;
    this.#room = undefined;
    this.#inRoom = false;
    this.#peers.clear();
    this.#options.ports.clearTimeout(this.#retryTimer);
    this.#undoLateEntry(error);
    const waiter = this.#takeWaiter();
    if (waiter === undefined) this.#options.emit("left", { room, code: error.code });
    else waiter.reject(error);
  }

  /** A missing answer may be a late one. Whatever it will be, this comes after it and undoes it. */
  #undoLateEntry(error: SignallingError): void {
    if (error.code === "timeout") this.#options.send({ type: "leave" });
  }

  #takeWaiter(): Waiter | undefined {
    const waiter = this.#waiter;
    this.#waiter = undefined;
    this.#options.ports.clearTimeout(waiter?.timer);
    return waiter;
  }
}

function memberOf({ peer, user, name, polite }: Member): Member {
  return { peer, user, name, polite };
}
