import { Negotiation, type NegotiationSink } from "./negotiation.ts";
import type { SignallingSession } from "./session.ts";
import { type PeerStats, summarize } from "./stats.ts";
import type {
  RtcChannelOptions,
  RtcConnection,
  RtcConnectionState,
  RtcDataChannel,
  RtcIceConnectionState,
  RtcPeerConnection,
  RtcStream,
  RtcTrack,
} from "./webrtc-types.ts";
import type { Candidate, Description, Member, PeerId } from "./wire.ts";

/** What a mesh needs of its session. */
export type MeshSession = Pick<
  SignallingSession,
  | "peers"
  | "rights"
  | "iceServers"
  | "sendDescription"
  | "sendCandidate"
  | "sendEndOfCandidates"
  | "addEventListener"
>;

/** Another peer of the room, and our connection with it. */
export interface MeshPeer {
  readonly id: PeerId;
  readonly user: string;
  readonly name: string;
  /** The connection itself, for inspection. Its tracks and descriptions are the mesh's. */
  readonly connection: RtcPeerConnection;
  readonly connectionState: RtcConnectionState;
  readonly iceConnectionState: RtcIceConnectionState;
  /** The peer has lost the server, and may come back: what there is between us goes on, and nothing new is made. */
  readonly reconnecting: boolean;
  /** What the other side sends, by stream id. */
  readonly streams: ReadonlyMap<string, RtcStream>;
  /** By label. */
  readonly channels: ReadonlyMap<string, RtcDataChannel>;
  /** How the connection does. */
  stats(): Promise<PeerStats>;
}

/** A data channel that every member of a mesh opens with every other. */
export interface MeshChannel {
  readonly label: string;
  readonly ordered?: boolean;
  readonly maxPacketLifeTime?: number;
  readonly maxRetransmits?: number;
  readonly protocol?: string;
}

/** What a mesh tells its listeners. */
export interface MeshEvents {
  "peer-joined": { readonly peer: MeshPeer };
  /** Its connection is closed, and its streams and channels with it: there are no events for each of those. */
  "peer-left": { readonly peer: MeshPeer };
  /** A state of its connection has changed, or whether it is `reconnecting`. */
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

export interface PairOptions {
  readonly member: Member;
  readonly session: MeshSession;
  readonly connection: RtcConnection;
  readonly waits: boolean;
  readonly emit: <Type extends keyof MeshEvents>(type: Type, event: MeshEvents[Type]) => void;
}

/** This peer and one other: a connection, its negotiation, and what runs over it. */
export class Pair implements MeshPeer, NegotiationSink {
  readonly id: PeerId;
  readonly user: string;
  readonly name: string;
  readonly streams: Map<string, RtcStream> = new Map();
  readonly channels: Map<string, RtcDataChannel> = new Map();
  readonly connection: RtcPeerConnection;
  readonly negotiation: Negotiation;
  readonly #session: MeshSession;
  /** Undefined once closed. */
  #emit: PairOptions["emit"] | undefined;
  readonly #senders = new Map<RtcTrack, ReturnType<RtcPeerConnection["addTrack"]>>();

  constructor({ member, session, connection, waits, emit }: PairOptions) {
    const { peer, user, name, polite } = member;
    this.id = peer;
    this.user = user;
    this.name = name;
    this.connection = connection as RtcPeerConnection;
    this.#session = session;
    this.#emit = emit;
    this.negotiation = new Negotiation({ connection, polite, waits, sink: this });
    const changed = (): void => this.stateChanged();
    connection.addEventListener("connectionstatechange", changed);
    connection.addEventListener("iceconnectionstatechange", changed);
    connection.addEventListener("track", ({ track, streams }) => {
      // An offer may offer us what we shall not have.
      if (this.#mayNotReceive) return;
      for (const stream of streams)
        if (!this.streams.has(stream.id)) {
          this.streams.set(stream.id, stream);
          this.#tell("stream", { stream });
        }
      this.#tell("track", { track, streams });
    });
    connection.addEventListener("datachannel", ({ channel }) => this.#addChannel(channel));
  }

  get connectionState(): RtcConnectionState {
    return this.connection.connectionState;
  }

  get iceConnectionState(): RtcIceConnectionState {
    return this.connection.iceConnectionState;
  }

  get reconnecting(): boolean {
    return this.#session.peers.get(this.id)?.reconnecting === true;
  }

  async stats(): Promise<PeerStats> {
    return summarize(await this.connection.getStats());
  }

  /** Sends these tracks and no others. */
  sendTracks(tracks: ReadonlyMap<RtcTrack, readonly RtcStream[]>): void {
    const connection = this.connection;
    const senders = this.#senders;
    for (const [track, sender] of senders)
      if (!tracks.has(track)) {
        senders.delete(track);
        connection.removeTrack(sender);
      }
    for (const [track, streams] of tracks)
      if (!senders.has(track)) senders.set(track, connection.addTrack(track, ...streams));
  }

  openChannel(label: string, options: RtcChannelOptions): RtcDataChannel {
    const channel = this.connection.createDataChannel(label, options);
    this.#addChannel(channel);
    return channel;
  }

  stateChanged(): void {
    const { connectionState, iceConnectionState } = this;
    this.#tell("state", { connectionState, iceConnectionState });
  }

  close(): void {
    this.#emit = undefined;
    this.negotiation.close();
    this.connection.close();
  }

  sendDescription(description: Description): void {
    this.#session.sendDescription(this.id, description);
  }

  sendCandidate(candidate: Candidate | null): void {
    if (candidate) this.#session.sendCandidate(this.id, candidate);
    else this.#session.sendEndOfCandidates(this.id);
  }

  /** Without the right to receive, the server refuses what would (RFC 8866 §6.7). */
  describing(): void {
    for (const transceiver of this.connection.getTransceivers())
      if (this.#mayNotReceive && transceiver.direction !== "stopped")
        transceiver.direction = transceiver.sender.track ? "sendonly" : "inactive";
  }

  /** A stream ends when the description that removes its last track has taken effect. */
  described(): void {
    for (const [id, stream] of this.streams)
      if (!stream.getTracks().length) {
        this.streams.delete(id);
        this.#tell("stream-removed", { stream });
      }
  }

  failed(error: unknown): void {
    this.#tell("error", { error });
  }

  get #mayNotReceive(): boolean {
    return this.#session.rights?.subscribe === false;
  }

  #tell<Type extends keyof MeshEvents>(type: Type, event: Omit<MeshEvents[Type], "peer">): void {
    this.#emit?.(type, { ...event, peer: this } as unknown as MeshEvents[Type]);
  }

  #addChannel(channel: RtcDataChannel): void {
    const { label } = channel;
    const { channels } = this;
    // The first keeps its label: the other side cannot put a channel of its own in the place of one of ours.
    if (!channels.has(label)) channels.set(label, channel);
    channel.addEventListener("close", () => {
      if (channels.get(label) === channel) channels.delete(label);
    });
    this.#tell("channel", { channel });
  }
}
