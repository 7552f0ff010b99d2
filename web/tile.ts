/** One person's tile: picture or initials, name, and the two states in words over their wire. */
import { stamp, within } from "./dom.ts";
import { initials, wireOf } from "./wires.ts";
import { CONNECTION_WORDS, ICE_WORDS } from "./words.ts";

export class Tile {
  readonly element: HTMLElement;
  readonly video: HTMLVideoElement;
  readonly #state: HTMLElement;
  readonly #muted: HTMLElement;
  #stream: MediaStream | undefined;
  #cameraOff = false;
  /** Ends the listening to the tracks of the stream shown before. */
  #watch = new AbortController();

  constructor(user: string, label: string) {
    this.element = stamp("tile-template");
    this.video = within(this.element, "video", HTMLVideoElement);
    this.#state = within(this.element, ".state", HTMLElement);
    this.#muted = within(this.element, ".muted", HTMLElement);
    this.element.dataset.wire = String(wireOf(user));
    within(this.element, ".name", HTMLElement).textContent = label;
    within(this.element, ".portrait", HTMLElement).textContent = initials(user);
    this.video.setAttribute("aria-label", `Picture of ${label}`);
    this.video.addEventListener("resize", () => {
      this.element.dataset.upright = String(this.video.videoHeight > this.video.videoWidth);
      this.#showPicture(); // the first frame is a change of size
    });
    this.#showPicture();
  }

  /** Plays this stream from now on. Rejects like `HTMLMediaElement.play` when sound may not start by itself. */
  async play(stream: MediaStream): Promise<void> {
    if (this.#stream !== stream) {
      this.#watchStream(stream);
      this.video.srcObject = stream;
    }
    this.#showPicture();
    await this.video.play();
  }

  showStates(connection: RTCPeerConnectionState, ice: RTCIceConnectionState): void {
    this.element.dataset.connection = connection;
    this.element.dataset.ice = ice;
    this.say(`${CONNECTION_WORDS[connection]} · ${ICE_WORDS[ice]}`);
  }

  say(words: string): void {
    if (this.#state.textContent !== words) this.#state.textContent = words;
  }

  /** Whether this person's microphone and camera are known to send nothing. */
  showOff({ microphone, camera }: { readonly microphone: boolean; readonly camera: boolean }): void {
    this.#muted.hidden = !microphone;
    this.#cameraOff = camera;
    this.#showPicture();
  }

  /** Shows no stream any more. */
  clear(): void {
    this.#watch.abort();
    this.#stream = undefined;
    this.video.srcObject = null;
    this.#showPicture();
  }

  remove(): void {
    this.clear();
    this.element.remove();
  }

  #watchStream(stream: MediaStream): void {
    this.#watch.abort();
    this.#watch = new AbortController();
    this.#stream = stream;
    const { signal } = this.#watch;
    const look = (): void => this.#showPicture();
    const watchTrack = (track: MediaStreamTrack): void => track.addEventListener("ended", look, { signal });
    for (const track of stream.getTracks()) watchTrack(track);
    stream.addEventListener(
      "addtrack",
      ({ track }) => {
        watchTrack(track);
        look();
      },
      { signal },
    );
    stream.addEventListener("removetrack", look, { signal });
  }

  /**
   * There is a picture when a frame has come and the camera was not turned off since. A remote track's own
   * `muted` does not tell: in Chromium it stays true when two offers have met, while the frames flow.
   */
  #showPicture(): void {
    const live = this.#stream?.getVideoTracks().some((track) => track.readyState === "live") ?? false;
    this.element.dataset.picture = String(live && !this.#cameraOff && this.video.videoWidth > 0);
  }
}
