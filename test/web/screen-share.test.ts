import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ScreenShare } from "../../web/screen-share.ts";

class FakeTrack extends EventTarget {
  contentHint = "";
  stopped = false;
  stop(): void {
    this.stopped = true;
  }
}

class FakeStream {
  readonly track: FakeTrack = new FakeTrack();
  getTracks(): readonly FakeTrack[] {
    return [this.track];
  }
  getVideoTracks(): readonly FakeTrack[] {
    return [this.track];
  }
}

const choose = vi.fn<() => Promise<FakeStream>>();
let heard: string[];
let share: ScreenShare;
beforeEach(() => {
  choose.mockReset();
  vi.stubGlobal("navigator", { mediaDevices: { getDisplayMedia: choose } });
  heard = [];
  share = new ScreenShare({ started: () => heard.push("started"), ended: () => heard.push("ended") });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

describe("my screen", () => {
  it("is shared until I stop, sharp rather than smooth", async () => {
    const stream = new FakeStream();
    choose.mockResolvedValue(stream);
    await share.toggle();
    expect(share.stream).toBe(stream);
    expect(stream.track.contentHint).toBe("detail");
    await share.toggle();
    expect([share.stream, stream.track.stopped]).toEqual([undefined, true]);
    expect(heard).toEqual(["started", "ended"]);
  });

  it("is shared no more when the browser's own button ends it, said once", async () => {
    const stream = new FakeStream();
    choose.mockResolvedValue(stream);
    await share.toggle();
    stream.track.dispatchEvent(new Event("ended"));
    share.stop();
    expect(share.stream).toBeUndefined();
    expect(heard).toEqual(["started", "ended"]);
  });

  it("is not shared when I think better of it, which is no failure", async () => {
    choose.mockRejectedValue(new DOMException("", "NotAllowedError"));
    await share.toggle();
    expect(heard).toEqual([]);
  });

  it("fails as the browser does", async () => {
    choose.mockRejectedValue(new DOMException("", "InvalidStateError"));
    await expect(share.toggle()).rejects.toMatchObject({ name: "InvalidStateError" });
    expect(share.stream).toBeUndefined();
  });

  it("is given back at once when it is chosen after I have left, or for the second time", async () => {
    const [late, first, second] = [new FakeStream(), new FakeStream(), new FakeStream()];
    choose.mockResolvedValueOnce(late);
    const choosing = share.toggle();
    share.stop();
    await choosing;
    expect([late.track.stopped, heard]).toEqual([true, []]);
    choose.mockResolvedValueOnce(first).mockResolvedValueOnce(second);
    await Promise.all([share.toggle(), share.toggle()]);
    expect([share.stream, first.track.stopped, second.track.stopped]).toEqual([first, false, true]);
    expect(heard).toEqual(["started"]);
  });

  it("cannot be shared where the browser knows no way", () => {
    expect(ScreenShare.possible).toBe(true);
    vi.stubGlobal("navigator", { mediaDevices: {} });
    expect(ScreenShare.possible).toBe(false);
    vi.stubGlobal("navigator", {});
    expect(ScreenShare.possible).toBe(false);
  });
});
