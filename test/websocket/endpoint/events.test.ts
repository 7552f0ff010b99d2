import { afterEach, describe, expect, it, vi } from "vitest";
import { type BaseEvent, Events } from "../../../src/websocket/endpoint/events.ts";

interface BellEvents {
  ring: BaseEvent<"ring", Bell> & { readonly times: number };
  stop: BaseEvent<"stop", Bell>;
}

class Bell extends Events<BellEvents> {
  ring(times = 1): void {
    this.emit("ring", { type: "ring", target: this, times });
  }
  get onring(): ((event: BellEvents["ring"]) => void) | null {
    return this.handler("ring");
  }
  set onring(handler: ((event: BellEvents["ring"]) => void) | null) {
    this.setHandler("ring", handler);
  }
}

afterEach(() => void vi.restoreAllMocks());

describe("events as browsers have them", () => {
  it("reach all listeners of their type, in the order they were added", () => {
    const bell = new Bell();
    const heard: string[] = [];
    bell.addEventListener("ring", ({ type, target, times }) =>
      heard.push(`a ${type} ${target === bell} ${times}`),
    );
    bell.addEventListener("ring", { handleEvent: ({ times }) => heard.push(`b ${times}`) });
    bell.addEventListener("stop", () => heard.push("stop"));
    bell.ring(3);
    expect(heard).toEqual(["a ring true 3", "b 3"]);
  });

  it("reach an object's handleEvent with the object as this", () => {
    const listener = {
      heard: 0,
      handleEvent({ times }: { times: number }) {
        this.heard += times;
      },
    };
    const bell = new Bell();
    bell.addEventListener("ring", listener);
    bell.ring(2);
    expect(listener.heard).toBe(2);
  });

  it("reach a listener once, however often it was added", () => {
    const bell = new Bell();
    const listener = vi.fn();
    bell.addEventListener("ring", listener);
    bell.addEventListener("ring", listener);
    bell.ring();
    expect(listener).toHaveBeenCalledTimes(1);
  });

  it("no longer reach a listener that was removed, nor care when it was never there", () => {
    const bell = new Bell();
    const listener = vi.fn();
    bell.removeEventListener("ring", listener);
    bell.addEventListener("ring", listener);
    bell.removeEventListener("ring", listener);
    bell.ring();
    expect(listener).not.toHaveBeenCalled();
  });

  it("reach a listener that was added with `once` once, even when it causes the next", () => {
    const bell = new Bell();
    const heard: number[] = [];
    const listener = ({ times }: { times: number }): void => {
      heard.push(times);
      if (times === 1) bell.ring(2);
    };
    bell.addEventListener("ring", listener, { once: true });
    bell.ring(1);
    expect(heard).toEqual([1]);
  });

  it("no longer reach a listener whose signal was aborted, before or after it was added", () => {
    const bell = new Bell();
    const listener = vi.fn();
    const controller = new AbortController();
    bell.addEventListener("ring", listener, { signal: controller.signal });
    bell.ring();
    controller.abort();
    bell.ring();
    bell.addEventListener("ring", listener, { signal: AbortSignal.abort() });
    bell.ring();
    expect(listener).toHaveBeenCalledTimes(1);
  });

  it("leave nothing behind on a signal when the listener was removed, or heard what it wanted once", () => {
    const bell = new Bell();
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, "addEventListener");
    const removed = vi.spyOn(signal, "removeEventListener");
    const listener = vi.fn();
    bell.addEventListener("ring", listener, { signal });
    bell.removeEventListener("ring", listener);
    bell.addEventListener("ring", listener, { signal, once: true });
    bell.ring();
    expect(removed.mock.calls.map(([, abort]) => abort)).toEqual(added.mock.calls.map(([, abort]) => abort));
    expect(added).toHaveBeenCalledTimes(2);
  });

  it("do not reach a listener that another one added or removed in the meantime", () => {
    const bell = new Bell();
    const added = vi.fn();
    const removed = vi.fn();
    bell.addEventListener("ring", () => {
      bell.addEventListener("ring", added);
      bell.removeEventListener("ring", removed);
    });
    bell.addEventListener("ring", removed);
    bell.ring();
    expect(added).not.toHaveBeenCalled();
    expect(removed).not.toHaveBeenCalled();
    bell.ring();
    expect(added).toHaveBeenCalledTimes(1);
  });

  it("reach the others when one listener throws, whose error is uncaught", () => {
    const microtasks = vi.spyOn(globalThis, "queueMicrotask").mockImplementation(() => {});
    const bell = new Bell();
    const after = vi.fn();
    bell.addEventListener("ring", () => {
      throw new Error("deaf");
    });
    bell.addEventListener("ring", after);
    bell.ring();
    expect(after).toHaveBeenCalledTimes(1);
    expect(microtasks).toHaveBeenCalledTimes(1);
    expect(microtasks.mock.calls[0]![0]).toThrow("deaf");
  });
});

describe("the on… property of an event", () => {
  it("holds one listener, which the next one replaces and null removes", () => {
    const bell = new Bell();
    const [first, second] = [vi.fn(), vi.fn()];
    expect(bell.onring).toBeNull();
    bell.onring = first;
    bell.onring = second;
    expect(bell.onring).toBe(second);
    bell.ring();
    bell.onring = null;
    expect(bell.onring).toBeNull();
    bell.ring();
    expect([first.mock.calls.length, second.mock.calls.length]).toEqual([0, 1]);
  });

  it("has nothing to do with a listener that is the same function", () => {
    const bell = new Bell();
    const listener = vi.fn();
    bell.addEventListener("ring", listener);
    bell.onring = listener;
    bell.ring();
    expect(listener).toHaveBeenCalledTimes(2);
    bell.onring = null;
    bell.ring();
    expect(listener).toHaveBeenCalledTimes(3);
  });
});
