import { describe, expect, it } from "vitest";
import { Events } from "../../../src/signalling/client/events.ts";

class Bell extends Events<{ ring: number; stop: string }> {
  ring(times: number): void {
    this.emit("ring", times);
  }
}

describe("events", () => {
  it("reach the listeners of their type, in the order they were added, once each", () => {
    const bell = new Bell();
    const heard: string[] = [];
    const first = (times: number): void => void heard.push(`first ${times}`);
    bell.addEventListener("ring", first);
    bell.addEventListener("stop", () => heard.push("stop"));
    bell.addEventListener("ring", (times) => heard.push(`second ${times}`));
    bell.ring(1);
    expect(heard).toEqual(["first 1", "second 1"]);
    bell.removeEventListener("ring", first);
    bell.removeEventListener("ring", first);
    bell.ring(2);
    expect(heard).toEqual(["first 1", "second 1", "second 2"]);
  });

  it("call a listener once that was added twice", () => {
    const bell = new Bell();
    let rung = 0;
    const listener = (times: number): void => {
      rung += times;
    };
    bell.addEventListener("ring", listener);
    bell.addEventListener("ring", listener);
    bell.ring(1);
    expect(rung).toBe(1);
  });

  it("stop reaching a listener whose signal aborts, and never reach one whose signal had aborted", () => {
    const bell = new Bell();
    const control = new AbortController();
    let rung = 0;
    bell.addEventListener("ring", () => rung++, { signal: control.signal });
    bell.ring(1);
    control.abort();
    bell.addEventListener("ring", () => rung++, { signal: control.signal });
    bell.ring(2);
    expect(rung).toBe(1);
  });

  it("are not disturbed by a listener that removes another while they are told", () => {
    const bell = new Bell();
    const heard: string[] = [];
    const second = (): void => void heard.push("second");
    bell.addEventListener("ring", () => bell.removeEventListener("ring", second));
    bell.addEventListener("ring", second);
    bell.ring(1);
    bell.ring(2);
    expect(heard).toEqual(["second"]);
  });

  it("reach the others when one listener throws, whose error is reported", async () => {
    const bell = new Bell();
    const reported = new Promise((resolve) => {
      const others = process.listeners("unhandledRejection");
      process.removeAllListeners("unhandledRejection");
      process.once("unhandledRejection", (error) => {
        for (const other of others) process.on("unhandledRejection", other);
        resolve(error);
      });
    });
    const error = new Error("a bug of the listener");
    let rung = 0;
    bell.addEventListener("ring", () => {
      throw error;
    });
    bell.addEventListener("ring", () => rung++);
    bell.ring(1);
    expect(rung).toBe(1);
    expect(await reported).toBe(error);
  });
});
