/**
 * The shell between a WebSocketServer and the logins of its sockets: who may upgrade, who it is, and until when.
 * The rules are in `upgrade-login.ts` and in `SocketLogins` of `auth`.
 */
import { clientOf } from "../addresses.ts";
import {
  type Auth,
  AuthError,
  defaultFirstMessageTimeout,
  loginEnded,
  RoomTokens,
  type Session,
  SocketLogins,
} from "../auth/index.ts";
import type { Deadlines, Machine } from "../deadlines.ts";
import { bearerChallenge, HttpProblem, realm } from "../http/index.ts";
import type { Log } from "../log.ts";
import { type Decision, type Endpoint, refuse, type UpgradeRequest } from "../websocket/index.ts";
import { upgradeLogin } from "./upgrade-login.ts";

/** How many sockets of one client may wait for their login at once. */
export const awaitedPerClient = 16;

/** What {@link LoginSockets} need. */
export interface LoginSocketsOptions {
  readonly auth: Pick<Auth, "sessions" | "tickets" | "roomTokens">;
  readonly origins: readonly string[];
  readonly cookieName?: string | undefined;
  /** Whether a socket may open without a login and show one in its first message; true by default. */
  readonly firstMessage?: boolean | undefined;
  /** Whether a room token opens a socket too; false by default. */
  readonly roomTokens?: boolean | undefined;
  /** Who asks, where a proxy stands before us. */
  readonly clientAddress: (request: UpgradeRequest) => string;
  readonly deadlines: Deadlines;
  readonly log: Log;
  /** Called with each socket once somebody is logged in on it. */
  readonly connection: (socket: Endpoint, session: Session, request: UpgradeRequest) => void;
  /** Called when who is logged in on a socket has shown another token, with what counts from now on. */
  readonly renewed?: ((socket: Endpoint, session: Session) => void) | undefined;
  /** Called with a socket whose login was ended by somebody, before it is closed. */
  readonly ended?: ((socket: Endpoint) => void) | undefined;
}

/** Whose a socket is, from the decision until it is open. */
interface Admitted {
  readonly session: Session | undefined;
  readonly client: string;
}

/** Decides about upgrades and watches over the sockets that come of them. */
export class LoginSockets implements Machine {
  readonly #options: LoginSocketsOptions;
  readonly #logins: SocketLogins;
  readonly #awaited = new Map<string, number>();
  readonly #loggedIn = new Set<Endpoint>();
  readonly #stopListening: () => void;

  constructor(options: LoginSocketsOptions) {
    const { sessions, tickets } = options.auth;
    this.#options = options;
    this.#logins = new SocketLogins({
      authenticate: (token) => this.#authenticate(token),
      renewed: (socket, session) => options.renewed?.(socket as Endpoint, session),
      ended: (socket) => options.ended?.(socket as Endpoint),
      redeem: (ticket, origin) => tickets.redeem(ticket, origin),
      now: Date.now,
    });
    this.#stopListening = sessions.onEnd((end) => this.#logins.end(end));
    options.deadlines.add(this);
  }

  /** Those on which somebody is logged in: who waits for a login is nobody that anything may be told. */
  get sockets(): ReadonlySet<Endpoint> {
    return this.#loggedIn;
  }

  /** On the clock of the deadlines, which is not the one that tokens expire by. */
  get nextTimeout(): number {
    return this.#logins.nextTimeout - Date.now() + this.#options.deadlines.now();
  }

  handleTimeout(): void {
    this.#logins.handleTimeout(Date.now());
  }

  /** What to answer an upgrade: authentication comes before it wherever there is something to show. */
  decide(request: UpgradeRequest): Decision {
    const { auth, firstMessage = true } = this.#options;
    const address = this.#options.clientAddress(request);
    const client = clientOf(address);
    try {
      const authenticateBearer = (token: string): Session => this.#authenticate(token);
      const session = upgradeLogin(request, { ...this.#options, ...auth, authenticateBearer });
      if (session === undefined) {
        if (!firstMessage) throw loginFirst();
        if (!this.#logins.mayAwait || this.#awaitedOf(client) >= awaitedPerClient) throw tooManyAwaited();
      }
      const admitted: Admitted = { session, client };
      return { context: admitted };
    } catch (error) {
      if (!(error instanceof HttpProblem)) throw error;
      this.#options.log.info("websocket.refused", { code: error.code, address });
      return refusalOf(error);
    }
  }

  /** Takes over a socket that {@link decide} let in. */
  connect(socket: Endpoint, request: UpgradeRequest, context: unknown): void {
    const { session, client } = context as Admitted;
    const { auth } = this.#options;
    const origin = request.header("origin");
    if (session !== undefined && auth.sessions.isEnded(session)) {
      socket.close(loginEnded, "logged out"); // since the upgrade
      return;
    }
    socket.intercept = (data) => {
      return this.#logins.receive(socket, typeof data === "string" ? data : undefined) === "handled";
    };
    socket.addEventListener("close", () => {
      this.#logins.delete(socket);
      this.#loggedIn.delete(socket);
    });
    if (session === undefined) this.#await(socket, request, client);
    else {
      this.#logins.add(socket, session, origin);
      this.#begin(socket, session, request);
    }
  }

  close(): void {
    this.#stopListening();
    this.#options.deadlines.delete(this);
  }

  /** What a token stands for that is shown as such, not as a cookie. @throws {AuthError} */
  #authenticate(token: string): Session {
    const { auth, roomTokens = false } = this.#options;
    if (!roomTokens || !RoomTokens.isRoomToken(token)) return auth.sessions.authenticate(token);
    const session = auth.roomTokens.verify(token, Date.now() / 1000);
    if (auth.sessions.isEnded(session)) throw new AuthError("token/revoked", "The room token was revoked.");
    return session;
  }

  #await(socket: Endpoint, request: UpgradeRequest, client: string): void {
    this.#awaited.set(client, this.#awaitedOf(client) + 1);
    let waits = true;
    const stopWaiting = (): void => {
      if (!waits) return;
      waits = false;
      const left = this.#awaitedOf(client) - 1;
      if (left > 0) this.#awaited.set(client, left);
      else this.#awaited.delete(client);
    };
    socket.addEventListener("close", stopWaiting);
    const begin = (session: Session): void => {
      stopWaiting();
      this.#begin(socket, session, request);
    };
    this.#logins.await(socket, begin, request.header("origin"));
  }

  #begin(socket: Endpoint, session: Session, request: UpgradeRequest): void {
    this.#loggedIn.add(socket);
    this.#options.connection(socket, session, request);
  }

  #awaitedOf(client: string): number {
    return this.#awaited.get(client) ?? 0;
  }
}

function refusalOf({ status, message, response }: HttpProblem): Decision {
  const fields: (readonly [string, string])[] = [];
  for (const [name, field] of [
    ["www-authenticate", "WWW-Authenticate"],
    ["retry-after", "Retry-After"],
  ] as const) {
    const value = response.headers?.[name];
    if (value !== undefined) fields.push([field, String(value)]);
  }
  return refuse(status, message, fields);
}

function loginFirst(): HttpProblem {
  return new HttpProblem(401, "auth/missing-credentials", "Log in first.", {
    "www-authenticate": bearerChallenge(realm),
  });
}

function tooManyAwaited(): HttpProblem {
  const seconds = Math.ceil(defaultFirstMessageTimeout / 1000);
  return new HttpProblem(503, "http/unavailable", "Too many sockets wait for their login; log in before.", {
    "retry-after": String(seconds),
  });
}
