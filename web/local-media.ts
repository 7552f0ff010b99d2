/**
 * My camera and microphone. Muting keeps the track and sends silence, so that unmuting is instant;
 * turning the camera off gives the device back, so that its light goes out.
 *
 *   microphone   off ──▶ on ◀──▶ muted        camera   off ◀──▶ on        (a device that is lost: off)
 */

export type Device = "microphone" | "camera";
export type DeviceState = "off" | "on" | "muted";

/** A device that would not start, and the browser's name for why: `NotAllowedError`, `NotFoundError`… */
export class MediaFailure extends Error {
  override readonly name = "MediaFailure";
  readonly device: Device | "both";
  readonly reason: string;

  constructor(device: Device | "both", reason: string) {
    super(`${device}: ${reason}`);
    this.device = device;
    this.reason = reason;
  }
}

export interface LocalMediaSink {
  /** A track to send from now on; it belongs to `LocalMedia.stream`. */
  trackStarted(track: MediaStreamTrack): void;
  /** A track that is over. */
  trackEnded(track: MediaStreamTrack): void;
  /** Some device's state is no longer what it was. */
  changed(): void;
  /** A device went away by itself: unplugged, or taken back by the browser. */
  lost(device: Device): void;
}

const WANTED: Record<Device, MediaStreamConstraints> = {
  microphone: { audio: { echoCancellation: true, noiseSuppression: true } },
  // In a mesh every picture is sent once per peer: 540 lines leave room for that on a home uplink.
  camera: { video: { width: { ideal: 960 }, height: { ideal: 540 }, facingMode: "user" } },
};

export class LocalMedia {
  readonly stream: MediaStream = new MediaStream();
  readonly #sink: LocalMediaSink;
  /** Counts `stop`s: a device that starts after its room was left is put away at once. */
  #visit = 0;
  #starting = false;

  constructor(sink: LocalMediaSink) {
    this.#sink = sink;
  }

  get microphone(): DeviceState {
    const track = this.stream.getAudioTracks()[0];
    if (!track) return "off";
    return track.enabled ? "on" : "muted";
  }

  get camera(): DeviceState {
    return this.stream.getVideoTracks().length > 0 ? "on" : "off";
  }

  /**
   * Starts what is not on yet. When both are asked for and one cannot start, the other still does.
   *
   * @throws {MediaFailure} for what would not start.
   */
  async start(devices: readonly Device[] = ["microphone", "camera"]): Promise<void> {
    const missing = devices.filter((device) => this[device] === "off");
    if (this.#starting || missing.length === 0) return;
    this.#starting = true;
    try {
      await this.#open(missing);
    } finally {
      this.#starting = false;
      this.#sink.changed();
    }
  }

  /** Microphone: starts, mutes or unmutes. Camera: starts or stops. @throws {MediaFailure} */
  async toggle(device: Device): Promise<void> {
    if (this[device] === "off") return this.start([device]);
    if (device === "camera") {
      for (const track of this.stream.getVideoTracks()) this.#end(track);
    } else {
      for (const track of this.stream.getAudioTracks()) track.enabled = !track.enabled;
    }
    this.#sink.changed();
  }

  /** Gives every device back. */
  stop(): void {
    this.#visit++;
    for (const track of this.stream.getTracks()) this.#end(track);
    this.#sink.changed();
  }

  async #open(devices: readonly Device[]): Promise<void> {
    const visit = this.#visit;
    const opened = await this.#request(devices).catch(async (failure: MediaFailure) => {
      if (devices.length < 2 || failure.reason === "NotAllowedError") throw failure;
      return await this.#requestEach(devices);
    });
    for (const track of opened.tracks) {
      if (visit === this.#visit) this.#begin(track);
      else track.stop();
    }
    if (opened.failure) throw opened.failure;
  }

  async #requestEach(devices: readonly Device[]): Promise<Opened> {
    const tracks: MediaStreamTrack[] = [];
    const failures: MediaFailure[] = [];
    for (const device of devices) {
      await this.#request([device]).then(
        (opened) => tracks.push(...opened.tracks),
        (failure: MediaFailure) => failures.push(failure),
      );
    }
    const [first, second] = failures;
    return { tracks, failure: second ? new MediaFailure("both", second.reason) : first };
  }

  async #request(devices: readonly Device[]): Promise<Opened> {
    const named = devices.length > 1 ? "both" : devices[0]!;
    // Absent on a page that came over plain HTTP from another machine.
    if (!navigator.mediaDevices) throw new MediaFailure(named, "InsecureContext");
    const constraints = Object.assign({}, ...devices.map((device) => WANTED[device]));
    try {
      return { tracks: (await navigator.mediaDevices.getUserMedia(constraints)).getTracks() };
    } catch (error) {
      throw new MediaFailure(named, error instanceof Error ? error.name : "unknown");
    }
  }

  #begin(track: MediaStreamTrack): void {
    track.addEventListener("ended", () => {
      // Only for a track that ended by itself: stop() is silent.
      if (!this.stream.getTracks().includes(track)) return;
      this.#end(track);
      this.#sink.lost(track.kind === "audio" ? "microphone" : "camera");
      this.#sink.changed();
    });
    this.stream.addTrack(track);
    this.#sink.trackStarted(track);
  }

  #end(track: MediaStreamTrack): void {
    this.stream.removeTrack(track);
    track.stop();
    this.#sink.trackEnded(track);
  }
}

interface Opened {
  readonly tracks: readonly MediaStreamTrack[];
  readonly failure?: MediaFailure | undefined;
}
