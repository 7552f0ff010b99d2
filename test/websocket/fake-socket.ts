/** A socket as iterators and streams see it: a test says what arrives, and who paused it is counted. */
import type { CloseEvent, MessageEvent, PartEvent } from "../../src/websocket/endpoint/endpoint-events.ts";
import { Events } from "../../src/websocket/endpoint/events.ts";

interface FakeEvents {
  message: Omit<MessageEvent<unknown>, "target">;
  part: Omit<PartEvent<unknown>, "target">;
  close: Omit<CloseEvent<unknown>, "target">;
}

export class FakeSocket extends Events<FakeEvents> {
  readyState = 1;
  readonly holders: Set<unknown> = new Set();

  get isPaused(): boolean {
    return this.holders.size > 0;
  }
  pause(by: unknown): void {
    this.holders.add(by);
  }
  resume(by: unknown): void {
    this.holders.delete(by);
  }

  /** Messages arrive. */
  message(...messages: (string | Buffer)[]): void {
    for (const data of messages) this.emit("message", { type: "message", data });
  }
  /** Parts of one message arrive; `undefined` is its end. */
  parts(...parts: (string | Buffer | undefined)[]): void {
    const isText = !parts.some((part) => Buffer.isBuffer(part));
    for (const part of parts) {
      const data = part ?? (isText ? "" : Buffer.alloc(0));
      this.emit("part", { type: "part", data, isText, final: part === undefined });
    }
  }
  /** The connection is over: cleanly with a code of its own. */
  over(code = 1000, reason = ""): void {
    this.readyState = 3;
    this.emit("close", { type: "close", code, reason, wasClean: code !== 1006 });
  }
}
