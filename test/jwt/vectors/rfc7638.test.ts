import { describe, expect, it } from "vitest";
import { exportJwk, importKey, thumbprint } from "../../../src/jwt/index.ts";
import { privateKeys } from "./rfc7517.ts";
import { rsaThumbprint } from "./rfc7638.ts";

describe("RFC 7638 §3.1 the example", () => {
  it("has the thumbprint of the text", () => {
    expect(thumbprint(rsaThumbprint.key)).toBe(rsaThumbprint.thumbprint);
  });

  it("has it in and out of a key, and with its private half", () => {
    expect(thumbprint(exportJwk(importKey(rsaThumbprint.key, "RS256")))).toBe(rsaThumbprint.thumbprint);
    expect(thumbprint(privateKeys[1])).toBe(rsaThumbprint.thumbprint);
  });

  it("has another when a member of the key changes, and not for what is said about the key", () => {
    const { key } = rsaThumbprint;
    expect(thumbprint({ ...key, e: "AQAF" })).not.toBe(rsaThumbprint.thumbprint);
    expect(thumbprint({ ...key, kid: "another", use: "enc" })).toBe(rsaThumbprint.thumbprint);
  });
});
