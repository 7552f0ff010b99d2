import { describe, expect, it } from "vitest";
import { BusInUse, type BusInUseSink } from "../../src/signalling/bus-in-use.ts";
import { LocalBus } from "../../src/signalling/local-bus.ts";
import { FakeSharedBus, SharedLogs } from "./hub/fake-shared-bus.ts";

/** Notes what it is told, in words. */
function noting(): { readonly sink: BusInUseSink; readonly heard: string[] } {
  const heard: string[] = [];
  const sink: BusInUseSink = {
    opened: (room) => heard.push(`opened ${room}`),
    failed: (room, ref) => heard.push(`failed ${room} ${ref}`),
    appended: (room, { entry }) => heard.push(`appended ${room} ${entry.type}`),
    processGone: (process) => heard.push(`gone ${process}`),
    changed: (shared) => heard.push(`shared ${shared}`),
    announced: (topic) => heard.push(`announced ${topic}`),
    asked: () => "",
  };
  return { sink, heard };
}

describe("the bus in use", () => {
  it("is the one of a process that is alone, for good", async () => {
    const { sink, heard } = noting();
    const alone = new LocalBus();
    const inUse = new BusInUse(alone, sink);
    await inUse.start();
    inUse.bus.open("r");
    inUse.bus.append("r", 1, { type: "end" });
    expect([inUse.bus, inUse.isShared, heard]).toEqual([alone, true, ["opened r", "appended r end"]]);
    await inUse.close();
  });

  it("is a local one while the shared one reaches nobody; what that still says is not heard", async () => {
    const { sink, heard } = noting();
    const shared = new FakeSharedBus(new SharedLogs(), "p");
    const inUse = new BusInUse(shared, sink);
    await inUse.start();
    inUse.bus.open("r");
    while (shared.askNext() || shared.hearNext());
    inUse.bus.append("r", 1, { type: "end" });
    shared.lose();
    expect([inUse.isShared, inUse.bus.process]).toEqual([false, "p"]);
    shared.tell((late) => late.processGone("q"));
    while (shared.askNext() || shared.hearNext());
    inUse.bus.open("r");
    shared.find();
    shared.tell((late) => late.processGone("s"));
    while (shared.askNext() || shared.hearNext());
    expect([inUse.bus === shared, inUse.isShared]).toEqual([true, true]);
    expect(heard).toEqual(["opened r", "shared false", "opened r", "shared true", "gone s"]);
    await inUse.close();
  });
});
