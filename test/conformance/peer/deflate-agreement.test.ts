import { describe, expect, it } from "vitest";
import {
  deflateAgreement,
  deflateAnswer,
  deflateOffer,
  judgeDeflateResponse,
} from "../../../src/conformance/peer/deflate-agreement.ts";
import { Deviation } from "../../../src/conformance/verdict.ts";

const P = "permessage-deflate";

/** The clause that the response is held against; `undefined` for one that is in order. */
function clauseOf(offers: string, response: string): string | undefined {
  try {
    judgeDeflateResponse(offers, response);
  } catch (error) {
    if (error instanceof Deviation) return error.clause;
    throw error;
  }
  return undefined;
}

describe("RFC 7692 §7.1 what a server answers", () => {
  it.each([
    [P, ""],
    [P, P],
    [P, `${P}; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=8`],
    [`${P}; client_max_window_bits`, `${P}; client_max_window_bits=9`],
    [`${P}; client_max_window_bits=9`, `${P}; client_max_window_bits=15`],
    [`${P}; server_max_window_bits=10`, `${P}; server_max_window_bits=9`],
    [`${P}; server_max_window_bits=10, ${P}`, P],
    [`${P}; x, ${P}`, P],
    [P, `other; x=y, ${P}; server_max_window_bits="15"`],
  ])("to %j may be %j", (offers, response) => {
    expect(clauseOf(offers, response)).toBeUndefined();
  });

  it.each([
    ["RFC 7692 §7.1.2.1", `${P}; server_max_window_bits=10`, P],
    ["RFC 7692 §7.1.2.1", `${P}; server_max_window_bits=10`, `${P}; server_max_window_bits=11`],
    ["RFC 7692 §7.1.1.1", `${P}; server_no_context_takeover`, P],
    ["RFC 7692 §7.1.1.1", `${P}; server_no_context_takeover`, `${P}; client_no_context_takeover`],
    ["RFC 7692 §7.1.2.2", P, `${P}; client_max_window_bits=15`],
    ["RFC 7692 §7.1.2.2", `${P}; client_max_window_bits`, `${P}; client_max_window_bits`],
    [
      "RFC 7692 §7.1.2.2",
      `${P}; server_max_window_bits=10, ${P}`,
      `${P}; server_max_window_bits=9; client_max_window_bits=9`,
    ],
    ["RFC 7692 §5", `${P}, ${P}`, `${P}, ${P}`],
    ["RFC 7692 §7", P, `${P}; foo`],
    ["RFC 7692 §7", P, `${P}; constructor`],
    ["RFC 7692 §7", P, `${P}; server_max_window_bits`],
    ["RFC 7692 §7", P, `${P}; server_max_window_bits=08`],
    ["RFC 7692 §7", P, `${P}; server_max_window_bits=16`],
    ["RFC 7692 §7", P, `${P}; server_no_context_takeover=1`],
    ["RFC 7692 §7", P, `${P}; server_no_context_takeover; server_no_context_takeover`],
    ["RFC 7692 §7", `${P}; foo`, P],
    ["RFC 6455 §9.1", P, `${P};`],
  ])("deviates from %s where it answers %j with %j", (clause, offers, response) => {
    expect(clauseOf(offers, response)).toBe(clause);
  });
});

describe("what we offer and answer", () => {
  const wish = {
    ourWindowBits: 12,
    peerWindowBits: 10,
    ourNoContextTakeover: true,
    peerNoContextTakeover: true,
  };

  it("offers every wish, the first first", () => {
    expect(deflateOffer()).toBe(`${P}; client_max_window_bits`);
    expect(deflateOffer(wish, {})).toBe(
      `${P}; client_no_context_takeover; client_max_window_bits=12; server_no_context_takeover; server_max_window_bits=10, ${P}; client_max_window_bits`,
    );
  });

  it("answers with the first wish that an offer allows", () => {
    expect(deflateAnswer(P)).toBe(P);
    expect(deflateAnswer("other")).toBeUndefined();
    expect(deflateAnswer(`${P}; foo`)).toBeUndefined();
    expect(deflateAnswer(P, wish)).toBeUndefined();
    expect(deflateAnswer(P, wish, {})).toBe(P);
    expect(deflateAnswer(`${P}, ${P}; client_max_window_bits=9`, wish)).toBe(
      `${P}; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=12; client_max_window_bits=9`,
    );
  });

  it("answers what the offer asks for", () => {
    const offer = `${P}; server_no_context_takeover; server_max_window_bits=11`;
    expect(deflateAnswer(offer)).toBe(offer);
    expect(deflateAnswer(offer, { ourWindowBits: 9 })).toContain("server_max_window_bits=9");
  });

  it("never answers what it would find fault with", () => {
    const offers = [deflateOffer(), deflateOffer(wish), deflateOffer({ peerWindowBits: 8 }, wish), P];
    for (const offer of offers) {
      for (const answered of [{}, wish, { peerWindowBits: 15 }]) {
        expect(clauseOf(offer, deflateAnswer(offer, answered) ?? "")).toBeUndefined();
      }
    }
  });

  it("agrees on what the response says, and on the extension alone where that is nonsense", () => {
    expect(deflateAgreement("other")).toBeUndefined();
    expect(deflateAgreement(`${P}; client_no_context_takeover; server_max_window_bits=9`)).toEqual({
      client: { windowBits: 15, contextTakeover: false },
      server: { windowBits: 9, contextTakeover: true },
    });
    expect(deflateAgreement(`${P}; server_max_window_bits=7`)).toEqual({ client: {}, server: {} });
  });
});
