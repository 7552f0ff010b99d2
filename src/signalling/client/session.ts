/**
 * A session with a signalling server: one connection that comes back, at most one room, chat.
 *
 *     const session = connect("wss://example.org/ws");
 *     session.addEventListener("message", ({ name, text }) => show(`${name}: ${text}`));
 *     const { peers } = await session.join("lobby");
 *     await session.send("hello");
 *
 * When the connection is lost the session reconnects and joins its room again by itself. The server then
 * takes it for a new peer: `self` and the ids of all who reconnected are others, and `joined` comes anew.
 */
import { SignallingError } from "./errors.ts";
import { Events } from "./events.ts";
import { type Authorize, type Backoff, Link, type SessionState, type StateEvent } from "./link.ts";
import { Membership, type RequestCommand, type Room, type RoomEvents } from "./membership.ts";
import type { Pace } from "./pacer.ts";
import { openPorts, type PortOptions } from "./ports.ts";
import { type Answer, Requests } from "./requests.ts";
import type {
  Candidate,
  Command,
  Credential,
  Description,
  LoginNotice,
  Member,
  Notice,
  PeerId,
  SessionEnded,
  Welcome,
} from "./wire.ts";

/** Durations are milliseconds. */
export interface SessionOptions extends PortOptions {
  /** How long a request may wait for its answer. Default 10,000. */
  readonly requestTimeout?: number | undefined;
  /** How long a connection may take until the server's welcome. Default 10,000. */
  readonly connectTimeout?: number | undefined;
  /** How often to ping; a server silent for two of these is taken for gone. Default 15,000. */
  readonly heartbeat?: number | undefined;
  /** Default 500, doubled at each try up to 30,000. False: a lost connection is the end. */
  readonly reconnect?: Partial<Backoff> | false | undefined;
  /** Default 40 messages a second and 150 at once, a little less than the server allows; 1,024 may wait. */
  readonly pace?: Partial<Pace> | undefined;
  /**
   * Asked before each connection whether there is a login for it, and so after one was closed with 4401. Without
   * this, 4401 is the end. What `new WebSocket(url)` throws is an unhandled rejection with it.
   */
  readonly authorize?: Authorize | undefined;
}

/** What a session tells its listeners. */
export interface SessionEvents extends RoomEvents {
  state: StateEvent;
  /** Something was refused that nobody waits for, such as a candidate for a peer that has just left. */
  refused: Pick<SignallingError, "code" | "message">;
  /** Another session of our account was ended, because a copied login of it was used. This one goes on. */
  "session-ended": Omit<SessionEnded, "type" | "event">;
}

/**
 * Opens a session. It is `connecting` at first; {@link SignallingSession.join} may be called at once.
 *
 * @throws {TypeError} when there is no WebSocket, neither global nor given
 * @throws {SyntaxError} as `new WebSocket(url)` does
 */
export function connect(url: string | URL, options: SessionOptions = {}): SignallingSession {
  return new SignallingSession(url, options);
}

/** See the head of this file; made by {@link connect}. */
export class SignallingSession extends Events<SessionEvents> {
  readonly #requests: Requests;
  readonly #membership: Membership;
  readonly #link: Link;
  #welcome: Welcome | undefined;

  constructor(url: string | URL, options: SessionOptions) {
    super();
    const { reconnect = {}, connectTimeout = 10_000, heartbeat = 15_000, requestTimeout = 10_000 } = options;
    const ports = openPorts(options);
    const retry = { initial: 500, max: 30_000, ...(reconnect || {}) };
    const pace = { perSecond: 40, burst: 150, waiting: 1024, ...options.pace };
    this.#requests = new Requests(ports, requestTimeout);
    this.#membership = new Membership({
      ports,
      timeout: requestTimeout,
      retry,
      request: (command, settle) => this.#request(command, settle),
      send: (command) => this.#link.send(command),
      emit: (type, event) => this.emit(type, event as SessionEvents[typeof type]),
    });
    const { authorize } = options;
    const link = { reconnect: reconnect && retry, connectTimeout, heartbeat, pace, authorize };
    this.#link = new Link(String(url), link, ports, {
      received: (notice) => this.#receive(notice),
      changed: (event) => this.#change(event),
    });
  }

  get state(): SessionState {
    return this.#link.state;
  }

  /** Our own peer id; undefined until the first welcome, and another after each reconnect. */
  get self(): PeerId | undefined {
    return this.#welcome?.self;
  }

  /** Our account; undefined until the first welcome. */
  get user(): string | undefined {
    return this.#welcome?.user;
  }

  /** Our name as the others read it; undefined until the first welcome. */
  get name(): string | undefined {
    return this.#welcome?.name;
  }

  /** The room we are in, or shall be in as soon as the server lets us. */
  get room(): string | undefined {
    return this.#membership.room;
  }

  /** True while the server has us in the room: not while offline, nor between `join` and `joined`. */
  get inRoom(): boolean {
    return this.#membership.inRoom;
  }

  /** The others in the room, in the order they came; while offline, those of before. */
  get peers(): ReadonlyMap<PeerId, Member> {
    return this.#membership.peers;
  }

  /**
   * Enters a room, now or as soon as we are online, and stays in it over reconnects until {@link leave}.
   *
   * @throws {SignallingError} with the server's refusal, or `timeout`, `left`, `busy`, `ended`
   */
  join(room: string): Promise<Room> {
    return this.state === "ended" ? Promise.reject(ended()) : this.#membership.join(room);
  }

  /** Leaves the room at once. The promise is fulfilled when the server knows; it is never rejected. */
  leave(): Promise<void> {
    return this.#membership.leave();
  }

  /**
   * Says something to all in the room, or to one of them. The sender hears no `message` of its own.
   *
   * @throws {SignallingError} with the server's refusal, or `timeout`, `offline`, `busy`, `ended`
   */
  send(text: string, to?: PeerId): Promise<void> {
    const command = { type: "message", text, ...(to === undefined ? {} : { to }) } as const;
    return new Promise((resolve, reject) => {
      this.#request(command, (answer) => (answer instanceof SignallingError ? reject(answer) : resolve()));
    });
  }

  /** Passes on an offer or an answer. That it arrived shows in what the other side does. */
  sendDescription(to: PeerId, description: Description): void {
    this.#post({ type: "description", to, description });
  }

  /** Passes on a candidate; null: there are no more. */
  sendCandidate(to: PeerId, candidate: Candidate | null): void {
    this.#post({ type: "candidate", to, candidate });
  }

  /**
   * Shows a newer login of the same account, so that this connection goes on when the one before expires.
   *
   * @returns until when it is good now, in seconds since the epoch
   * @throws {SignallingError} with the server's refusal, or `timeout`, `offline`, `busy`, `ended`; the login of
   *   before holds then
   */
  authenticate(credential: Credential): Promise<{ readonly expiresAt: number }> {
    return new Promise((resolve, reject) => {
      this.#request({ type: "auth", ...credential }, (answer) => {
        if (answer instanceof SignallingError) reject(answer);
        else if (answer.type === "auth" && answer.event === "accepted")
          resolve({ expiresAt: answer.expires_at });
      });
    });
  }

  /** Ends the session for good. */
  close(): void {
    this.#link.close();
  }

  #post(command: Command): void {
    if (this.inRoom && !this.#link.send(command)) this.emit("refused", busy());
  }

  #request(command: RequestCommand, settle: (answer: Answer) => void): void {
    if (this.state === "ended") settle(ended());
    else if (this.state !== "online") settle(offline());
    else {
      const id = this.#requests.open(settle);
      if (!this.#link.send({ ...command, id })) this.#requests.settle(id, busy());
    }
  }

  #change(event: StateEvent): void {
    const gone = event.state === "offline" || event.state === "ended";
    if (gone) {
      this.#membership.offline();
      this.#requests.settleAll(event.state === "ended" ? ended() : offline());
    }
    this.emit("state", event);
    // A listener may have changed all by now.
    if (this.state !== event.state) return;
    if (event.state === "online") this.#membership.online();
    if (event.state === "ended") this.#membership.end(ended());
  }

  #receive(notice: Notice): void {
    if (notice.type === "welcome") this.#welcome = notice;
    else if (notice.type === "joined" || notice.type === "ok" || notice.type === "error") {
      const awaited = this.#requests.settle(notice.id, notice);
      if (!awaited && notice.type === "error") this.emit("refused", notice);
    } else if (notice.type === "auth") this.#receiveAboutLogin(notice);
    else this.#membership.receive(notice);
  }

  #receiveAboutLogin(notice: LoginNotice): void {
    if (notice.event !== "session-ended") {
      this.#requests.settle(notice.id, notice);
      return;
    }
    const { reason, session, device } = notice;
    this.emit("session-ended", { reason, session, ...(device === undefined ? {} : { device }) });
  }
}

function offline(): SignallingError {
  return new SignallingError("offline", "there is no connection to the server");
}

function ended(): SignallingError {
  return new SignallingError("ended", "the session has ended");
}

function busy(): SignallingError {
  return new SignallingError("busy", "too much waits to be sent");
}
