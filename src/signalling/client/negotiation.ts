/**
 * Perfect negotiation: two peers that may both change a connection at any time, without ever getting stuck.
 *
 * The pattern is that of W3C WebRTC §10.7. Either side makes an offer whenever its connection needs one. When
 * two offers meet, the impolite side ignores the other's, and the polite side takes its own back (RFC 9429
 * §4.1.10.2, rollback) and answers; what it wanted to say it says in its answer, or in an offer after that.
 *
 * Where the W3C's example keeps flags for what is half done, this runs one step at a time: each waits until the
 * one before has wholly taken effect. So `signalingState` alone says whether offers have met, and the same code
 * is right on stacks that know neither the argumentless setLocalDescription nor the implicit rollback.
 */
import type { RtcCandidate, RtcConnection, RtcDescription } from "./webrtc-types.ts";
import type { Candidate, Description } from "./wire.ts";

/** Where a negotiation puts what it has to say. */
export interface NegotiationSink {
  sendDescription(description: Description): void;
  sendCandidate(candidate: Candidate | null): void;
  /** A description of ours is about to be made: the last moment to set the directions of transceivers. */
  describing?(): void;
  /** A description of the other side has taken effect: streams may have gained or lost tracks. */
  described(): void;
  /** A description, ours or theirs, could not be applied. The connection goes on as it was. */
  failed(error: unknown): void;
}

export interface NegotiationOptions {
  readonly connection: RtcConnection;
  /** Whether we are the side that yields. The other side must have been told the opposite. */
  readonly polite: boolean;
  /** Hold our first offer back until the other side has made one, or until {@link Negotiation.release}. */
  readonly waits?: boolean | undefined;
  readonly sink: NegotiationSink;
}

/** How many candidates may wait for a description to which they belong. */
const maxWaitingCandidates = 256;

/** Negotiates one connection with one peer, until {@link close}. */
export class Negotiation {
  readonly #connection: RtcConnection;
  readonly #polite: boolean;
  /** Undefined once closed. */
  #sink: NegotiationSink | undefined;
  /** The end of the chain of steps. */
  #steps: Promise<void> = Promise.resolve();
  #offerNeeded = false;
  #waits: boolean;
  /** The last offer of the other side was ignored, and so are the candidates that belong to it. */
  #ignores = false;
  #waitingCandidates: (Candidate | null)[] = [];
  #droppedCandidates = 0;

  constructor({ connection, polite, waits = false, sink }: NegotiationOptions) {
    this.#connection = connection;
    this.#polite = polite;
    this.#waits = waits;
    this.#sink = sink;
    connection.addEventListener("negotiationneeded", () => {
      this.#offerNeeded = true;
      this.#then(() => this.#offer());
    });
    connection.addEventListener("icecandidate", ({ candidate }) => {
      // W3C WebRTC §4.8.2.1: an empty one ends a generation of candidates; the last is followed by null.
      if (candidate?.candidate !== "") this.#sink?.sendCandidate(candidate && plain(candidate));
    });
    connection.addEventListener("iceconnectionstatechange", () => {
      // RFC 8445 §9: a restart gathers and checks anew. It makes the connection need an offer.
      if (this.#sink && connection.iceConnectionState === "failed") connection.restartIce();
    });
  }

  /** Candidates of the other side that were of no use: too many, too early, for an ignored offer, or garbage. */
  get droppedCandidates(): number {
    return this.#droppedCandidates;
  }

  receiveDescription(description: Description): void {
    this.#then(() => this.#accept(description));
    this.release();
  }

  /** Null: there are no more. */
  receiveCandidate(candidate: Candidate | null): void {
    this.#then(() => this.#addCandidate(candidate));
  }

  /** Waits no longer for the other side's first offer. */
  release(): void {
    this.#waits = false;
    this.#then(() => this.#offer());
  }

  /** Says and hears nothing from here on. The connection is its owner's to close. */
  close(): void {
    this.#sink = undefined;
  }

  #then(step: () => Promise<void>): void {
    this.#steps = this.#steps.then(async () => {
      try {
        if (this.#sink) await step();
      } catch (error) {
        // Whatever a connection rejects with is about one description. Closing makes it reject too.
        this.#sink?.failed(error);
      }
    });
  }

  async #offer(): Promise<void> {
    const connection = this.#connection;
    if (this.#offerNeeded && !this.#waits && connection.signalingState === "stable")
      await this.#describe(() => connection.createOffer());
  }

  async #accept(description: Description): Promise<void> {
    const connection = this.#connection;
    const isAnswer = description.type === "answer";
    const awaitsAnswer = connection.signalingState === "have-local-offer";
    // Otherwise it answers an offer that we have taken back since.
    if (isAnswer && !awaitsAnswer) return;
    if (!isAnswer) {
      this.#ignores = awaitsAnswer && !this.#polite;
      if (this.#ignores) return;
      if (awaitsAnswer) {
        await connection.setLocalDescription({ type: "rollback" });
        this.#offerNeeded = true;
      }
    }
    await connection.setRemoteDescription(description);
    for (const candidate of this.#waitingCandidates.splice(0)) await this.#addCandidate(candidate);
    this.#sink?.described();
    if (!isAnswer) await this.#describe(() => connection.createAnswer());
  }

  async #describe(create: () => Promise<RtcDescription>): Promise<void> {
    const connection = this.#connection;
    this.#sink?.describing?.();
    const description = await create();
    // Once stable again, the connection says anew whether it needs an offer. A need from before, most of all
    // that of an offer we took back, may be met by this very description.
    this.#offerNeeded = false;
    await connection.setLocalDescription(description);
    const { type, sdp = "" } = connection.localDescription ?? description;
    this.#sink?.sendDescription({ type: type as Description["type"], sdp });
  }

  async #addCandidate(candidate: Candidate | null): Promise<void> {
    if (!this.#connection.remoteDescription) {
      if (this.#ignores || this.#waitingCandidates.length >= maxWaitingCandidates) this.#droppedCandidates++;
      else this.#waitingCandidates.push(candidate);
      return;
    }
    try {
      await this.#connection.addIceCandidate(candidate);
    } catch {
      // One candidate less: it is the other side's, and belongs to no description of ours or to no grammar.
      this.#droppedCandidates++;
    }
  }
}

/** What of a candidate goes over the wire. */
function plain({ candidate, sdpMid, sdpMLineIndex, usernameFragment }: RtcCandidate): Candidate {
  return { candidate, sdpMid, sdpMLineIndex, ...(usernameFragment && { usernameFragment }) };
}
