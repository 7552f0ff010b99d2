import { describe, expect, it } from "vitest";
import { importKey, signJws, signJwsJson, verifyJws, verifyJwsJson } from "../../../src/jwt/index.ts";
import {
  cut,
  expectFragile,
  expectSame,
  expectVerified,
  expectVerifiedFlattened,
  isRight,
  refusal,
} from "./proof.ts";
import { encoded, encodedJson, payload, unencoded, unencodedJson } from "./rfc7797.ts";

const key = importKey(unencoded.key, "HS256");

describe("RFC 7797 §4.1 the control, in base64url", () => {
  it("verifies", () => expectVerified(encoded, { alg: "HS256" }, payload));
  it("is refused with any character changed", () => expectFragile(encoded));
  it("is written, letter for letter", () => expectSame(encoded, payload));
});

describe("RFC 7797 §4.2 the payload as it is, detached", () => {
  it("verifies", () => {
    const [input, signature] = cut(unencoded.token);
    expect(isRight("HS256", unencoded.key, `${input}${payload}`, signature)).toBe(true);
    const verified = verifyJws(unencoded.token, key, { payload });
    expect(verified.header).toEqual({ alg: "HS256", b64: false, crit: ["b64"] });
    expect(verified.payload.toString()).toBe(payload);
  });

  it("is written, letter for letter", () => {
    expect(signJws(payload, key, { detached: true, b64: false })).toBe(unencoded.token);
  });

  it("is refused with any character changed, of the token or of the payload", () => {
    expectFragile(unencoded, { payload });
    for (const changed of ["$.03", "$.2", "", "JC4wMg"]) {
      expect(refusal(() => verifyJws(unencoded.token, key, { payload: changed }))).toBe("jws/bad-signature");
    }
  });

  it("is refused with the payload in between, whose full stop would make a fourth part", () => {
    const [header, , signature] = unencoded.token.split(".");
    expect(refusal(() => verifyJws(`${header}.${payload}.${signature}`, key))).toBe("jws/malformed");
  });
});

describe("RFC 7797 §4 the same in the flattened JSON serialization", () => {
  it("verifies §4.1, and refuses it with any character changed", () => {
    expectVerifiedFlattened(encodedJson, payload);
  });

  it("verifies §4.2, and refuses it with any character changed", () => {
    const { jws } = unencodedJson;
    expect(isRight("HS256", unencodedJson.key, `${jws.protected}.${payload}`, jws.signature)).toBe(true);
    expectVerifiedFlattened(unencodedJson, payload);
  });

  it("writes both, letter for letter", () => {
    expect(signJwsJson(payload, key)).toEqual(encodedJson.jws);
    expect(signJwsJson(payload, key, { b64: false })).toEqual(unencodedJson.jws);
  });

  it("takes the payload of §4.2 from elsewhere, too", () => {
    const { payload: _, ...detached } = unencodedJson.jws;
    expect(verifyJwsJson(detached, key, { payload }).payload.toString()).toBe(payload);
    expect(refusal(() => verifyJwsJson(detached, key, { payload: "$.03" }))).toBe("jws/bad-signature");
  });
});
