import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Candidate, Description } from "../../../src/signalling/client/index.ts";
import { Negotiation } from "../../../src/signalling/client/negotiation.ts";
import { FakeConnection, sdpOf } from "./fake-connection.ts";

/** Lets everything that is not waiting for us run to its end. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const candidate = (text: string): Candidate => ({ candidate: text, sdpMid: "0", sdpMLineIndex: 0 });
const offer = (...names: readonly string[]): Description => ({ type: "offer", sdp: sdpOf(names) });
const answer = (...names: readonly string[]): Description => ({ type: "answer", sdp: sdpOf(names) });

/** One side, with what it said. */
function side({ polite = false, waits = false } = {}) {
  const connection = new FakeConnection();
  const said: unknown[] = [];
  const negotiation = new Negotiation({
    connection: connection.asConnection(),
    polite,
    waits,
    sink: {
      sendDescription: (description) => said.push(description),
      sendCandidate: (one) => said.push({ candidate: one }),
      described: () => said.push("described"),
      failed: (error) => said.push(`failed: ${(error as Error).message}`),
    },
  });
  return { connection, negotiation, said };
}

describe("one side of a negotiation", () => {
  it("offers when its connection needs it, and is done when answered", async () => {
    const { connection, negotiation, said } = side();
    connection.want("audio");
    await settle();
    expect(said).toEqual([offer("audio")]);
    negotiation.receiveDescription(answer("video"));
    await settle();
    expect(said).toEqual([offer("audio"), "described"]);
    expect([connection.signalingState, connection.received]).toEqual(["stable", ["video"]]);
  });

  it("answers an offer", async () => {
    const { negotiation, said } = side();
    negotiation.receiveDescription(offer("video"));
    await settle();
    expect(said).toEqual(["described", answer()]);
  });

  it("offers once for what changed while it was busy", async () => {
    const { connection, negotiation, said } = side();
    connection.want("audio");
    await settle();
    connection.want("video");
    connection.want("screen");
    negotiation.receiveDescription(answer());
    await settle();
    expect(said).toEqual([offer("audio"), "described", offer("audio", "video", "screen")]);
  });

  it("ignores an offer that meets its own when it is impolite, and the candidates of that offer", async () => {
    const { connection, negotiation, said } = side();
    connection.want("audio");
    await settle();
    negotiation.receiveDescription(offer("video"));
    negotiation.receiveCandidate(candidate("of the ignored"));
    negotiation.receiveDescription(answer("video"));
    negotiation.receiveCandidate(candidate("of the answer"));
    await settle();
    expect(said).toEqual([offer("audio"), "described"]);
    expect(connection.candidates).toEqual([candidate("of the answer")]);
    expect(negotiation.droppedCandidates).toBe(1);
  });

  it("takes its own offer back when it is polite, answers, and then offers anew", async () => {
    const { connection, negotiation, said } = side({ polite: true });
    connection.want("audio");
    await settle();
    negotiation.receiveDescription(offer("video"));
    await settle();
    expect(said).toEqual([offer("audio"), "described", answer(), offer("audio")]);
    expect(connection.received).toEqual(["video"]);
  });

  it("offers anew when what it took its offer back for was garbage", async () => {
    const { connection, negotiation, said } = side({ polite: true });
    connection.want("audio");
    await settle();
    negotiation.receiveDescription({ type: "offer", sdp: "garbage" });
    await settle();
    expect(said).toEqual([offer("audio"), "failed: not SDP", offer("audio")]);
  });

  it("drops an answer to an offer that it took back", async () => {
    const { negotiation, said } = side({ polite: true });
    negotiation.receiveDescription(answer("late"));
    await settle();
    expect(said).toEqual([]);
  });

  it("goes on after garbage", async () => {
    const { connection, negotiation, said } = side();
    negotiation.receiveDescription({ type: "offer", sdp: "garbage" });
    negotiation.receiveDescription(offer("video"));
    await settle();
    expect(said).toEqual(["failed: not SDP", "described", answer()]);
    expect(connection.signalingState).toBe("stable");
  });

  it("restarts ICE when it fails", async () => {
    const { connection, said } = side();
    connection.fail();
    await settle();
    expect([connection.restarts, said]).toEqual([1, [offer("restart 1")]]);
  });

  it("holds its first offer back until it has heard one", async () => {
    const { connection, negotiation, said } = side({ waits: true });
    connection.want("audio");
    await settle();
    expect(said).toEqual([]);
    negotiation.receiveDescription(offer("video"));
    await settle();
    expect(said).toEqual(["described", answer(), offer("audio")]);
  });

  it("holds its first offer back until it is released", async () => {
    const { connection, negotiation, said } = side({ waits: true });
    connection.want("audio");
    await settle();
    negotiation.release();
    await settle();
    expect(said).toEqual([offer("audio")]);
  });

  it("offers nothing when released without a need", async () => {
    const { negotiation, said } = side({ waits: true });
    negotiation.release();
    await settle();
    expect(said).toEqual([]);
  });

  it("says and hears nothing once closed", async () => {
    const { connection, negotiation, said } = side();
    negotiation.receiveDescription(offer("video"));
    connection.want("audio");
    negotiation.close();
    connection.emit("icecandidate", { candidate: candidate("late") });
    connection.fail();
    await settle();
    expect([said, connection.restarts, connection.remoteDescription]).toEqual([[], 0, null]);
  });
});

describe("candidates", () => {
  it("wait for the description they belong to, in order", async () => {
    const { connection, negotiation } = side();
    negotiation.receiveCandidate(candidate("1"));
    negotiation.receiveCandidate(candidate("2"));
    negotiation.receiveCandidate(null);
    await settle();
    expect(connection.candidates).toEqual([]);
    negotiation.receiveDescription(offer());
    negotiation.receiveCandidate(candidate("3"));
    await settle();
    expect(connection.candidates).toEqual([candidate("1"), candidate("2"), null, candidate("3")]);
  });

  it("wait in bounded number", async () => {
    const { connection, negotiation } = side();
    for (let i = 0; i < 300; i++) negotiation.receiveCandidate(candidate(`${i}`));
    negotiation.receiveDescription(offer());
    await settle();
    expect([connection.candidates.length, negotiation.droppedCandidates]).toEqual([256, 44]);
  });

  it("that are garbage are dropped and hurt nothing", async () => {
    const { connection, negotiation, said } = side();
    negotiation.receiveDescription(offer());
    negotiation.receiveCandidate(candidate("garbage"));
    negotiation.receiveCandidate(candidate("good"));
    await settle();
    expect(connection.candidates).toEqual([candidate("good")]);
    expect([negotiation.droppedCandidates, said]).toEqual([1, ["described", answer()]]);
  });

  it("of ours go out as plain objects, and their end as null", () => {
    const { connection, said } = side();
    const native = {
      ...candidate("candidate:1"),
      usernameFragment: "abcd",
      foundation: "1",
      toJSON: () => "no",
    };
    connection.emit("icecandidate", { candidate: native });
    connection.emit("icecandidate", { candidate: { ...native, usernameFragment: null } });
    connection.emit("icecandidate", { candidate: null });
    expect(said).toEqual([
      { candidate: { ...candidate("candidate:1"), usernameFragment: "abcd" } },
      { candidate: candidate("candidate:1") },
      { candidate: null },
    ]);
  });
});

const seed = 20_250_707;

/** Two sides and a network; each pause and each transit takes as many turns as `turns` says next. */
class Couple {
  readonly connections: readonly [FakeConnection, FakeConnection];
  readonly failures: unknown[] = [];
  readonly #turns: () => number;
  #running = 0;

  constructor(turns: () => number) {
    this.#turns = turns;
    const pause = (): Promise<void> => this.pause();
    this.connections = [new FakeConnection(pause), new FakeConnection(pause)];
    const negotiations = this.connections.map((connection, at): Negotiation => {
      let transit: Promise<void> = Promise.resolve();
      return new Negotiation({
        connection: connection.asConnection(),
        polite: at === 0,
        sink: {
          sendDescription: (description) => {
            // A pause for each, but one after the other: the network keeps the order.
            transit = transit.then(pause).then(() => negotiations[1 - at]!.receiveDescription(description));
          },
          sendCandidate: () => {},
          described: () => {},
          failed: (error) => this.failures.push(error),
        },
      });
    });
  }

  async pause(): Promise<void> {
    this.#running++;
    for (let turn = this.#turns(); turn > 0; turn--) await settle();
    this.#running--;
  }

  /** Waits until nothing has happened for longer than anything takes. */
  async rest(): Promise<void> {
    for (let quiet = 0; quiet < 10; quiet++) {
      await settle();
      if (this.#running > 0) quiet = 0;
    }
  }
}

describe(`two sides that change at any time, seed ${seed}`, () => {
  it("both know in the end what the other wants, without one description refused", async () => {
    const change = fc.record({ side: fc.constantFrom(0, 1), after: fc.nat(6) });
    const property = fc.asyncProperty(
      fc.array(change, { minLength: 1, maxLength: 12 }),
      fc.infiniteStream(fc.nat(4)),
      async (changes, turns) => {
        const couple = new Couple(() => turns.next().value ?? 0);
        for (const [at, { side: who, after }] of changes.entries()) {
          for (let turn = 0; turn < after; turn++) await settle();
          couple.connections[who]!.want(`track ${at}`);
        }
        await couple.rest();
        const [a, b] = couple.connections;
        expect(couple.failures).toEqual([]);
        expect([a.signalingState, b.signalingState]).toEqual(["stable", "stable"]);
        expect([...b.received].sort()).toEqual([...a.wanted].sort());
        expect([...a.received].sort()).toEqual([...b.wanted].sort());
      },
    );
    await fc.assert(property, { seed, numRuns: 200 });
  });
});
