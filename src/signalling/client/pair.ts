import { Negotiation } from "./negotiation.ts";
import type {
  RtcChannelOptions,
  RtcConfiguration,
  RtcConnection,
  RtcConnectionState,
  RtcConstructor,
  RtcDataChannel,
  RtcIceConnectionState,
  RtcPeerConnection,
  RtcSender,
  RtcStream,
  RtcTrack,
} from "./webrtc-types.ts";
import type { Candidate, Description, Member, PeerId } from "./wire.ts";

/** Another peer of the room, and our connection with it. */
export interface MeshPeer {
  readonly id: PeerId;
  readonly user: string;
  readonly name: string;
  /** The connection itself, for statistics and inspection. Its tracks and descriptions are the mesh's. */
  readonly connection: RtcPeerConnection;
  readonly connectionState: RtcConnectionState;
  readonly iceConnectionState: RtcIceConnectionState;
  /** What the other side sends, by stream id. */
  readonly streams: ReadonlyMap<string, RtcStream>;
  /** By label. */
  readonly channels: ReadonlyMap<string, RtcDataChannel>;
}

/** A data channel that every member of a mesh opens with every other. */
export interface MeshChannel {
  readonly label: string;
  readonly ordered?: boolean;
  readonly maxPacketLifeTime?: number;
  readonly maxRetransmits?: number;
  readonly protocol?: string;
}

/** What a pair tells the mesh. */
export interface PairSink {
  sendDescription(to: PeerId, description: Description): void;
  sendCandidate(to: PeerId, candidate: Candidate | null): void;
  stateChanged(pair: Pair): void;
  trackAdded(pair: Pair, track: RtcTrack, streams: readonly RtcStream[]): void;
  streamAdded(pair: Pair, stream: RtcStream): void;
  streamRemoved(pair: Pair, stream: RtcStream): void;
  channelAdded(pair: Pair, channel: RtcDataChannel): void;
  failed(pair: Pair, error: unknown): void;
}

export interface PairOptions {
  readonly member: Member;
  readonly RTCPeerConnection: RtcConstructor;
  readonly configuration: RtcConfiguration;
  readonly waits: boolean;
  readonly sink: PairSink;
}

/** This peer and one other: a connection, its negotiation, and what runs over it. */
export class Pair implements MeshPeer {
  readonly id: PeerId;
  readonly user: string;
  readonly name: string;
  readonly streams: Map<string, RtcStream> = new Map();
  readonly channels: Map<string, RtcDataChannel> = new Map();
  readonly #connection: RtcConnection;
  readonly #negotiation: Negotiation;
  readonly #sink: PairSink;
  readonly #senders = new Map<RtcTrack, RtcSender>();
  #closed = false;

  constructor({ member, RTCPeerConnection, configuration, waits, sink }: PairOptions) {
    this.id = member.peer;
    this.user = member.user;
    this.name = member.name;
    this.#sink = sink;
    this.#connection = new RTCPeerConnection(configuration);
    this.#negotiation = new Negotiation({
      connection: this.#connection,
      polite: member.polite,
      waits,
      sink: {
        sendDescription: (description) => sink.sendDescription(this.id, description),
        sendCandidate: (candidate) => sink.sendCandidate(this.id, candidate),
        described: () => this.#dropEmptyStreams(),
        failed: (error) => sink.failed(this, error),
      },
    });
    this.#watch();
  }

  get connection(): RtcPeerConnection {
    return this.#connection as RtcPeerConnection;
  }

  get connectionState(): RtcConnectionState {
    return this.#closed ? "closed" : this.#connection.connectionState;
  }

  get iceConnectionState(): RtcIceConnectionState {
    return this.#closed ? "closed" : this.#connection.iceConnectionState;
  }

  get negotiation(): Negotiation {
    return this.#negotiation;
  }

  addTrack(track: RtcTrack, streams: readonly RtcStream[]): void {
    this.#senders.set(track, this.#connection.addTrack(track, ...streams));
  }

  removeTrack(track: RtcTrack): void {
    const sender = this.#senders.get(track);
    this.#senders.delete(track);
    if (sender !== undefined) this.#connection.removeTrack(sender);
  }

  /** Opens the channels that both sides open alike. The place in the list is the channel's id. */
  openMeshChannels(channels: readonly MeshChannel[]): void {
    // RFC 8832 §1: negotiated by other means than the protocol that announces a channel to the other side.
    for (const [id, { label, ...options }] of channels.entries())
      this.openChannel(label, { ...options, negotiated: true, id });
  }

  openChannel(label: string, options: RtcChannelOptions): RtcDataChannel {
    const channel = this.#connection.createDataChannel(label, options);
    this.#addChannel(channel);
    return channel;
  }

  close(): void {
    this.#closed = true;
    this.#negotiation.close();
    this.#connection.close();
  }

  #watch(): void {
    const connection = this.#connection;
    const changed = (): void => {
      if (!this.#closed) this.#sink.stateChanged(this);
    };
    connection.addEventListener("connectionstatechange", changed);
    connection.addEventListener("iceconnectionstatechange", changed);
    connection.addEventListener("track", ({ track, streams }) => {
      if (this.#closed) return;
      for (const stream of streams) this.#addStream(stream);
      this.#sink.trackAdded(this, track, streams);
    });
    connection.addEventListener("datachannel", ({ channel }) => {
      if (!this.#closed) this.#addChannel(channel);
    });
  }

  #addStream(stream: RtcStream): void {
    if (this.streams.has(stream.id)) return;
    this.streams.set(stream.id, stream);
    this.#sink.streamAdded(this, stream);
  }

  /** A stream ends when the description that removes its last track has taken effect. */
  #dropEmptyStreams(): void {
    for (const [id, stream] of this.streams) {
      if (stream.getTracks().length > 0) continue;
      this.streams.delete(id);
      this.#sink.streamRemoved(this, stream);
    }
  }

  #addChannel(channel: RtcDataChannel): void {
    const { label } = channel;
    // The first keeps its label: the other side cannot put a channel of its own in the place of one of ours.
    if (!this.channels.has(label)) this.channels.set(label, channel);
    channel.addEventListener("close", () => {
      if (this.channels.get(label) === channel) this.channels.delete(label);
    });
    this.#sink.channelAdded(this, channel);
  }
}
