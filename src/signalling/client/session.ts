/**
 * A session with a signalling server: one connection that comes back, at most one room, chat.
 *
 *     const session = connect("wss://example.org/ws", { token });
 *     session.addEventListener("message", ({ name, text }) => show(`${name}: ${text}`));
 *     const { peers } = await session.join("lobby");
 *     await session.send("hello");
 *
 * When the connection is lost the session reconnects and resumes by itself: we keep our peer id and our place in
 * the room, hear what we have missed, and say what was left unsaid. After too long the server takes us for
 * somebody new: then `joined` comes once more, and all of before is void.
 */
import type { Authorize, Backoff, Settings, TokenSource } from "./link.ts";
import { Membership } from "./membership.ts";
import type { Pace } from "./pacer.ts";
import { fill, openPorts, type PortOptions } from "./ports.ts";
import type { Candidate, Credential, Description, LoginAccepted, Member, PeerId, Rights } from "./wire.ts";

/** Durations are milliseconds. */
export interface SessionOptions extends PortOptions {
  /**
   * An access token or a room token, shown as the first message. A function is asked before each connection, and,
   * if its token says when it ends, again shortly before that: the newer one is shown in band.
   */
  readonly token?: string | TokenSource | undefined;
  /**
   * Without `token`: asked before each connection whether there is a login for it, and so after one was closed with
   * 4401. Without this, and without a function for `token`, 4401 is the end. What `new WebSocket(url)` throws is an unhandled
   * rejection with either.
   */
  readonly authorize?: Authorize | undefined;
  /** How long a request may wait for its answer. Default 10,000. */
  readonly requestTimeout?: number | undefined;
  /** How long a connection may take until the server's welcome. Default 10,000. */
  readonly connectTimeout?: number | undefined;
  /** How often to ping; a server silent for two of these is taken for gone. Default 15,000. */
  readonly heartbeat?: number | undefined;
  /** Default 100, doubled at each try up to 30,000. False: a lost connection is the end. */
  readonly reconnect?: Partial<Backoff> | false | undefined;
  /** Default 40 messages a second and 150 at once, a little less than the server allows; 1,024 may wait. */
  readonly pace?: Partial<Pace> | undefined;
}

/**
 * Opens a session. It is `connecting` at first; {@link SignallingSession.join} may be called at once.
 *
 * @throws {TypeError} when there is no WebSocket, neither global nor given
 * @throws {SyntaxError} as `new WebSocket(url)` does
 */
export function connect(url: string | URL, options: SessionOptions = {}): SignallingSession {
  return new Session(String(url), settingsOf(options));
}

/** See the head of this file; made by {@link connect}. */
export type SignallingSession = Readonly<Omit<Session, "peers" | "rights">> & {
  /** The others in the room, in the order they came; while offline, those of before. */
  readonly peers: ReadonlyMap<PeerId, Member>;
  /** What we may do in the room, as the server last told; undefined while we are in none. */
  readonly rights: Rights | undefined;
};

/** The uppermost layer: what is said to others. */
class Session extends Membership {
  /**
   * Says something to all in the room, or to one of them. The sender hears no `message` of its own. While offline
   * it is kept, and said once we are back in the room as who we were.
   *
   * @returns fulfilled when the server has it
   * @throws {SignallingError} with the server's refusal, or `not-in-room`, `busy`, `lost`, or why we left the room
   */
  send(text: string, to?: PeerId): Promise<void> {
    return this.said({ type: "message", to, text });
  }

  /**
   * Puts a peer out of the room; with `ban`, all peers of its account, and for good. For hosts.
   *
   * @throws {SignallingError} with the server's refusal, or `timeout`, `offline`, `busy`, `ended`
   */
  async kick(peer: PeerId, options: { readonly ban?: boolean | undefined } = {}): Promise<void> {
    await this.requested({ type: "kick", peer, ...options });
  }

  /** Lets an account come back that was banned; its name is `user` of a `peer-left`. As {@link kick}. */
  async unban(user: string): Promise<void> {
    await this.requested({ type: "unban", user });
  }

  /** Passes on an offer or an answer. That it arrived shows in what the other side does. */
  sendDescription(to: PeerId, description: Description): void {
    this.say({ type: "description", to, description });
  }

  /** Passes on a candidate. */
  sendCandidate(to: PeerId, candidate: Candidate): void {
    this.say({ type: "candidate", to, candidate });
  }

  /** Tells that there are no more candidates. */
  sendEndOfCandidates(to: PeerId): void {
    this.say({ type: "end-of-candidates", to });
  }

  /**
   * Shows a newer login of the same account, so that this connection goes on when the one before expires.
   *
   * @returns until when it is good now, in seconds since the epoch
   * @throws {SignallingError} with the server's refusal, or `timeout`, `offline`, `busy`, `ended`; the login of
   *   before holds then
   */
  async authenticate(credential: Credential): Promise<{ readonly expiresAt: number }> {
    const answer = await this.requested({ type: "auth", ...credential });
    return { expiresAt: (answer as LoginAccepted).expires_at };
  }
}

function settingsOf(options: SessionOptions): Settings {
  const times = { requestTimeout: 10_000, connectTimeout: 10_000, heartbeat: 15_000 };
  return {
    ...fill<Omit<Settings, "login" | "reconnect" | "backoff" | "pace">>(
      { ...openPorts(options.WebSocket), ...times },
      options,
    ),
    login: options.token ?? options.authorize,
    reconnect: options.reconnect,
    backoff: { initial: 100, max: 30_000, ...options.reconnect },
    pace: { perSecond: 40, burst: 150, waiting: 1024, ...options.pace },
  };
}
