import type {
  RtcCandidateInit,
  RtcConnection,
  RtcConnectionState,
  RtcDescription,
  RtcIceConnectionState,
  RtcSignalingState,
} from "../../../src/signalling/client/index.ts";

type Listener = (event?: never) => void;

/** A session description (RFC 8866) that says nothing but these names; in `version` no two need be alike. */
export function sdpOf(names: readonly string[], version = 0): string {
  const origin = `o=- 1 ${version} IN IP4 127.0.0.1`;
  return `${["v=0", origin, `s=${JSON.stringify(names)}`, "t=0 0"].join("\r\n")}\r\n`;
}

function namesIn(sdp = ""): readonly string[] {
  return JSON.parse(/^s=(.*)$/m.exec(sdp)?.[1] ?? "[]") as string[];
}

/**
 * An RTCPeerConnection reduced to its signalling: the states of RFC 9429 §3.2, rollback, and the rule by which
 * it says that it needs an offer. What it wants to send is a set of names; an offer carries all of them, an
 * answer only those that were in force before, as an answer cannot add to what was offered.
 */
export class FakeConnection {
  signalingState: RtcSignalingState = "stable";
  connectionState: RtcConnectionState = "new";
  iceConnectionState: RtcIceConnectionState = "new";
  localDescription: RtcDescription | null = null;
  remoteDescription: RtcDescription | null = null;
  readonly candidates: (RtcCandidateInit | null)[] = [];
  restarts = 0;
  closed = false;
  readonly #wanted = new Set<string>();
  #inForce: readonly string[] = [];
  #pending: readonly string[] = [];
  readonly #listeners = new Map<string, Listener[]>();
  /** How long each operation takes. */
  readonly #pause: () => Promise<void>;

  constructor(pause: () => Promise<void> = () => Promise.resolve()) {
    this.#pause = pause;
  }

  /** What the other side has told that it sends. */
  get received(): readonly string[] {
    return namesIn(this.remoteDescription?.sdp);
  }

  get wanted(): readonly string[] {
    return [...this.#wanted];
  }

  want(name: string): void {
    this.#wanted.add(name);
    this.#check();
  }

  unwant(name: string): void {
    this.#wanted.delete(name);
  }

  async createOffer(): Promise<RtcDescription> {
    await this.#pause();
    return { type: "offer", sdp: this.describe(this.wanted) };
  }

  async createAnswer(): Promise<RtcDescription> {
    await this.#pause();
    this.#require("have-remote-offer");
    return { type: "answer", sdp: this.describe(this.#inForce) };
  }

  async setLocalDescription(description: RtcDescription): Promise<void> {
    await this.#pause();
    if (description.type === "rollback") {
      this.#require("have-local-offer");
      this.#become("stable");
      return;
    }
    this.#require(description.type === "offer" ? "stable" : "have-remote-offer");
    this.localDescription = description;
    this.#pending = namesIn(description.sdp);
    if (description.type === "answer") this.#inForce = this.#pending;
    this.#become(description.type === "offer" ? "have-local-offer" : "stable");
  }

  async setRemoteDescription(description: RtcDescription): Promise<void> {
    await this.#pause();
    if (description.type === "offer" && this.signalingState !== "have-remote-offer") this.#require("stable");
    if (description.type === "answer") this.#require("have-local-offer");
    if (description.sdp === "garbage") throw new Error("not SDP");
    this.remoteDescription = description;
    if (description.type === "answer") this.#inForce = this.#pending;
    this.#become(description.type === "offer" ? "have-remote-offer" : "stable");
  }

  async addIceCandidate(candidate: RtcCandidateInit | null): Promise<void> {
    await this.#pause();
    if (candidate?.candidate === "garbage") throw new Error("not a candidate");
    this.candidates.push(candidate);
  }

  restartIce(): void {
    this.restarts++;
    this.want(`restart ${this.restarts}`);
  }

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }

  emit(type: string, event: object = {}): void {
    for (const listener of this.#listeners.get(type) ?? []) listener(event as never);
  }

  fail(): void {
    this.iceConnectionState = "failed";
    this.emit("iceconnectionstatechange");
  }

  protected describe(names: readonly string[]): string {
    return sdpOf(names);
  }

  /** The part of an RTCPeerConnection that a negotiation uses. */
  asConnection(): RtcConnection {
    return this as unknown as RtcConnection;
  }

  #require(state: RtcSignalingState): void {
    if (this.signalingState !== state)
      throw new Error(`called in state ${this.signalingState}, not ${state}`);
  }

  #become(state: RtcSignalingState): void {
    this.signalingState = state;
    if (state === "stable") this.#check();
  }

  /** W3C WebRTC §4.7.3: in the stable state, and in a task of its own. */
  #check(): void {
    void Promise.resolve().then(() => {
      const needed = this.wanted.some((name) => !this.#inForce.includes(name));
      if (needed && this.signalingState === "stable") this.emit("negotiationneeded");
    });
  }
}
