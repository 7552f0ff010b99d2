/**
 * Rooms over HTTP, for those who administer them.
 *
 *     GET    /rooms                    ?after=…&limit=…               200 {rooms, total, next}
 *     GET    /rooms/:room                                             200 {room, members, …, peers, banned}
 *     PUT    /rooms/:room              {capacity, locked, keep_empty} 201 made, 204 changed
 *     DELETE /rooms/:room                                             204, all are out of it
 *     DELETE /rooms/:room/peers/:peer  ?ban=true                      204
 *     DELETE /rooms/:room/bans/:user                                  204
 *     POST   /rooms/:room/token        {user, name, role, …}          201 {token, expires_in, url}
 *
 * All of them ask for the scope `rooms`; the last one also lets in whom {@link RoomRoutesOptions.mayGrant} says. What
 * each takes and gives in full is in `room-operations.ts`.
 */
import { hasScope, isRoomName, roomsScope, socketsScope } from "../../auth/index.ts";
import { notStored } from "../auth/auth-answers.ts";
import { readJsonMembers } from "../auth/auth-content.ts";
import { AuthContext, type AuthRoutesOptions } from "../auth/auth-context.ts";
import type { Handler, HttpRequest } from "../message/handler.ts";
import { HttpProblem } from "../message/problem.ts";
import { jsonResponse } from "../message/response.ts";
import type { Router } from "../routing/router.ts";
import { banOf, defaultKeepEmpty, pageOf, settingsOf, wantedTokenOf } from "./room-content.ts";
import type { MayGrant, MintRoomToken, RoomDetails, RoomsPort } from "./rooms-port.ts";

/** What the routes of rooms are told, beside what those of logins are. */
export interface RoomRoutesOptions extends Omit<AuthRoutesOptions, "metrics" | "resourceServers"> {
  readonly rooms: RoomsPort;
  readonly mint: MintRoomToken;
  /**
   * Who may have a room token without administering rooms, such as every account for itself as a member. Asked for
   * whoever has the scope `sockets`; nobody by default.
   */
  readonly mayGrant?: MayGrant | undefined;
  /** Where the sockets are that take room tokens, `wss://…`, if it is known. */
  readonly socketUrl?: string | undefined;
}

/**
 * Adds the routes to `router`.
 *
 * @throws {TypeError | RangeError} when a limit is not what it must be
 */
export function roomRoutes(router: Router, options: RoomRoutesOptions): Router {
  const routes = new RoomRoutes(options);
  return router
    .add("GET", "/rooms", routes.list)
    .add("GET", "/rooms/:room", routes.show)
    .add("PUT", "/rooms/:room", routes.configure)
    .add("DELETE", "/rooms/:room", routes.end)
    .add("DELETE", "/rooms/:room/peers/:peer", routes.kick)
    .add("DELETE", "/rooms/:room/bans/:user", routes.unban)
    .add("POST", "/rooms/:room/token", routes.token);
}

class RoomRoutes {
  readonly #context: AuthContext;
  readonly #options: RoomRoutesOptions;

  constructor(options: RoomRoutesOptions) {
    this.#context = new AuthContext(options);
    this.#options = options;
  }

  readonly list: Handler = (request) =>
    this.#administer(request, async () => {
      const { after, limit } = pageOf(request.query);
      const all = await this.#options.rooms.list();
      const rest = all.filter(({ room }) => room > after).sort((a, b) => (a.room < b.room ? -1 : 1));
      const rooms = rest.slice(0, limit).map(({ peers: _, ...summary }) => summary);
      const next = rest.length > limit ? rooms.at(-1)?.room : undefined;
      return jsonResponse(200, { rooms, total: all.length, next }, notStored);
    });

  readonly show: Handler = (request) =>
    this.#administer(request, async () => jsonResponse(200, await this.#find(request), notStored));

  readonly configure: Handler = (request) =>
    this.#administer(request, async () => {
      const room = request.params.room!;
      if (!isRoomName(room)) {
        const detail = 'A room is called 1 to 64 of the characters "A-Z a-z 0-9 - . _ ~".';
        throw new HttpProblem(422, "rooms/invalid-settings", detail);
      }
      const settings = settingsOf(await readJsonMembers(request));
      const isThere = (await this.#named(room)) !== undefined;
      const { keepEmpty = isThere ? undefined : defaultKeepEmpty * 1000 } = settings;
      await this.#options.rooms.configure(room, { ...settings, keepEmpty });
      // RFC 9110 §9.3.4: "If the target resource does not have a current representation and the PUT successfully
      // creates one, then the origin server MUST inform the user agent by sending a 201 (Created) response."
      return { status: isThere ? 204 : 201, headers: notStored };
    });

  readonly end: Handler = (request) =>
    this.#administer(request, async () => {
      const { room } = await this.#find(request);
      await this.#options.rooms.end(room);
      return { status: 204, headers: notStored };
    });

  readonly kick: Handler = (request) =>
    this.#administer(request, async () => {
      const ban = banOf(request.query);
      const { room, peers } = await this.#find(request);
      const found = peers.find(({ peer }) => peer === request.params.peer);
      if (found === undefined)
        throw new HttpProblem(404, "rooms/unknown-peer", "There is no such peer in the room.");
      await this.#options.rooms.kick(room, found.peer, { ban });
      return { status: 204, headers: notStored };
    });

  readonly unban: Handler = (request) =>
    this.#administer(request, async () => {
      const { room, banned } = await this.#find(request);
      const user = request.params.user!;
      if (!banned.includes(user))
        throw new HttpProblem(404, "rooms/unknown-ban", "No such user is banned from the room.");
      await this.#options.rooms.unban(room, user);
      return { status: 204, headers: notStored };
    });

  readonly token: Handler = (request) =>
    this.#context.answer(request, async (count) => {
      const { mayGrant, mint, socketUrl: url } = this.#options;
      // Who asks, before anything of what is asked for is read.
      const { scope } = this.#context.authenticate(request);
      const administers = hasScope(scope, roomsScope);
      const needed = administers || mayGrant === undefined ? roomsScope : socketsScope;
      const session = this.#context.authenticate(request, needed);
      count("roomTokens", session.accountId);
      const members = request.contentForm === "none" ? {} : await readJsonMembers(request);
      const wanted = wantedTokenOf(members, request.params.room!, session);
      if (!administers && !(await mayGrant!(session, wanted))) {
        throw new HttpProblem(403, "rooms/forbidden", "This token is not for you to have.");
      }
      const { token } = mint(wanted);
      this.#context.note("rooms.token-minted", request, session.accountId);
      return jsonResponse(201, { token, expires_in: wanted.lifetime, url }, notStored);
    });

  /** For who has the scope `rooms`; each is counted. */
  #administer(
    request: HttpRequest,
    work: () => Promise<ReturnType<typeof jsonResponse>>,
  ): ReturnType<Handler> {
    return this.#context.answer(request, async (count) => {
      const { accountId } = this.#context.authenticate(request, roomsScope);
      count("rooms", accountId);
      const response = await work();
      if (request.method !== "GET" && request.method !== "HEAD") {
        this.#context.note("rooms.administered", request, accountId);
      }
      return response;
    });
  }

  /** @throws {HttpProblem} 404 */
  async #find({ params }: HttpRequest): Promise<RoomDetails> {
    const found = await this.#named(params.room!);
    if (found === undefined) throw new HttpProblem(404, "rooms/unknown", "There is no such room now.");
    return found;
  }

  async #named(name: string): Promise<RoomDetails | undefined> {
    return isRoomName(name) ? await this.#options.rooms.find(name) : undefined;
  }
}
