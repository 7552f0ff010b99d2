/** One picture and who it is of: a person, or a person's screen. */
import { stamp, within } from "./dom.ts";
import type { PersonState } from "./presence.ts";
import { initials, wireOf } from "./wires.ts";
import { CONNECTION_WORDS, ICE_WORDS, RECONNECTING } from "./words.ts";

export class Tile {
  readonly element: HTMLElement;
  readonly video: HTMLVideoElement;
  readonly #state: HTMLElement;
  readonly #label: string;
  /** What the state says while the person is not away. */
  #words = "";
  #stream: MediaStream | undefined;
  #cameraOff = false;
  /** Ends the listening to the tracks of the stream shown before. */
  #watch = new AbortController();

  constructor(user: string, label: string) {
    this.element = stamp("tile-template");
    this.video = within(this.element, "video", HTMLVideoElement);
    this.#state = within(this.element, ".state", HTMLElement);
    this.#label = label;
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

  /** Gives the tile its button: about the person, or for a screen, all of mine for it. */
  offer(icon: string, verb: string, act: () => void): void {
    const button = within(this.element, ".more", HTMLButtonElement);
    button.setAttribute("aria-label", `${verb} ${this.#label}`);
    within(button, "use", SVGUseElement).setAttribute("href", `#icon-${icon}`);
    button.addEventListener("click", act);
    button.hidden = false;
  }

  /** It shows a screen and no person: whole, and without initials. */
  becomeScreen(): void {
    this.element.dataset.screen = "";
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
    this.#words = words;
    this.#showWords();
  }

  /** The person has lost the server, and may come back; what they send goes on. */
  showAway(away: boolean): void {
    if (away) this.element.dataset.away = "";
    else delete this.element.dataset.away;
    this.#showWords();
  }

  showHost(host: boolean): void {
    within(this.element, ".host", HTMLElement).hidden = !host;
  }

  /** What is not known is not shown as off. */
  showPresence({ hand, microphone, camera }: PersonState): void {
    this.#cameraOff = camera === "off";
    within(this.element, ".muted", HTMLElement).hidden = microphone !== "off" && microphone !== "muted";
    within(this.element, ".dark", HTMLElement).hidden = !this.#cameraOff;
    within(this.element, ".hand", HTMLElement).hidden = !hand;
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

  #showWords(): void {
    const words = "away" in this.element.dataset ? RECONNECTING : this.#words;
    if (this.#state.textContent !== words) this.#state.textContent = words;
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
