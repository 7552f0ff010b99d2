import { describe, expect, it } from "vitest";
import {
  acceptDeflateOffer,
  checkDeflateResponse,
  type DeflateParameters,
  deflateOffer,
  type PerMessageDeflateOptions,
} from "../../../src/websocket/deflate/permessage-deflate.ts";
import { WebSocketHandshakeError } from "../../../src/websocket/errors.ts";
import { type Extension, parseExtensions } from "../../../src/websocket/handshake/header.ts";

const read = (value: string): readonly Extension[] => parseExtensions([value])!;
const accept = (offers: string, options: PerMessageDeflateOptions = {}) =>
  acceptDeflateOffer(read(offers), options);
const check = (response: string, options: PerMessageDeflateOptions = {}): DeflateParameters =>
  checkDeflateResponse(read(response)[0]!, options);

/** Asks for nothing, refuses nothing. */
const EASY: PerMessageDeflateOptions = { serverNoContextTakeover: false, clientNoContextTakeover: false };

/** `s` and `c`: the windows; capitals: that end takes over its context. */
function parameters(text: string): DeflateParameters {
  const [, server, s, client, c] = /^([sS])(\d+) ([cC])(\d+)$/.exec(text)!;
  return {
    serverNoContextTakeover: server === "s",
    clientNoContextTakeover: client === "c",
    serverMaxWindowBits: Number(s),
    clientMaxWindowBits: Number(c),
  };
}

describe("RFC 7692 §5.2 offers", () => {
  const examples: readonly (readonly [value: string, names: readonly string[], parameters: number])[] = [
    ["permessage-foo", ["permessage-foo"], 0],
    ["permessage-foo; x=10", ["permessage-foo"], 1],
    ['permessage-foo; x="10"', ["permessage-foo"], 1],
    ["permessage-foo, permessage-bar", ["permessage-foo", "permessage-bar"], 0],
    ["permessage-foo; use_y, permessage-foo", ["permessage-foo", "permessage-foo"], 1],
  ];
  for (const [value, names, count] of examples) {
    it(`of extensions that we do not know are read and passed over: ${value}`, () => {
      expect(read(value).map(({ name }) => name)).toEqual(names);
      expect(read(value)[0]!.parameters).toHaveLength(count);
      expect(accept(value)).toBeUndefined();
      expect(accept(`${value}, permessage-deflate`)).toBeDefined();
    });
  }

  it("with a quoted value mean the same as without quotes", () => {
    expect(accept('permessage-deflate; server_max_window_bits="10"')).toEqual(
      accept("permessage-deflate; server_max_window_bits=10"),
    );
  });
});

describe("RFC 7692 §7.1.3 the examples", () => {
  const FIRST = "permessage-deflate; client_max_window_bits; server_max_window_bits=10";
  const SECOND = "permessage-deflate; client_max_window_bits";

  it("the simplest offer has the simplest response", () => {
    const accepted = accept("permessage-deflate", EASY);
    expect(accepted).toEqual({ response: "permessage-deflate", parameters: parameters("S15 C15") });
    expect(check("permessage-deflate", EASY)).toEqual(parameters("S15 C15"));
  });

  it("the simplest offer is not answered with client_max_window_bits", () => {
    expect(accept("permessage-deflate", { ...EASY, clientMaxWindowBits: 10 })).toBeUndefined();
  });

  it("an offer that asks for a small window is accepted with it", () => {
    const accepted = accept(FIRST, EASY);
    expect(accepted?.response).toBe("permessage-deflate; server_max_window_bits=10");
    expect(accepted?.parameters).toEqual(parameters("S10 C15"));
  });

  it("of two offers the first is accepted, or the fallback where the first cannot be", () => {
    expect(accept(`${FIRST}, ${SECOND}`, EASY)?.response).toBe(
      "permessage-deflate; server_max_window_bits=10",
    );
    const unsupported = FIRST.replace("10", "8");
    expect(accept(`${unsupported}, ${SECOND}`, EASY)?.response).toBe("permessage-deflate");
  });
});

describe("RFC 7692 §7.1 a server's answer", () => {
  const rows: readonly (readonly [
    offer: string,
    options: PerMessageDeflateOptions,
    response: string,
    agreed: string,
  ])[] = [
    // §7.1.1: context takeover.
    ["", {}, "; server_no_context_takeover; client_no_context_takeover", "s15 c15"],
    ["", EASY, "", "S15 C15"],
    ["; server_no_context_takeover", EASY, "; server_no_context_takeover", "s15 C15"],
    ["; client_no_context_takeover", EASY, "; client_no_context_takeover", "S15 c15"],
    ["", { clientNoContextTakeover: false }, "; server_no_context_takeover", "s15 C15"],
    ["", { serverNoContextTakeover: false }, "; client_no_context_takeover", "S15 c15"],
    [
      "; client_no_context_takeover; server_no_context_takeover",
      EASY,
      "; server_no_context_takeover; client_no_context_takeover",
      "s15 c15",
    ],
    // §7.1.2.1: the server's window.
    ["; server_max_window_bits=15", EASY, "; server_max_window_bits=15", "S15 C15"],
    ["; server_max_window_bits=9", EASY, "; server_max_window_bits=9", "S9 C15"],
    [
      "; server_max_window_bits=12",
      { ...EASY, serverMaxWindowBits: 10 },
      "; server_max_window_bits=10",
      "S10 C15",
    ],
    [
      "; server_max_window_bits=9",
      { ...EASY, serverMaxWindowBits: 10 },
      "; server_max_window_bits=9",
      "S9 C15",
    ],
    ["", { ...EASY, serverMaxWindowBits: 10 }, "; server_max_window_bits=10", "S10 C15"],
    // §7.1.2.2: the client's.
    ["; client_max_window_bits", EASY, "", "S15 C15"],
    ["; client_max_window_bits=15", EASY, "", "S15 C15"],
    ["; client_max_window_bits=10", EASY, "; client_max_window_bits=10", "S15 C10"],
    ["; client_max_window_bits", { ...EASY, clientMaxWindowBits: 9 }, "; client_max_window_bits=9", "S15 C9"],
    [
      "; client_max_window_bits=12",
      { ...EASY, clientMaxWindowBits: 10 },
      "; client_max_window_bits=10",
      "S15 C10",
    ],
    [
      "; client_max_window_bits=9",
      { ...EASY, clientMaxWindowBits: 10 },
      "; client_max_window_bits=9",
      "S15 C9",
    ],
    // A hint of 8 is not taken unless it has to be.
    ["; client_max_window_bits=8", EASY, "", "S15 C15"],
    [
      "; client_max_window_bits=8",
      { ...EASY, clientMaxWindowBits: 10 },
      "; client_max_window_bits=8",
      "S15 C8",
    ],
    [
      "; client_max_window_bits=11; server_max_window_bits=10; server_no_context_takeover",
      {},
      "; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=10; client_max_window_bits=11",
      "s10 c11",
    ],
  ];
  for (const [offer, options, response, agreed] of rows) {
    it(`to "${offer}" with ${JSON.stringify(options)} is "${response}"`, () => {
      const accepted = accept(`permessage-deflate${offer}`, options);
      expect(accepted).toEqual({
        response: `permessage-deflate${response}`,
        parameters: parameters(agreed),
      });
    });
  }

  const declined: readonly (readonly [what: string, offer: string, options?: PerMessageDeflateOptions])[] = [
    ["a parameter that is not defined", "; x"],
    ["one with a value", "; x=1"],
    ["one that differs by case", "; Server_No_Context_Takeover"],
    ["one that an object has", "; constructor"],
    ["the same parameter twice", "; server_no_context_takeover; server_no_context_takeover"],
    ["the same window twice", "; server_max_window_bits=10; server_max_window_bits=10"],
    ["it with and without a value", "; client_max_window_bits; client_max_window_bits=10"],
    ["a value where there is none", "; server_no_context_takeover=true"],
    ["a value where there is none, either", "; client_no_context_takeover=1"],
    ["no value where there is one", "; server_max_window_bits"],
    ["a window of 7", "; server_max_window_bits=7"],
    ["a window of 16", "; server_max_window_bits=16"],
    ["a window of the client of 7", "; client_max_window_bits=7"],
    ["a window of the client of 16", "; client_max_window_bits=16"],
    ["a leading zero", "; server_max_window_bits=09"],
    ["a leading zero with two digits", "; client_max_window_bits=010"],
    ["a sign", "; server_max_window_bits=+9"],
    ["a fraction", "; server_max_window_bits=9.0"],
    ["hexadecimal", "; server_max_window_bits=0xa"],
    ["an exponent", "; client_max_window_bits=1e1"],
    ["a word", "; server_max_window_bits=ten"],
    ["a window that zlib cannot use", "; server_max_window_bits=8"],
    ["no promise to obey where one is needed", "; server_no_context_takeover", { clientMaxWindowBits: 14 }],
  ];
  for (const [what, offer, options] of declined) {
    it(`declines an offer with ${what}, and accepts the fallback behind it`, () => {
      expect(accept(`permessage-deflate${offer}`, options)).toBeUndefined();
      const fallback = "permessage-deflate; client_max_window_bits";
      expect(accept(`permessage-deflate${offer}, ${fallback}`, options)).toEqual(accept(fallback, options));
    });
  }

  it("is given once, to the first offer that will do", () => {
    const offers = ["8", "12", "10"].map((bits) => `permessage-deflate; server_max_window_bits=${bits}`);
    expect(accept(offers.join(", "), EASY)?.response).toBe("permessage-deflate; server_max_window_bits=12");
  });

  it("is none to no offer", () => {
    expect(acceptDeflateOffer([], {})).toBeUndefined();
    expect(accept("Permessage-Deflate")).toBeUndefined();
  });
});

describe("RFC 7692 §7.1 a client's offer", () => {
  const rows: readonly (readonly [options: PerMessageDeflateOptions, offer: string])[] = [
    [{}, "; server_no_context_takeover; client_no_context_takeover; client_max_window_bits"],
    [EASY, "; client_max_window_bits"],
    [{ ...EASY, serverMaxWindowBits: 10 }, "; server_max_window_bits=10; client_max_window_bits"],
    [{ ...EASY, clientMaxWindowBits: 9 }, "; client_max_window_bits=9"],
    [
      { serverMaxWindowBits: 9, clientMaxWindowBits: 14 },
      "; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=9; client_max_window_bits=14",
    ],
  ];
  for (const [options, offer] of rows) {
    it(`with ${JSON.stringify(options)} is "${offer}"`, () => {
      expect(deflateOffer(options)).toBe(`permessage-deflate${offer}`);
    });
  }
});

describe("RFC 7692 §7.1 checking the server's answer", () => {
  const rows: readonly (readonly [response: string, options: PerMessageDeflateOptions, agreed: string])[] = [
    ["; server_no_context_takeover; client_no_context_takeover", {}, "s15 c15"],
    // The server lets us take over our context, and we do not.
    ["; server_no_context_takeover", {}, "s15 c15"],
    ["", EASY, "S15 C15"],
    // It may say more than it was asked.
    ["; server_no_context_takeover", EASY, "s15 C15"],
    ["; client_no_context_takeover", EASY, "S15 c15"],
    ["; server_max_window_bits=8", EASY, "S8 C15"],
    ["; client_max_window_bits=8", EASY, "S15 C8"],
    ["; client_max_window_bits=12", EASY, "S15 C12"],
    ["; server_max_window_bits=9", { ...EASY, serverMaxWindowBits: 10 }, "S9 C15"],
    ["; server_max_window_bits=10", { ...EASY, serverMaxWindowBits: 10 }, "S10 C15"],
    // §7.1.2.2: our own limit holds, whatever the server makes of the hint.
    ["", { ...EASY, clientMaxWindowBits: 10 }, "S15 C10"],
    ["; client_max_window_bits=12", { ...EASY, clientMaxWindowBits: 10 }, "S15 C10"],
    ["; client_max_window_bits=9", { ...EASY, clientMaxWindowBits: 10 }, "S15 C9"],
  ];
  for (const [response, options, agreed] of rows) {
    it(`"${response}" to ${JSON.stringify(options)} is agreed on`, () => {
      expect(check(`permessage-deflate${response}`, options)).toEqual(parameters(agreed));
    });
  }

  const failing: readonly (readonly [what: string, response: string, options?: PerMessageDeflateOptions])[] =
    [
      ["a parameter that is not defined", "; x"],
      ["a parameter twice", "; client_no_context_takeover; client_no_context_takeover"],
      ["a value where there is none", "; server_no_context_takeover=1"],
      ["no value where there is one", "; server_max_window_bits"],
      ["no value where only an offer has none", "; client_max_window_bits"],
      ["a leading zero", "; client_max_window_bits=08"],
      ["a window of 7", "; client_max_window_bits=7"],
      ["a window of 16", "; server_max_window_bits=16"],
      ["server_no_context_takeover left out", "", { ...EASY, serverNoContextTakeover: true }],
      ["server_max_window_bits left out", "", { ...EASY, serverMaxWindowBits: 10 }],
      ["a larger window", "; server_max_window_bits=11", { ...EASY, serverMaxWindowBits: 10 }],
    ];
  for (const [what, response, options = EASY] of failing) {
    it(`fails the connection for ${what}`, () => {
      const answer = (): unknown => check(`permessage-deflate${response}`, options);
      expect(answer).toThrow(WebSocketHandshakeError);
      expect(answer).toThrow(expect.objectContaining({ code: "handshake/invalid-response" }));
    });
  }
});

describe("RFC 7692 §7.1 both ends together", () => {
  const choices: PerMessageDeflateOptions[] = [];
  for (const serverNoContextTakeover of [true, false])
    for (const clientNoContextTakeover of [true, false])
      for (const serverMaxWindowBits of [9, 12, 15])
        for (const clientMaxWindowBits of [9, 12, 15])
          choices.push({
            serverNoContextTakeover,
            clientNoContextTakeover,
            serverMaxWindowBits,
            clientMaxWindowBits,
          });

  it("agree, whatever either is told", () => {
    for (const client of choices) {
      for (const server of choices) {
        const accepted = accept(deflateOffer(client), server)!;
        const agreed = check(accepted.response, client);
        const which = `${JSON.stringify(client)} ${JSON.stringify(server)}`;
        expect(agreed.serverNoContextTakeover, which).toBe(accepted.parameters.serverNoContextTakeover);
        expect(agreed.serverMaxWindowBits, which).toBe(accepted.parameters.serverMaxWindowBits);
        expect(agreed.clientMaxWindowBits, which).toBe(accepted.parameters.clientMaxWindowBits);
        expect(agreed.clientNoContextTakeover, which).toBe(accepted.parameters.clientNoContextTakeover);
        // Nobody gets more than it allows.
        for (const options of [client, server]) {
          expect(agreed.serverMaxWindowBits, which).toBeLessThanOrEqual(options.serverMaxWindowBits!);
          expect(agreed.clientMaxWindowBits, which).toBeLessThanOrEqual(options.clientMaxWindowBits!);
          if (options.serverNoContextTakeover) expect(agreed.serverNoContextTakeover, which).toBe(true);
          if (options.clientNoContextTakeover) expect(agreed.clientNoContextTakeover, which).toBe(true);
        }
      }
    }
  });
});
