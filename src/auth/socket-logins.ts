/**
 * Which socket hangs on which login: a socket never outlives the token that it showed last.
 *
 *     add(socket, session) ─▶ authenticated ──▶ its token expires, or its login ends: closed with 4401
 *                                  ▲    │
 *                                  └────┘ {type: "auth", token} in band: the same account, a later end;
 *                                         a room token beside a login adds its grant, and the login counts on
 *     await(socket) ────────▶ nobody yet ──▶ 5 s without {type: "auth", …}, or something else first: 4401
 *
 * Nothing but this closes a socket for its login, so nothing else has to be looked at to be sure that it does. It
 * knows a socket by three methods; those of `barewire/websocket` and of `ws` have them. What is said in band:
 *
 *     client ▶ {"type":"auth","token":"…"} or {"type":"auth","ticket":"…"}, perhaps with an "id"
 *     server ▶ {"type":"auth","event":"accepted","expires_at":1700000600,"id":…}
 *              {"type":"auth","event":"refused","code":"token/expired","id":…}
 *              {"type":"auth","event":"session-ended","reason":"reused","session":"…","device":"…"}
 *
 * The last one goes to the other sockets of an account when a copied refresh token was used.
 */
import type { Session } from "./access-token.ts";
import { type AuthMessage, parseAuthMessage } from "./auth-message.ts";
import { AuthError } from "./errors.ts";
import { hasScope, socketsScope } from "./scope.ts";
import type { SessionEnd } from "./session-ends.ts";

/** RFC 6455 §7.4.2 leaves 4000-4999 to applications: this login is over, show your credentials again. */
export const loginEnded = 4401;

/** How long a socket may stay without a login, in milliseconds, unless told otherwise. */
export const defaultFirstMessageTimeout = 5_000;

/** How many sockets may wait for their login at once, unless told otherwise. */
export const defaultAwaited = 256;

/** How often a socket may show what is refused before it is closed: each try costs a signature check. */
const mostRefusals = 5;

/** What is needed of a socket. Neither method may throw. */
export interface LoginSocket {
  send(text: string): void;
  close(code: number, reason: string): void;
}

/** What {@link SocketLogins} need. */
export interface SocketLoginsOptions {
  /** Whom an access token stands for, or a room token where those are taken. @throws {AuthError} */
  readonly authenticate: (token: string) => Session;
  /** Whom a ticket stands for. @throws {AuthError} */
  readonly redeem: (ticket: string, origin: string | undefined) => Session;
  /** Called when somebody who is logged in has shown another token: with what counts from now on. */
  readonly renewed?: ((socket: LoginSocket, session: Session) => void) | undefined;
  /**
   * Called with a socket whose login was ended by somebody, before it is closed. Nobody comes back by that login; one
   * whose token has only expired may, with a newer one.
   */
  readonly ended?: ((socket: LoginSocket) => void) | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Milliseconds; 5,000 by default. */
  readonly firstMessageTimeout?: number | undefined;
  /** 256 by default. */
  readonly mostAwaited?: number | undefined;
}

/** What becomes of a message: it was about the login, and answered; or it is for somebody else. */
export type Receipt = "handled" | "not-for-us";

interface Login {
  readonly socket: LoginSocket;
  readonly origin: string | undefined;
  session: Session | undefined;
  /** Whether {@link session} is a login; one of a room token alone is none. */
  isLogin: boolean;
  /** Called once somebody is logged in, where nobody was. */
  readonly begin: ((session: Session) => void) | undefined;
  /** Milliseconds since the epoch. */
  deadline: number;
  refusals: number;
}

/** The logins of sockets. Times are milliseconds since the epoch. */
export class SocketLogins {
  readonly #options: SocketLoginsOptions;
  readonly #logins = new Map<LoginSocket, Login>();
  readonly #bySession = new Map<string, Set<Login>>();
  readonly #byAccount = new Map<string, Set<Login>>();
  #awaited = 0;
  nextTimeout: number = Number.POSITIVE_INFINITY;

  constructor(options: SocketLoginsOptions) {
    this.#options = options;
  }

  /** How many sockets there are. */
  get size(): number {
    return this.#logins.size;
  }

  /** Whether one more socket may {@link await} its login. */
  get mayAwait(): boolean {
    return this.#awaited < (this.#options.mostAwaited ?? defaultAwaited);
  }

  /**
   * Watches a socket that was opened with `session`: in the same turn in which it was authenticated, or looked up
   * once more. An end that was told before is not told again.
   *
   * @param origin the Origin field of its upgrade, which tickets are bound to
   */
  add(socket: LoginSocket, session: Session, origin?: string): void {
    this.delete(socket);
    const login = newLogin(socket, { origin, begin: undefined, deadline: 0 });
    this.#logins.set(socket, login);
    this.#assign(login, session);
  }

  /** Watches a socket that nobody has logged in on yet. `begin` is called when somebody has. */
  await(socket: LoginSocket, begin: (session: Session) => void, origin?: string): void {
    const { now, firstMessageTimeout = defaultFirstMessageTimeout } = this.#options;
    this.delete(socket);
    const deadline = now() + firstMessageTimeout;
    this.#awaited += 1;
    this.#logins.set(socket, newLogin(socket, { origin, begin, deadline }));
    this.nextTimeout = Math.min(this.nextTimeout, deadline);
  }

  /** Forgets a socket that has closed. */
  delete(socket: LoginSocket): void {
    const login = this.#logins.get(socket);
    if (login !== undefined) this.#forget(login);
  }

  /**
   * To be called with every text that comes in, before anybody else sees it.
   *
   * @param text undefined for a binary message
   */
  receive(socket: LoginSocket, text: string | undefined): Receipt {
    const login = this.#logins.get(socket);
    if (login === undefined) return "handled"; // closed by us a moment ago: nobody hears it any more
    const message = text === undefined ? undefined : parseAuthMessage(text);
    if (message !== undefined) this.#authenticate(login, message);
    else if (login.session === undefined) this.#close(login, "log in first");
    else return "not-for-us";
    return "handled";
  }

  /** A session or a token has ended: its sockets are closed, and the others of the account perhaps told why. */
  end(end: SessionEnd): void {
    for (const login of [...(this.#bySession.get(end.sessionId) ?? [])]) {
      if (end.tokenId === undefined || end.tokenId === login.session?.tokenId)
        this.#close(login, words(end), { ended: true });
    }
    if (end.reason !== "reused") return;
    const { reason, sessionId: session, device } = end;
    const notice = JSON.stringify({ type: "auth", event: "session-ended", reason, session, device });
    for (const { socket } of [...(this.#byAccount.get(end.accountId) ?? [])]) socket.send(notice);
  }

  /** Closes every socket whose time is over. */
  handleTimeout(now: number): void {
    this.nextTimeout = Number.POSITIVE_INFINITY;
    for (const login of [...this.#logins.values()]) {
      if (login.deadline > now) this.nextTimeout = Math.min(this.nextTimeout, login.deadline);
      else this.#close(login, login.session === undefined ? "log in first" : "the login has expired");
    }
  }

  #authenticate(login: Login, message: AuthMessage): void {
    const { socket, session: before } = login;
    const { id } = message;
    let session: Session;
    try {
      session = this.#sessionOf(login, message);
    } catch (error) {
      if (!(error instanceof AuthError)) throw error;
      socket.send(JSON.stringify({ type: "auth", event: "refused", code: error.code, id }));
      login.refusals += 1;
      if (before === undefined || login.refusals >= mostRefusals) this.#close(login, "the login was refused");
      return;
    }
    this.#assign(login, session);
    const { expiresAt: expires_at } = session;
    socket.send(JSON.stringify({ type: "auth", event: "accepted", expires_at, id }));
    if (before === undefined) login.begin?.(session);
    else this.#options.renewed?.(socket, session);
  }

  #sessionOf(login: Login, message: AuthMessage): Session {
    const { authenticate, redeem } = this.#options;
    const { session: before, origin } = login;
    const session = "token" in message ? authenticate(message.token) : redeem(message.ticket, origin);
    if (!hasScope(session.scope, socketsScope)) {
      throw new AuthError("auth/insufficient-scope", "The token is not for sockets.");
    }
    // Whoever listens has been told who this is; it cannot become somebody else.
    if (before !== undefined && before.accountId !== session.accountId) {
      throw new AuthError("auth/other-account", "The token is somebody else's.");
    }
    if (before === undefined) return session;
    // What is shown replaces its like: a login the login, a room token the grant.
    if (session.grant !== undefined) return login.isLogin ? { ...before, grant: session.grant } : session;
    const { grant } = before;
    return grant !== undefined && grant.expiresAt * 1000 > this.#options.now()
      ? { ...session, grant }
      : session;
  }

  #assign(login: Login, session: Session): void {
    if (login.session === undefined && login.begin !== undefined) this.#awaited -= 1;
    // A login stays one; what it has of a grant does not make it less.
    login.isLogin ||= session.grant === undefined;
    this.#unlink(login);
    login.session = session;
    login.deadline = session.expiresAt * 1000;
    link(this.#bySession, session.sessionId, login);
    link(this.#byAccount, session.accountId, login);
    this.nextTimeout = Math.min(this.nextTimeout, login.deadline);
  }

  #close(login: Login, reason: string, { ended = false }: { readonly ended?: boolean } = {}): void {
    this.#forget(login);
    if (ended) this.#options.ended?.(login.socket);
    login.socket.close(loginEnded, reason);
  }

  #forget(login: Login): void {
    this.#logins.delete(login.socket);
    if (login.session === undefined) this.#awaited -= 1;
    this.#unlink(login);
  }

  #unlink(login: Login): void {
    if (login.session === undefined) return;
    unlink(this.#bySession, login.session.sessionId, login);
    unlink(this.#byAccount, login.session.accountId, login);
  }
}

function newLogin(socket: LoginSocket, given: Pick<Login, "origin" | "begin" | "deadline">): Login {
  return { socket, ...given, session: undefined, isLogin: false, refusals: 0 };
}

/** The reason of the Close frame. */
function words({ reason }: SessionEnd): string {
  switch (reason) {
    case "logged-out":
      return "logged out";
    case "ended":
      return "logged out from elsewhere";
    case "revoked":
      return "the token was revoked";
    case "reused":
      return "the refresh token was used twice";
    case "password-changed":
      return "the password was changed";
    case "displaced":
      return "too many logins";
  }
}

function link(index: Map<string, Set<Login>>, key: string, login: Login): void {
  const logins = index.get(key) ?? new Set();
  logins.add(login);
  index.set(key, logins);
}

function unlink(index: Map<string, Set<Login>>, key: string, login: Login): void {
  const logins = index.get(key);
  logins?.delete(login);
  if (logins?.size === 0) index.delete(key);
}
