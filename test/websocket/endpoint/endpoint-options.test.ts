import { describe, expect, it } from "vitest";
import {
  completeEndpointOptions,
  type EndpointOptions,
} from "../../../src/websocket/endpoint/endpoint-options.ts";

describe("the options of an endpoint", () => {
  it("have their defaults where they are missing or undefined", () => {
    const expected = {
      maxMessageBytes: 1_048_576,
      maxFragments: 1_048_576,
      maxBufferedBytes: 1_048_576,
      maxUnreadBytes: 1_048_576,
      overflow: "close",
      inParts: false,
      binaryType: "buffer",
      perMessageDeflate: undefined,
      closeTimeout: 5_000,
      heartbeatInterval: 30_000,
      heartbeatMisses: 2,
    };
    expect(completeEndpointOptions({})).toMatchObject(expected);
    const undefineds = Object.fromEntries(Object.keys(expected).map((name) => [name, undefined]));
    expect(completeEndpointOptions(undefineds as EndpointOptions)).toMatchObject(expected);
  });

  it("keep what is given, and nothing that they do not know", () => {
    const given = {
      maxMessageBytes: 0,
      maxFragments: 1,
      maxBufferedBytes: 5,
      maxUnreadBytes: 7,
      overflow: "coalesce",
      inParts: true,
      binaryType: "arraybuffer",
      closeTimeout: Number.POSITIVE_INFINITY,
      heartbeatInterval: 3,
      heartbeatMisses: 9,
    } as const;
    const complete = completeEndpointOptions({ ...given, port: 7 } as EndpointOptions);
    expect(complete).toMatchObject(given);
    expect(complete).not.toHaveProperty("port");
  });

  it("never take the source of randomness from outside", () => {
    const random = (): void => {};
    expect(completeEndpointOptions({ random } as EndpointOptions).random).not.toBe(random);
  });

  it("are completed once for all who share them", () => {
    const shared = completeEndpointOptions({ maxMessageBytes: 5 });
    expect(completeEndpointOptions(shared)).toBe(shared);
    expect(completeEndpointOptions({ ...shared, perMessageDeflate: false })).not.toBe(shared);
  });

  it("have compression off, on, or on with parameters", () => {
    const deflate = (perMessageDeflate: EndpointOptions["perMessageDeflate"]) =>
      completeEndpointOptions({ perMessageDeflate }).perMessageDeflate;
    expect(deflate(false)).toBeUndefined();
    expect(deflate(true)).toMatchObject({ threshold: 1024, serverMaxWindowBits: 15 });
    expect(deflate({ threshold: 5 })).toMatchObject({ threshold: 5, serverMaxWindowBits: 15 });
  });

  const numbers = ["maxMessageBytes", "maxFragments", "maxBufferedBytes", "maxUnreadBytes"] as const;
  const times = ["closeTimeout", "heartbeatInterval", "heartbeatMisses"] as const;
  it.each([...numbers, ...times])("say what %s may be", (name) => {
    for (const value of ["5", true, null, {}, 5n]) {
      const wrong = { [name]: value } as unknown as EndpointOptions;
      expect(() => completeEndpointOptions(wrong), String(value)).toThrow(
        new TypeError(`the option ${name} is a number`),
      );
    }
    for (const value of [-1, Number.NaN, Number.NEGATIVE_INFINITY]) {
      expect(() => completeEndpointOptions({ [name]: value }), String(value)).toThrow(
        new RangeError(`the option ${name} is 0 or more`),
      );
    }
  });

  it("say which words there are", () => {
    const complete = (given: object) => () => completeEndpointOptions(given);
    expect(complete({ overflow: "drop" })).toThrow(RangeError);
    expect(complete({ overflow: "toString" })).toThrow(/close, drop-oldest, drop-newest, coalesce, wait/);
    expect(complete({ overflow: 1 })).toThrow(TypeError);
    expect(complete({ binaryType: "blob" })).toThrow(/one of buffer, arraybuffer/);
    expect(complete({ inParts: 1 })).toThrow(TypeError);
    expect(complete({ perMessageDeflate: "yes" })).toThrow(TypeError);
    expect(complete({ perMessageDeflate: { level: 10 } })).toThrow(RangeError);
  });
});
