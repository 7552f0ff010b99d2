/** My screen, a window or a tab, as the browser lets me choose it. It ends here, or by the browser's own button. */

export interface ScreenShareSink {
  /** Before anybody is sent the stream. */
  started(stream: MediaStream): void;
  ended(stream: MediaStream): void;
}

/** Words on a screen change seldom and must be sharp: fewer frames leave room for that. */
const WANTED: DisplayMediaStreamOptions = { video: { frameRate: { max: 15 } }, audio: false };

export class ScreenShare {
  readonly #sink: ScreenShareSink;
  #stream: MediaStream | undefined;
  /** Counts the ends: what is chosen after one is put away at once. */
  #visit = 0;

  constructor(sink: ScreenShareSink) {
    this.#sink = sink;
  }

  /** Phones have screens, but no way to share them. */
  static get possible(): boolean {
    return navigator.mediaDevices !== undefined && "getDisplayMedia" in navigator.mediaDevices;
  }

  /** Undefined while nothing is shared. */
  get stream(): MediaStream | undefined {
    return this.#stream;
  }

  /** Starts sharing what the browser asks for, or stops. Who thinks better of it has done nothing wrong. */
  async toggle(): Promise<void> {
    if (this.#stream) {
      this.stop();
      return;
    }
    const visit = this.#visit;
    const stream = await navigator.mediaDevices.getDisplayMedia(WANTED).catch((error: unknown) => {
      if (error instanceof DOMException && error.name === "NotAllowedError") return undefined;
      throw error;
    });
    if (!stream) return;
    if (visit !== this.#visit || this.#stream) {
      for (const track of stream.getTracks()) track.stop();
      return;
    }
    this.#stream = stream;
    for (const track of stream.getVideoTracks()) {
      track.contentHint = "detail";
      // Only for a track that ended by itself: stop() is silent.
      track.addEventListener("ended", () => this.#end(stream));
    }
    this.#sink.started(stream);
  }

  stop(): void {
    this.#visit++;
    const stream = this.#stream;
    if (!stream) return;
    for (const track of stream.getTracks()) track.stop();
    this.#end(stream);
  }

  #end(stream: MediaStream): void {
    if (this.#stream !== stream) return;
    this.#stream = undefined;
    this.#sink.ended(stream);
  }
}
