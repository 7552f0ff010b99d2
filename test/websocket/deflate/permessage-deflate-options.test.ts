import { describe, expect, it } from "vitest";
import { acceptDeflateOffer, deflateOffer } from "../../../src/websocket/deflate/permessage-deflate.ts";
import {
  completeDeflateOptions,
  deflateDefaults,
  type PerMessageDeflateOptions,
} from "../../../src/websocket/deflate/permessage-deflate-options.ts";

describe("the options of permessage-deflate", () => {
  it("are none when there is to be no compression", () => {
    expect(completeDeflateOptions(undefined)).toBeUndefined();
    expect(completeDeflateOptions(false)).toBeUndefined();
  });

  it("have defaults that hold no window between messages", () => {
    expect(completeDeflateOptions(true)).toEqual({
      serverNoContextTakeover: true,
      clientNoContextTakeover: true,
      serverMaxWindowBits: 15,
      clientMaxWindowBits: 15,
      threshold: 1024,
      level: -1,
      maxInflateRatio: 100,
    });
  });

  it("have the default where they are undefined", () => {
    const given = { threshold: undefined, level: 1, serverNoContextTakeover: false };
    const complete = { ...deflateDefaults, level: 1, serverNoContextTakeover: false };
    expect(completeDeflateOptions(given)).toEqual(complete);
    expect(completeDeflateOptions(complete)).toEqual(complete);
    expect(completeDeflateOptions({})).toEqual(deflateDefaults);
  });

  it("may go to the end of each range", () => {
    const least = {
      serverMaxWindowBits: 9,
      clientMaxWindowBits: 9,
      threshold: 0,
      level: -1,
      maxInflateRatio: 1,
    };
    const most = {
      ...{ serverMaxWindowBits: 15, clientMaxWindowBits: 15, level: 9 },
      ...{ threshold: Number.POSITIVE_INFINITY, maxInflateRatio: Number.POSITIVE_INFINITY },
    };
    expect(completeDeflateOptions(least)).toMatchObject(least);
    expect(completeDeflateOptions(most)).toMatchObject(most);
  });

  const rows: readonly (readonly [
    options: object,
    error: typeof RangeError | typeof TypeError,
    says: string,
  ])[] = [
    [{ serverMaxWindowBits: 8 }, RangeError, "serverMaxWindowBits is a whole number from 9 to 15"],
    [{ serverMaxWindowBits: 16 }, RangeError, "9 to 15"],
    [{ serverMaxWindowBits: 9.5 }, RangeError, "whole number"],
    [{ clientMaxWindowBits: 8 }, RangeError, "clientMaxWindowBits is a whole number from 9 to 15"],
    [{ clientMaxWindowBits: Number.NaN }, RangeError, "9 to 15"],
    [{ clientMaxWindowBits: true }, TypeError, "clientMaxWindowBits is a number"],
    [{ serverMaxWindowBits: "10" }, TypeError, "serverMaxWindowBits is a number"],
    [{ level: 10 }, RangeError, "level is a whole number from -1 to 9"],
    [{ level: -2 }, RangeError, "-1 to 9"],
    [{ threshold: -1 }, RangeError, "threshold is 0 or more"],
    [{ threshold: Number.NaN }, RangeError, "threshold is 0 or more"],
    [{ maxInflateRatio: 0.5 }, RangeError, "maxInflateRatio is 1 or more"],
    [{ serverNoContextTakeover: 1 }, TypeError, "serverNoContextTakeover is a boolean"],
    [{ clientNoContextTakeover: "yes" }, TypeError, "clientNoContextTakeover is a boolean"],
  ];
  for (const [options, error, says] of rows) {
    it(`are refused with a ${error.name}: ${JSON.stringify(options)}`, () => {
      const given = options as PerMessageDeflateOptions;
      for (const call of [
        () => completeDeflateOptions(given),
        () => acceptDeflateOffer([], given),
        () => deflateOffer(given),
      ]) {
        expect(call).toThrow(error);
        expect(call).toThrow(says);
      }
    });
  }

  it("are refused when they are no options at all", () => {
    for (const given of ["on", 1, null]) {
      expect(() => completeDeflateOptions(given as unknown as boolean)).toThrow(TypeError);
    }
  });
});
