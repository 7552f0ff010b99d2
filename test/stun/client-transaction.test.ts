import { describe, expect, it } from "vitest";
import { encodeAlternateServer, type TransportAddress } from "../../src/stun/address.ts";
import { type Attribute, AttributeType } from "../../src/stun/attributes.ts";
import { BindingServer } from "../../src/stun/binding.ts";
import { encodeBindingRequest, type ShortTermCredentials } from "../../src/stun/binding-request.ts";
import {
  ClientTransaction,
  checkRedirection,
  type TransactionEffect,
} from "../../src/stun/client-transaction.ts";
import { shortTermKey } from "../../src/stun/credentials.ts";
import { encodeMessage, type MessageParts } from "../../src/stun/encode.ts";
import { encodeErrorCode, encodeUnknownAttributes } from "../../src/stun/error-code.ts";
import { MessageClass, Method } from "../../src/stun/message.ts";
import { type RetransmissionOptions, scheduleOf } from "../../src/stun/retransmission.ts";

const transactionId = Uint8Array.from({ length: 12 }, (_, at) => at);
const server: TransportAddress = { address: "192.0.2.10", port: 3478 };
const self: TransportAddress = { address: "198.51.100.7", port: 50_000 };
const credentials: ShortTermCredentials = { username: "anna", password: "secret" };
const key = shortTermKey("secret");

interface Given {
  readonly transport?: "udp" | "tcp";
  readonly credentials?: ShortTermCredentials;
  readonly retransmission?: RetransmissionOptions;
}

function begin({ transport = "udp", credentials, retransmission = {} }: Given = {}): {
  readonly transaction: ClientTransaction;
  readonly request: Uint8Array;
} {
  const request = encodeBindingRequest(transactionId, { credentials });
  const schedule = scheduleOf(transport, retransmission);
  const transaction = new ClientTransaction({ request, server, transport, credentials, schedule });
  expect(transaction.nextTimeout).toBe(Number.POSITIVE_INFINITY);
  expect(transaction.start(0)).toEqual([{ type: "transmit", bytes: request }]);
  return { transaction, request };
}

/** What happens at which time until the transaction is over, if nothing comes in. */
function silence(transaction: ClientTransaction): readonly (readonly [number, string])[] {
  const told: (readonly [number, string])[] = [];
  while (transaction.nextTimeout < Number.POSITIVE_INFINITY) {
    const now = transaction.nextTimeout;
    expect(transaction.handleTimeout(now - 1)).toEqual([]);
    told.push(...transaction.handleTimeout(now).map((effect) => [now, nameOf(effect)] as const));
  }
  return told;
}

function nameOf(effect: TransactionEffect): string {
  return effect.type === "failed" ? effect.error.code : effect.type;
}

function response(change: Partial<MessageParts> = {}): Uint8Array {
  const parts = { method: Method.Binding, class: MessageClass.ErrorResponse, transactionId };
  return encodeMessage({ ...parts, ...change });
}

const error = (code: number, ...more: readonly Attribute[]): Partial<MessageParts> => ({
  attributes: [encodeErrorCode(code), ...more],
});

describe("RFC 8489 §6.2.1 sending over UDP", () => {
  it("sends at 0, 500, 1500, 3500, 7500, 15500 and 31500 ms, and fails at 39500 ms", () => {
    expect(silence(begin().transaction)).toEqual([
      ...[500, 1500, 3500, 7500, 15_500, 31_500].map((now) => [now, "transmit"]),
      [39_500, "stun/timeout"],
    ]);
  });

  it("does so with other numbers too", () => {
    const { transaction } = begin({ retransmission: { rto: 100, rc: 3, rm: 4 } });
    expect(silence(transaction)).toEqual([
      [100, "transmit"],
      [300, "transmit"],
      [700, "stun/timeout"],
    ]);
  });

  it("refuses numbers that cannot be", () => {
    for (const bad of [{ rto: 0 }, { rc: 1.5 }, { rm: -1 }, { ti: Number.NaN }]) {
      expect(() => scheduleOf("udp", bad)).toThrow(RangeError);
    }
  });
});

describe("RFC 8489 §6.2.2 sending over TCP", () => {
  it("sends once and waits for 39.5 s", () => {
    expect(silence(begin({ transport: "tcp" }).transaction)).toEqual([[39_500, "stun/timeout"]]);
  });
});

describe("RFC 8489 §6.3.3 success response", () => {
  it("ends the transaction with our address and the time it took", () => {
    const { transaction, request } = begin();
    const answer = new BindingServer({ software: "Barewire" }).receive(request, self, 0)!;
    const told = { mapped: self, software: "Barewire", requests: 1, roundTrip: 30 };
    expect(transaction.receive(answer, server, 30)).toEqual([{ type: "succeeded", answer: told }]);
    expect(transaction.nextTimeout).toBe(Number.POSITIVE_INFINITY);
    expect(transaction.receive(answer, server, 31)).toEqual([]);
    expect(transaction.handleTimeout(500)).toEqual([]);
  });

  it("says no time when more than one request was sent", () => {
    const { transaction, request } = begin();
    transaction.handleTimeout(500);
    const [effect] = transaction.receive(new BindingServer().receive(request, self, 0)!, server, 510);
    expect(effect).toMatchObject({ type: "succeeded", answer: { requests: 2, roundTrip: undefined } });
  });

  it.each([
    ["of another transaction", { transactionId: new Uint8Array(12) }, server],
    ["of another method", { method: 0x003 }, server],
    ["that is a request", { class: MessageClass.Request }, server],
    ["that is an indication", { class: MessageClass.Indication }, server],
    ["from another address", {}, { ...server, address: "192.0.2.11" }],
    ["from another port", {}, { ...server, port: 3479 }],
  ])("goes unheard if it is one %s", (_what, change, source) => {
    const { transaction } = begin();
    expect(transaction.receive(response(change), source, 1)).toEqual([]);
    expect(transaction.nextTimeout).toBe(500);
  });

  it("goes unheard with a wrong FINGERPRINT, and so does what is no STUN", () => {
    const { transaction } = begin();
    const bytes = response({ ...error(400), fingerprint: true });
    bytes[bytes.length - 1]! ^= 1;
    for (const each of [bytes, Buffer.from("noise"), new Uint8Array(0)]) {
      expect(transaction.receive(each, server, 1)).toEqual([]);
    }
    expect(transaction.nextTimeout).toBe(500);
  });

  it.each([
    ["no XOR-MAPPED-ADDRESS", []],
    ["one that is malformed", [{ type: AttributeType.XorMappedAddress, value: new Uint8Array(5) }]],
    ["what must be understood, and is not", [{ type: 0x7fff, value: new Uint8Array(0) }]],
  ])("fails the transaction with %s", (_what, attributes) => {
    const bytes = response({ class: MessageClass.SuccessResponse, attributes });
    expect(begin().transaction.receive(bytes, server, 1).map(nameOf)).toEqual(["stun/invalid-response"]);
  });
});

describe("RFC 8489 §6.3.4 error response", () => {
  it("fails the transaction, and its code and what was not understood are told", () => {
    const bytes = response(error(420, encodeUnknownAttributes([0x0003])));
    expect(begin().transaction.receive(bytes, server, 1)).toMatchObject([
      { type: "failed", error: { code: "stun/refused", status: 420, unknownAttributes: [0x0003] } },
    ]);
  });

  it.each([
    ["without ERROR-CODE", {}],
    ["with one that is malformed", { attributes: [{ type: 9, value: new Uint8Array(4) }] }],
    ["with what must be understood, and is not", error(400, { type: 0x7fff, value: new Uint8Array(0) })],
  ])("is none %s", (_what, change) => {
    const effects = begin().transaction.receive(response(change), server, 1);
    expect(effects.map(nameOf)).toEqual(["stun/invalid-response"]);
  });
});

describe("RFC 8489 §9.1.4 responses to who has credentials", () => {
  const success = (change: Partial<MessageParts>): Uint8Array => {
    const value = Buffer.from("0001a147e112a643", "hex");
    const attributes = [{ type: AttributeType.XorMappedAddress, value }];
    return response({ class: MessageClass.SuccessResponse, attributes, ...change });
  };

  it.each([
    ["both", "integrity"],
    ["both", "integritySha256"],
    ["sha1", "integrity"],
    ["sha256", "integritySha256"],
  ] as const)("to %s count with %s", (integrity, answered) => {
    const { transaction } = begin({ credentials: { ...credentials, integrity } });
    const effects = transaction.receive(success({ [answered]: key }), server, 1);
    expect(effects.map(nameOf)).toEqual(["succeeded"]);
  });

  const doubtful = [
    ["without integrity", "both", success({})],
    ["with that of another password", "both", success({ integrity: shortTermKey("guess") })],
    [
      "with another SHA-256 beside a right SHA-1",
      "both",
      success({ integrity: key, integritySha256: Buffer.of(1) }),
    ],
    ["with SHA-1 for SHA-256", "sha256", success({ integrity: key })],
    ["with SHA-256 for SHA-1", "sha1", success({ integritySha256: key })],
    ["that refuse them", "both", response(error(401))],
  ] as const;

  it.each(doubtful)("are discarded over UDP %s, and told of in the end", (_what, integrity, bytes) => {
    const { transaction } = begin({ credentials: { ...credentials, integrity } });
    expect(transaction.receive(bytes, server, 1)).toEqual([]);
    const told = silence(transaction);
    expect(told.length).toBe(7);
    expect(told.at(-1)).toEqual([39_500, "stun/integrity"]);
  });

  it.each(doubtful)("end it at once over TCP %s", (_what, integrity, bytes) => {
    const { transaction } = begin({ credentials: { ...credentials, integrity }, transport: "tcp" });
    expect(transaction.receive(bytes, server, 1).map(nameOf)).toEqual(["stun/integrity"]);
  });

  it("give way to an authentic one", () => {
    const { transaction } = begin({ credentials });
    transaction.receive(response(error(401)), server, 1);
    const effects = transaction.receive(success({ integritySha256: key }), server, 2);
    expect(effects.map(nameOf)).toEqual(["succeeded"]);
  });
});

describe("RFC 8489 §10 ALTERNATE-SERVER", () => {
  const elsewhere = { address: "203.0.113.5", port: 3479 };
  const alternate = error(300, encodeAlternateServer(elsewhere));

  it("is where to go, when its integrity was validated", () => {
    const { transaction } = begin({ credentials });
    const effects = transaction.receive(response({ ...alternate, integritySha256: key }), server, 1);
    expect(effects).toEqual([{ type: "redirected", server: elsewhere }]);
    expect(transaction.nextTimeout).toBe(Number.POSITIVE_INFINITY);
  });

  it("is a refusal to who has no credentials, and where none is named", () => {
    const expected = [{ type: "failed", error: { code: "stun/refused", status: 300 } }];
    expect(begin().transaction.receive(response(alternate), server, 1)).toMatchObject(expected);
    const unnamed = response({ ...error(300), integrity: key });
    expect(begin({ credentials }).transaction.receive(unnamed, server, 1)).toMatchObject(expected);
  });

  it("is followed once, to where nobody was asked before", () => {
    expect(() => checkRedirection([server], elsewhere)).not.toThrow();
    for (const [asked, next] of [
      [[server], { ...server, address: "::ffff:192.0.2.10" }],
      [[server, elsewhere], server],
      [[server, elsewhere], { ...elsewhere, port: 1 }],
      [[server], { ...elsewhere, port: 0 }],
    ] as const) {
      expect(() => checkRedirection(asked, next)).toThrow(expect.objectContaining({ code: "stun/redirect" }));
    }
  });
});
