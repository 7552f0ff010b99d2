/**
 * As much of the WebRTC API as this client uses, in types that the browser's own and those of `wrtc` satisfy.
 *
 * In a program that has the DOM's types, streams, tracks and channels *are* the DOM's, so that a remote stream
 * can go straight to a video element; elsewhere they are the few members below.
 */

/** The instance type of a global class if this program's types have it, and `Otherwise` if not. */
type Global<Name extends string, Otherwise> = typeof globalThis extends {
  readonly [Key in Name]: { prototype: infer Instance };
}
  ? Instance
  : Otherwise;

export type RtcTrack = Global<"MediaStreamTrack", MinimalTrack>;
export type RtcStream = Global<"MediaStream", MinimalStream>;
export type RtcDataChannel = Global<"RTCDataChannel", MinimalDataChannel>;
export type RtcPeerConnection = Global<"RTCPeerConnection", RtcConnection>;

export interface MinimalTrack {
  readonly id: string;
  readonly kind: string;
  enabled: boolean;
  stop(): void;
}

export interface MinimalStream {
  readonly id: string;
  getTracks(): RtcTrack[];
  addEventListener(type: "addtrack" | "removetrack", listener: () => void): void;
}

export interface MinimalDataChannel {
  readonly label: string;
  readonly id: number | null;
  readonly readyState: "connecting" | "open" | "closing" | "closed";
  readonly bufferedAmount: number;
  binaryType: "arraybuffer" | "blob";
  send(data: string | ArrayBuffer | ArrayBufferView<ArrayBuffer>): void;
  close(): void;
  addEventListener(type: "open" | "close" | "error", listener: () => void): void;
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
}

export interface RtcSender {
  readonly track: RtcTrack | null;
}

/** What `createOffer` and `createAnswer` give, and `setLocalDescription` takes. */
export interface RtcDescription {
  readonly type: "offer" | "answer" | "pranswer" | "rollback";
  readonly sdp?: string;
}

export interface RtcCandidate {
  readonly candidate: string;
  readonly sdpMid: string | null;
  readonly sdpMLineIndex: number | null;
  readonly usernameFragment: string | null;
}

/** What a candidate looks like on its way into a connection. */
export interface RtcCandidateInit {
  readonly candidate: string;
  readonly sdpMid: string | null;
  readonly sdpMLineIndex: number | null;
  readonly usernameFragment?: string;
}

/** The members of all kinds of statistics that this client reads (W3C WebRTC Statistics §8). */
export interface RtcStats {
  readonly id: string;
  readonly type: string;
  readonly selectedCandidatePairId?: string;
  readonly nominated?: boolean;
  readonly localCandidateId?: string;
  readonly remoteCandidateId?: string;
  readonly candidateType?: string;
  readonly currentRoundTripTime?: number;
  readonly bytesSent?: number;
  readonly bytesReceived?: number;
  readonly packetsLost?: number;
}

export interface RtcStatsReport {
  forEach(callback: (stats: RtcStats) => void): void;
  get(id: string): RtcStats | undefined;
}

export interface RtcTransceiver {
  direction: "sendrecv" | "sendonly" | "recvonly" | "inactive" | "stopped";
  readonly sender: RtcSender;
}

export interface RtcChannelOptions {
  ordered?: boolean;
  maxPacketLifeTime?: number;
  maxRetransmits?: number;
  protocol?: string;
  negotiated?: boolean;
  id?: number;
}

export interface RtcIceServer {
  urls: string | string[];
  username?: string;
  credential?: string;
}

export interface RtcConfiguration {
  iceServers?: RtcIceServer[];
  iceTransportPolicy?: "all" | "relay";
  bundlePolicy?: "balanced" | "max-bundle" | "max-compat";
  iceCandidatePoolSize?: number;
}

export type RtcConnectionState = "new" | "connecting" | "connected" | "disconnected" | "failed" | "closed";

export type RtcIceConnectionState =
  | "new"
  | "checking"
  | "connected"
  | "completed"
  | "disconnected"
  | "failed"
  | "closed";

export type RtcSignalingState =
  | "stable"
  | "have-local-offer"
  | "have-remote-offer"
  | "have-local-pranswer"
  | "have-remote-pranswer"
  | "closed";

/** An `RTCPeerConnection`. */
export interface RtcConnection {
  readonly connectionState: RtcConnectionState;
  readonly iceConnectionState: RtcIceConnectionState;
  readonly signalingState: RtcSignalingState;
  readonly localDescription: RtcDescription | null;
  readonly remoteDescription: RtcDescription | null;
  createOffer(): Promise<RtcDescription>;
  createAnswer(): Promise<RtcDescription>;
  setLocalDescription(description: RtcDescription): Promise<void>;
  setRemoteDescription(description: {
    readonly type: "offer" | "answer";
    readonly sdp: string;
  }): Promise<void>;
  addIceCandidate(candidate: RtcCandidateInit | null): Promise<void>;
  restartIce(): void;
  addTrack(track: RtcTrack, ...streams: RtcStream[]): RtcSender;
  removeTrack(sender: RtcSender): void;
  getSenders(): RtcSender[];
  getTransceivers(): RtcTransceiver[];
  getStats(): Promise<RtcStatsReport>;
  /** Not every stack has it. */
  setConfiguration?(configuration: RtcConfiguration): void;
  createDataChannel(label: string, options: RtcChannelOptions): RtcDataChannel;
  close(): void;
  addEventListener(type: RtcPlainEvent, listener: () => void): void;
  addEventListener(
    type: "icecandidate",
    listener: (event: { readonly candidate: RtcCandidate | null }) => void,
  ): void;
  addEventListener(
    type: "track",
    listener: (event: { readonly track: RtcTrack; readonly streams: readonly RtcStream[] }) => void,
  ): void;
  addEventListener(
    type: "datachannel",
    listener: (event: { readonly channel: RtcDataChannel }) => void,
  ): void;
}

export type RtcPlainEvent =
  | "negotiationneeded"
  | "signalingstatechange"
  | "connectionstatechange"
  | "iceconnectionstatechange";

/** The global `RTCPeerConnection`, or that of a package such as `wrtc`. */
export type RtcConstructor = new (configuration?: RtcConfiguration) => RtcConnection;
