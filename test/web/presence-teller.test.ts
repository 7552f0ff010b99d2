import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  SignallingError,
  type SignallingErrorCode,
  type SignallingSession,
} from "../../src/signalling/client/index.ts";
import type { PersonState } from "../../web/presence.ts";
import { PresenceTeller } from "../../web/presence-teller.ts";

const calm: PersonState = { hand: false, microphone: "on", camera: "off", screen: undefined };
const raised: PersonState = { ...calm, hand: true };

/** A session in a room, which answers as it is told to. */
class FakeSession {
  room: string | undefined = "kitchen";
  readonly told: unknown[] = [];
  refusal: { code: SignallingErrorCode; retryAfter?: number } | undefined;
  #joined: () => void = () => {};

  addEventListener(_: string, listener: () => void): void {
    this.#joined = listener;
  }

  async setPresence(presence: unknown): Promise<void> {
    this.told.push(presence);
    const { refusal } = this;
    this.refusal = undefined;
    if (refusal) throw new SignallingError(refusal.code, "", refusal.retryAfter);
  }

  join(): void {
    this.#joined();
  }
}

let session: FakeSession;
let teller: PresenceTeller;
beforeEach(() => {
  vi.useFakeTimers();
  session = new FakeSession();
  teller = new PresenceTeller(session as unknown as SignallingSession);
});
afterEach(() => {
  vi.useRealTimers();
});

const hands = (): unknown[] => session.told.map((presence) => (presence as PersonState).hand);

describe("what others are told of me", () => {
  it("is told once, however often it is the same, and again when it is not", () => {
    for (const state of [calm, { ...calm }, raised, calm]) teller.tell(state);
    expect(hands()).toEqual([false, true, false]);
  });

  it("waits until there is a room", () => {
    session.room = undefined;
    teller.tell(raised);
    expect(session.told).toEqual([]);
    session.room = "kitchen";
    session.join();
    expect(hands()).toEqual([true]);
  });

  it("is told anew to a room that is entered anew, whatever became of it before", async () => {
    session.refusal = { code: "lost" };
    teller.tell(raised);
    await vi.runAllTimersAsync();
    session.join();
    session.join();
    expect(hands()).toEqual([true, true, true]);
  });

  it("is told again, as it is then, when it was too much at once", async () => {
    session.refusal = { code: "rate-limited", retryAfter: 700 };
    teller.tell(raised);
    await vi.advanceTimersByTimeAsync(699);
    expect(hands()).toEqual([true]);
    await vi.advanceTimersByTimeAsync(1);
    expect(hands()).toEqual([true, true]);
    session.refusal = { code: "rate-limited" };
    teller.tell(calm);
    await vi.advanceTimersByTimeAsync(0);
    teller.tell(raised);
    await vi.runAllTimersAsync();
    expect(hands().at(-1)).toBe(true);
  });
});
