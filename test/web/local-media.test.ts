import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LocalMedia } from "../../web/local-media.ts";

/** As much of a track as LocalMedia uses. */
class FakeTrack extends EventTarget {
  readonly kind: "audio" | "video";
  enabled = true;
  readyState: "live" | "ended" = "live";

  constructor(kind: "audio" | "video") {
    super();
    this.kind = kind;
  }

  stop(): void {
    this.readyState = "ended";
  }
}

class FakeStream {
  #tracks: FakeTrack[] = [];
  getTracks = (): FakeTrack[] => [...this.#tracks];
  getAudioTracks = (): FakeTrack[] => this.#tracks.filter(({ kind }) => kind === "audio");
  getVideoTracks = (): FakeTrack[] => this.#tracks.filter(({ kind }) => kind === "video");

  addTrack(track: FakeTrack): void {
    this.#tracks.push(track);
  }

  removeTrack(track: FakeTrack): void {
    this.#tracks = this.#tracks.filter((one) => one !== track);
  }
}

/** What the browser was asked for, and the tracks it gave. */
let asked: string[];
let given: FakeTrack[];
/** The error's name for each device that does not start. */
let broken: { audio?: string; video?: string };
let answer: Promise<void>;
let told: string[];
let media: LocalMedia;

beforeEach(() => {
  [asked, given, broken, answer, told] = [[], [], {}, Promise.resolve(), []];
  vi.stubGlobal("MediaStream", FakeStream);
  vi.stubGlobal("navigator", { mediaDevices: { getUserMedia } });
  media = new LocalMedia({
    trackStarted: ({ kind }) => told.push(`${kind} started`),
    trackEnded: ({ kind }) => told.push(`${kind} ended`),
    changed: () => {},
    lost: (device) => told.push(`${device} lost`),
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

async function getUserMedia(constraints: MediaStreamConstraints): Promise<FakeStream> {
  const kinds = (["audio", "video"] as const).filter((kind) => constraints[kind] !== undefined);
  asked.push(kinds.join("+"));
  await answer;
  const fault = kinds.map((kind) => broken[kind]).find((name) => name !== undefined);
  if (fault !== undefined) throw new DOMException("", fault);
  const stream = new FakeStream();
  for (const kind of kinds) stream.addTrack(new FakeTrack(kind));
  given.push(...stream.getTracks());
  return stream;
}

const states = (): string => `${media.microphone}, ${media.camera}`;

describe("starting", () => {
  it("asks for both devices at once", async () => {
    await media.start();
    expect(asked).toEqual(["audio+video"]);
    expect(told).toEqual(["audio started", "video started"]);
    expect(states()).toBe("on, on");
  });

  it("starts one when the other is missing, and says which", async () => {
    broken = { video: "NotFoundError" };
    await expect(media.start()).rejects.toMatchObject({ device: "camera", reason: "NotFoundError" });
    expect(asked).toEqual(["audio+video", "audio", "video"]);
    expect(states()).toBe("on, off");
  });

  it("says so of both when neither starts", async () => {
    broken = { audio: "NotFoundError", video: "NotReadableError" };
    await expect(media.start()).rejects.toMatchObject({ device: "both" });
    expect(states()).toBe("off, off");
  });

  it("does not ask twice of who said no", async () => {
    broken = { audio: "NotAllowedError", video: "NotAllowedError" };
    await expect(media.start()).rejects.toMatchObject({ device: "both", reason: "NotAllowedError" });
    expect(asked).toEqual(["audio+video"]);
  });

  it("asks once, however often the button is pressed meanwhile", async () => {
    await Promise.all([media.start(), media.start(), media.start()]);
    expect(asked).toEqual(["audio+video"]);
  });

  it("can be tried again after a failure", async () => {
    broken = { audio: "NotReadableError", video: "NotReadableError" };
    await expect(media.start()).rejects.toThrow();
    broken = {};
    await media.start();
    expect(states()).toBe("on, on");
  });

  it("puts a device away that starts after its room was left", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    answer = promise;
    const started = media.start();
    media.stop();
    resolve();
    await started;
    expect(given.map(({ readyState }) => readyState)).toEqual(["ended", "ended"]);
    expect([states(), told]).toEqual(["off, off", []]);
  });

  it("says that the page must be secure where a browser has no devices to give", async () => {
    vi.stubGlobal("navigator", {});
    await expect(media.start()).rejects.toMatchObject({ reason: "InsecureContext" });
  });
});

describe("turning off and on", () => {
  it("keeps the microphone open while it is muted", async () => {
    await media.start();
    await media.toggle("microphone");
    expect(states()).toBe("muted, on");
    expect(given[0]).toMatchObject({ enabled: false, readyState: "live" });
    await media.toggle("microphone");
    expect(states()).toBe("on, on");
    expect(asked).toHaveLength(1);
  });

  it("gives the camera back, and asks for it again", async () => {
    await media.start();
    await media.toggle("camera");
    expect(states()).toBe("on, off");
    expect(given[1]?.readyState).toBe("ended");
    await media.toggle("camera");
    expect(states()).toBe("on, on");
    expect(asked).toEqual(["audio+video", "video"]);
  });

  it("gives everything back at the end", async () => {
    await media.start();
    media.stop();
    expect(given.map(({ readyState }) => readyState)).toEqual(["ended", "ended"]);
    expect(told.slice(2)).toEqual(["audio ended", "video ended"]);
  });
});

describe("a device that goes away by itself", () => {
  it("is off, and somebody is told", async () => {
    await media.start();
    given[1]?.dispatchEvent(new Event("ended"));
    expect(states()).toBe("on, off");
    expect(told.slice(2)).toEqual(["video ended", "camera lost"]);
  });
});
