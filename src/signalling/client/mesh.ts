/**
 * A mesh: one connection with each other peer in the room, the same tracks and channels for all.
 *
 *     const mesh = new Mesh({ session });
 *     mesh.addEventListener("stream", ({ peer, stream }) => tileOf(peer).srcObject = stream);
 *     mesh.addStream(await navigator.mediaDevices.getUserMedia({ audio: true, video: true }));
 *     await session.join("lobby");
 *
 * It follows the session: a connection for each peer that comes, closed when it goes, all closed when we leave.
 * While signalling is offline, ours or theirs, the connections go on, peer to peer, and what would change them is
 * said once it is back. Only when we come back as somebody new are they closed and made anew.
 */
import { Events } from "./events.ts";
import { type MeshChannel, type MeshEvents, type MeshPeer, type MeshSession, Pair } from "./pair.ts";
import { fill, globalTimers, present, type TimerOptions, type Timers } from "./ports.ts";
import type {
  RtcChannelOptions,
  RtcConfiguration,
  RtcConstructor,
  RtcDataChannel,
  RtcIceServer,
  RtcStream,
  RtcTrack,
} from "./webrtc-types.ts";
import type { Candidate, Member, PeerId } from "./wire.ts";

export interface MeshOptions extends TimerOptions {
  readonly session: MeshSession;
  /** For every connection. The ICE servers are those of the session, unless they are given here. */
  readonly rtcConfig?: RtcConfiguration | undefined;
  /** The global one when not given; under Node, that of `wrtc`. */
  readonly RTCPeerConnection?: RtcConstructor | undefined;
  /** Channels between every two members. All members of the room must give the same, in the same order. */
  readonly channels?: readonly MeshChannel[] | undefined;
  /**
   * Milliseconds for which we leave the first offer to a newcomer. It has one ready in any case, if it has a
   * track or a channel; two at once would be settled, but one is less work. Default 500; 0: do not wait.
   */
  readonly patience?: number | undefined;
}

interface CandidateEvent {
  readonly from: PeerId;
  readonly candidate?: Candidate | null;
}

/** What a mesh runs with. */
type Settings = Timers &
  Required<{ [Name in "rtcConfig" | "channels" | "patience"]: NonNullable<MeshOptions[Name]> }>;

/** See the head of this file. */
export class Mesh extends Events<MeshEvents> {
  readonly #session: MeshSession;
  readonly #settings: Settings;
  readonly #RTCPeerConnection: RtcConstructor;
  readonly #pairs = new Map<PeerId, Pair>();
  readonly #tracks = new Map<RtcTrack, readonly RtcStream[]>();
  readonly #listening = new AbortController();

  /** @throws {TypeError} when there is no RTCPeerConnection, neither global nor given */
  constructor(options: MeshOptions) {
    super();
    this.#session = options.session;
    this.#settings = fill<Settings>({ rtcConfig: {}, channels: [], patience: 500, ...globalTimers }, options);
    this.#RTCPeerConnection = present(options.RTCPeerConnection, "RTCPeerConnection");
    this.#follow();
    // In the room already: but whoever made this mesh wants to add listeners and tracks first.
    void Promise.resolve().then(() => {
      for (const member of this.#session.peers.values()) this.#add(member);
    });
  }

  /** The others, by peer id. */
  get peers(): ReadonlyMap<PeerId, MeshPeer> {
    return this.#pairs;
  }

  /** Sends all tracks of a stream to everyone, now and to come. */
  addStream(stream: RtcStream): void {
    for (const track of stream.getTracks()) this.addTrack(track, stream);
  }

  /** Stops sending all tracks of a stream. It does not stop the tracks: they are the caller's. */
  removeStream(stream: RtcStream): void {
    for (const [track, streams] of this.#tracks) if (streams.includes(stream)) this.removeTrack(track);
  }

  /**
   * Sends a track to everyone, now and to come. The others get it as part of these streams. In a room where we may
   * not publish it is kept, and sent when we may: `session.rights` tells.
   */
  addTrack(track: RtcTrack, ...streams: readonly RtcStream[]): void {
    if (!this.#tracks.has(track)) this.#tracks.set(track, streams);
    this.#sendTracks();
  }

  /** Stops sending a track. It does not stop the track itself. */
  removeTrack(track: RtcTrack): void {
    this.#tracks.delete(track);
    this.#sendTracks();
  }

  /**
   * Opens a channel with one peer, which hears of it by its `channel` event.
   *
   * @throws {RangeError} when there is no such peer in the room
   */
  openChannel(peer: PeerId, label: string, options: RtcChannelOptions = {}): RtcDataChannel {
    const pair = this.#pairs.get(peer);
    if (!pair) throw new RangeError("no such peer");
    return pair.openChannel(label, options);
  }

  /** Looks for new ways to one peer, or to all (RFC 8445 §9): done by itself when ICE fails or the network changes. */
  restartIce(peer?: PeerId): void {
    for (const { id, connection } of this.#pairs.values()) if (id === (peer ?? id)) connection.restartIce();
  }

  /** Closes every connection and follows the session no longer. Neither the session nor any track is ended. */
  close(): void {
    this.#listening.abort();
    this.#clear();
  }

  #follow(): void {
    const pairs = this.#pairs;
    const on: MeshSession["addEventListener"] = (type, listener) =>
      this.#session.addEventListener(type, listener, this.#listening);
    on("joined", ({ peers }) => {
      this.#clear();
      for (const member of peers) this.#add(member);
    });
    on("resumed", () => {
      // With what we may do now, and with what is good for finding a way now.
      this.#configure();
      this.#sendTracks();
      // Where it has failed, it is being restarted.
      for (const { id, iceConnectionState } of pairs.values())
        if (iceConnectionState === "disconnected") this.restartIce(id);
    });
    on("left", () => this.#clear());
    on("peer-joined", (member) => this.#add(member));
    on("peer-left", ({ peer }) => this.#remove(peer));
    for (const type of ["peer-reconnecting", "peer-reconnected"] as const)
      on(type, (member) => {
        this.#add(member);
        pairs.get(member.peer)?.stateChanged();
      });
    on("description", ({ from, description }) =>
      pairs.get(from)?.negotiation.receiveDescription(description),
    );
    for (const type of ["candidate", "end-of-candidates"] as const)
      on(type, ({ from, candidate = null }: CandidateEvent) =>
        pairs.get(from)?.negotiation.receiveCandidate(candidate),
      );
    on("ice-servers", () => this.#configure());
    on("peer-role", () => this.#sendTracks());
    on("network", () => this.restartIce());
  }

  get #configuration(): RtcConfiguration {
    return { iceServers: this.#session.iceServers as RtcIceServer[], ...this.#settings.rtcConfig };
  }

  /** What is gathered from here on is gathered with the newer servers. */
  #configure(): void {
    for (const { connection } of this.#pairs.values()) connection.setConfiguration?.(this.#configuration);
  }

  #sendTracks(): void {
    const tracks = this.#session.rights?.publish === false ? new Map() : this.#tracks;
    for (const pair of this.#pairs.values()) pair.sendTracks(tracks);
  }

  #clear(): void {
    for (const id of this.#pairs.keys()) this.#remove(id);
  }

  #add(member: Member): void {
    const { peer, polite, reconnecting } = member;
    // Nobody answers yet for one that has lost the server: a connection with it is made when it is back.
    if (this.#listening.signal.aborted || reconnecting || this.#pairs.has(peer)) return;
    const { patience, channels, setTimeout } = this.#settings;
    // Of two that meet, the polite one came later: it is the newcomer, whose offer we wait for.
    const waits = !polite && patience > 0;
    const pair = new Pair({
      member,
      session: this.#session,
      connection: new this.#RTCPeerConnection(this.#configuration),
      waits,
      emit: (type, event) => this.emit(type, event),
    });
    this.#pairs.set(peer, pair);
    this.emit("peer-joined", { peer: pair });
    // A listener may have left the room by now.
    if (this.#pairs.get(peer) !== pair) return;
    // RFC 8832 §1: negotiated by other means than the protocol that announces a channel to the other side. Both
    // sides open these alike: the place in the list is the channel's id.
    for (const [id, { label, ...options }] of channels.entries())
      pair.openChannel(label, { ...options, negotiated: true, id });
    this.#sendTracks();
    if (waits) setTimeout(() => pair.negotiation.release(), patience);
  }

  #remove(id: PeerId): void {
    const pair = this.#pairs.get(id);
    if (!pair) return;
    this.#pairs.delete(id);
    pair.close();
    this.emit("peer-left", { peer: pair });
  }
}
