import { describe, expect, it } from "vitest";
import { hashOf, sealSuccessor } from "../../src/auth/refresh-token.ts";
import type { StoredSession } from "../../src/auth/store.ts";
import { contextAt, decide, opened, secretOf, Transcript } from "./refresh-transcript.ts";
import { beginning, day, elsewhere, home } from "./virtual-auth.ts";

describe("RFC 6749 §6 the current token", () => {
  it("is exchanged for a successor: the session is saved with its hash, and then the tokens are issued", () => {
    const session: StoredSession = {
      ...opened,
      ...elsewhere,
      lastSeenAt: beginning + 5_000,
      expiresAt: beginning + 5_000 + 30 * day,
      current: hashOf(secretOf(1)),
      rotations: [
        {
          spent: hashOf(secretOf(0)),
          sealedSuccessor: sealSuccessor(secretOf(1), secretOf(0)),
          at: beginning + 5_000,
          by: "198.51.100.7\na browser",
        },
      ],
      version: 1,
    };
    expect(decide(opened, 0, contextAt(5_000, { place: elsewhere }))).toEqual([
      { type: "save", session },
      { type: "issue", session, secret: secretOf(1) },
    ]);
  });

  it("may be used from anywhere, at any age within the session", () => {
    const transcript = new Transcript();
    expect(transcript.pass(29 * day).present(0, elsewhere)).toBe(1);
    expect(transcript.pass(29 * day).present(1, home)).toBe(2);
  });

  it("leaves nothing in the session that would give a token to whoever reads it", () => {
    const transcript = new Transcript();
    transcript.present(0);
    transcript.present(1);
    const stored = JSON.stringify(transcript.session);
    for (const n of [0, 1, 2]) {
      for (const encoding of ["base64url", "base64", "hex", "latin1"] as const) {
        expect(stored).not.toContain(Buffer.from(secretOf(n)).toString(encoding));
      }
    }
  });

  it("is refused when no session has its family, or the session is over, to the millisecond", () => {
    expect(decide(undefined, 0, contextAt(0))).toEqual([{ type: "refuse", code: "refresh/invalid" }]);
    expect(decide(opened, 0, contextAt(30 * day))).toEqual([{ type: "refuse", code: "refresh/expired" }]);
    expect(decide(opened, 0, contextAt(30 * day - 1))).toHaveLength(2);
  });

  it("is refused when the session would be over by lifetimes that have become shorter", () => {
    for (const expiresAt of [beginning + day, beginning + day - 1]) {
      expect(decide(opened, 0, contextAt(day, { expiresAt }))).toEqual([
        { type: "refuse", code: "refresh/expired" },
      ]);
    }
    expect(decide(opened, 0, contextAt(day, { expiresAt: beginning + day + 1 }))).toHaveLength(2);
  });

  it("keeps its session from no expiry once that has come: a spent one ends nothing then, either", () => {
    const transcript = new Transcript();
    transcript.present(0);
    expect(decide(transcript.session, 0, contextAt(31 * day))).toEqual([
      { type: "refuse", code: "refresh/expired" },
    ]);
  });
});

describe("a token that was spent a moment ago", () => {
  it("gives the successor again, and changes nothing", () => {
    const transcript = new Transcript();
    expect(transcript.present(0)).toBe(1);
    const { session } = transcript;
    const effects = decide(session, 0, contextAt(9_999, { successor: secretOf(7) }));
    expect(effects).toEqual([{ type: "issue", session, secret: secretOf(1) }]);
  });

  it("does so up to 9,999 ms, and ends the session at 10,000 ms", () => {
    const transcript = new Transcript();
    transcript.present(0);
    const { session } = transcript;
    expect(decide(session, 0, contextAt(9_999))).toEqual([{ type: "issue", session, secret: secretOf(1) }]);
    expect(decide(session, 0, contextAt(10_000))).toEqual([
      { type: "end", session },
      { type: "refuse", code: "refresh/reused" },
    ]);
  });

  it("does so as often as it comes", () => {
    const transcript = new Transcript();
    expect(Array.from({ length: 50 }, () => transcript.present(0))).toEqual(Array(50).fill(1));
    expect(transcript.pass(60_000).present(1)).toBe(2);
  });

  it("gives the current token through a chain of rotations, to every link of it", () => {
    const transcript = new Transcript();
    for (const n of [0, 1, 2, 3]) expect(transcript.pass(1_000).present(n)).toBe(n + 1);
    for (const n of [0, 1, 2, 3]) expect(transcript.present(n)).toBe(4);
    expect(transcript.present(4)).toBe(5);
  });

  it("counts from its own rotation, not from the latest", () => {
    const transcript = new Transcript();
    transcript.present(0);
    expect(transcript.pass(6_000).present(1)).toBe(2);
    expect(transcript.pass(3_999).present(0)).toBe(2);
    expect(transcript.pass(1).present(1)).toBe(2);
    expect(transcript.present(0)).toBe("refresh/reused");
  });

  it("also does so from elsewhere, as long as the successor has not been used", () => {
    const transcript = new Transcript();
    transcript.present(0, home);
    expect(transcript.present(0, elsewhere)).toBe(1);
  });

  it("ends the session when the successor was used from elsewhere", () => {
    const transcript = new Transcript();
    transcript.present(0, home);
    transcript.present(1, elsewhere);
    expect(transcript.present(0, home)).toBe("refresh/reused");
    expect(transcript.session).toBeUndefined();
  });

  it.each([
    ["address", { ...home, address: "192.0.2.2" }],
    ["device", { ...home, device: "a program" }],
  ])("takes another %s for elsewhere", (_what, place) => {
    const transcript = new Transcript();
    transcript.present(0, home);
    transcript.present(1, place);
    expect(transcript.present(0, home)).toBe("refresh/reused");
  });

  it("ends the session when any link of the chain was used from elsewhere", () => {
    const transcript = new Transcript();
    transcript.present(0, home);
    transcript.present(1, home);
    transcript.present(2, elsewhere);
    transcript.present(3, home);
    // T3 was used from here, T2 was not: T2's holder has T3 by right, T0's and T1's do not.
    expect(transcript.present(3, home)).toBe(4);
    expect(transcript.present(2, home)).toBe(4);
    expect(transcript.present(1, home)).toBe("refresh/reused");
  });

  it("has no grace at all where that is 0", () => {
    const transcript = new Transcript();
    transcript.present(0);
    const { session } = transcript;
    expect(decide(session, 0, contextAt(0, { reuseGrace: 0 }))[0]).toEqual({ type: "end", session });
  });

  it("is forgotten for the grace after eight more rotations, and ends the session then", () => {
    const transcript = new Transcript();
    for (let n = 0; n < 8; n += 1) transcript.pass(1).present(n);
    expect(transcript.session?.rotations).toHaveLength(8);
    expect(transcript.present(0)).toBe(8);
    expect(transcript.pass(1).present(8)).toBe(9);
    expect(transcript.session?.rotations).toHaveLength(8);
    expect(transcript.present(1)).toBe(9);
    expect(transcript.present(0)).toBe("refresh/reused");
  });

  it("is dropped from the session with the first rotation after the grace", () => {
    const transcript = new Transcript();
    transcript.present(0);
    transcript.pass(9_999).present(1);
    expect(transcript.session?.rotations).toHaveLength(2);
    transcript.pass(1).present(2);
    expect(transcript.session?.rotations.map(({ spent }) => spent)).toEqual(
      [1, 2].map((n) => hashOf(secretOf(n))),
    );
  });
});

describe("RFC 9700 §4.14.2 a token that was spent before", () => {
  it.each([10_000, 60_000, day, 29 * day])("ends the session after %d ms", (age) => {
    const transcript = new Transcript();
    transcript.present(0);
    expect(transcript.pass(age).present(0)).toBe("refresh/reused");
    expect(transcript.session).toBeUndefined();
    expect(transcript.present(1)).toBe("refresh/invalid");
  });

  it("is recognised however many rotations ago it was", () => {
    const transcript = new Transcript();
    for (let n = 0; n < 100; n += 1) expect(transcript.pass(600_000).present(n)).toBe(n + 1);
    expect(transcript.present(3)).toBe("refresh/reused");
  });

  it("is what a secret counts as that was made up for a family that is known", () => {
    const transcript = new Transcript();
    expect(transcript.present(1_000)).toBe("refresh/reused");
    expect(transcript.session).toBeUndefined();
  });

  it("tells a thief from the owner by nothing: whoever comes second ends the session for both", () => {
    for (const [first, second] of [
      [home, elsewhere],
      [elsewhere, home],
    ] as const) {
      const transcript = new Transcript();
      expect(transcript.present(0, first)).toBe(1);
      expect(transcript.pass(10_000).present(0, second)).toBe("refresh/reused");
      expect(transcript.present(1, first)).toBe("refresh/invalid");
    }
  });
});

describe("a clock that is set back", () => {
  it("leaves the grace as it is when it is a moment", () => {
    const transcript = new Transcript().pass(60_000);
    transcript.present(0);
    expect(transcript.pass(-9_999).present(0)).toBe(1);
  });

  it("brings no spent token to life again", () => {
    const transcript = new Transcript().pass(60_000);
    transcript.present(0);
    expect(transcript.pass(-10_000).present(0)).toBe("refresh/reused");
  });

  it("does not hinder the current token", () => {
    const transcript = new Transcript().pass(60_000);
    transcript.present(0);
    expect(transcript.pass(-50_000).present(1)).toBe(2);
    expect(transcript.pass(-9_000).present(2)).toBe(3);
    expect(transcript.present(1)).toBe(3);
  });
});
