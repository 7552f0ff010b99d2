/**
 * A mesh: one connection with each other peer in the room, the same tracks and channels for all.
 *
 *     const mesh = new Mesh({ session });
 *     mesh.addEventListener("stream", ({ peer, stream }) => tileOf(peer).srcObject = stream);
 *     mesh.addStream(await navigator.mediaDevices.getUserMedia({ audio: true, video: true }));
 *     await session.join("lobby");
 *
 * It follows the session: a connection for each peer that comes, closed when it goes, all closed when we leave.
 * While signalling is offline the connections go on, peer to peer. Once it is back we are a new peer to all
 * others, and they to us: the old connections are closed and made anew.
 */
import { Events } from "./events.ts";
import { type MeshChannel, type MeshPeer, Pair, type PairSink } from "./pair.ts";
import { findRtc, openTimers, type TimerOptions, type Timers } from "./ports.ts";
import type { SignallingSession } from "./session.ts";
import type {
  RtcChannelOptions,
  RtcConfiguration,
  RtcConnectionState,
  RtcConstructor,
  RtcDataChannel,
  RtcIceConnectionState,
  RtcStream,
  RtcTrack,
} from "./webrtc-types.ts";
import type { Member, PeerId } from "./wire.ts";

/** What a mesh needs of its session. */
export type MeshSession = Pick<
  SignallingSession,
  "inRoom" | "peers" | "sendDescription" | "sendCandidate" | "addEventListener"
>;

export interface MeshOptions extends TimerOptions {
  readonly session: MeshSession;
  /** ICE servers and the like, for every connection. */
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

/** What a mesh tells its listeners. */
export interface MeshEvents {
  "peer-joined": { readonly peer: MeshPeer };
  /** Its connection is closed, and its streams and channels with it: there are no events for each of those. */
  "peer-left": { readonly peer: MeshPeer };
  state: {
    readonly peer: MeshPeer;
    readonly connectionState: RtcConnectionState;
    readonly iceConnectionState: RtcIceConnectionState;
  };
  stream: { readonly peer: MeshPeer; readonly stream: RtcStream };
  /** The other side has removed the stream's last track. */
  "stream-removed": { readonly peer: MeshPeer; readonly stream: RtcStream };
  track: { readonly peer: MeshPeer; readonly track: RtcTrack; readonly streams: readonly RtcStream[] };
  /** A channel exists, ours or theirs: listen to its messages now; send once its `readyState` is `open`. */
  channel: { readonly peer: MeshPeer; readonly channel: RtcDataChannel };
  /** A description could not be applied; the connection goes on as it was. */
  error: { readonly peer: MeshPeer; readonly error: unknown };
}

/** See the head of this file. */
export class Mesh extends Events<MeshEvents> {
  readonly #session: MeshSession;
  readonly #configuration: RtcConfiguration;
  readonly #RTCPeerConnection: RtcConstructor;
  readonly #channels: readonly MeshChannel[];
  readonly #patience: number;
  readonly #timers: Timers;
  readonly #pairs = new Map<PeerId, Pair>();
  readonly #tracks = new Map<RtcTrack, readonly RtcStream[]>();
  readonly #listening = new AbortController();
  readonly #sink: PairSink = {
    sendDescription: (to, description) => this.#session.sendDescription(to, description),
    sendCandidate: (to, candidate) => this.#session.sendCandidate(to, candidate),
    stateChanged: (peer) => {
      const { connectionState, iceConnectionState } = peer;
      this.emit("state", { peer, connectionState, iceConnectionState });
    },
    trackAdded: (peer, track, streams) => this.emit("track", { peer, track, streams }),
    streamAdded: (peer, stream) => this.emit("stream", { peer, stream }),
    streamRemoved: (peer, stream) => this.emit("stream-removed", { peer, stream }),
    channelAdded: (peer, channel) => this.emit("channel", { peer, channel }),
    failed: (peer, error) => this.emit("error", { peer, error }),
  };

  /** @throws {TypeError} when there is no RTCPeerConnection, neither global nor given */
  constructor(options: MeshOptions) {
    super();
    this.#session = options.session;
    this.#configuration = options.rtcConfig ?? {};
    this.#RTCPeerConnection = findRtc(options.RTCPeerConnection);
    this.#channels = options.channels ?? [];
    this.#patience = options.patience ?? 500;
    this.#timers = openTimers(options);
    this.#follow();
    // In the room already: but whoever made this mesh wants to add listeners and tracks first.
    if (this.#session.inRoom) void Promise.resolve().then(() => this.#catchUp());
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

  /** Sends a track to everyone, now and to come. The others get it as part of these streams. */
  addTrack(track: RtcTrack, ...streams: readonly RtcStream[]): void {
    if (this.#tracks.has(track)) return;
    this.#tracks.set(track, streams);
    for (const pair of this.#pairs.values()) pair.addTrack(track, streams);
  }

  /** Stops sending a track. It does not stop the track itself. */
  removeTrack(track: RtcTrack): void {
    if (!this.#tracks.delete(track)) return;
    for (const pair of this.#pairs.values()) pair.removeTrack(track);
  }

  /**
   * Opens a channel with one peer, which hears of it by its `channel` event.
   *
   * @throws {RangeError} when there is no such peer in the room
   */
  openChannel(peer: PeerId, label: string, options: RtcChannelOptions = {}): RtcDataChannel {
    const pair = this.#pairs.get(peer);
    if (pair === undefined) throw new RangeError("there is no such peer in the room");
    return pair.openChannel(label, options);
  }

  /** Closes every connection and follows the session no longer. Neither the session nor any track is ended. */
  close(): void {
    this.#listening.abort();
    this.#clear();
  }

  #follow(): void {
    const session = this.#session;
    const { signal } = this.#listening;
    session.addEventListener("joined", ({ peers }) => this.#renew(peers), { signal });
    session.addEventListener("left", () => this.#clear(), { signal });
    session.addEventListener("peer-joined", (member) => this.#add(member), { signal });
    session.addEventListener("peer-left", ({ peer }) => this.#remove(peer), { signal });
    session.addEventListener(
      "description",
      ({ from, description }) => this.#pairs.get(from)?.negotiation.receiveDescription(description),
      { signal },
    );
    session.addEventListener(
      "candidate",
      ({ from, candidate }) => this.#pairs.get(from)?.negotiation.receiveCandidate(candidate),
      { signal },
    );
  }

  #catchUp(): void {
    if (this.#listening.signal.aborted || !this.#session.inRoom) return;
    for (const member of this.#session.peers.values()) if (!this.#pairs.has(member.peer)) this.#add(member);
  }

  #renew(members: readonly Member[]): void {
    this.#clear();
    for (const member of members) this.#add(member);
  }

  #clear(): void {
    for (const id of [...this.#pairs.keys()]) this.#remove(id);
  }

  #add(member: Member): void {
    // Of two that meet, the polite one came later: it is the newcomer, whose offer we wait for.
    const waits = !member.polite && this.#patience > 0;
    const pair = new Pair({
      member,
      waits,
      RTCPeerConnection: this.#RTCPeerConnection,
      configuration: this.#configuration,
      sink: this.#sink,
    });
    this.#pairs.set(member.peer, pair);
    this.emit("peer-joined", { peer: pair });
    // A listener may have left the room by now.
    if (this.#pairs.get(member.peer) !== pair) return;
    pair.openMeshChannels(this.#channels);
    for (const [track, streams] of this.#tracks) pair.addTrack(track, streams);
    if (waits) this.#timers.setTimeout(() => pair.negotiation.release(), this.#patience);
  }

  #remove(id: PeerId): void {
    const pair = this.#pairs.get(id);
    if (pair === undefined) return;
    this.#pairs.delete(id);
    pair.close();
    this.emit("peer-left", { peer: pair });
  }
}
