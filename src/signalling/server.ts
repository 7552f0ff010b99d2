/**
 * The shell around the {@link Hub}: sockets, the bus, the clock and random names. It holds no rules.
 *
 *     socket ── text ──▶ parseCommand ──▶ ┌─────┐ ──▶ effects ──▶ sockets
 *                                         │ Hub │
 *     bus ── records of rooms ──────────▶ └─────┘ ──▶ effects ──▶ bus
 */
import { randomBytes } from "node:crypto";
import { Deadlines, type Machine } from "../deadlines.ts";
import { type Log, silentLog } from "../log.ts";
import { type AnnouncementListener, Announcements } from "./announcements.ts";
import { BusInUse, type BusInUseSink } from "./bus-in-use.ts";
import type { Entry, RoomSettings } from "./entries.ts";
import type { Identity } from "./grants.ts";
import type { HubCounts } from "./hub/counts.ts";
import type { Effect } from "./hub/effects.ts";
import { Hub } from "./hub/hub.ts";
import { LocalBus } from "./local-bus.ts";
import { parseCommand, traitsOf } from "./parse-command.ts";
import { closeCodes, type PeerId, type RoomName } from "./protocol.ts";
import { RoomRequests } from "./room-requests.ts";
import { answerTo, type RoomDetails, type RoomSummary, roomOf, roomsOf, summaryOf } from "./room-summary.ts";
import type { SignallingServerOptions, SignallingSocket } from "./server-options.ts";

/**
 * A signalling server for WebSockets that have been accepted and authenticated elsewhere.
 *
 * Sockets come in through {@link add}; nothing here listens on a port.
 */
export class SignallingServer<Socket extends SignallingSocket = SignallingSocket> implements Machine {
  readonly #hub: Hub<Socket>;
  readonly #carrier: BusInUse;
  readonly #log: Log;
  readonly #deadlines: Pick<Deadlines, "add" | "delete" | "now">;
  readonly #randomId: () => PeerId;
  readonly #broadcast: (sockets: readonly Socket[], data: string) => void;
  /** With the peer id that each was given, by which the log names it. */
  readonly #sockets = new Map<Socket, PeerId>();
  readonly #announcements = new Announcements();
  readonly #sharing: ((shared: boolean) => void)[] = [];
  readonly #requests = new RoomRequests();
  /** What is to be performed last of all; undefined while nothing is being performed. */
  #last: Batch<Socket> | undefined;
  #time = 0;
  #closed = false;

  constructor(options: SignallingServerOptions<Socket> = {}) {
    const { bus = new LocalBus(), hub, iceServers } = options;
    this.#hub = new Hub({ ...hub, iceServers, process: bus.process });
    this.#log = options.log ?? silentLog;
    this.#deadlines = options.deadlines ?? new Deadlines();
    this.#randomId = options.randomId ?? (() => randomBytes(16).toString("base64url"));
    this.#broadcast = options.broadcast ?? sendToEach;
    this.#carrier = new BusInUse(bus, this.#busSink(), this.#log);
    this.#deadlines.add(this);
  }

  /** Connects a bus that was given; fulfilled after the first attempt, whether others can be reached or not. */
  start(): Promise<void> {
    return this.#carrier.start();
  }

  get peerCount(): number {
    return this.#hub.peerCount;
  }

  /** Rooms that this process has open. */
  get roomCount(): number {
    return this.#hub.roomCount;
  }

  /** Whether rooms are shared with all other processes, as they should be. */
  get shared(): boolean {
    return this.#carrier.isShared;
  }

  get counts(): HubCounts {
    return this.#hub.counts;
  }

  get nextTimeout(): number {
    return this.#hub.nextTimeout;
  }

  handleTimeout(): void {
    this.#perform(this.#hub.handleTimeout(this.#now()));
  }

  /**
   * Takes over an open socket whose user is known. From here on the server reads it, answers it and may close
   * it; whoever accepted it may close it too, for example with 4401 when its login expires: then its peer may come back.
   */
  add(socket: Socket, identity: Identity): void {
    if (this.#closed) {
      socket.close(closeCodes.goingAway, "the server is stopping");
      return;
    }
    const id = this.#randomId();
    this.#sockets.set(socket, id);
    this.#log.debug("signalling.connected", { peer: id, user: identity.user });
    socket.addEventListener("message", ({ data }) => this.#receive(socket, data));
    socket.addEventListener("close", ({ code }) => {
      this.#log.debug("signalling.disconnected", { peer: id, user: identity.user, code });
      this.#sockets.delete(socket);
      // A peer that closes its connection itself means it; what we close when we stop may come back elsewhere.
      const resumable = this.#closed || !(code === normalClosure || code === closeCodes.goingAway);
      this.#perform(this.#hub.disconnect(socket, { resumable, now: this.#now() }));
    });
    const arrival = { identity, id, secret: this.#randomId(), grantEnds: this.#grantEnds(identity) };
    this.#perform(this.#hub.connect(socket, arrival, this.#now()));
  }

  /** A socket has shown a newer login of the same user, perhaps with another grant. */
  renew(socket: Socket, identity: Identity): void {
    this.#perform(this.#hub.renew(socket, { identity, grantEnds: this.#grantEnds(identity) }, this.#now()));
  }

  /** A socket's login was ended, and nobody may come back by it: its peer leaves at once, and is not heard any more. */
  remove(socket: Socket): void {
    this.#perform(this.#hub.disconnect(socket, { resumable: false, now: this.#now() }));
  }

  /** Those that this process has open, as it sees them: with all of their members, wherever those are connected. */
  localRooms(): readonly RoomSummary[] {
    return this.#hub.states().map(summaryOf);
  }

  /** The rooms of all processes that can be reached. */
  rooms(): Promise<readonly RoomSummary[]> {
    return roomsOf((topic) => this.#carrier.bus.ask(topic));
  }

  /** One of them; undefined when there is none of this name now. */
  room(name: RoomName): Promise<RoomDetails | undefined> {
    return roomOf(name, (topic) => this.#carrier.bus.ask(topic));
  }

  /**
   * Makes a room before anybody enters it, or changes how it is kept.
   *
   * @throws {RoomError} when the room cannot be opened
   */
  configure(room: RoomName, settings: RoomSettings): Promise<void> {
    return this.#administer(room, { type: "configure", settings });
  }

  /** Ends a room: all are out of it. @throws {RoomError} as {@link configure} */
  end(room: RoomName): Promise<void> {
    return this.#administer(room, { type: "end" });
  }

  /** Puts a peer out of a room; with `ban`, all peers of its user, for as long as the room is. @throws {RoomError} */
  kick(
    room: RoomName,
    peer: PeerId,
    { ban = false }: { readonly ban?: boolean | undefined } = {},
  ): Promise<void> {
    return this.#administer(room, { type: "kick", peer, ban });
  }

  /** Lets a user come back who was banned from a room. @throws {RoomError} as {@link configure} */
  unban(room: RoomName, user: string): Promise<void> {
    return this.#administer(room, { type: "unban", user });
  }

  /** Tells all other processes something that is no room's. Who cannot be reached does not hear of it. */
  announce(topic: string, text: string): void {
    this.#carrier.bus.announce(topic, text);
  }

  /** Listens to what other processes announce. */
  onAnnouncement(topic: string, listener: AnnouncementListener): void {
    this.#announcements.on(topic, listener);
  }

  /** Listens to whether other processes can be reached: told when they no longer can, and when they can again. */
  onSharing(listener: (shared: boolean) => void): void {
    this.#sharing.push(listener);
  }

  /** Closes every socket with 1001 and takes no more; then leaves the bus. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#deadlines.delete(this);
    for (const socket of [...this.#sockets.keys()]) {
      // Its peer is lost to the room at once: who comes back elsewhere need not wait until this socket has closed.
      this.#perform(this.#hub.disconnect(socket, { resumable: true, now: this.#now() }));
      socket.close(closeCodes.goingAway, "the server is stopping");
    }
    await this.#carrier.close();
    this.#requests.close();
  }

  #receive(socket: Socket, data: unknown): void {
    const now = this.#now();
    if (typeof data !== "string") this.#perform(this.#hub.receiveBinary(socket, now));
    else this.#perform(this.#hub.receive(socket, parseCommand(data), traitsOf(data), now));
  }

  #administer(room: RoomName, entry: Entry): Promise<void> {
    return this.#requests.open((request) => {
      this.#perform(this.#hub.administer(room, { entry, request }, this.#now()));
    });
  }

  /** One time for a call and all that follows from it: a clock is slow to read. */
  #now(): number {
    if (this.#last === undefined) this.#time = this.#deadlines.now();
    return this.#time;
  }

  /** On the clock of the deadlines, which is not the one that tokens expire by. */
  #grantEnds({ grant }: Identity): number {
    return grant === undefined ? Number.POSITIVE_INFINITY : grant.expiresAt * 1000 - Date.now() + this.#now();
  }

  #busSink(): BusInUseSink {
    return {
      opened: (room, log) => this.#perform(this.#hub.opened(room, log, this.#now())),
      failed: (room, ref) => this.#perform(this.#hub.failed(room, ref, this.#now())),
      appended: (room, record) => this.#perform(this.#hub.appended(room, record, this.#now())),
      processGone: (process) => this.#perform(this.#hub.processGone(process, this.#now())),
      changed: (shared) => {
        this.#perform(this.#hub.reopen(shared, this.#now()));
        for (const listener of this.#sharing) listener(shared);
      },
      announced: (topic, text) => this.#announcements.tell(topic, text),
      asked: (topic) => answerTo(topic, (only) => this.#hub.states(only)),
    };
  }

  /**
   * Performs effects in order. A socket that closes reports it at once, and a local bus hands back at once what it is
   * given, from within an effect; what follows from that waits its turn, or two rooms' worth of notices would be mixed.
   */
  #perform(effects: readonly Effect<Socket>[]): void {
    const batch: Batch<Socket> = { effects, next: undefined };
    const last = this.#last;
    this.#last = batch;
    if (last !== undefined) {
      last.next = batch;
      return;
    }
    try {
      for (let now: Batch<Socket> | undefined = batch; now !== undefined; now = now.next)
        for (const effect of now.effects) this.#performOne(effect);
    } finally {
      this.#last = undefined;
    }
  }

  #performOne(effect: Effect<Socket>): void {
    switch (effect.type) {
      case "send":
        effect.to.send(effect.text);
        return;
      case "broadcast":
        this.#broadcast(effect.to, effect.text);
        return;
      case "append":
        this.#carrier.bus.append(effect.room, effect.ref, effect.entry);
        return;
      case "open":
        this.#carrier.bus.open(effect.room);
        return;
      case "release":
        this.#carrier.bus.release(effect.room);
        return;
      case "store":
        this.#carrier.bus.store(effect.state);
        return;
      case "close": {
        const { connection, code, reason } = effect;
        this.#log.info("signalling.closed", { peer: this.#sockets.get(connection), code, reason });
        connection.close(code, reason);
        return;
      }
      case "settled":
        this.#requests.settle(effect.request, effect.refusal);
        return;
    }
  }
}

/** Effects of one call, and behind them those of the next. */
interface Batch<Socket> {
  readonly effects: readonly Effect<Socket>[];
  next: Batch<Socket> | undefined;
}

/** RFC 6455 §7.4.1: the purpose for which the connection was established has been fulfilled. */
const normalClosure = 1000;

function sendToEach(sockets: readonly SignallingSocket[], data: string): void {
  for (const socket of sockets) socket.send(data);
}
